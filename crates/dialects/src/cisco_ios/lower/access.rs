//! Access lists, as far as routes are compared with them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::Owner;
use pairlint_model::policy::{AccessEntry, AccessList, AccessPattern, Verdict};

use super::{Command, Kind, Notes};
use crate::atoms::{self, number};
use crate::lines::Words;
use crate::lists::{Building, Tail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Standard,
    Extended,
    Ipv6,
}

impl Shape {
    fn family(self) -> Family {
        match self {
            Shape::Ipv6 => Family::Ipv6,
            Shape::Standard | Shape::Extended => Family::Ipv4,
        }
    }
}

/// Lines are kept as they are until it is known which lists are used on routes: most are packet filters,
/// and say nothing here.
#[derive(Default)]
pub(super) struct AccessLists<'a> {
    lines: BTreeMap<(Family, &'a str), Vec<Line<'a>>>,
}

struct Line<'a> {
    /// The whole line; for a block's head the command that opens it.
    text: &'a str,
    /// What follows the name, or the entry of a block; none for a head.
    entry: Option<Words<'a>>,
    shape: Shape,
    negated: bool,
}

impl<'a> AccessLists<'a> {
    /// Reads `access-list 10 permit …`, with the kind told by the number.
    pub fn numbered(&mut self, text: &'a str) {
        let mut words = Words::new(text);
        let negated = words.eat("no");
        words.next();
        let Some(name) = words.next() else { return };
        let shape = match number::<u32>(name) {
            Some(1..=99 | 1300..=1999) => Shape::Standard,
            Some(100..=199 | 2000..=2699) => Shape::Extended,
            // Others are for other protocols, or names, which only the block form takes.
            _ => return,
        };
        self.put(name, text, Some(words), shape, negated);
    }

    /// Reads `ip access-list standard|extended NAME` or `ipv6 access-list NAME` with its entries.
    pub fn block(&mut self, command: &'a Command<'a>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        words.next();
        let shape = match command.kind {
            Kind::Ipv6AccessList => Shape::Ipv6,
            _ => match words.next().map(|kind| kind.starts_with(['s', 'S'])) {
                Some(true) => Shape::Standard,
                _ => Shape::Extended,
            },
        };
        let Some(name) = words.next() else { return };
        if negated {
            self.lines.remove(&(shape.family(), name));
            return;
        }
        self.put(name, command.text, None, shape, false);
        for line in &command.body {
            let mut words = line.words();
            let negated = words.eat("no");
            self.put(name, line.text, Some(words), shape, negated);
        }
    }

    fn put(&mut self, name: &'a str, text: &'a str, entry: Option<Words<'a>>, shape: Shape, negated: bool) {
        let key = (shape.family(), name);
        if negated && entry.is_some_and(|entry| entry.is_empty()) {
            self.lines.remove(&key);
            return;
        }
        self.lines.entry(key).or_default().push(Line {
            text,
            entry,
            shape,
            negated,
        });
    }

    /// Reads the lists that are used on routes.
    pub fn finish(
        self,
        used: &BTreeSet<(Family, &str)>,
        notes: &mut Notes<'_>,
    ) -> BTreeMap<Family, BTreeMap<String, AccessList>> {
        let mut finished: BTreeMap<Family, BTreeMap<String, AccessList>> = BTreeMap::new();
        for ((family, name), lines) in self.lines {
            if used.contains(&(family, name))
                && let Some(list) = finish(family, name, lines, notes)
            {
                finished.entry(family).or_default().insert(name.to_owned(), list);
            }
        }
        finished
    }
}

fn finish(family: Family, name: &str, lines: Vec<Line<'_>>, notes: &mut Notes<'_>) -> Option<AccessList> {
    let mut list = Building::new(name, lines.first()?.text, notes);
    for line in lines {
        let Some(words) = line.entry else {
            notes.read();
            continue;
        };
        if words
            .peek()
            .is_some_and(|word| word.eq_ignore_ascii_case("remark"))
        {
            notes.ignored();
            continue;
        }
        let tail = Tail::read(words);
        let Some((verdict, rest)) = tail.and_then(Tail::verdict) else {
            if line.negated {
                list.remove(tail.and_then(|tail| tail.sequence), words.rest());
                notes.read();
            } else {
                notes.unread(line.text, Owner::AccessList(family, name.to_owned()));
                let span = notes.span(line.text);
                list.add_unknown(words.rest(), |verdict| AccessEntry {
                    verdict,
                    pattern: AccessPattern::Unsupported,
                    span,
                });
            }
            continue;
        };
        let (sequence, written) = tail.map_or((None, ""), |tail| (tail.sequence, tail.text));
        if line.negated {
            list.remove(sequence, written);
            notes.read();
            continue;
        }
        let pattern = match line.shape {
            Shape::Standard => standard(rest),
            Shape::Extended => extended(rest),
            Shape::Ipv6 => ipv6(rest),
        };
        match pattern {
            Some(_) => notes.read(),
            None => notes.unread(line.text, Owner::AccessList(family, name.to_owned())),
        }
        let entry = AccessEntry {
            verdict,
            pattern: pattern.unwrap_or(AccessPattern::Unsupported),
            span: notes.span(line.text),
        };
        // Steps of ten (Cisco IOS Security Command Reference, "ip access-list resequence").
        list.add(sequence, 10, written, entry);
    }
    let mut finished = AccessList {
        name: list.name.clone(),
        span: list.span,
        entries: list.in_order().map(|numbered| numbered.entry).collect(),
    };
    if finished.entries.is_empty() {
        // A list without entries filters nothing, like one that does not exist.
        let span = finished.span;
        finished.entries.push(AccessEntry {
            verdict: Verdict::Accept,
            pattern: AccessPattern::Any,
            span,
        });
    }
    Some(finished)
}

