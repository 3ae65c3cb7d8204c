//! `acl`, as far as routes are compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{AccessEntry, AccessList, AccessPattern, Verdict};

use crate::atoms::{number, verdict};
use crate::huawei_vrp::syntax::{Command, Tree};
use crate::lines::Words;
use crate::notes::Notes;

/// A list that is used on routes, by its number or name.
pub(super) type Used<'a> = BTreeSet<(Family, &'a str)>;

/// Lines are kept until it is known which lists are used on routes: most are packet filters, and say nothing here.
#[derive(Default)]
pub(super) struct Acls<'a> {
    lists: BTreeMap<(Family, &'a str), Written<'a>>,
}

struct Written<'a> {
    head: &'a str,
    name: &'a str,
    /// Rules are taken by their depth, not by their numbers.
    auto: bool,
    rules: Vec<&'a str>,
}

impl<'a> Acls<'a> {
    /// Reads `acl [ipv6] [number] 2000`, `acl [ipv6] name X [basic|advance|number 2000] [match-order auto]`.
    pub fn block(&mut self, tree: &Tree<'a>, command: &Command<'a>) {
        let mut words = Words::new(command.text);
        let negated = words.eat("undo");
        words.next();
        let family = match words.eat("ipv6") {
            true => Family::Ipv6,
            false => Family::Ipv4,
        };
        while words.eat("number") || words.eat("name") || words.eat("basic") || words.eat("advanced") {}
        let Some(name) = words.next() else { return };
        if negated {
            self.lists.remove(&(family, name));
            return;
        }
        let list = self.lists.entry((family, name)).or_insert_with(|| Written {
            head: command.text,
            name,
            auto: false,
            rules: Vec::new(),
        });
        list.auto |= words.any(|word| word == "auto");
        list.rules.extend(tree.body(command).map(|line| line.text));
    }

    pub fn finish(
        self,
        used: &Used<'_>,
        comware: bool,
        notes: &mut Notes<'_>,
    ) -> BTreeMap<Family, BTreeMap<String, AccessList>> {
        let mut finished: BTreeMap<Family, BTreeMap<String, AccessList>> = BTreeMap::new();
        for ((family, name), written) in self.lists {
            if used.contains(&(family, name)) {
                let list = written.finish(family, comware, notes);
                finished.entry(family).or_default().insert(name.to_owned(), list);
            }
        }
        finished
    }
}

impl<'a> Written<'a> {
    fn finish(self, family: Family, comware: bool, notes: &mut Notes<'_>) -> AccessList {
        let owner = || Owner::AccessList(family, self.name.to_owned());
        notes.read();
        let mut rules: BTreeMap<u64, Vec<AccessEntry>> = BTreeMap::new();
        for line in &self.rules {
            let span = notes.span(line);
            let mut words = Words::new(line);
            let negated = words.eat("undo");
            if !words.eat("rule") {
                notes.ignored();
                continue;
            }
            // Without a number a rule comes five after the highest, in steps of five.
            let highest = rules.keys().next_back().map_or(0, |highest| highest / 5 * 5 + 5);
            let number = words.eat_if(number::<u64>);
            if negated {
                if let Some(number) = number {
                    rules.remove(&number);
                }
                notes.read();
                continue;
            }
            if matches!(words.peek(), Some("comment" | "description" | "remark")) {
                notes.ignored();
                continue;
            }
            let verdict = words.eat_if(verdict);
            let pattern = verdict.and_then(|_| pattern(words, family, comware));
            match &pattern {
                Some(_) => notes.read(),
                None => notes.unread(line, owner()),
            }
            let pattern = match pattern {
                Some(pattern) if !self.auto => pattern,
                _ => AccessPattern::Unsupported,
            };
            let both = vec![Verdict::Accept, Verdict::Reject];
            let verdicts = verdict.map_or(both, |verdict| vec![verdict]);
            let entries = verdicts.into_iter().map(|verdict| AccessEntry {
                verdict,
                pattern: pattern.clone(),
                span,
            });
            rules.insert(number.unwrap_or(highest), entries.collect());
        }
        let span = notes.span(self.head);
        let mut entries: Vec<AccessEntry> = rules.into_values().flatten().collect();
        if entries.is_empty() {
            // What a list without rules means is not documented for both platforms.
            entries.push(AccessEntry {
                verdict: Verdict::Accept,
                pattern: AccessPattern::Unsupported,
                span,
            });
        }
        AccessList {
            name: notes.name(self.name),
            entries,
            span,
        }
    }
}

