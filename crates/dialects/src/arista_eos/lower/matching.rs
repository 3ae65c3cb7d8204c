//! What a `match` line tests (EOS User Manual, "Route Maps", `match`).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::network::Protocol;
use pairlint_model::policy::{AsPathTest, CommunityMatch, Condition, ListFamily, PrefixMatch};
use pairlint_model::source::Spanned;

use crate::atoms::{asn, keyword, number};
use crate::clauses::{all, any};
use crate::lines::Words;
use crate::notes::Notes;

/// The conditions of one entry while its lines are read.
#[derive(Default)]
pub(super) struct Matches<'a> {
    /// By kind, inverted or not, with the line.
    kinds: BTreeMap<(&'static str, bool), Vec<(Condition, &'a str)>>,
    unread: Vec<Condition>,
}

impl<'a> Matches<'a> {
    /// Reads what follows `match`; false where it is not understood.
    pub fn line(&mut self, mut words: Words<'a>, line: &'a str, notes: &Notes<'_>) -> bool {
        let inverted = words.eat("invert-result");
        let Some((kind, condition)) = read(words, notes) else {
            self.unread(line, notes);
            return false;
        };
        let condition = match inverted {
            true => Condition::Not(Box::new(condition)),
            false => condition,
        };
        self.kinds
            .entry((kind, inverted))
            .or_default()
            .push((condition, line));
        true
    }

    pub fn unread(&mut self, line: &str, notes: &Notes<'_>) {
        self.unread.push(Condition::Unsupported(notes.span(line)));
    }

    pub fn condition(mut self, notes: &Notes<'_>) -> Condition {
        let ipv4 = self.kinds.remove(&(IPV4, false));
        let ipv6 = self.kinds.remove(&(IPV6, false));
        let addresses: Vec<Condition> = [ipv4, ipv6]
            .into_iter()
            .flatten()
            .map(|lines| several(lines, notes))
            .collect();
        // An entry for both families takes a route of either (Batfish).
        let addresses = (!addresses.is_empty()).then(|| any(addresses));
        let kinds = self.kinds.into_values().map(|lines| several(lines, notes));
        all(addresses.into_iter().chain(kinds).chain(self.unread).collect())
    }
}

const IPV4: &str = "IPv4 addresses";
const IPV6: &str = "IPv6 addresses";

/// Joins the lines of one kind. The running configuration has one of each; what typed ones come to is not known.
fn several(lines: Vec<(Condition, &str)>, notes: &Notes<'_>) -> Condition {
    let Some((_, second)) = lines.get(1) else {
        return all(lines.into_iter().map(|(condition, _)| condition).collect());
    };
    let span = notes.span(second);
    let conditions = lines.into_iter().map(|(condition, _)| condition).collect();
    either(
        conditions,
        span,
        "how EOS joins several `match` lines of one kind",
    )
}

/// All of the conditions, or one of them: it is not known which.
fn either(conditions: Vec<Condition>, span: pairlint_model::source::Span, on: &str) -> Condition {
    if conditions.len() < 2 {
        return all(conditions);
    }
    let unknown = Condition::Undecidable {
        span,
        on: on.to_owned(),
    };
    any(vec![all(conditions.clone()), all(vec![any(conditions), unknown])])
}

fn read(mut words: Words<'_>, notes: &Notes<'_>) -> Option<(&'static str, Condition)> {
    let what = keyword(words.next()?, MATCH)?;
    let condition = match what {
        "as" => {
            let asn = asn(words.only()?)?;
            let test = AsPathTest::Neighbor(asn.0..=asn.0);
            Condition::AsPath(Spanned::new(notes.span(words.rest()), test))
        }
        "as-path" if words.eat("length") => Condition::AsPathLength {
            hops: compared(words)?,
            unique: false,
        },
        "as-path" => Condition::AsPathList {
            name: notes.name(words.only()?),
        },
        "community" if words.eat("instances") => Condition::CommunityCount(compared(words)?),
        "community" => lists(words, notes, |name, how| Condition::CommunityList { name, how })?,
        "large-community" => lists(words, notes, |name, how| Condition::LargeCommunityList {
            name,
            how,
        })?,
        "extcommunity" => lists(words, notes, |name, how| Condition::ExtendedCommunityList {
            name,
            how,
        })?,
        "local-preference" => Condition::LocalPreference(values(words)?),
        "metric" => Condition::Med(values(words)?),
        "ip" => return address(words, IPV4, Family::Ipv4, notes),
        "ipv6" => return address(words, IPV6, Family::Ipv6, notes),
        // What arrives on a session is BGP's.
        "source-protocol" | "protocol" => match words.only()? {
            "bgp" => Condition::Protocol(Protocol::Bgp),
            "connected" => Condition::Protocol(Protocol::Connected),
            "static" => Condition::Protocol(Protocol::Static),
            "ospf" | "ospfv3" | "isis" | "rip" | "dynamic" => Condition::Protocol(Protocol::Other),
            _ => return None,
        },
        other => {
            let (_, on) = UNDECIDABLE.iter().find(|(word, _)| *word == other)?;
            Condition::Undecidable {
                span: notes.span(words.rest()),
                on: (*on).to_owned(),
            }
        }
    };
    Some((what, condition))
}

