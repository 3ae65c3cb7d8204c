//! YAML that configurations load: one document, whose scalars are what every version of YAML makes of them. What the
//! versions do not agree on (`yes`, `017`) is left open.

use std::borrow::Cow;

use pairlint_model::source::SourceId;

use super::{Text, documents};
use crate::documents::{Kind, Node, Property};

/// Deeper values are in no file of values.
const MAXIMUM_DEPTH: usize = 60;

/// A value as a program gets it.
pub enum Value<'n, 't> {
    Null,
    Bool(bool),
    /// In decimal.
    Number(Cow<'n, str>),
    Text(&'n str),
    List(&'n [Node<'t>]),
    /// What `<<` names is merged in.
    Map(&'n [Property<'t>]),
    /// What readers of YAML do not agree on, and why.
    Open(&'static str),
}

/// Reads a text with one document, or with none, which is null; `None` where it is no YAML, or too deep.
pub fn root<'t>(text: &'t Text<'_>, source: SourceId) -> Option<Node<'t>> {
    let mut documents = documents(text, source);
    let Some(document) = documents.pop() else {
        return Some(Node {
            kind: Kind::Null,
            span: pairlint_model::source::Span {
                source,
                start: 0,
                end: 0,
            },
            cut: false,
        });
    };
    let whole = documents.is_empty() && document.damage.is_none() && fits(&document.root, MAXIMUM_DEPTH);
    whole.then_some(document.root)
}

fn fits(node: &Node<'_>, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else {
        return false;
    };
    match &node.kind {
        Kind::List(items) => items.iter().all(|item| fits(item, below)),
        Kind::Object(object) => object.0.iter().all(|property| fits(&property.value, below)),
        _ => true,
    }
}

/// What a value of a text is.
pub fn value<'n, 't>(text: &Text<'_>, node: &'n Node<'t>) -> Value<'n, 't> {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    let written = text.original.get(start..end).unwrap_or("");
    match &node.kind {
        Kind::Null => Value::Null,
        // A tag may stand in front.
        Kind::Bool => match written.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::Open(TAGGED),
        },
        Kind::Number(digits) => number(digits),
        Kind::Text(words) if words == written && !is_block(text.original, start) => plain(words),
        Kind::Text(words) => Value::Text(words),
        Kind::List(items) => Value::List(items),
        Kind::Object(object) if object.0.iter().any(|property| property.key == "<<") => {
            Value::Open("what `<<` names is no map")
        }
        Kind::Object(object) => Value::Map(&object.0),
        Kind::Opaque(why) => Value::Open(why),
    }
}

/// Whether a text that starts here stands below `|` or `>`, and is one whatever it looks like.
fn is_block(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or("").trim_end();
    let word = before.rsplit([' ', '\t', '\n', '\r']).next().unwrap_or("");
    word.starts_with(['|', '>'])
}

const TAGGED: &str = "a value of YAML with a tag is not read";
const DISPUTED: &str =
    "`yes`, `no`, `on` and `off` are words in one version of YAML, and truth values in another";
const OCTAL: &str = "a number with a leading zero is octal in one version of YAML, and decimal in another";
const BASED: &str = "the versions of YAML do not agree on whether this is a number";
const RANGE: &str = "a number that is out of range";

fn plain(text: &str) -> Value<'_, 'static> {
    let disputed = ["y", "n", "yes", "no", "on", "off"];
    if disputed.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Value::Open(DISPUTED);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let based = unsigned.strip_prefix("0b").or_else(|| {
        let signed = unsigned.len() < text.len();
        unsigned
            .strip_prefix("0x")
            .or_else(|| unsigned.strip_prefix("0o"))
            .filter(|_| signed)
    });
    match based {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => Value::Open(BASED),
        _ => Value::Text(text),
    }
}

