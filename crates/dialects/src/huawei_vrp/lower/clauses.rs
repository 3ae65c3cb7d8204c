//! What an `if-match` line asks of a route.

use pairlint_model::bgp::Family;
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PrefixMatch};

use super::take_name;
use crate::atoms::number;
use crate::lines::Words;
use crate::notes::Notes;

/// How a further clause about the same thing goes together with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// Either may hold ("the relationship among if-match clauses of the same node that are based on the same route
    /// attribute is OR": Huawei, "if-match acl").
    Or,
    /// It takes the earlier one's place ("if-match ip-prefix", "if-match acl").
    Replaces,
}

/// The conditions of one node.
#[derive(Default)]
pub(super) struct Clauses {
    kinds: Vec<(&'static str, Vec<Condition>)>,
}

/// What a clause asks, before it is known whether other families are rejected.
struct Clause {
    kind: &'static str,
    again: Again,
    condition: Condition,
    /// Says something about routes of this family only.
    family: Option<Family>,
}

impl Clauses {
    /// Reads what follows `if-match`; false where it is not understood.
    pub fn line(&mut self, words: Words<'_>, line: &str, mismatch_denies: bool, notes: &Notes<'_>) -> bool {
        let Some(clause) = clause(words, line, notes) else {
            self.unsupported(line, notes);
            return false;
        };
        let condition = match clause.family {
            Some(family) if mismatch_denies => {
                Condition::All(vec![Condition::Family(family), clause.condition])
            }
            Some(family) if matches!(clause.condition, Condition::Undecidable { .. }) => {
                Condition::Any(vec![
                    Condition::Not(Box::new(Condition::Family(family))),
                    clause.condition,
                ])
            }
            _ => clause.condition,
        };
        let known = self.kinds.iter_mut().find(|(kind, _)| *kind == clause.kind);
        match known {
            Some((_, conditions)) => {
                if clause.again == Again::Replaces {
                    conditions.clear();
                }
                conditions.push(condition);
            }
            None => self.kinds.push((clause.kind, vec![condition])),
        }
        true
    }

    /// A line that was not understood may ask anything.
    pub fn unsupported(&mut self, line: &str, notes: &Notes<'_>) {
        let condition = Condition::Unsupported(notes.span(line));
        self.kinds.push(("", vec![condition]));
    }

    pub fn condition(self) -> Condition {
        let mut all: Vec<Condition> = self
            .kinds
            .into_iter()
            .map(|(_, conditions)| any(conditions))
            .collect();
        match (all.len(), all.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                all.extend(last);
                Condition::All(all)
            }
        }
    }
}

fn any(mut conditions: Vec<Condition>) -> Condition {
    match (conditions.len(), conditions.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            conditions.extend(last);
            Condition::Any(conditions)
        }
    }
}

fn clause(mut words: Words<'_>, line: &str, notes: &Notes<'_>) -> Option<Clause> {
    let or = |kind, condition| Clause {
        kind,
        again: Again::Or,
        condition,
        family: None,
    };
    let open = |kind, on: &str| {
        let condition = Condition::Undecidable {
            span: notes.span(line),
            on: on.to_owned(),
        };
        or(kind, condition)
    };
    Some(match words.next()? {
        "ip-prefix" => prefix_list(last(words)?, Family::Ipv4, notes),
        "acl" => {
            words.eat("name");
            access_list(last(words)?, Family::Ipv4, notes)
        }
        "ip" => address(words, line, Family::Ipv4, notes)?,
        "ipv6" => address(words, line, Family::Ipv6, notes)?,
        "community-filter" | "community" => or(
            "community",
            communities(words, notes, |name, how| Condition::CommunityList { name, how })?,
        ),
        "large-community-filter" => {
            let list = |name, how| Condition::LargeCommunityList { name, how };
            or("large community", communities(words, notes, list)?)
        }
        "extcommunity-filter" | "extcommunity" => {
            let list = |name, how| Condition::ExtendedCommunityList { name, how };
            or("extended community", communities(words, notes, list)?)
        }
        "extcommunity-list" => {
            words.next();
            let list = |name, how| Condition::ExtendedCommunityList { name, how };
            or("extended community list", communities(words, notes, list)?)
        }
        // Comware names the list behind `as-path`; Huawei asks for the length there.
        "as-path" if words.eat("length") => Clause {
            again: Again::Replaces,
            ..or(
                "AS-path length",
                Condition::AsPathLength {
                    hops: range(words, 2047)?,
                    unique: false,
                },
            )
        },
        "as-path-filter" | "as-path" => or("as-path", as_paths(words, notes)?),
        "cost" => Clause {
            again: Again::Replaces,
            ..or("cost", Condition::Med(range(words, u32::MAX)?))
        },
        "local-preference" => Clause {
            again: Again::Replaces,
            ..or(
                "local preference",
                Condition::LocalPreference(range(words, u32::MAX)?),
            )
        },
        "protocol" => {
            let bgp = words.any(|word| matches!(word, "bgp" | "ebgp"));
            or("protocol", Condition::Constant(bgp))
        }
        "tag" => open("tag", "the route's tag"),
        "interface" => open("interface", "the interface the route leaves by"),
        "route-type" => open("route type", "the route's type"),
        "preference" => open("preference", "the route's preference"),
        "rpki" => open("rpki", "its RPKI state"),
        "mpls-label" => open("label", "whether the route carries a label"),
        "rd-filter" => open("rd", "its route distinguisher"),
        "vpn-target" => open("vpn target", "its VPN target"),
        "eth-tag-list" | "l2vni-list" | "l3vni-list" | "mac-list" | "vni-list" | "route-origin" => {
            open("other", "an attribute that is not modelled")
        }
        _ => return None,
    })
}

