//! What an `apply` line changes.

use pairlint_model::bgp::{Asn, Community, LargeCommunity, Origin};
use pairlint_model::policy::{Action, NumberEdit};

use super::filters::well_known;
use super::take_name;
use crate::atoms::{self, CommunityWord, number};
use crate::huawei_vrp::tables::APPLY_INERT;
use crate::lines::Words;
use crate::notes::Notes;

/// What a line turned out to be.
pub(super) enum Applied {
    Action(Action),
    /// The device answers with an error; why, in its words.
    Refused(&'static str),
    Unread,
}

impl From<Option<Action>> for Applied {
    fn from(action: Option<Action>) -> Applied {
        action.map_or(Applied::Unread, Applied::Action)
    }
}

/// Reads what follows `apply`.
pub(super) fn apply(mut words: Words<'_>, notes: &Notes<'_>) -> Applied {
    let kind = words.next().unwrap_or("");
    match kind {
        "community" => community(words).into(),
        // Comware calls the filter a list.
        "comm-filter" | "comm-list" => match (take_name(&mut words), words.next()) {
            (Some(name), Some("delete")) => Applied::Action(Action::DeleteCommunityList {
                name: notes.name(name),
            }),
            (Some(_), None) => Applied::Refused("`delete` is missing"),
            _ => Applied::Unread,
        },
        "large-community" => large(words).into(),
        "as-path" => as_path(words).into(),
        "local-preference" => edit(words).map(Action::SetLocalPreference).into(),
        "cost" | "med" => match words.peek() {
            // Values that only the device knows.
            Some("inherit" | "none" | "igp-metric") => Applied::Action(Action::Unsupported),
            _ => edit(words).map(Action::SetMed).into(),
        },
        "preferred-value" => words.only().and_then(number).map(Action::SetWeight).into(),
        "origin" => origin(words).map(Action::SetOrigin).into(),
        "community-list" | "large-community-list" => Applied::Action(Action::Unsupported),
        _ if APPLY_INERT.contains(&kind) => Applied::Action(Action::Inert),
        _ => Applied::Unread,
    }
}

/// Reads `none`, or values and names, `additive` perhaps.
fn community(words: Words<'_>) -> Option<Action> {
    match words.peek()? {
        "none" => return words.only().map(|_| Action::SetCommunities(Vec::new())),
        // The values are in another list.
        "community-list" => return Some(Action::Unsupported),
        _ => {}
    }
    let mut values: Vec<Community> = Vec::new();
    let mut additive = false;
    for word in words {
        match atoms::community(word) {
            CommunityWord::Value(community) => values.push(community),
            CommunityWord::OutOfRange => return None,
            CommunityWord::Other if word == "additive" => additive = true,
            CommunityWord::Other => values.push(well_known(word)?),
        }
    }
    match (values.is_empty(), additive) {
        (true, true) => Some(Action::Inert),
        (true, false) => None,
        (false, true) => Some(Action::AddCommunities(values)),
        (false, false) => Some(Action::SetCommunities(values)),
    }
}

/// Reads `1:1:1 2:2:2 additive|overwrite|delete`.
fn large(words: Words<'_>) -> Option<Action> {
    if words.peek() == Some("none") {
        return Some(Action::SetLargeCommunities(Vec::new()));
    }
    let mut values: Vec<LargeCommunity> = Vec::new();
    let mut how = "overwrite";
    for word in words {
        match atoms::large_community(word) {
            Some(large) => values.push(large),
            None if ["additive", "overwrite", "delete"].contains(&word) => how = word,
            None => return None,
        }
    }
    match how {
        _ if values.is_empty() => None,
        "additive" => Some(Action::AddLargeCommunities(values)),
        "delete" => Some(Action::Unsupported),
        _ => Some(Action::SetLargeCommunities(values)),
    }
}

/// Reads `65001 65001 additive`; Comware adds without a word and has `replace`.
fn as_path(words: Words<'_>) -> Option<Action> {
    let mut path: Vec<Asn> = Vec::new();
    for word in words {
        match atoms::asn(word) {
            Some(asn) => path.push(asn),
            None if word == "additive" => {}
            // What is there is replaced or shortened.
            None if ["overwrite", "delete", "none", "replace", "most-recent"].contains(&word) => {
                return Some(Action::Unsupported);
            }
            None => return None,
        }
    }
    (!path.is_empty()).then_some(Action::PrependAsPath(path))
}

/// Reads `100`, `+ 100` or `- 100`.
fn edit(mut words: Words<'_>) -> Option<NumberEdit> {
    let first = words.next()?;
    let (sign, digits) = match first {
        "+" | "-" => (first, words.next()?),
        _ => match first.strip_prefix(['+', '-']) {
            Some(digits) => (first.get(..1)?, digits),
            None => ("", first),
        },
    };
    let value = number(digits)?;
    words.is_empty().then_some(match sign {
        "+" => NumberEdit::Add(value),
        "-" => NumberEdit::Subtract(value),
        _ => NumberEdit::To(value),
    })
}

/// Reads `igp`, `incomplete`, `egp 100`.
fn origin(mut words: Words<'_>) -> Option<Origin> {
    let origin = match words.next()? {
        "igp" => Origin::Igp,
        "incomplete" => Origin::Incomplete,
        "egp" => {
            words.next();
            Origin::Egp
        }
        _ => return None,
    };
    words.is_empty().then_some(origin)
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let notes = Notes::new(&source, 0);
        let found = match apply(Words::new(source.text()), &notes) {
            Applied::Action(Action::DeleteCommunityList { name }) => format!("delete {}", name.value),
            Applied::Action(action) => format!("{action:?}"),
            Applied::Refused(_) => "refused".to_owned(),
            Applied::Unread => "unread".to_owned(),
        };
        let found = found
            .replace("Community { asn: ", "")
            .replace(", value: ", ":")
            .replace(" }", "");
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn communities() {
        check(
            "community 12076:51002 100",
            "SetCommunities([12076:51002, 0:100])",
        );
        check("community no-export additive", "AddCommunities([65535:65281])");
        check("community none", "SetCommunities([])");
        check("community 1:70000", "unread");
        check("community", "unread");
        check("comm-filter 1 delete", "delete 1");
        check("comm-filter \"A B\" delete", "delete A B");
        check("comm-filter 1", "refused");
    }

    #[test]
    fn numbers_paths_and_the_rest() {
        check("local-preference 200", "SetLocalPreference(To(200))");
        check("local-preference + 20", "SetLocalPreference(Add(20))");
        check("cost -5", "SetMed(Subtract(5))");
        check("cost inherit", "Unsupported");
        check("preferred-value 100", "SetWeight(100)");
        check(
            "as-path 65001 1.10 additive",
            "PrependAsPath([Asn(65001), Asn(65546)])",
        );
        check("as-path 65001 overwrite", "Unsupported");
        check("as-path none overwrite", "Unsupported");
        check("origin egp 100", "SetOrigin(Egp)");
        check("ip-address next-hop 192.0.2.1", "Inert");
        check("frobnicate", "unread");
    }
}
