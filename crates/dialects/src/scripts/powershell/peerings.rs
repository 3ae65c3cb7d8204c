//! Peerings of a circuit that the script has: which one is meant, and what is assigned to it ("Configure route filters for
//! Microsoft peering: Azure PowerShell" of the ExpressRoute documentation, read 2026-11).

use super::cmdlets::{CIRCUIT, index, listed, number};
use super::{Script, Step, object};
use crate::deployment::value::{Kind, Value};
use crate::scripts::world::{Text, reference};

/// Keys of objects that stand for all peerings of a circuit, for their names, for one of them, and for which one.
const PEERINGS: &str = "\0peerings";
const NAMES: &str = "\0names";
const PEERING: &str = "\0peering";
const WHICH: &str = "\0which";

const MICROSOFT: &str = "MicrosoftPeering";

/// What a step leads to from a circuit, its peerings or one of them.
pub(super) fn step(value: &Text, step: &Step) -> Option<Text> {
    let span = value.span;
    let of = |key, at| object(vec![(key, Some(number(at, span)))], span);
    if let (Some(at), Step::Member(member)) = (index(value, CIRCUIT), step) {
        return (member == "peerings").then(|| of(PEERINGS, at));
    }
    let at = index(value, PEERINGS)?;
    match step {
        Step::Member(member) if matches!(member.as_str(), "peeringtype" | "name") => Some(of(NAMES, at)),
        Step::Index(which) => {
            let which = match &which.kind {
                Kind::Int(place) if *place >= 0 => which.clone(),
                Kind::Object(found) => found.get(WHICH)?.clone(),
                _ => return None,
            };
            Some(peering(at, Some(which), value))
        }
        _ => None,
    }
}

fn peering(at: usize, which: Option<Text>, place: &Text) -> Text {
    let span = place.span;
    object(vec![(PEERING, Some(number(at, span))), (WHICH, which)], span)
}

/// One of the peerings of a circuit, whichever it is.
pub(super) fn any_of(circuit: &Text) -> Option<Text> {
    Some(peering(index(circuit, CIRCUIT)?, None, circuit))
}

pub(super) fn named(circuit: &Text, name: &Text) -> Option<Text> {
    Some(peering(index(circuit, CIRCUIT)?, Some(name.clone()), circuit))
}

/// `[array]::IndexOf(@($circuit.Peerings.PeeringType), "MicrosoftPeering")`, `$circuit.Peerings.Name.IndexOf(…)`.
pub(super) fn index_of(names: &Text, wanted: &Text) -> Option<Text> {
    let names = match names.as_list() {
        Some([only]) => only,
        Some(_) => return None,
        None => names,
    };
    index(names, NAMES)?;
    wanted.as_text()?;
    Some(object(vec![(WHICH, Some(wanted.clone()))], wanted.span))
}

/// `| Where-Object { $_.PeeringType -eq "MicrosoftPeering" }`, also without braces.
pub(super) fn chosen(peerings: &Text, command: &str) -> Option<Text> {
    let at = index(peerings, PEERINGS)?;
    let words: Vec<&str> = command
        .split(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '(' | ')' | '"' | '\''))
        .filter(|word| !word.is_empty())
        .filter(|word| {
            !["-property", "-value", "-filterscript"]
                .iter()
                .any(|name| word.eq_ignore_ascii_case(name))
        })
        .collect();
    let [_, member, operator, wanted] = words.as_slice() else {
        return None;
    };
    let member = member.to_ascii_lowercase();
    let member = member.trim_start_matches("$_.").trim_start_matches("$psitem.");
    let equal = ["-eq", "-ieq", "-ceq"]
        .iter()
        .any(|name| operator.eq_ignore_ascii_case(name));
    let known = matches!(member, "peeringtype" | "name") && equal && !wanted.contains('$');
    known.then(|| {
        let wanted = Value::text((*wanted).to_owned(), peerings.span);
        peering(at, Some(wanted), peerings)
    })
}