/// Reads `10.0.0.0 0.255.255.255`, `host 10.0.0.1`, `10.0.0.1` or `any`, then `log` perhaps.
fn standard(mut words: Words<'_>) -> Option<AccessPattern> {
    let (address, wildcard) = source(&mut words)?;
    finished(words)?;
    if wildcard == Ipv4Addr::BROADCAST {
        return Some(AccessPattern::Any);
    }
    Some(AccessPattern::Address {
        address: address.into(),
        wildcard: wildcard.into(),
    })
}

/// Reads `ip SOURCE DESTINATION`: for a route the source stands for its network and the destination for its
/// mask (Cisco IOS IP Routing: BGP, "neighbor distribute-list", usage guidelines on extended lists).
fn extended(mut words: Words<'_>) -> Option<AccessPattern> {
    let protocol = words.next()?;
    if !protocol.eq_ignore_ascii_case("ip") {
        return None;
    }
    let (address, wildcard) = target(&mut words)?;
    let (mask, mask_wildcard) = target(&mut words)?;
    finished(words)?;
    if wildcard == Ipv4Addr::BROADCAST && mask_wildcard == Ipv4Addr::BROADCAST {
        return Some(AccessPattern::Any);
    }
    Some(AccessPattern::AddressAndMask {
        address: address.into(),
        wildcard: wildcard.into(),
        mask: mask.into(),
        mask_wildcard: mask_wildcard.into(),
    })
}

/// Reads `ipv6 SOURCE any`, with the source as the network.
fn ipv6(mut words: Words<'_>) -> Option<AccessPattern> {
    if !words.next()?.eq_ignore_ascii_case("ipv6") {
        return None;
    }
    let source = ipv6_target(&mut words)?;
    let destination = ipv6_target(&mut words)?;
    finished(words)?;
    let all = IpAddr::V6(Ipv6Addr::from_bits(u128::MAX));
    match (source, destination.prefix_len()) {
        (source, 0) if source.prefix_len() == 0 => Some(AccessPattern::Any),
        (source, 0) => Some(AccessPattern::AddressAndMask {
            address: source.network(),
            wildcard: source.hostmask(),
            mask: Ipv6Addr::UNSPECIFIED.into(),
            mask_wildcard: all,
        }),
        // What a destination says about a route is not documented for IPv6.
        _ => None,
    }
}

fn ipv6_target(words: &mut Words<'_>) -> Option<IpNet> {
    if words.eat("any") {
        return Some(Family::Ipv6.default_route());
    }
    let host = words.eat("host");
    let word = words.next()?;
    let net = match host {
        true => IpNet::from(word.parse::<Ipv6Addr>().ok().map(IpAddr::V6)?),
        false => pairlint_model::bgp::prefix(word).ok()?,
    };
    (Family::of(&net) == Family::Ipv6).then_some(net)
}

/// An address that may stand without a wildcard, as in standard lists.
fn source(words: &mut Words<'_>) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let ahead = *words;
    if let Some(found) = target(words) {
        return Some(found);
    }
    *words = ahead;
    Some((words.next()?.parse().ok()?, Ipv4Addr::UNSPECIFIED))
}

/// Reads `any`, `host A` or `A WILDCARD`.
fn target(words: &mut Words<'_>) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if words.eat("any") {
        return Some((Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST));
    }
    if words.eat("host") {
        return Some((words.next()?.parse().ok()?, Ipv4Addr::UNSPECIFIED));
    }
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// Nothing but logging may follow.
fn finished(mut words: Words<'_>) -> Option<()> {
    words.eat_if(|word| atoms::keyword(word, &["log", "log-input"]));
    words.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, read: fn(Words<'_>) -> Option<AccessPattern>, expected: &str) {
        let written = match read(Words::new(text)) {
            Some(AccessPattern::Any) => "any".to_owned(),
            Some(AccessPattern::Address { address, wildcard }) => format!("{address}~{wildcard}"),
            Some(AccessPattern::AddressAndMask {
                address,
                wildcard,
                mask,
                mask_wildcard,
            }) => format!("{address}~{wildcard} {mask}~{mask_wildcard}"),
            _ => "?".to_owned(),
        };
        assert_eq!(written, expected, "{text}");
    }

    #[test]
    fn standard_entries() {
        check("10.0.0.0 0.255.255.255", standard, "10.0.0.0~0.255.255.255");
        check("10.0.0.1", standard, "10.0.0.1~0.0.0.0");
        check("10.0.0.1 log", standard, "10.0.0.1~0.0.0.0");
        check("host 10.0.0.1", standard, "10.0.0.1~0.0.0.0");
        check("any log", standard, "any");
        check("object-group X", standard, "?");
    }

    #[test]
    fn extended_entries_test_the_mask_too() {
        check(
            "ip 10.0.0.0 0.255.255.255 255.255.0.0 0.0.255.255",
            extended,
            "10.0.0.0~0.255.255.255 255.255.0.0~0.0.255.255",
        );
        check(
            "ip host 10.0.0.0 host 255.0.0.0",
            extended,
            "10.0.0.0~0.0.0.0 255.0.0.0~0.0.0.0",
        );
        check("ip any any", extended, "any");
        check("tcp any any eq 80", extended, "?");
        check("ip any any fragments", extended, "?");
    }

    #[test]
    fn ipv6_entries() {
        check("ipv6 any any", ipv6, "any");
        check(
            "ipv6 2001:db8::/32 any",
            ipv6,
            "2001:db8::~::ffff:ffff:ffff:ffff:ffff:ffff ::~ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        );
        check("ipv6 2001:db8::/32 2001:db8::/32", ipv6, "?");
    }
}
