//! Output of the tools that is not JSON: recognised, so that it can be said what to export instead.
//!
//! Tables hold no lists at all, tab-separated output holds their lengths, and both are what people paste
//! first.

use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{Source, Span};

use super::json::is_log_line;
use super::reader::{CIRCUIT_AS_DEEP_JSON, CIRCUIT_AS_JSON, FILTER_AS_DEEP_JSON, FILTER_AS_JSON};
use super::secret;
use super::sniff::{contains, names_resource};
use super::{csv, yaml_output};
use crate::documents::yaml::Text;

/// How many bytes of a text are looked at to tell its form.
const HEAD: usize = 16 * 1024;

/// What a text looks like from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `preamble`: something else comes first.
    Json {
        preamble: bool,
    },
    Text(TextForm),
    Yaml,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextForm {
    layout: Layout,
    /// Of circuits, not of filters.
    circuits: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Table,
    Tabs,
    /// `Name : value`, as PowerShell prints an object.
    FormatList,
    /// Only what went to the error stream.
    Errors,
}

pub(super) fn form(text: &str) -> Option<Form> {
    let content = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let first = content.lines().next()?;
    if content.starts_with(['{', '[']) || content.starts_with("//") || content.starts_with("/*") {
        return Some(Form::Json { preamble: false });
    }
    let mut end = content.len().min(HEAD);
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    let head = content.get(..end).unwrap_or("");
    let preamble = first.starts_with('\u{1b}') || is_log_line(first);
    if preamble {
        let text = Text::new(head);
        let behind = text.plain().trim_start();
        let json = behind.starts_with(['{', '[']) || content.lines().any(|line| line.starts_with(['{', '[']));
        let errors = first.contains("ERROR:") && names_resource(head);
        return if json {
            Some(Form::Json { preamble: true })
        } else if yaml_output::may_be(behind) {
            Some(Form::Yaml)
        } else {
            errors.then_some(Form::Text(TextForm {
                layout: Layout::Errors,
                circuits: false,
            }))
        };
    }
    if csv::header(content).is_some_and(|(_, line)| is_csv(head, line)) && !first.contains('\t') {
        return Some(Form::Csv);
    }
    let Some(layout) = layout(head, first) else {
        return yaml_output::may_be(content).then_some(Form::Yaml);
    };
    let circuits = is_of_circuits(head, layout);
    Some(Form::Text(TextForm { layout, circuits }))
}

fn layout(head: &str, first: &str) -> Option<Layout> {
    if head.lines().take(10).any(is_rule_of_table) {
        return is_table(head).then_some(Layout::Table);
    }
    if first.contains('\t') {
        let ours = first
            .split('\t')
            .any(|cell| cell.starts_with("/subscriptions/") && names_resource(cell));
        return ours.then_some(Layout::Tabs);
    }
    let (key, _) = first.split_once([':', ',']).unwrap_or((first, ""));
    (key.ends_with(' ') && is_format_list(head)).then_some(Layout::FormatList)
}

/// The line of dashes under the heads of a table.
fn is_rule_of_table(line: &str) -> bool {
    line.starts_with("--") && line.bytes().all(|byte| matches!(byte, b'-' | b' ' | b'\r'))
}

fn heads(head: &str) -> Option<&str> {
    let lines = head.lines().zip(head.lines().skip(1)).take(10);
    lines
        .filter(|(_, rule)| is_rule_of_table(rule))
        .map(|(heads, _)| heads)
        .next()
}

/// A table of filters, rules, circuits or peerings. The heads of filters (place, name, state, group) are
/// those of other resources, too; network watchers, which every subscription has, are told by the names
/// that Azure gives them.
fn is_table(head: &str) -> bool {
    let Some(heads) = heads(head) else { return false };
    let columns: Vec<&str> = heads.split_whitespace().collect();
    let telling = [
        "RouteFilterRuleType",
        "CircuitProvisioningState",
        "ServiceProviderProvisioningState",
        "PeeringType",
    ];
    columns.iter().any(|column| telling.contains(column))
        || (columns == ["Location", "Name", "ProvisioningState", "ResourceGroup"]
            && !head.contains("NetworkWatcher"))
}

/// Whether circuits or peerings are listed, and not filters, whose ids peerings hold, too.
fn is_of_circuits(head: &str, layout: Layout) -> bool {
    let bytes = head.as_bytes();
    match layout {
        Layout::Table => heads(head)
            .is_some_and(|heads| heads.contains("CircuitProvisioningState") || heads.contains("PeeringType")),
        Layout::Tabs | Layout::Errors => !contains(bytes, b"/routefilters", 6),
        Layout::FormatList => {
            contains(bytes, b"circuitprovisioningstate", 10) || contains(bytes, b"peeringtype", 8)
        }
    }
}