/// Reads `[source A W|any]`, or on Comware also `ip source A W destination M W`. A basic list does not see the length
/// of a route; an advanced one takes the source for the network and the destination for the mask (HPE, "filter-policy
/// import"). Huawei allows basic lists only.
fn pattern(mut words: Words<'_>, family: Family, comware: bool) -> Option<AccessPattern> {
    let advanced = words.eat("ip") || words.eat("ipv6");
    let (mut source, mut destination) = (None, None);
    loop {
        if words.eat("source") {
            source = Some(target(&mut words, family)?);
        } else if words.eat("destination") {
            destination = Some(target(&mut words, family)?);
        } else if words.eat("counting") || words.eat("logging") {
            continue;
        } else if words.is_empty() {
            break;
        } else {
            // Time ranges, instances, ports: not for routes, or not known.
            return None;
        }
    }
    if (advanced || destination.is_some()) && !(comware && advanced) {
        return None;
    }
    match (source, destination) {
        (None | Some((_, None)), None | Some((_, None))) => Some(AccessPattern::Any),
        (Some((address, Some(wildcard))), None) => Some(AccessPattern::Address { address, wildcard }),
        (Some((address, wildcard)), Some((mask, mask_wildcard))) => Some(AccessPattern::AddressAndMask {
            address,
            wildcard: wildcard?,
            mask,
            mask_wildcard: mask_wildcard?,
        }),
        (None, Some(_)) => None,
    }
}

/// Reads `any`, `A WILDCARD`, `A 0`, and for IPv6 `A LENGTH` or `A/LENGTH`; `any` has no wildcard.
fn target(words: &mut Words<'_>, family: Family) -> Option<(IpAddr, Option<IpAddr>)> {
    if words.eat("any") {
        return Some((family.default_route().addr(), None));
    }
    let word = words.next()?;
    match family {
        Family::Ipv4 => {
            let address: Ipv4Addr = word.parse().ok()?;
            let wildcard = match words.next()? {
                "0" => Ipv4Addr::UNSPECIFIED,
                other => other.parse().ok()?,
            };
            Some((address.into(), Some(wildcard.into())))
        }
        Family::Ipv6 => {
            let (address, length) = match word.split_once('/') {
                Some((address, length)) => (address, length),
                None => (word, words.next()?),
            };
            let address: Ipv6Addr = address.parse().ok()?;
            let net = IpNet::new(address.into(), number(length)?).ok()?;
            Some((net.network(), Some(net.hostmask())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, family: Family, comware: bool, expected: &str) {
        let found = match pattern(Words::new(text), family, comware) {
            Some(AccessPattern::Any) => "any".to_owned(),
            Some(AccessPattern::Address { address, wildcard }) => format!("{address}~{wildcard}"),
            Some(AccessPattern::AddressAndMask {
                mask, mask_wildcard, ..
            }) => format!("mask {mask}~{mask_wildcard}"),
            _ => "?".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn rules() {
        check("", Family::Ipv4, false, "any");
        check("source any", Family::Ipv4, false, "any");
        check(
            "source 10.1.0.0 0.0.255.255",
            Family::Ipv4,
            false,
            "10.1.0.0~0.0.255.255",
        );
        check("source 10.1.0.1 0", Family::Ipv4, false, "10.1.0.1~0.0.0.0");
        check("source 10.1.0.1 0 time-range night", Family::Ipv4, false, "?");
        check("tcp source 10.1.0.1 0", Family::Ipv4, true, "?");
        check(
            "ip source 10.1.0.0 0 destination 255.255.0.0 0",
            Family::Ipv4,
            false,
            "?",
        );
        check(
            "ip source 10.1.0.0 0 destination 255.255.0.0 0",
            Family::Ipv4,
            true,
            "mask 255.255.0.0~0.0.0.0",
        );
        check(
            "source 2001:db8:: 32",
            Family::Ipv6,
            false,
            "2001:db8::~::ffff:ffff:ffff:ffff:ffff:ffff",
        );
    }
}
