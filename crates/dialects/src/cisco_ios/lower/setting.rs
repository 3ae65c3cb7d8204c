//! What a `set` line changes.

use pairlint_model::bgp::Asn;
use pairlint_model::policy::{Action, NumberEdit};

use super::Notes;
use super::community::well_known;
use crate::atoms::{self, keyword, number};
use crate::cisco_ios::tables::SET;
use crate::clauses::{number_edit, origin, set_communities, set_large_communities};
use crate::lines::Words;

/// Reads what follows `set`; nothing where it is not understood.
pub(super) fn action(mut words: Words<'_>, notes: &Notes<'_>) -> Option<Action> {
    let action = match keyword(words.next()?, SET)? {
        "community" => return set_communities(words, well_known),
        "comm-list" => Action::DeleteCommunityList {
            name: notes.name(deleted(words)?),
        },
        "large-community" => return set_large_communities(words),
        "large-comm-list" | "largecomm-list" => Action::DeleteLargeCommunityList {
            name: notes.name(deleted(words)?),
        },
        "local-preference" => Action::SetLocalPreference(NumberEdit::To(number(words.only()?)?)),
        "metric" => metric(words)?,
        "weight" => Action::SetWeight(number(words.only()?)?),
        "origin" => Action::SetOrigin(origin(words)?),
        "as-path" => as_path(words)?,
        // Next hops, tags, QoS and other protocols' attributes.
        _ => Action::Inert,
    };
    Some(action)
}

/// Reads `LIST delete`.
fn deleted(mut words: Words<'_>) -> Option<&str> {
    let name = words.next()?;
    words.only()?.eq_ignore_ascii_case("delete").then_some(name)
}

fn metric(words: Words<'_>) -> Option<Action> {
    let count = words.count();
    let first = words.peek()?;
    if keyword(first, &["igp-metric", "rtt-metric", "aigp-metric"]).is_some() || count == 5 {
        // A value that only the device knows, or one for EIGRP.
        return Some(Action::Unsupported);
    }
    number_edit(words).map(Action::SetMed)
}

/// Reads `prepend 65001 65001`; `prepend last-as 3`, `tag` and `replace …` depend on the route.
fn as_path(mut words: Words<'_>) -> Option<Action> {
    match keyword(words.next()?, &["prepend", "tag", "replace"])? {
        "prepend" if !words.eat("last-as") => {
            let path: Option<Vec<Asn>> = words.map(atoms::asn).collect();
            path.filter(|path| !path.is_empty()).map(Action::PrependAsPath)
        }
        _ => Some(Action::Unsupported),
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let notes = Notes::new(&source, 0);
        let found = match action(Words::new(source.text()), &notes) {
            Some(Action::SetCommunities(values)) => format!("= {values:?}"),
            Some(Action::AddCommunities(values)) => format!("+ {values:?}"),
            Some(Action::DeleteCommunityList { name }) => format!("delete {}", name.value),
            Some(other) => format!("{other:?}"),
            None => "unread".to_owned(),
        };
        let found = found
            .replace("Community { asn: ", "")
            .replace(", value: ", ":")
            .replace(" }", "");
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn communities() {
        check("community 12076:51002 791463739", "= [12076:51002, 12076:51003]");
        check("community 65001:1 no-export additive", "+ [65001:1, 65535:65281]");
        check("community none", "= []");
        check("communi 3", "= [0:3]");
        check("community additive", "unread");
        check("community 1:70000", "unread");
        check("comm-list EU delete", "delete EU");
        check("comm-list EU", "unread");
    }

    #[test]
    fn numbers() {
        check("local-preference 200", "SetLocalPreference(To(200))");
        check("local-pref 200", "SetLocalPreference(To(200))");
        check("metric 10", "SetMed(To(10))");
        check("metric +10", "SetMed(Add(10))");
        check("metric - 10", "SetMed(Subtract(10))");
        check("metric igp-metric", "Unsupported");
        check("metric 10000 100 255 1 1500", "Unsupported");
        check("metric 1 2", "unread");
        check("weight 1000", "SetWeight(1000)");
        check("weight", "unread");
    }

    #[test]
    fn paths_and_the_rest() {
        check(
            "as-path prepend 65001 1.10",
            "PrependAsPath([Asn(65001), Asn(65546)])",
        );
        check("as-path prepend last-as 3", "Unsupported");
        check("as-path replace any", "Unsupported");
        check("as-path prepend", "unread");
        check("origin egp 100", "SetOrigin(Egp)");
        check("ip next-hop 192.0.2.1", "Inert");
        check("extcommunity rt 1:1 additive", "Inert");
        check("frobnicate", "unread");
    }
}