/// Columns of Resource Graph or PowerShell, and an id or a value of ours in the first lines.
fn is_csv(head: &str, line: &str) -> bool {
    let Some(separator) = csv::separator(line) else {
        return false;
    };
    let columns: Vec<String> = line
        .split(char::from(separator))
        .map(|cell| cell.trim_matches(['"', ' ', '\r']).to_ascii_lowercase())
        .collect();
    const TELLING: &[&str] = &[
        "id",
        "type",
        "name",
        "resourceid",
        "communities",
        "routefiltername",
    ];
    columns.len() > 1
        && columns
            .iter()
            .all(|column| !column.contains(['{', ':', '=', '(']))
        && columns.iter().any(|column| TELLING.contains(&column.as_str()))
        // A table of communities alone may be of anything.
        && (contains(head.as_bytes(), b"routefilter", 5)
            || contains(head.as_bytes(), b"/expressroutecircuits", 2))
}

fn is_format_list(head: &str) -> bool {
    let keys: Vec<&str> = head
        .lines()
        .filter_map(|line| line.split_once(" : ").or_else(|| line.split_once(" :")))
        .map(|(key, _)| key.trim())
        .collect();
    let telling = ["RouteFilterRuleType", "CircuitProvisioningState", "PeeringType"];
    // Ids are wrapped in the middle of a word.
    let unwrapped: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    keys.iter().any(|key| telling.contains(key))
        || (keys.contains(&"Rules") && contains(unwrapped.as_bytes(), b"/routefilters/", 6))
}

/// YAML as `az` prints it: plain keys, sorted; not a manifest, a playbook or a program, which say what they
/// are at the margin.
pub(super) fn is_yaml(content: &str) -> bool {
    let first = content.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    const OTHERS: &[&str] = &[
        "apiVersion:",
        "kind:",
        "resources:",
        "runtime:",
        "hosts:",
        "tasks:",
        "jobs:",
        "steps:",
        "- hosts:",
    ];
    let first = first.trim_start_matches("- ");
    let starts = first == "---" || first.split_once(':').is_some_and(|(key, _)| is_key(key));
    if !starts || !names_resource(content) && !contains(content.as_bytes(), b"peeringtype", 8) {
        return false;
    }
    let mut telling = false;
    for line in content.lines() {
        // Prose and code at the margin: a page or a program with YAML in it.
        let margin = !line.is_empty() && !line.starts_with([' ', '-', '#', '\r']);
        let plain = || line.split_once(':').is_some_and(|(key, _)| is_key(key));
        if OTHERS.iter().any(|other| line.starts_with(other)) || margin && !plain() {
            return false;
        }
        let line = line.trim_start_matches([' ', '-']);
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        telling |= match key {
            "id" => value.starts_with("/subscriptions/") && names_resource(value),
            "type" => {
                value.starts_with("Microsoft.Network/") && names_resource(value) && !value.contains('@')
            }
            "routeFilterRuleType" | "peeringType" => !value.is_empty(),
            _ => false,
        };
    }
    telling
}

/// A key as `az` prints it.
fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What there is to say about such a file: that it holds no values, and where its keys stand.
pub(super) fn remarks(source: &Source, form: TextForm) -> Network {
    let (az, powershell) = if form.circuits {
        (CIRCUIT_AS_JSON, CIRCUIT_AS_DEEP_JSON)
    } else {
        (FILTER_AS_JSON, FILTER_AS_DEEP_JSON)
    };
    let text = source.text();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let span = source.span(first.trim_start_matches('\u{feff}'));
    let truncated = |what: &str, instead: &str| RemarkKind::Truncated {
        what: what.to_owned(),
        instead: instead.to_owned(),
    };
    let kind = match form.layout {
        Layout::Table => truncated("a table (`az --output table`), which leaves out the lists", az),
        Layout::Tabs => truncated(
            "tab-separated output (`az --output tsv`), which gives only the length of lists",
            az,
        ),
        Layout::FormatList => truncated("a listing that PowerShell printed for people", powershell),
        Layout::Errors => RemarkKind::Incomplete {
            what: "a saved error message, not an export".to_owned(),
        },
    };
    let mut remarks = vec![Remark { span, kind }];
    remarks.extend(secrets(source, form.layout).map(|(span, what)| Remark {
        span,
        kind: RemarkKind::Secret { what },
    }));
    Network {
        remarks,
        ..Network::default()
    }
}

/// Keys in `serviceKey: …`, in `ServiceKey : …` and in the column of a table.
fn secrets(source: &Source, layout: Layout) -> impl Iterator<Item = (Span, String)> {
    let column = heads(source.text())
        .filter(|_| layout == Layout::Table)
        .and_then(|heads| heads.find("ServiceKey"));
    source.text().lines().filter_map(move |line| {
        let (what, value) = match column {
            Some(column) => ("serviceKey", line.get(column..)?.split_whitespace().next()?),
            None => {
                let (key, value) = line.split_once(':')?;
                let key = key.trim_matches([' ', '-']);
                let what = secret::KEYS
                    .iter()
                    .find(|secret| secret.eq_ignore_ascii_case(key))?;
                (*what, value.trim())
            }
        };
        let heading = value.starts_with("--") || value == "ServiceKey";
        let plain = value.trim_matches(['\'', '"']);
        (!heading && !plain.is_empty() && !secret::is_masked(plain))
            .then(|| (source.span(value), what.to_owned()))
    })
}
