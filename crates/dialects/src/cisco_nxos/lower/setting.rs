//! What a `set` line changes (NX-OS unicast routing command reference, `set`).

use pairlint_model::bgp::Asn;
use pairlint_model::policy::{Action, NumberEdit};

use super::lists::well_known;
use crate::atoms::{self, keyword, number};
use crate::cisco_nxos::tables::SET;
use crate::clauses::{number_edit, origin, set_communities, set_large_communities};
use crate::lines::Words;
use crate::notes::Notes;

/// Reads what follows `set`; nothing where it is not understood.
pub(super) fn action(mut words: Words<'_>, notes: &Notes<'_>) -> Option<Action> {
    let action = match keyword(words.next()?, SET)? {
        "community" => return set_communities(words, well_known),
        "comm-list" => Action::DeleteCommunityList {
            name: notes.name(deleted(words)?),
        },
        "large-community" => return set_large_communities(words),
        "large-comm-list" => Action::DeleteLargeCommunityList {
            name: notes.name(deleted(words)?),
        },
        "local-preference" => Action::SetLocalPreference(NumberEdit::To(number(words.only()?)?)),
        // Five values are for EIGRP.
        "metric" if words.count() == 5 => Action::Unsupported,
        "metric" => Action::SetMed(number_edit(words)?),
        "weight" => Action::SetWeight(number(words.only()?)?),
        "origin" => Action::SetOrigin(origin(words)?),
        "as-path" => as_path(words)?,
        // Next hops, tags, labels, packets and other protocols' attributes.
        _ => Action::Inert,
    };
    Some(action)
}

/// Reads `LIST delete`.
fn deleted(mut words: Words<'_>) -> Option<&str> {
    let name = words.next()?;
    (words.only()? == "delete").then_some(name)
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
