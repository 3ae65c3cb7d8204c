//! Access lists, as far as routes are compared with them. They are written with masks, not with wildcards.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{AccessEntry, AccessList, AccessPattern};

use crate::lines::Words;
use crate::lists::{Building, Tail};
use crate::notes::Notes;

/// Lines are kept as they are until it is known which lists are used on routes: most are packet filters.
#[derive(Default)]
pub(super) struct AccessLists<'a> {
    lines: BTreeMap<&'a str, Vec<Line<'a>>>,
}

struct Line<'a> {
    text: &'a str,
    /// What follows the name.
    words: Words<'a>,
    negated: bool,
}

impl<'a> AccessLists<'a> {
    /// Reads `access-list NAME …`.
    pub fn line(&mut self, text: &'a str, mut words: Words<'a>, negated: bool) {
        words.next();
        let Some(name) = words.next() else { return };
        let line = Line { text, words, negated };
        self.lines.entry(name).or_default().push(line);
    }

    /// Reads the lists that are used on routes.
    pub fn finish(
        self,
        used: &BTreeSet<(Family, &str)>,
        notes: &mut Notes<'_>,
    ) -> BTreeMap<Family, BTreeMap<String, AccessList>> {
        let mut finished: BTreeMap<Family, BTreeMap<String, AccessList>> = BTreeMap::new();
        for (name, lines) in self.lines {
            // One list may hold addresses of both families; for IPv6 it is not interpreted.
            for family in Family::BOTH {
                if used.contains(&(family, name))
                    && let Some(list) = finish(family, name, &lines, notes)
                {
                    finished.entry(family).or_default().insert(name.to_owned(), list);
                }
            }
        }
        finished
    }
}

fn finish(family: Family, name: &str, lines: &[Line<'_>], notes: &mut Notes<'_>) -> Option<AccessList> {
    let mut list = Building::new(name, lines.first()?.text, notes);
    for line in lines {
        let mut words = line.words;
        // Places count from 1 and move what is there; a configuration that is shown has none.
        let placed = words.eat("line");
        let kind = words.peek().unwrap_or("");
        let extended = kind != "standard";
        if matches!(kind, "standard" | "extended") {
            words.next();
        }
        if words.peek() == Some("remark") {
            notes.ignored();
            continue;
        }
        let owner = || Owner::AccessList(family, name.to_owned());
        let span = notes.span(line.text);
        let tail = Tail::read(words).filter(|_| !placed);
        if line.negated {
            list.remove(None, tail.map_or("", |tail| tail.text));
            notes.read();
            continue;
        }
        let Some((tail, (verdict, rest))) = tail.and_then(|tail| Some((tail, tail.verdict()?))) else {
            notes.unread(line.text, owner());
            list.add_unknown(line.text, |verdict| AccessEntry {
                verdict,
                pattern: AccessPattern::Unsupported,
                span,
            });
            continue;
        };
        let pattern = match (family, extended) {
            (Family::Ipv4, false) => standard(rest),
            (Family::Ipv4, true) => self::extended(rest),
            (Family::Ipv6, _) => None,
        };
        match pattern {
            Some(_) => notes.read(),
            None => notes.unread(line.text, owner()),
        }
        let entry = AccessEntry {
            verdict,
            pattern: pattern.unwrap_or(AccessPattern::Unsupported),
            span,
        };
        list.add(None, 1, tail.text, entry);
    }
    Some(AccessList {
        name: list.name.clone(),
        span: list.span,
        entries: list.in_order().map(|numbered| numbered.entry).collect(),
    })
}

/// Reads `any4`, `host A` or `A MASK`: the network address, where the mask sets the bit.
fn standard(mut words: Words<'_>) -> Option<AccessPattern> {
    let (address, wildcard) = target(&mut words)?;
    words.is_empty().then_some(())?;
    Some(match wildcard {
        Ipv4Addr::BROADCAST => AccessPattern::Any,
        _ => AccessPattern::Address {
            address: address.into(),
            wildcard: wildcard.into(),
        },
    })
}

/// Reads `ip SOURCE DESTINATION`. Which part stands for a route's mask is IOS's reading, so only what holds for any
/// route is taken as certain.
fn extended(mut words: Words<'_>) -> Option<AccessPattern> {
    if words.next()? != "ip" {
        return None;
    }
    let (_, source) = target(&mut words)?;
    let (_, destination) = target(&mut words)?;
    words.eat("log");
    let all = words.is_empty() && source == Ipv4Addr::BROADCAST && destination == Ipv4Addr::BROADCAST;
    all.then_some(AccessPattern::Any)
}

/// The address and the bits that do not matter.
fn target(words: &mut Words<'_>) -> Option<(Ipv4Addr, Ipv4Addr)> {
    match words.next()? {
        "any" | "any4" => Some((Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST)),
        "host" => Some((words.next()?.parse().ok()?, Ipv4Addr::UNSPECIFIED)),
        address => {
            let mask: Ipv4Addr = words.next()?.parse().ok()?;
            Some((address.parse().ok()?, Ipv4Addr::from(!u32::from(mask))))
        }
    }
}
