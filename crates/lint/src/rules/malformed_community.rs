//! `malformed-community`: text that Azure does not take for a community.

use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::filters::{FilterValue, FilterView, Malformed, Reading};
use crate::tables::Cloud;
use crate::words::{literal_list, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "malformed-community",
    severity: Severity::Error,
    summary: "a value of a route filter is not of the form 12076:value",
    page: include_str!("../../../../docs/rules/malformed-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, view) in cx.filters.iter().enumerate() {
        let cloud = cx.filter_cloud(index);
        for value in &view.values {
            let Some(defect) = defect(cx, cloud, value) else { continue };
            let mut finding = RULE
                .at(format!(
                    "{} in route filter `{}` {}",
                    shown(&value.written.text),
                    view.name(),
                    defect.message
                ))
                .label(value.written.span, defect.label)
                .help(defect.help)
                .object(view.name())
                .identity(view.identity())
                .fact("text", shown(&value.written.text))
                .remedy(remedy(view, value, &defect.meant));
            if !defect.meant.is_empty() {
                finding = finding.fact("communities", defect.meant);
            }
            found.push(finding);
        }
    }
}

/// Writes what was meant, where that is certain; takes out what is Microsoft's in no way.
fn remedy(view: &FilterView<'_>, value: &FilterValue<'_>, meant: &[Community]) -> Option<Remedy> {
    if let Reading::Malformed(Malformed::OtherAsn(_)) = value.reading {
        let title = format!("remove {}", shown(&value.written.text));
        return view.removal(value).map(|change| Remedy::guessed(title, vec![change]));
    }
    let of_microsoft = |community: &Community| u32::from(community.asn) == MICROSOFT.0;
    if meant.is_empty() || !meant.iter().all(of_microsoft) {
        return None;
    }
    let change = view.replacement(value, meant)?;
    Some(Remedy::safe(format!("write {}", plain_list(meant)), vec![change]))
}

/// What is wrong with a value, and what was probably meant.
struct Defect {
    message: String,
    label: &'static str,
    help: String,
    meant: Vec<Community>,
}

fn defect(cx: &Context<'_>, cloud: Option<Cloud>, value: &FilterValue<'_>) -> Option<Defect> {
    let known = |community: Community| cx.quoted(cloud, community);
    let write = |meant: &[Community]| format!("write {}", literal_list(meant));
    let form = || format!("write {MICROSOFT} and the value, with a colon between: \"12076:51002\"");
    let (message, label, help, meant) = match &value.reading {
        Reading::Community(_) => return None,
        Reading::Loose(community) => (
            format!("is not written as the service writes it, which is `{community}`"),
            "spaces, leading zeros or an unusual colon",
            write(&[*community]),
            vec![*community],
        ),
        Reading::Malformed(malformed) => match malformed {
            Malformed::Joined(meant) => (
                format!("holds {} values, and is one to the service", meant.len()),
                "one text is one community",
                format!("write {} as values of their own", literal_list(meant)),
                meant.clone(),
            ),
            Malformed::Packed(community) => (
                format!("is one 32-bit number, which stands for {}", known(*community)),
                "the service takes text of the form `asn:value`",
                write(&[*community]),
                vec![*community],
            ),
            Malformed::Bare(community) if cx.meaning(cloud, *community).is_some() => (
                format!("lacks `12076:`; it may stand for {}", known(*community)),
                "no autonomous system",
                write(&[*community]),
                vec![*community],
            ),
            Malformed::Bare(_) => ("lacks `12076:`".to_owned(), "no autonomous system", form(), Vec::new()),
            Malformed::OtherAsn(asn) => (
                format!("is a community of AS {asn}; Microsoft sends only those of AS 12076"),
                "not a community of AS 12076",
                "remove it: a route filter chooses among Microsoft's own communities".to_owned(),
                Vec::new(),
            ),
            Malformed::OutOfRange => (
                "does not fit: each half of a community is at most 65535".to_owned(),
                "out of range",
                form(),
                Vec::new(),
            ),
            Malformed::Wildcard => (
                "is a pattern; a route filter takes single values".to_owned(),
                "no single value",
                "list each community by itself".to_owned(),
                Vec::new(),
            ),
            Malformed::NotStandard => (
                "is not a standard community, which has two halves".to_owned(),
                "large and extended communities are not used here",
                form(),
                Vec::new(),
            ),
            Malformed::NotText => (
                "is no text".to_owned(),
                "a community is a text in quotes",
                form(),
                Vec::new(),
            ),
            Malformed::Other => ("is not a community".to_owned(), "no value", form(), Vec::new()),
        },
    };
    Some(Defect {
        message,
        label,
        help,
        meant,
    })
}

/// The text in quotes, at a length that a line holds.
fn shown(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match visible.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", visible.get(..end).unwrap_or_default()),
        None => format!("`{visible}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let expected = format!("error: `{value}` in route filter `rf` {expected} @ \"{value}\"");
        Case::new().filter("rf", &[value]).finds(RULE, &[&expected]);
    }

    #[test]
    fn each_form_has_its_words() {
        check("12076:051002", "is not written as the service writes it, which is `12076:51002`");
        check("12076:51002,12076:51003", "holds 2 values, and is one to the service");
        check("791463738", "is one 32-bit number, which stands for `12076:51002` (West Europe)");
        check("51002", "lacks `12076:`; it may stand for `12076:51002` (West Europe)");
        check("7", "lacks `12076:`");
        check("65000:1", "is a community of AS 65000; Microsoft sends only those of AS 12076");
        check("12076:99999", "does not fit: each half of a community is at most 65535");
        check("12076:51*", "is a pattern; a route filter takes single values");
        check("12076:1:2", "is not a standard community, which has two halves");
        check("West Europe", "is not a community");
    }

    #[test]
    fn a_proper_value_is_silence() {
        Case::new().filter("rf", &["12076:51002", "12076:51003"]).finds(RULE, &[]);
    }

    #[test]
    fn long_and_odd_text_is_cut() {
        let long = "x".repeat(100);
        let found = Case::new().filter("rf", &[&long]).run(RULE);
        assert!(found.first().is_some_and(|line| line.contains('…') && line.len() < 300), "{found:?}");
    }
}