fn number(digits: &str) -> Value<'_, 'static> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return match i64::from_str_radix(digits, radix) {
                Ok(number) => Value::Number(number.to_string().into()),
                Err(_) => Value::Open(RANGE),
            };
        }
    }
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Value::Open(OCTAL);
    }
    if digits.contains(['n', 'N']) {
        // Infinity, and what is no number.
        return Value::Open(RANGE);
    }
    Value::Number(digits.strip_prefix('+').unwrap_or(digits).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &Text<'_>, node: &Node<'_>) -> String {
        match value(text, node) {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(digits) => digits.to_string(),
            Value::Text(words) => format!("{words:?}"),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| show(text, item)).collect();
                format!("[{}]", items.join(","))
            }
            Value::Map(properties) => {
                let entries = properties
                    .iter()
                    .map(|property| format!("{}={}", property.key, show(text, &property.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
            Value::Open(_) => "?".to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = Text::whole(text);
        let shown = root(&read, SourceId(0)).map_or_else(|| "!".to_owned(), |node| show(&read, &node));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn values_are_what_the_versions_agree_on() {
        check("a: 1\nb: [x, 'y', \"z\"]\n", r#"{a=1,b=["x","y","z"]}"#);
        check(
            "- 12076:51002\n- '12076:51003'\n",
            r#"["12076:51002","12076:51003"]"#,
        );
        check("- ~\n-\n- null\n- true\n- False\n", "[null,null,null,true,false]");
        check(
            "- 1\n- -2\n- 1.5\n- 0x10\n- 1e3\n- +3\n- 0\n",
            "[1,-2,1.5,16,1e3,3,0]",
        );
        check(
            "- yes\n- Off\n- N\n- 017\n- 0b11\n- -0x10\n- .inf\n",
            "[?,?,?,?,?,?,?]",
        );
        check(
            "- 'yes'\n- \"017\"\n- !!str no\n- |-\n  on\n",
            r#"["yes","017","no","on"]"#,
        );
        check(
            "- !!int 3\n- !!str 3\n- !!binary aGk=\n- !!bool yes\n- !own 3\n",
            r#"[3,"3",?,?,?]"#,
        );
        check("a: |\n  one\n  two\n", r#"{a="one\ntwo\n"}"#);
        check("# nothing\n", "null");
        check("", "null");
        check("--- 1\n--- 2\n", "!");
        check("a: [1\n", "!");
        check("true: 1\n~: 2\n3: 3\n", "{true=1,~=2,3=3}");
        check("? [a]\n: 1\n", "{=?}");
        // What looks like a line of a log is a key here.
        check("WARNING: 1\n", "{WARNING=1}");
    }

    #[test]
    fn aliases_and_merged_maps() {
        check("a: &x [1]\nb: *x\n", "{a=[1],b=[1]}");
        check(
            "base: &b {p: 1, q: 2}\nit:\n  <<: *b\n  q: 3\n",
            "{base={p=1,q=2},it={q=3,p=1}}",
        );
        check("it:\n  <<: 3\n", "{it=?}");
        check("b: &b {p: 1}\nit:\n  <<: [*b, 3]\n", "{b={p=1},it=?}");
        check(&"[".repeat(5000), "!");
        check(&format!("{}{}", "[".repeat(61), "]".repeat(61)), "!");
    }

    #[test]
    fn an_endless_value_is_open() {
        let mut bomb = String::from("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for at in 1..12 {
            let before = at - 1;
            bomb.push_str(&format!(
                "a{at}: &a{at} [{}]\n",
                vec![format!("*a{before}"); 10].join(", ")
            ));
        }
        let read = Text::whole(&bomb);
        let root = root(&read, SourceId(0)).expect("YAML");
        assert!(show(&read, &root).ends_with("?]}"));
    }

    #[test]
    fn places_are_in_bytes() {
        let text = "ä: 1\nö: ['ü', 12076:51002]\n";
        let read = Text::whole(text);
        let root = root(&read, SourceId(0)).expect("YAML");
        let list = root.object().and_then(|object| object.get("ö")?.list());
        let slices: Vec<&str> = list
            .unwrap_or_default()
            .iter()
            .map(|item| &text[item.span.start as usize..item.span.end as usize])
            .collect();
        assert_eq!(slices, ["'ü'", "12076:51002"]);
    }
}