/// Takes the only name that is left.
fn last(mut words: Words<'_>) -> Option<&str> {
    let name = take_name(&mut words)?;
    words.is_empty().then_some(name)
}

/// A later prefix list or access list of a family replaces an earlier one, whichever it was.
fn prefix_list(name: &str, family: Family, notes: &Notes<'_>) -> Clause {
    Clause {
        kind: family_kind(family),
        again: Again::Replaces,
        condition: Condition::PrefixList {
            name: notes.name(name),
            family: ListFamily::of(family),
            how: PrefixMatch::Listed,
        },
        family: Some(family),
    }
}

fn access_list(name: &str, family: Family, notes: &Notes<'_>) -> Clause {
    Clause {
        kind: family_kind(family),
        again: Again::Replaces,
        condition: Condition::AccessList {
            name: notes.name(name),
            family,
        },
        family: Some(family),
    }
}

fn family_kind(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "ipv4 address",
        Family::Ipv6 => "ipv6 address",
    }
}

/// Reads `address prefix-list P`, `address acl 2000`, `next-hop …`, `route-source …`, `group-address …`.
fn address(mut words: Words<'_>, line: &str, family: Family, notes: &Notes<'_>) -> Option<Clause> {
    let what = words.next()?;
    if what == "address" {
        let list = words.next()?;
        words.eat("name");
        let name = last(words)?;
        return match list {
            "prefix-list" | "ip-prefix" | "ipv6-prefix" => Some(prefix_list(name, family, notes)),
            "acl" | "acl6" => Some(access_list(name, family, notes)),
            _ => None,
        };
    }
    let (kind, on) = match what {
        "next-hop" => ("next hop", "the next hop"),
        "route-source" => ("route source", "the router the route comes from"),
        "group-address" => ("group", "a multicast group"),
        _ => return None,
    };
    let condition = Condition::Undecidable {
        span: notes.span(line),
        on: on.to_owned(),
    };
    Some(Clause {
        kind,
        again: Again::Replaces,
        condition,
        family: Some(family),
    })
}

/// Reads `1 whole-match 2 100`: any of the filters may match.
fn communities(
    mut words: Words<'_>,
    notes: &Notes<'_>,
    list: impl Fn(pairlint_model::source::Spanned<String>, CommunityMatch) -> Condition,
) -> Option<Condition> {
    let mut filters: Vec<Condition> = Vec::new();
    while let Some(name) = take_name(&mut words) {
        let how = match words.eat("whole-match") {
            true => CommunityMatch::Exact,
            false => CommunityMatch::Listed,
        };
        words.eat("sort-match");
        filters.push(list(notes.name(name), how));
    }
    (!filters.is_empty()).then(|| any(filters))
}

fn as_paths(mut words: Words<'_>, notes: &Notes<'_>) -> Option<Condition> {
    let mut filters: Vec<Condition> = Vec::new();
    while let Some(name) = take_name(&mut words) {
        filters.push(Condition::AsPathList {
            name: notes.name(name),
        });
    }
    (!filters.is_empty()).then(|| any(filters))
}

/// Reads `8`, or `greater-equal 4 less-equal 8` with either half.
fn range(mut words: Words<'_>, most: u32) -> Option<std::ops::RangeInclusive<u32>> {
    if let Some(value) = words.eat_if(number) {
        return words.is_empty().then_some(value..=value);
    }
    let (mut from, mut to) = (None, None);
    while let Some(word) = words.next() {
        let bound = words.next().and_then(number)?;
        match word {
            "greater-equal" if from.is_none() => from = Some(bound),
            "less-equal" if to.is_none() => to = Some(bound),
            _ => return None,
        }
    }
    (from.is_some() || to.is_some()).then(|| from.unwrap_or(0)..=to.unwrap_or(most))
}
