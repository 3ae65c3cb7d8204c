//! Bicep: fixtures as snapshots, expressions one by one, and files that are spoilt.

mod deployment;
#[path = "bicep/expressions.rs"]
mod expressions;
#[path = "bicep/robust.rs"]
mod robust;
mod support;
#[path = "support/table.rs"]
mod table;

use std::fs;
use std::path::PathBuf;

use deployment::dump;
use pairlint_dialects::{DIALECTS, Fit, azure, bicep};
use pairlint_model::network::{Listing, Network};
use pairlint_model::source::{Source, SourceId};
use support::{files, fixtures, snapshot};

/// The dialect's own cases, and those that files of other kinds belong to.
fn cases() -> Vec<PathBuf> {
    let folders = [fixtures().join("dialects/bicep"), fixtures().join("deployments")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

fn together(sources: &[Source]) -> Network {
    let files: Vec<&Source> = sources.iter().collect();
    (bicep::DIALECT.together.as_ref().expect("a project").parse)(&files)
}

fn source(text: &str) -> Source {
    Source::new(SourceId(0), "main.bicep", text)
}

fn read(text: &str) -> Network {
    (bicep::DIALECT.parse)(&source(text))
}

#[test]
fn every_fixture_is_read_as_its_snapshot_says() {
    for case in cases() {
        let sources = files(&case);
        snapshot(&case, "model", &dump(&sources, &together(&sources)));
    }
}

#[test]
fn templates_with_parameter_files_are_read_per_environment() {
    let case = fixtures().join("dialects/azure/arm-template-parameters");
    let sources = files(&case);
    let all: Vec<&Source> = sources.iter().collect();
    let network = (azure::DIALECT.together.as_ref().expect("a project").parse)(&all);
    snapshot(&case, "together", &dump(&sources, &network));
}

/// What is judged of a network, without its places and ids.
fn content(network: &Network) -> String {
    let mut lines = Vec::new();
    for filter in &network.route_filters {
        let values: Vec<&str> = filter.communities().map(|value| value.text.as_str()).collect();
        let rules: Vec<String> = filter
            .rules
            .items()
            .iter()
            .map(|rule| {
                format!(
                    "{:?} {:?}",
                    rule.name.as_ref().map(|x| &x.value),
                    rule.access.as_ref().map(|x| &x.value)
                )
            })
            .collect();
        lines.push(format!(
            "{} {rules:?} {values:?} {:?}",
            filter.display_name(),
            filter.location.as_ref().map(|x| &x.value)
        ));
    }
    for circuit in &network.circuits {
        for peering in circuit.peerings.items() {
            let target = peering
                .route_filter
                .as_ref()
                .and_then(|id| id.value.rsplit('/').next());
            let own = network.route_filters.iter().any(|filter| {
                filter.id.as_ref().map(|id| &id.value) == peering.route_filter.as_ref().map(|id| &id.value)
            });
            lines.push(format!(
                "{} {:?} {:?} {:?} {target:?} {own}",
                circuit.display_name(),
                circuit.sku_tier.as_ref().map(|x| &x.value),
                peering.peering_type.as_ref().map(|x| &x.value),
                peering.primary.map(|net| net.value)
            ));
        }
    }
    lines.sort();
    lines.join("\n")
}

#[test]
fn a_compiled_template_says_what_its_source_says() {
    for (case, compiled) in [
        ("filter-and-circuit", "arm-template-compiled"),
        ("modules", "arm-template-compiled-modules"),
    ] {
        let bicep = together(&files(&fixtures().join("dialects/bicep").join(case)));
        let sources = files(&fixtures().join("dialects/azure").join(compiled));
        let compiled = (azure::DIALECT.parse)(&sources[0]);
        assert_eq!(content(&bicep), content(&compiled));
        assert!(
            content(&bicep).contains("rf-powerplatform-eu\") true"),
            "{}",
            content(&bicep)
        );
    }
}

#[test]
fn only_bicep_is_bicep() {
    for case in cases() {
        for source in files(&case).iter().filter(|source| source.name == "main.bicep") {
            let names: Vec<&str> = DIALECTS
                .iter()
                .filter(|dialect| (dialect.detect)(source) != Fit::No)
                .map(|dialect| dialect.name)
                .collect();
            let ours = !case.ends_with("nothing");
            assert_eq!(
                names,
                if ours { vec!["bicep"] } else { vec![] },
                "{}",
                case.display()
            );
        }
    }
    for (name, text) in [
        (
            "a.bicep",
            "resource x 'Microsoft.Storage/storageAccounts@2023-01-01' = {}",
        ),
        (
            "a.md",
            "resource x 'Microsoft.Network/routeFilters@2023-01-01' = {}",
        ),
        ("a.tf", "resource \"azurerm_route_filter\" \"x\" {}"),
    ] {
        let source = Source::new(SourceId(0), name, text);
        assert_eq!((bicep::DIALECT.detect)(&source), Fit::No, "{name}");
    }
    let piped = Source::new(
        SourceId(0),
        "-",
        "resource x 'Microsoft.Network/routeFilters@2023-01-01' = {}",
    );
    assert_eq!((bicep::DIALECT.detect)(&piped), Fit::Certain);
}

/// The communities that an expression gives; where it is not known, why.
#[track_caller]
fn check(expression: &str, expected: &str) {
    check_with("", expression, expected);
}

#[track_caller]
fn check_with(before: &str, expression: &str, expected: &str) {
    let text = format!(
        "{before}\nresource f 'Microsoft.Network/routeFilters@2024-05-01' = {{\n  name: 'rf'\n  properties: {{\n    \
         rules: [\n      {{ name: 'r', properties: {{ access: 'Allow', communities: {expression}\n }} }} ] }} }}\n"
    );
    assert_eq!(values(&read(&text)), expected, "{text}");
}

fn values(network: &Network) -> String {
    let [filter] = network.route_filters.as_slice() else {
        return format!("{} filters", network.route_filters.len());
    };
    let Listing::Known { items, .. } = &filter.rules else {
        return match &filter.rules {
            Listing::Unresolved { why, .. } => format!("? {why}"),
            _ => "no rules".to_owned(),
        };
    };
    match items.first().map(|rule| &rule.communities) {
        Some(Listing::Known { items, .. }) => {
            let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
            texts.join(" ")
        }
        Some(Listing::Unresolved { why, .. }) => format!("? {why}"),
        Some(Listing::Absent { .. }) => "absent".to_owned(),
        _ => "nothing".to_owned(),
    }
}

#[test]
fn literals() {
    check("['12076:1', '12076:2']", "12076:1 12076:2");
    check("[\n'12076:1'\n'12076:2'\n]", "12076:1 12076:2");
    check("[\r\n  '12076:1'\r\n]", "12076:1");
    check("[]", "");
    check("null", "absent");
    check("[5040]", "5040");
    check("['''\n12076:1''']", "12076:1");
    check("['12076\\u{3a}1']", "12076:1");
    check("['a\\'b\\\\ \\${x}']", "a'b\\ ${x}");
    check("['12076:${1 + 1}']", "12076:2");
    check("['${'12076'}:${40 / 4}${'x'}']", "12076:10x");
}

#[test]
fn names() {
    check_with("param p array = ['12076:1']", "p", "12076:1");
    check_with("param p array", "p", "? parameter `p` has no value");
    check_with("var a = b\nvar b = ['12076:1']", "a", "12076:1");
    check_with("var a = b\nvar b = a", "a", "? it refers to itself");
    check("nowhere", "? `nowhere` is not defined in the file");
    check_with(
        "@secure()\n@description('''\nx''')\nparam p string[] = [\n  '12076:1'\n]",
        "p",
        "12076:1",
    );
    check_with(
        "param p resourceInput<'A/b@1'>.properties.x? = ['12076:1']",
        "p",
        "12076:1",
    );
}

#[test]
fn reaching_into_values() {
    let o = "var o = { a: { b: ['12076:1'] }, 'c-d': ['12076:2'], l: [['12076:3']] }";
    check_with(o, "o.a.b", "12076:1");
    check_with(o, "o['c-d']", "12076:2");
    check_with(o, "o.l[0]", "12076:3");
    check_with(o, "o.?x ?? ['12076:4']", "12076:4");
    check_with(o, "o.?x.y.z ?? ['12076:4']", "12076:4");
    check_with(o, "o[?'x'] ?? ['12076:4']", "12076:4");
    check_with(o, "o.l[?7] ?? ['12076:4']", "12076:4");
    check_with(o, "o.a!.b!", "12076:1");
    check_with(o, "o.x", "? there is no `x`");
    check_with(o, "o.l[7]", "? there is no item 7");
}

#[test]
fn operators() {
    check("true ? ['12076:1'] : ['12076:2']", "12076:1");
    check("1 > 2\n ? ['12076:1']\n : ['12076:2']", "12076:2");
    check("!false && (1 <= 2 || nowhere) ? ['12076:1'] : []", "12076:1");
    check("null ?? ['12076:1']", "12076:1");
    check("'A' =~ 'a' ? ['12076:1'] : []", "12076:1");
    check("'A' !~ 'a' ? ['12076:1'] : []", "");
    check("'A' == 'a' ? ['12076:1'] : []", "");
    check("['12076:${7 % 4 * 2 - 1 + -1}']", "12076:4");
    check("nowhere == 1 ? ['12076:1'] : ['12076:1']", "12076:1");
    check(
        "nowhere == 1 ? ['12076:1'] : ['12076:2']",
        "? `nowhere` is not defined in the file",
    );
}

#[test]
fn loops_and_spread() {
    check("[for n in [1, 2]: '12076:${n}']", "12076:1 12076:2");
    check("[for (n, i) in ['a', 'b']: '12076:${i}']", "12076:0 12076:1");
    check("[for n in range(5, 2): '12076:${n}']", "12076:5 12076:6");
    check("[for n in [1, 2]: if (n > 1) '12076:${n}']", "12076:2");
    check("['12076:1', ...['12076:2']]", "12076:1 12076:2");
    check("[...nowhere]", "? `nowhere` is not defined in the file");
    check_with("var o = { ...{ a: ['12076:1'] }, b: 1 }", "o.a", "12076:1");
    check_with(
        "var o = { a: ['12076:1'], ...nowhere }",
        "o.a",
        "? `nowhere` is not defined in the file",
    );
}

#[test]
fn functions_of_lists() {
    check("concat(['12076:1'], ['12076:2'])", "12076:1 12076:2");
    check("union(['12076:1'], ['12076:1', '12076:2'])", "12076:1 12076:2");
    check("intersection(['12076:1', '12076:2'], ['12076:2'])", "12076:2");
    check("flatten([['12076:1'], ['12076:2']])", "12076:1 12076:2");
    check("array('12076:1')", "12076:1");
    check("take(skip(['a', '12076:1', 'b'], 1), 1)", "12076:1");
    check(
        "[first(['12076:1', 'b']), last(['a', '12076:2'])]",
        "12076:1 12076:2",
    );
    check("map([1, 2], n => '12076:${n}')", "12076:1 12076:2");
    check("map([1, 2], (n, i) => '12076:${i}')", "12076:0 12076:1");
    check("filter(['12076:1', 'x'], v => contains(v, ':'))", "12076:1");
    check(
        "reduce([['12076:1'], ['12076:2']], [], (all, one) => concat(all, one))",
        "12076:1 12076:2",
    );
    check(
        "map(items({ b: 2, a: 1 }), p => '12076:${p.value}')",
        "12076:1 12076:2",
    );
    check("objectKeys({ '12076:1': 0 })", "12076:1");
    check("empty([]) ? ['12076:${length([1, 2])}'] : []", "12076:2");
    check(
        "contains(['a'], 'a') && contains({ k: 1 }, 'K') ? ['12076:1'] : []",
        "12076:1",
    );
    check(
        "['12076:${min(3, 2)}', '12076:${max([1, 5])}']",
        "12076:2 12076:5",
    );
    check("union({ a: ['12076:1'] }, { b: 1 }).a", "12076:1");
    check("toObject([['12076:1']], x => 'k').k", "12076:1");
}

#[test]
fn functions_of_texts() {
    check("split('12076:1,12076:2', ',')", "12076:1 12076:2");
    check(
        "split('12076:1,12076:2;12076:3', [',', ';'])",
        "12076:1 12076:2 12076:3",
    );
    check("[join(['12076', '1'], ':')]", "12076:1");
    check("[format('{0}:{1}', 12076, '1')]", "12076:1");
    check("[format('{{{0}}}', 1)]", "{1}");
    check("[toUpper('a'), toLower('B'), trim(' c ')]", "A b c");
    check("[replace('12076-1', '-', ':')]", "12076:1");
    check(
        "[substring('x12076:12', 1, 7), padLeft('7', 3, '0')]",
        "12076:1 007",
    );
    check(
        "startsWith('12076:1', '12076') && endsWith('12076:1', ':1') ? ['12076:1'] : []",
        "12076:1",
    );
    check(
        "['12076:${indexOf('abc', 'c')}', string(1), '12076:${int('7')}']",
        "12076:2 1 12076:7",
    );
    check("json('[\"12076:1\"]')", "12076:1");
    check("coalesce(null, ['12076:1'])", "12076:1");
    check("az.concat(['12076:1'], [])", "12076:1");
    check("any(['12076:1'])", "12076:1");
    check(
        "['12076:${uniqueString('x')}']",
        "? `uniqueString` cannot be evaluated",
    );
    check("[environment().name]", "? `environment` cannot be evaluated");
    check_with(
        "func f(a string, b array) array => [for x in b: '${a}:${x}']",
        "f('12076', [1])",
        "12076:1",
    );
}

#[test]
fn what_is_not_understood_costs_itself() {
    let good = "resource f 'Microsoft.Network/routeFilters@2024-05-01' = {\n  name: 'rf'\n  properties: { rules: [{ name: \
                'r', properties: { communities: ['12076:1'] } }] }\n}\n";
    for odd in [
        "frobnicate x = {\n",
        "param p = [\n",
        "var v = 'never closed\n",
        "@odd(\n",
        "resource x\n",
        "resource 'x' = {}\n",
        "module m\n",
        "}}}]]\n",
        "func f( => \n",
        "import {\n",
        "type t = {\n  a: b\n",
        "é ü\n",
    ] {
        assert_eq!(values(&read(&format!("{odd}{good}"))), "12076:1", "{odd}");
        assert_eq!(values(&read(&format!("{good}{odd}"))), "12076:1", "{odd}");
    }
    check("[\n'12076:1'\n<<odd>>\n]", "? the expression is not understood");
    check("['12076:1' '12076:2']", "? the expression is not understood");
    check("f(", "? the declaration is not understood");
}

#[test]
fn comments_hold_no_communities_and_belong_to_values() {
    let text = "resource f 'Microsoft.Network/routeFilters@2024-05-01' = {\n  name: 'rf'\n  properties: { rules: [{ name: 'r'\n \
                properties: { communities: [\n '12076:1' // one\n // '12076:9'\n /* '12076:8' */ '12076:2'\n] } }] }\n}\n";
    let network = read(text);
    assert_eq!(values(&network), "12076:1 12076:2");
    let comments: Vec<String> = network.route_filters[0]
        .communities()
        .map(|value| {
            value
                .comment
                .as_ref()
                .map_or(String::new(), |comment| comment.value.clone())
        })
        .collect();
    assert_eq!(comments, ["// one", "/* '12076:8' */"]);
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    for case in cases() {
        for source in files(&case).iter().filter(|source| source.name == "main.bicep") {
            let plain = content(&read(source.text()));
            let text = format!("\u{feff}{}", source.text().replace('\n', "\r\n"));
            assert_eq!(content(&read(&text)), plain, "{}", case.display());
        }
    }
}
