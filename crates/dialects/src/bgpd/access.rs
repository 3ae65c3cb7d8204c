//! Access lists, as far as routes are compared with them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{AccessEntry, AccessList, AccessPattern, Verdict};

use super::Version;
use super::building::{Added, Building, Tail, Value};
use super::is_placeholder;
use super::lists::{KNOWN, REFUSED, net};
use crate::lines::Words;
use crate::notes::Notes;

pub struct AccessLists<'a> {
    version: Version,
    lists: BTreeMap<(Family, &'a str), Building<'a, AccessEntry>>,
}

impl<'a> AccessLists<'a> {
    pub fn new(version: Version) -> AccessLists<'a> {
        AccessLists {
            version,
            lists: BTreeMap::new(),
        }
    }

    /// Reads what follows `access-list NAME` or `ipv6 access-list NAME`.
    pub fn line(
        &mut self,
        family: Family,
        name: &'a str,
        line: &'a str,
        negated: bool,
        words: Words<'a>,
        notes: &mut Notes<'_>,
    ) {
        let owner = || Owner::AccessList(family, name.to_owned());
        if words.ahead().eat("remark") {
            return notes.ignored();
        }
        if negated {
            if let (false, Some(list)) = (words.is_empty(), self.lists.get_mut(&(family, name))) {
                if let Some(tail) = Tail::read(words) {
                    list.remove(tail.sequence, tail.text);
                }
                if !list.is_empty() {
                    return notes.read();
                }
            }
            self.lists.remove(&(family, name));
            return notes.read();
        }
        let tail = Tail::read(words);
        let pattern = tail.and_then(|tail| pattern(tail.value, family));
        match (tail, pattern) {
            (Some(tail), Some(pattern)) => {
                let rule = (tail.sequence, tail.verdict, pattern);
                let added = self.rule(family, name, line, tail.text, rule, notes);
                let masked = |net: &IpNet| *net != net.trunc();
                match (added, written(tail.value)) {
                    (Added::Known, Some(net)) if masked(&net) => notes.refused(line, owner(), KNOWN),
                    _ => notes.read(),
                }
            }
            (Some(tail), None) if is_placeholder(line) => {
                let rule = (tail.sequence, tail.verdict, AccessPattern::Unsupported);
                self.rule(family, name, line, tail.text, rule, notes);
                notes.unread(line, owner());
            }
            (None, _) if is_placeholder(line) => notes.unread(line, owner()),
            _ => notes.refused(line, owner(), REFUSED),
        }
    }

    pub fn rule(
        &mut self,
        family: Family,
        name: &'a str,
        line: &'a str,
        text: &'a str,
        (sequence, verdict, pattern): (Option<u32>, Verdict, AccessPattern),
        notes: &Notes<'_>,
    ) -> Added {
        let value = match pattern {
            AccessPattern::Any => Some(Value::Prefix(None, None, None)),
            // `exact-match` takes the place of a bound here.
            AccessPattern::Prefix { prefix, exact } => {
                Some(Value::Prefix(Some(prefix.trunc()), exact.then_some(0), None))
            }
            AccessPattern::Unsupported => None,
            _ => Some(Value::Text(text)),
        };
        // 8.4.4 shows an entry without a prefix then, and what it matches is anybody's guess.
        let known = self.lists.get(&(family, name)).zip(sequence);
        let after_any = known
            .is_some_and(|(list, sequence)| matches!(list.said(sequence), Some(Value::Prefix(None, ..))));
        let pattern = match pattern {
            AccessPattern::Prefix { .. } if after_any && self.version == Version::V8 => {
                AccessPattern::Unsupported
            }
            pattern => pattern,
        };
        let entry = AccessEntry {
            verdict,
            pattern,
            span: notes.span(line),
        };
        let list = self
            .lists
            .entry((family, name))
            .or_insert_with(|| Building::in_steps(name, line, notes));
        match value {
            // What a line with `exact-match` says is compared without it.
            Some(Value::Prefix(prefix, None, None))
                if list.says(&(verdict, Value::Prefix(prefix, Some(0), None))) =>
            {
                Added::Known
            }
            Some(value) => list.add_new(sequence, text, (verdict, value), entry),
            None => {
                list.add(sequence, text, entry);
                Added::Yes
            }
        }
    }

    pub fn finish(self, device: &mut Device) {
        for ((family, name), list) in self.lists {
            let list = AccessList {
                name: list.name.clone(),
                span: list.span,
                entries: list.in_order(),
            };
            let lists = device.access_lists.entry(family).or_default();
            lists.insert(name.to_owned(), list);
        }
    }
}

/// Reads `10.0.0.0/8 [exact-match]`, `any`, `host 10.0.0.1`, `10.0.0.0 0.255.255.255`, `ip SOURCE MASK`.
///
/// A prefix stands for its more specifics too, but for `exact-match`. Lines in Cisco's form compare the network's
/// address, and where there is a destination the mask (bgpd's `filter_match_cisco`, FRR source).
fn pattern(mut words: Words<'_>, family: Family) -> Option<AccessPattern> {
    if words.eat("any") {
        return finished(words).map(|()| AccessPattern::Any);
    }
    if let Some(prefix) = words.eat_if(|word| net(word, family).filter(|_| word.contains('/'))) {
        let exact = words.eat("exact-match");
        return finished(words).map(|()| AccessPattern::Prefix { prefix, exact });
    }
    if family == Family::Ipv6 {
        return None;
    }
    if words.eat("ip") {
        let (address, wildcard) = target(&mut words)?;
        let (mask, mask_wildcard) = target(&mut words)?;
        finished(words)?;
        return Some(AccessPattern::AddressAndMask {
            address: address.into(),
            wildcard: wildcard.into(),
            mask: mask.into(),
            mask_wildcard: mask_wildcard.into(),
        });
    }
    let (address, wildcard) = match words.count() {
        1 => (words.next()?.parse().ok()?, Ipv4Addr::UNSPECIFIED),
        _ => target(&mut words)?,
    };
    finished(words)?;
    Some(AccessPattern::Address {
        address: address.into(),
        wildcard: wildcard.into(),
    })
}

/// The prefix as written, with its host bits.
fn written(mut words: Words<'_>) -> Option<IpNet> {
    words
        .next()
        .and_then(|word| pairlint_model::bgp::prefix(word).ok())
}

fn target(words: &mut Words<'_>) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if words.eat("any") {
        return Some((Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST));
    }
    if words.eat("host") {
        return Some((words.next()?.parse().ok()?, Ipv4Addr::UNSPECIFIED));
    }
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

fn finished(words: Words<'_>) -> Option<()> {
    words.is_empty().then_some(())
}