impl Script<'_> {
    /// Assigns to a circuit or to a part of it; `false` where the value is none.
    pub(super) fn assign_in_circuit(
        &mut self,
        name: &str,
        base: &Text,
        path: &[Step],
        value: &Text,
        added: bool,
    ) -> bool {
        let (mut place, mut rest) = (base.clone(), path);
        while index(&place, PEERING).is_none()
            && let Some((first, behind)) = rest.split_first()
            && let Some(next) = step(&place, first)
        {
            (place, rest) = (next, behind);
        }
        let part = [CIRCUIT, PEERINGS, PEERING]
            .iter()
            .find_map(|key| index(&place, key));
        let Some(at) = part else { return false };
        let span = self.span_from(self.statement);
        let doubt = self.doubt().map(str::to_owned);
        let Some(circuit) = self.world.circuits.get_mut(at) else {
            return true;
        };
        circuit.touched = true;
        self.unsent.insert(at);
        if doubt.is_some() {
            circuit.doubt = circuit.doubt.take().or(doubt);
            return true;
        }
        let unfollowed = || format!("`{name}` is changed in a way that is not followed");
        let members: Option<Vec<&str>> = rest
            .iter()
            .map(|step| match step {
                Step::Member(member) => Some(member.as_str()),
                Step::Index(_) | Step::Call(..) => None,
            })
            .collect();
        let which = place.as_object().and_then(|place| place.get(WHICH));
        let set = members
            .filter(|_| !added)
            .and_then(|members| property(&members, value));
        let (Some(which), Some((ipv6, key, value))) = (which, set) else {
            circuit.doubt.get_or_insert_with(unfollowed);
            return true;
        };
        let place = match &which.kind {
            Kind::Int(place) if circuit.made => usize::try_from(*place).ok(),
            // The order of the service is not known, but only Microsoft peering takes a filter.
            Kind::Int(_) if key == "routeFilter" => {
                circuit.place_of(&Value::text(MICROSOFT.to_owned(), which.span), span)
            }
            Kind::Text(_) => circuit.place_of(which, span),
            _ => None,
        };
        match place.and_then(|place| circuit.peerings.get_mut(place)) {
            Some(peering) => peering.set(ipv6, key, Some(value)),
            None => {
                circuit.doubt.get_or_insert_with(unfollowed);
            }
        }
        true
    }
}

/// The property of Resource Manager that a member of a peering is.
fn property(members: &[&str], value: &Text) -> Option<(bool, &'static str, Text)> {
    let (ipv6, members) = match members {
        ["ipv6peeringconfig", inner @ ..] => (true, inner),
        members => (false, members),
    };
    Some(match members {
        ["routefilter"] => {
            let id = match value.as_object() {
                Some(filter) => filter.get("Id")?.clone(),
                None => value.clone(),
            };
            (ipv6, "routeFilter", reference(id))
        }
        ["routefilterid"] | ["routefilter", "id"] => (ipv6, "routeFilter", reference(value.clone())),
        ["peerasn"] => (false, "peerASN", value.clone()),
        ["vlanid"] => (false, "vlanId", value.clone()),
        ["sharedkey"] => (false, "sharedKey", value.clone()),
        ["primarypeeraddressprefix"] => (ipv6, "primaryPeerAddressPrefix", value.clone()),
        ["secondarypeeraddressprefix"] => (ipv6, "secondaryPeerAddressPrefix", value.clone()),
        ["microsoftpeeringconfig", "advertisedpublicprefixes"] => {
            (ipv6, "advertisedPublicPrefixes", listed(value))
        }
        ["microsoftpeeringconfig", "customerasn"] => (ipv6, "customerASN", value.clone()),
        ["microsoftpeeringconfig", "legacymode"] => (ipv6, "legacyMode", value.clone()),
        _ => return None,
    })
}
