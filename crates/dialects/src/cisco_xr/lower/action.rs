//! Statements of a policy that are neither branches nor calls.

use pairlint_model::bgp::{Asn, Community, Origin};
use pairlint_model::policy::{Action, CommunityPattern, NumberEdit};
use pairlint_model::source::{Span, Spanned};

use super::policy::Lowering;
use super::sets;
use super::values::Values;
use crate::atoms::{asn, number};
use crate::cisco_xr::tokens::{self, Kind, Token, elements, parenthesis};

/// Longer prepends change nothing more.
const LONGEST_PREPEND: u32 = 63;

/// Reads an edit of the route; `None` where it is not understood.
pub(super) fn edit(
    words: &[Token<'_>],
    place: Span,
    values: &Values<'_>,
    lowering: &mut Lowering<'_, '_>,
) -> Option<Action> {
    let (verb, rest) = words.split_first()?;
    match verb.text.to_ascii_lowercase().as_str() {
        "set" => set(rest, values, lowering),
        "delete" => delete(rest, place, values, lowering),
        "prepend" => prepend(rest, values, lowering),
        // What is changed in the path is not seen by any condition, and not reported.
        "replace" | "remove" if rest.first()?.is("as-path") => Some(Action::Inert),
        "add" | "suppress-route" | "unsuppress-route" => Some(Action::Inert),
        _ => None,
    }
}

fn set(words: &[Token<'_>], values: &Values<'_>, lowering: &Lowering<'_, '_>) -> Option<Action> {
    let (what, rest) = words.split_first()?;
    match what.text.to_ascii_lowercase().as_str() {
        "local-preference" => Some(Action::SetLocalPreference(number_edit(rest, values)?)),
        "med" => match values.resolve(rest.first()?.text).to_ascii_lowercase().as_str() {
            // Values that the router works out, or the largest.
            "igp-cost" | "max-reachable" | "max-unreachable" => Some(Action::Unsupported),
            _ => Some(Action::SetMed(number_edit(rest, values)?)),
        },
        "weight" => Some(Action::SetWeight(number(&values.resolve(rest.first()?.text))?)),
        "origin" => match values.resolve(rest.first()?.text).to_ascii_lowercase().as_str() {
            "igp" => Some(Action::SetOrigin(Origin::Igp)),
            "egp" => Some(Action::SetOrigin(Origin::Egp)),
            "incomplete" => Some(Action::SetOrigin(Origin::Incomplete)),
            _ => None,
        },
        "community" => {
            let (values, additive) = community_values(rest, values, lowering)?;
            Some(match additive {
                true => Action::AddCommunities(values),
                false => Action::SetCommunities(values),
            })
        }
        "large-community" => {
            let (inside, additive) = operand(rest)?;
            let all: Option<Vec<_>> = with_set(inside, "large-community-set", values, lowering, |elements| {
                elements
                    .map(|element| values.resolve(element.first()?.text).parse().ok())
                    .collect()
            });
            Some(match (all?, additive) {
                (all, true) => Action::AddLargeCommunities(all),
                (all, false) => Action::SetLargeCommunities(all),
            })
        }
        what if INERT.contains(&what) => Some(Action::Inert),
        _ => None,
    }
}

/// `set` of what no condition on import looks at and nothing reports (Cisco IOS XR Routing Command Reference,
/// "Routing Policy Language Commands").
#[rustfmt::skip]
const INERT: &[&str] = &[
    "extcommunity", "next-hop", "dampening", "eigrp-metric", "isis-metric", "label", "label-index", "label-mode",
    "level", "metric-type", "ospf-metric", "rib-metric", "rip-metric", "rip-tag", "tag", "traffic-index",
    "vpn-distinguisher", "path-selection", "administrative-distance", "aigp-metric", "forward-class", "qos-group",
    "ip-precedence", "ip", "spf-priority", "lsm-root", "core-tree", "c2s", "c-multicast-routing", "downstream-core-tree",
    "attribute-set", "fallback-vrf-lookup", "load-balance", "advertise", "rd", "segment-routing", "mpls", "upstream-core-tree",
    "static-p2mp-te", "rib", "color", "on-demand-color", "validation-state", "flow-tag", "s-pmsi", "max-metric",
    "weight-to-be", "mvpn", "destination", "isis",
];

fn number_edit(words: &[Token<'_>], values: &Values<'_>) -> Option<NumberEdit> {
    let text: String = words.iter().map(|word| values.resolve(word.text)).collect();
    match text.split_at_checked(1)? {
        ("+", value) => Some(NumberEdit::Add(number(value)?)),
        ("-", value) => Some(NumberEdit::Subtract(number(value)?)),
        _ => Some(NumberEdit::To(number(&text)?)),
    }
}

/// Separates `additive` from the set in front of it.
fn operand<'t, 'a>(words: &'t [Token<'a>]) -> Option<(&'t [Token<'a>], bool)> {
    match words.split_last()? {
        (last, before) if last.is("additive") && !before.is_empty() => Some((before, true)),
        _ => Some((words, false)),
    }
}

/// Gives the elements of a set in parentheses, of a named set, or of the value of a parameter.
fn with_set<R>(
    words: &[Token<'_>],
    kind: &str,
    values: &Values<'_>,
    lowering: &Lowering<'_, '_>,
    read: impl FnOnce(&mut dyn Iterator<Item = &[Token<'_>]>) -> Option<R>,
) -> Option<R> {
    let first = words.first()?;
    if first.kind == Kind::Open {
        let length = parenthesis(words);
        let inside = words.get(1..length.checked_sub(1)?)?;
        return match length == words.len() {
            true => read(&mut elements(inside)),
            false => None,
        };
    }
    let [word] = words else { return None };
    let text = values.resolve(word.text);
    if let Some(set) = lowering.library.set(kind, &text) {
        return match set.closed {
            true => read(&mut elements(&set.tokens)),
            false => None,
        };
    }
    // A single value without parentheses, or an argument.
    let tokens = tokens::all(&text, word.span);
    let inside = match tokens.first()?.kind {
        Kind::Open => tokens.get(1..tokens.len().checked_sub(1)?)?,
        _ => tokens.as_slice(),
    };
    read(&mut elements(inside))
}

fn community_values(
    words: &[Token<'_>],
    values: &Values<'_>,
    lowering: &Lowering<'_, '_>,
) -> Option<(Vec<Community>, bool)> {
    let (set, additive) = operand(words)?;
    let all = with_set(set, "community-set", values, lowering, |elements| {
        elements
            .map(|element| sets::exact_communities(element, values))
            .collect()
    });
    Some((all?, additive))
}

/// Reads what follows `delete`. Well-known communities stay unless they are named ("delete community").
fn delete(
    words: &[Token<'_>],
    place: Span,
    values: &Values<'_>,
    lowering: &mut Lowering<'_, '_>,
) -> Option<Action> {
    let (what, rest) = words.split_first()?;
    match (what.text.to_ascii_lowercase().as_str(), rest) {
        ("extcommunity", _) => Some(Action::Inert),
        ("community", [all]) if all.is("all") => {
            Some(Action::DeleteCommunities(vec![CommunityPattern::Range {
                asn: 0..=65534,
                value: 0..=u16::MAX,
            }]))
        }
        ("community", [verb, set @ ..]) if verb.is("in") => communities(set, false, values, lowering),
        ("community", [not, verb, set @ ..]) if not.is("not") && verb.is("in") => {
            communities(set, true, values, lowering)
        }
        ("large-community", [all]) if all.is("all") => Some(Action::SetLargeCommunities(Vec::new())),
        ("large-community", [verb, set @ ..]) if verb.is("in") => {
            let inside = set.first()?.kind == Kind::Open;
            let name = match (inside, set) {
                (true, _) => lowering.inline_large(set.get(1..set.len() - 1)?, values, place),
                (false, [word]) => Spanned::new(word.span, values.resolve(word.text)),
                _ => return None,
            };
            Some(Action::DeleteLargeCommunityList { name })
        }
        ("large-community", _) => Some(Action::Unsupported),
        _ => None,
    }
}

fn communities(
    set: &[Token<'_>],
    keep: bool,
    values: &Values<'_>,
    lowering: &mut Lowering<'_, '_>,
) -> Option<Action> {
    if let [word] = set {
        let text = values.resolve(word.text);
        if !text.starts_with('(') {
            let name = lowering.community_set(Spanned::new(word.span, text), values);
            return Some(match keep {
                true => Action::KeepCommunityList { name },
                false => Action::DeleteCommunityList { name },
            });
        }
    }
    let patterns = with_set(set, "community-set", values, lowering, |elements| {
        elements
            .map(|element| Some(sets::community(element, values)?.value))
            .collect()
    });
    let mut patterns: Vec<CommunityPattern> = patterns?;
    Some(match keep {
        true => {
            patterns.push(CommunityPattern::Range {
                asn: u16::MAX..=u16::MAX,
                value: 0..=u16::MAX,
            });
            Action::KeepCommunities(patterns)
        }
        false => Action::DeleteCommunities(patterns),
    })
}

/// Reads `as-path 65001 [3]`.
fn prepend(words: &[Token<'_>], values: &Values<'_>, lowering: &Lowering<'_, '_>) -> Option<Action> {
    let (what, rest) = words.split_first()?;
    let (first, rest) = rest.split_first()?;
    let count = match rest {
        [] => 1,
        [count] => number::<u32>(&values.resolve(count.text))?.min(LONGEST_PREPEND),
        _ => return None,
    };
    if !what.is("as-path") {
        return None;
    }
    let word = values.resolve(first.text);
    let hop = match word.to_ascii_lowercase().as_str() {
        "own-as" => lowering.own_as,
        "peeras" => values.peer,
        // Whatever stands first in the path; nothing looks at it afterwards.
        "most-recent" => None,
        _ => Some(prepended(&word)?),
    };
    Some(match hop {
        Some(hop) => Action::PrependAsPath(vec![hop; count as usize]),
        None => Action::Inert,
    })
}

/// 0 can be written too (seen on IOS XR 6.2.2).
fn prepended(word: &str) -> Option<Asn> {
    asn(word).or_else(|| (word == "0").then_some(Asn(0)))
}
