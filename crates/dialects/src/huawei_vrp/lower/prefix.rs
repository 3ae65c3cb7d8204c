//! `ip ip-prefix`, `ip ipv6-prefix`, and Comware's `prefix-list`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{ListFamily, PrefixEntry, PrefixList, PrefixPattern, Verdict};

use super::list::{self, Entry, Lists};
use crate::atoms::{self, number};
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct PrefixLists<'a> {
    ipv4: Lists<'a, PrefixEntry>,
    ipv6: Lists<'a, PrefixEntry>,
}

/// What the words behind a verdict turned out to be.
enum Pattern {
    Is(PrefixPattern),
    /// The device answers with an error; why, in its words.
    Refused(&'static str),
    Unread,
}

impl<'a> PrefixLists<'a> {
    /// Reads `[undo] ip ip-prefix NAME [index N] permit|deny A.B.C.D LEN [greater-equal N] [less-equal N]`.
    pub fn line(&mut self, text: &'a str, family: Family, notes: &mut Notes<'_>) {
        let lists = match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        };
        let mut words = Words::new(text);
        let negated = words.eat("undo");
        words.next();
        words.next();
        let owner = |name: &str| Owner::PrefixList(ListFamily::of(family), name.to_owned());
        let Some(entry) = Entry::read(words) else {
            return notes.unread(text, owner(""));
        };
        if negated {
            list::remove(lists, &entry);
            return notes.read();
        }
        if entry.text.starts_with("description") {
            return notes.ignored();
        }
        let span = notes.span(text);
        let (verdicts, pattern) = match entry.verdict {
            Some(verdict) => (vec![verdict], pattern(entry.values, family)),
            None => (vec![Verdict::Accept, Verdict::Reject], Pattern::Unread),
        };
        let pattern = match pattern {
            Pattern::Is(pattern) => {
                notes.read();
                pattern
            }
            Pattern::Refused(why) => {
                let effect = format!("the device refuses the line ({why}), so the list has no such entry");
                return notes.refused(text, owner(entry.name), effect);
            }
            Pattern::Unread => {
                notes.unread(text, owner(entry.name));
                PrefixPattern::Unsupported
            }
        };
        for verdict in verdicts {
            let value = PrefixEntry {
                verdict,
                pattern: pattern.clone(),
                span,
            };
            list::add(lists, &entry, text, value, notes);
        }
    }

    pub fn finish(&mut self, family: Family) -> BTreeMap<String, PrefixList> {
        let lists = match family {
            Family::Ipv4 => std::mem::take(&mut self.ipv4),
            Family::Ipv6 => std::mem::take(&mut self.ipv6),
        };
        let finished = lists.into_iter().map(|(name, list)| {
            let finished = PrefixList {
                name: list.name.clone(),
                span: list.span,
                entries: list.into_entries(),
            };
            (name.to_owned(), finished)
        });
        finished.collect()
    }
}

fn pattern(mut words: Words<'_>, family: Family) -> Pattern {
    let Some(word) = words.next() else {
        return Pattern::Unread;
    };
    let (address, length) = match word.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (word, words.next()),
    };
    let (Some(length), false) = (length, word.starts_with('<')) else {
        return Pattern::Unread;
    };
    let Some(address) = address.parse::<IpAddr>().ok() else {
        return Pattern::Refused("no address");
    };
    if Family::of_address(address) != family {
        return Pattern::Refused("an address of the other family");
    }
    let width = family.width();
    let Some(length) = number::<u8>(length).filter(|length| *length <= width) else {
        return Pattern::Refused("no such length");
    };
    let (mut ge, mut le, mut network) = (None, None, false);
    while let Some(word) = words.next() {
        match word {
            "greater-equal" | "ge" if ge.is_none() => match words.next().and_then(number::<u8>) {
                Some(bound) => ge = Some(bound),
                None => return Pattern::Unread,
            },
            "less-equal" | "le" if le.is_none() => match words.next().and_then(number::<u8>) {
                Some(bound) => le = Some(bound),
                None => return Pattern::Unread,
            },
            "match-network" => network = true,
            _ => return Pattern::Unread,
        }
    }
    let Some(lengths) = atoms::lengths(length, width, ge, le) else {
        return Pattern::Refused("the lengths exclude each other");
    };
    let Ok(prefix) = IpNet::new(address, length) else {
        return Pattern::Refused("no such length");
    };
    // Huawei, "ip ip-prefix": what is left of 0.0.0.0 or :: matches every address, only the length counts, but not
    // with `match-network`.
    let any = prefix.network().is_unspecified() && !network;
    let prefix = if any { family.default_route() } else { prefix };
    Pattern::Is(PrefixPattern::Range { prefix, lengths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let family = if text.contains("::") {
            Family::Ipv6
        } else {
            Family::Ipv4
        };
        let found = match pattern(Words::new(text), family) {
            Pattern::Is(PrefixPattern::Range { prefix, lengths }) => {
                format!("{prefix} {}-{}", lengths.start(), lengths.end())
            }
            Pattern::Is(_) => "other".to_owned(),
            Pattern::Refused(_) => "refused".to_owned(),
            Pattern::Unread => "unread".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lengths_and_bounds() {
        check("10.1.0.0 16", "10.1.0.0/16 16-16");
        check("10.1.0.0 16 less-equal 24", "10.1.0.0/16 16-24");
        check("10.1.0.0 16 greater-equal 20", "10.1.0.0/16 20-32");
        check("10.1.0.0/16 greater-equal 20 less-equal 24", "10.1.0.0/16 20-24");
        check("2001:db8:: 32 less-equal 48", "2001:db8::/32 32-48");
        check("10.1.0.0 16 less-equal 8", "refused");
        check("10.1.0.0 33", "refused");
        check("10.1.0 16", "refused");
        check("10.1.0.0", "unread");
        check("<PREFIX> 16", "unread");
        check("10.1.0.0 16 foo", "unread");
    }

    #[test]
    fn the_unspecified_address_stands_for_every_one() {
        check("0.0.0.0 0", "0.0.0.0/0 0-0");
        check("0.0.0.0 0 less-equal 32", "0.0.0.0/0 0-32");
        check("0.0.0.0 24", "0.0.0.0/0 24-24");
        check("0.0.0.0 8 less-equal 32", "0.0.0.0/0 8-32");
        check("0.0.0.9 24", "0.0.0.0/0 24-24");
        check("0.0.0.0 8 match-network", "0.0.0.0/8 8-8");
        check(":: 0 greater-equal 32 less-equal 64", "::/0 32-64");
        check("::5 64", "::/0 64-64");
    }
}
