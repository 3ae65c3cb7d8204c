//! `router prefix-list`, `prefix-list6`, `access-list` and `access-list6`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;
use pairlint_model::bgp::{self, Family};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AccessEntry, AccessList, AccessPattern, ListFamily, PrefixEntry, PrefixList, PrefixPattern, Verdict,
};

use super::Tables;
use super::objects::{Object, Setting, objects, setting};
use crate::atoms::{self, number, with_mask};
use crate::notes::Notes;

/// Reads all lists of prefixes of a domain.
pub(super) fn lists(tables: &Tables<'_, '_>, device: &mut Device, notes: &mut Notes<'_>) {
    for (family, path) in [
        (Family::Ipv4, "router prefix-list"),
        (Family::Ipv6, "router prefix-list6"),
    ] {
        for object in read(tables, path, notes) {
            let owner = || Owner::PrefixList(ListFamily::of(family), object.name.to_owned());
            let rules = rules(&object, &owner, family, notes);
            let entries = rules.into_iter().map(|rule| rule.prefix(family));
            let list = PrefixList {
                name: notes.name(object.name),
                entries: entries.collect(),
                span: notes.span(object.line),
            };
            let lists = device.prefix_lists.entry(ListFamily::of(family)).or_default();
            lists.insert(object.name.to_owned(), list);
        }
    }
    for (family, path) in [
        (Family::Ipv4, "router access-list"),
        (Family::Ipv6, "router access-list6"),
    ] {
        for object in read(tables, path, notes) {
            let owner = || Owner::AccessList(family, object.name.to_owned());
            let rules = rules(&object, &owner, family, notes);
            let entries = rules.into_iter().map(Rule::access);
            let list = AccessList {
                name: notes.name(object.name),
                entries: entries.collect(),
                span: notes.span(object.line),
            };
            let lists = device.access_lists.entry(family).or_default();
            lists.insert(object.name.to_owned(), list);
        }
    }
}

fn read<'t, 'a>(tables: &Tables<'t, 'a>, path: &str, notes: &mut Notes<'_>) -> Vec<Object<'t, 'a>> {
    let blocks = tables.get(path);
    blocks.iter().for_each(|_| notes.read());
    let objects = objects(blocks);
    objects.iter().for_each(|_| notes.read());
    objects
}

/// What a rule stands for.
enum Net {
    /// `any`, or nothing at all.
    Any,
    Prefix(IpNet),
    Wildcard(IpAddr, IpAddr),
    Unread,
}

struct Rule {
    verdict: Verdict,
    net: Net,
    ge: Option<u8>,
    le: Option<u8>,
    exact: bool,
    /// Some line was not understood.
    doubtful: bool,
    span: pairlint_model::source::Span,
}

/// Reads the rules in the order of their numbers.
fn rules(
    object: &Object<'_, '_>,
    owner: &dyn Fn() -> Owner,
    family: Family,
    notes: &mut Notes<'_>,
) -> Vec<Rule> {
    for line in &object.lines {
        match setting(line).map(|setting| setting.key) {
            Some("comments" | "comment" | "name") => notes.ignored(),
            _ => notes.unread(line, owner()),
        }
    }
    let mut sorted: BTreeMap<u64, Vec<Rule>> = BTreeMap::new();
    for rule in objects(&object.table("rule")) {
        let id: Option<u64> = number(rule.name);
        match id {
            Some(_) => notes.read(),
            None => notes.unread(rule.line, owner()),
        }
        let mut read = Rule {
            // The default (FortiOS CLI Reference, "router prefix-list", "router access-list").
            verdict: Verdict::Accept,
            net: Net::Any,
            ge: None,
            le: None,
            exact: false,
            doubtful: id.is_none(),
            span: notes.span(rule.line),
        };
        let mut named = false;
        for line in &rule.lines {
            let done = setting(line).is_some_and(|setting| read.set(&setting, family));
            named |=
                setting(line).is_some_and(|setting| matches!(setting.key, "prefix" | "prefix6" | "wildcard"));
            match done {
                true => notes.read(),
                false => {
                    read.doubtful = true;
                    notes.unread(line, owner());
                }
            }
        }
        // A rule needs a prefix or a wildcard: one without was cut off.
        let doubtful = !named || read.excludes_itself(family);
        if doubtful && !read.doubtful {
            notes.doubtful_line(rule.line, owner());
        }
        read.doubtful |= doubtful;
        sorted.entry(id.unwrap_or(u64::MAX)).or_default().push(read);
    }
    sorted.into_values().flatten().collect()
}