/// Reads `LIST… [or-results] [exact-match]`.
///
/// Whether a route must match every list or any of them without `or-results` is decided both ways.
fn lists(
    words: Words<'_>,
    notes: &Notes<'_>,
    condition: impl Fn(Spanned<String>, CommunityMatch) -> Condition,
) -> Option<Condition> {
    let options = ["or-results", "exact-match"];
    let names: Vec<&str> = words.filter(|word| !options.contains(word)).collect();
    let exact = words.ahead().any(|word| word == "exact-match");
    let alternatives = words.ahead().any(|word| word == "or-results");
    let last = *names.last()?;
    let how = match exact {
        true => CommunityMatch::Exact,
        false => CommunityMatch::Listed,
    };
    let conditions: Vec<Condition> = names
        .iter()
        .map(|name| condition(notes.name(name), how))
        .collect();
    Some(match alternatives {
        true => any(conditions),
        false => {
            let on = "whether several lists in one `match` must all match";
            either(conditions, notes.span(last), on)
        }
    })
}

/// Reads `address prefix-list|access-list NAME`, `next-hop …` and the like.
fn address(
    mut words: Words<'_>,
    kind: &'static str,
    family: Family,
    notes: &Notes<'_>,
) -> Option<(&'static str, Condition)> {
    let what = keyword(words.next()?, &["address", "next-hop", "resolved-next-hop"])?;
    let span = notes.span(words.rest());
    if what != "address" {
        let on = "the next hop".to_owned();
        return Some(("the next hop", Condition::Undecidable { span, on }));
    }
    let condition = match keyword(words.next()?, &["access-list", "dynamic", "prefix-list"])? {
        "prefix-list" => Condition::PrefixList {
            name: notes.name(words.only()?),
            family: ListFamily::of(family),
            how: PrefixMatch::Listed,
        },
        "access-list" => Condition::AccessList {
            name: notes.name(words.only()?),
            family,
        },
        // Its content depends on which routes are there.
        _ => Condition::Undecidable {
            span,
            on: "a dynamic prefix list".to_owned(),
        },
    };
    Some((kind, condition))
}

/// Reads `100` or `100 to 200`.
fn values(mut words: Words<'_>) -> Option<RangeInclusive<u32>> {
    let first: u32 = words.eat_if(number)?;
    if words.eat("to") || words.eat("-") {
        return Some(first..=words.only().and_then(number)?);
    }
    words.is_empty().then_some(first..=first)
}

/// Reads `= 3`, `>= 3`, `<= 3`, `3`.
fn compared(mut words: Words<'_>) -> Option<RangeInclusive<u32>> {
    let sign = words.eat_if(|word| matches!(word, "=" | ">=" | "<=").then_some(word));
    let value: u32 = words.only().and_then(number)?;
    Some(match sign {
        Some(">=") => value..=u32::MAX,
        Some("<=") => 0..=value,
        _ => value..=value,
    })
}

#[rustfmt::skip]
const MATCH: &[&str] = &[
    "aggregate-role", "as", "as-path", "community", "extcommunity", "interface", "ip", "ipv6", "isis",
    "large-community", "local-preference", "med", "metric", "metric-type", "origin-as", "protocol",
    "router-id", "route-type", "source-protocol", "tag",
];

/// Understood, but decided by what a configuration does not tell.
const UNDECIDABLE: &[(&str, &str)] = &[
    ("aggregate-role", "a role in an aggregate"),
    ("interface", "the interface behind the next hop"),
    ("isis", "an IS-IS level"),
    ("med", "whether the route has a MED"),
    ("metric-type", "a metric's type"),
    ("origin-as", "the RPKI state"),
    ("router-id", "the router that announced the route"),
    ("route-type", "the route's type"),
    ("tag", "a tag"),
];
