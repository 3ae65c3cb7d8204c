//! The places and values of small documents.

use super::*;

/// The tree as text, every scalar and list with its place.
fn show(node: &Node<'_>, text: &str) -> String {
    let raw = text
        .get(node.span.start as usize..node.span.end as usize)
        .unwrap_or("?");
    match &node.kind {
        Kind::Null => format!("null<{raw}>"),
        Kind::Bool => format!("bool<{raw}>"),
        Kind::Number(digits) => format!("number {digits}<{raw}>"),
        Kind::Text(words) => format!("{words:?}<{raw}>"),
        Kind::Opaque(_) => format!("opaque<{raw}>"),
        Kind::List(items) => {
            let items: Vec<String> = items.iter().map(|item| show(item, text)).collect();
            format!("[{}]<{raw}>", items.join(" "))
        }
        Kind::Object(object) => {
            let inner: Vec<String> = object
                .0
                .iter()
                .map(|property| format!("{}={}", property.key, show(&property.value, text)))
                .collect();
            format!("{{{}}}", inner.join(" "))
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let read = Text::new(text);
    let documents = documents(&read, SourceId(0));
    let shown: Vec<String> = documents
        .iter()
        .map(|document| {
            let damage = document
                .damage
                .as_ref()
                .map_or("", |damage| damage.what.split(':').next().unwrap_or(""));
            let comments: Vec<&str> = document.comments.iter().map(|comment| comment.value).collect();
            let mut shown = show(&document.root, text);
            for more in comments
                .iter()
                .chain([damage].iter().filter(|what| !what.is_empty()))
            {
                shown.push_str(&format!(" #{more}"));
            }
            shown
        })
        .collect();
    assert_eq!(shown, expected, "{text:?}");
}

#[test]
fn every_value_and_every_list_has_its_place() {
    check(
        "a:\n- 12076:51004\n- 'x'\n\nb: {c: [1, \"y\"]}\n",
        &[r#"{a=["12076:51004"<12076:51004> "x"<'x'>]<- 12076:51004
- 'x'> b={c=[number 1<1> "y"<"y">]<[1, "y"]>}}"#],
    );
    check(
        "é: ü\nlist:\n  - ö # first\n  - 2\n# 3\n  \n",
        &["{é=\"ü\"<ü> list=[\"ö\"<ö> number 2<2>]<- ö # first\n  - 2>} #first"],
    );
    check(
        "a:\r\n  - 12076:50\r\n  -\r\nb:\r\n",
        &["{a=[\"12076:50\"<12076:50> null<>]<- 12076:50\r\n  -> b=null<>}"],
    );
    check(
        "- - 1\n  - 2\n- []\n",
        &["[[number 1<1> number 2<2>]<- 1\n  - 2> []<[]>]<- - 1\n  - 2\n- []>"],
    );
}

#[test]
fn values_are_those_of_the_core_schema() {
    check(
        "[null, ~, true, 0x2F2C13B0, 791417776, 1.5, 12076:5040, 190:20:30, yes, !!str 5040, !!int \"7\", !vault x, '', 05040]",
        &[concat!(
            "[null<null> null<~> bool<true> number 0x2F2C13B0<0x2F2C13B0> number 791417776<791417776> number 1.5<1.5> ",
            "\"12076:5040\"<12076:5040> \"190:20:30\"<190:20:30> \"yes\"<yes> \"5040\"<!!str 5040> number 7<!!int \"7\"> opaque<!vault x> \"\"<''> ",
            "number 05040<05040>]",
            "<[null, ~, true, 0x2F2C13B0, 791417776, 1.5, 12076:5040, 190:20:30, yes, !!str 5040, !!int \"7\", !vault x, '', 05040]>"
        )],
    );
    check("a: |\n  12076:51004\n", &["{a=\"12076:51004\\n\"<12076:51004>}"]);
}

#[test]
fn aliases_unfold_within_bounds() {
    check(
        "x: &x [1]\ny: *x\nz: {<<: &m {a: 1, b: 2}, b: 3}\n",
        &["{x=[number 1<1>]<[1]> y=[number 1<1>]<[1]> z={b=number 3<3> a=number 1<1>}}"],
    );
    let mut bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("b{level}: &a{level} [{inner}]\n"));
    }
    let read = Text::new(&bomb);
    assert_eq!(documents(&read, SourceId(0)).len(), 1);
}

#[test]
fn what_is_no_yaml_is_seen_through() {
    check("WARNING: a: b: c\na: 1\n", &["{a=number 1<1>}"]);
    check("\u{feff}a: 1\n", &["{a=number 1<1>}"]);
    check(
        "\u{1b}[94ma\u{1b}[39m:\n  \u{1b}[1m- \u{1b}[m12076:51004\n",
        &["{a=[\"12076:51004\"<12076:51004>]<- \u{1b}[m12076:51004>}"],
    );
    check(
        "---\na: 1\n---\nb: 2\n...\n",
        &["{a=number 1<1>}", "{b=number 2<2>}"],
    );
}

#[test]
fn damage_costs_one_document() {
    check(
        "a: [1, 2\n---\nb: 2\n---\nc: : :\n---\nd: 1\n",
        &[
            "{a=[number 1<1> number 2<2>]<[1, 2>} #YAML that is not valid",
            "{b=number 2<2>}",
            "{} #YAML that is not valid",
            "{d=number 1<1>}",
        ],
    );
    let deep = "[".repeat(1_000_000);
    let read = Text::new(&deep);
    assert!(documents(&read, SourceId(0))[0].damage.is_some());
    let deep: String = (0..5_000)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect();
    let read = Text::new(&deep);
    assert!(documents(&read, SourceId(0))[0].damage.is_some());
}