impl Rule {
    fn set(&mut self, setting: &Setting<'_>, family: Family) -> bool {
        match setting.key {
            "action" => {
                self.verdict = match setting.value() {
                    None if setting.values.is_none() => Verdict::Accept,
                    Some(word) => match atoms::verdict(word) {
                        Some(verdict) => verdict,
                        None => return false,
                    },
                    None => return false,
                };
            }
            "prefix" | "prefix6" => {
                self.net = net(setting, family);
                return !matches!(self.net, Net::Unread);
            }
            "wildcard" => {
                self.net = wildcard(setting);
                return !matches!(self.net, Net::Unread);
            }
            "ge" | "le" => {
                let slot = match setting.key {
                    "ge" => &mut self.ge,
                    _ => &mut self.le,
                };
                *slot = setting.value().and_then(number);
                return setting.values.is_none() || slot.is_some();
            }
            "exact-match" => match setting.enabled() {
                Some(enabled) => self.exact = enabled,
                None => return false,
            },
            "flags" | "id" => {}
            _ => return false,
        }
        true
    }

    /// The prefix and the lengths it stands for; `None` where they exclude each other, and for a wildcard.
    fn lengths(&self, family: Family) -> Option<(IpNet, RangeInclusive<u8>)> {
        let width = family.width();
        // 0 stands for no bound.
        let (ge, le) = (self.ge.filter(|ge| *ge > 0), self.le.filter(|le| *le > 0));
        match self.net {
            Net::Any => {
                let lengths = ge.unwrap_or(0)..=le.unwrap_or(width);
                (lengths.start() <= lengths.end() && *lengths.end() <= width)
                    .then_some((family.default_route(), lengths))
            }
            Net::Prefix(prefix) => {
                let lengths = atoms::lengths(prefix.prefix_len(), width, ge, le)?;
                Some((prefix, lengths))
            }
            Net::Wildcard(..) | Net::Unread => None,
        }
    }

    fn excludes_itself(&self, family: Family) -> bool {
        matches!(self.net, Net::Any | Net::Prefix(_)) && self.lengths(family).is_none()
    }

    fn prefix(self, family: Family) -> PrefixEntry {
        let pattern = match self.lengths(family).filter(|_| !self.doubtful) {
            Some((prefix, lengths)) => PrefixPattern::Range { prefix, lengths },
            None => PrefixPattern::Unsupported,
        };
        PrefixEntry {
            verdict: self.verdict,
            pattern,
            span: self.span,
        }
    }

    fn access(self) -> AccessEntry {
        let pattern = match self.net {
            _ if self.doubtful => AccessPattern::Unsupported,
            Net::Any => AccessPattern::Any,
            Net::Prefix(prefix) => AccessPattern::Prefix {
                prefix,
                exact: self.exact,
            },
            Net::Wildcard(address, wildcard) => AccessPattern::Address { address, wildcard },
            Net::Unread => AccessPattern::Unsupported,
        };
        AccessEntry {
            verdict: self.verdict,
            pattern,
            span: self.span,
        }
    }
}

/// Reads `any`, `10.0.0.0 255.0.0.0`, `10.0.0.0/8`, `2001:db8::/32`.
fn net(setting: &Setting<'_>, family: Family) -> Net {
    let Some(mut words) = setting.values else {
        return Net::Any;
    };
    let (first, second) = (words.next(), words.next());
    let read = match (first.map(|word| word.text), second.map(|word| word.text)) {
        (Some("any"), None) => return Net::Any,
        // Quotation marks may hold both.
        (Some(both), None) => match both.split_once(' ') {
            Some((address, mask)) => with_mask(address, mask),
            None => bgp::prefix(both).ok(),
        },
        (Some(address), Some(mask)) => with_mask(address, mask),
        _ => None,
    };
    match read.filter(|net| Family::of(net) == family) {
        Some(net) => Net::Prefix(net),
        None => Net::Unread,
    }
}

fn wildcard(setting: &Setting<'_>) -> Net {
    let Some(mut words) = setting.values else {
        return Net::Any;
    };
    let mut address = || words.next()?.text.parse::<IpAddr>().ok();
    match (address(), address()) {
        (Some(address), Some(wildcard)) if address.is_ipv4() && wildcard.is_ipv4() => {
            Net::Wildcard(address, wildcard)
        }
        _ => Net::Unread,
    }
}
