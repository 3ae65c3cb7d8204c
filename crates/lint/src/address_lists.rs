//! Lists of addresses by which policies let routes in, and that somebody has to keep by hand.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

use pairlint_eval::space::Cover;
use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AccessPattern, Action, Condition, ListFamily, Outcome, PolicyChain, PrefixEntry, PrefixPattern,
    SessionFilter, Statement, Verdict,
};
use pairlint_model::source::Span;

use crate::announced::special_space;
use crate::reach;

/// A prefix this long or longer names a network; shorter ones (`0.0.0.0/0 le 24`) bound the length.
const NAMES_A_NETWORK_IPV4: u8 = 8;
const NAMES_A_NETWORK_IPV6: u8 = 16;

/// A place where a chain lets routes in by a list of public networks.
#[derive(Debug)]
pub(crate) struct AddressTest<'a> {
    /// The list's name; `None` where the prefixes stand in the statement itself.
    pub name: Option<&'a str>,
    /// Where the list is used, else the first prefix.
    pub place: Span,
    /// The statement that tests it; `None` where it is attached to the session.
    pub statement: Option<Span>,
    /// The entries that name a public network and permit it; tests of one list share them.
    pub entries: Rc<[AddressEntry]>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct AddressEntry {
    pub prefix: IpNet,
    pub span: Span,
}

/// What a chain tests besides addresses.
#[derive(Debug)]
pub(crate) struct AddressTests<'a> {
    pub tests: Vec<AddressTest<'a>>,
    /// Some condition or filter looks at communities.
    pub communities: bool,
}

/// Finds the tests of a chain on whose success routes come in.
pub(crate) fn address_tests<'a>(device: &'a Device, chain: &'a PolicyChain) -> AddressTests<'a> {
    let mut walk = Walk {
        device,
        special: special_space(),
        prefix_lists: HashMap::new(),
        access_lists: HashMap::new(),
        found: AddressTests {
            tests: Vec::new(),
            communities: false,
        },
    };
    for filter in &chain.filters {
        match &filter.value {
            SessionFilter::PrefixList { name, family } => {
                let entries = walk.prefix_list(*family, &name.value);
                walk.add(Some(&name.value), name.span, None, entries);
            }
            SessionFilter::AccessList { name, family } => {
                let entries = walk.access_list(*family, &name.value);
                walk.add(Some(&name.value), name.span, None, entries);
            }
            SessionFilter::CommunityList { .. } | SessionFilter::Unsupported => walk.found.communities = true,
            SessionFilter::AsPathList { .. } => {}
        }
    }
    let reach = reach::reach(device, chain);
    walk.found.communities |= !reach.literals.is_empty()
        || reach.used.iter().any(|owner| {
            matches!(
                owner,
                Owner::CommunityList(_) | Owner::LargeCommunityList(_) | Owner::ExtendedCommunityList(_)
            )
        });
    for name in &reach.policies {
        let statements = device.policies.get(*name).map(|policy| &policy.statements);
        for statement in statements.into_iter().flatten() {
            walk.statement(statement);
        }
    }
    walk.found
}

struct Walk<'a> {
    device: &'a Device,
    special: Cover,
    prefix_lists: HashMap<(ListFamily, &'a str), Rc<[AddressEntry]>>,
    access_lists: HashMap<(Family, &'a str), Rc<[AddressEntry]>>,
    found: AddressTests<'a>,
}

impl<'a> Walk<'a> {
    fn prefix_list(&mut self, family: ListFamily, name: &'a str) -> Rc<[AddressEntry]> {
        if let Some(known) = self.prefix_lists.get(&(family, name)) {
            return known.clone();
        }
        let list = self.device.prefix_list(family, name);
        let entries = named(list.map_or(&[][..], |list| &list.entries), &self.special);
        self.prefix_lists.entry((family, name)).or_insert(entries).clone()
    }

    fn access_list(&mut self, family: Family, name: &'a str) -> Rc<[AddressEntry]> {
        if let Some(known) = self.access_lists.get(&(family, name)) {
            return known.clone();
        }
        let entries = access(self.device, family, name, &self.special);
        self.access_lists.entry((family, name)).or_insert(entries).clone()
    }

    fn statement(&mut self, statement: &'a Statement) {
        let accepts = |action: &Action| {
            matches!(
                action,
                Action::Pending(Verdict::Accept) | Action::Default(Verdict::Accept)
            )
        };
        let lets_in = statement.outcome == Outcome::Accept
            || statement.actions.iter().any(|action| accepts(&action.value));
        self.condition(&statement.condition, statement.head, lets_in);
    }

    fn condition(&mut self, condition: &'a Condition, head: Span, lets_in: bool) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| self.condition(part, head, lets_in));
            }
            Condition::Not(part) => self.condition(part, head, false),
            Condition::Community(_)
            | Condition::CommunityCount(_)
            | Condition::CommunityList { .. }
            | Condition::Unsupported(_) => self.found.communities = true,
            Condition::PrefixList { name, family, .. } if lets_in => {
                let entries = self.prefix_list(*family, &name.value);
                self.add(Some(&name.value), name.span, Some(head), entries);
            }
            Condition::AccessList { name, family } if lets_in => {
                let entries = self.access_list(*family, &name.value);
                self.add(Some(&name.value), name.span, Some(head), entries);
            }
            Condition::Prefixes(entries) if lets_in => {
                let place = entries.first().map_or(head, |entry| entry.span);
                self.add(None, place, Some(head), named(entries, &self.special));
            }
            Condition::LongestPrefix(entries) if lets_in => {
                let place = entries.first().map_or(head, |entry| entry.span);
                let networks = entries.iter().map(|entry| AddressEntry {
                    prefix: entry.prefix,
                    span: entry.span,
                });
                let networks = networks
                    .filter(|entry| names_a_network(&entry.prefix, &self.special))
                    .collect();
                self.add(None, place, Some(head), networks);
            }
            _ => {}
        }
    }

    fn add(
        &mut self,
        name: Option<&'a str>,
        place: Span,
        statement: Option<Span>,
        entries: Rc<[AddressEntry]>,
    ) {
        if !entries.is_empty() {
            self.found.tests.push(AddressTest {
                name,
                place,
                statement,
                entries,
            });
        }
    }
}

fn named(entries: &[PrefixEntry], special: &Cover) -> Rc<[AddressEntry]> {
    let permitted = entries.iter().filter(|entry| entry.verdict == Verdict::Accept);
    let networks = permitted.filter_map(|entry| match &entry.pattern {
        PrefixPattern::Range { prefix, .. } => Some((*prefix, entry.span)),
        PrefixPattern::Masked { address, mask, .. } => {
            Some((network(*address, mask_length(*mask)?)?, entry.span))
        }
        PrefixPattern::Any | PrefixPattern::Unsupported => None,
    });
    let entries = networks.map(|(prefix, span)| AddressEntry { prefix, span });
    entries
        .filter(|entry| names_a_network(&entry.prefix, special))
        .collect()
}

fn access(device: &Device, family: Family, name: &str, special: &Cover) -> Rc<[AddressEntry]> {
    let Some(list) = device.access_list(family, name) else {
        return Rc::new([]);
    };
    let permitted = list
        .entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Accept);
    let networks = permitted.filter_map(|entry| {
        let prefix = match &entry.pattern {
            AccessPattern::Address { address, wildcard }
            | AccessPattern::AddressAndMask {
                address, wildcard, ..
            } => network(*address, mask_length(inverted(*wildcard))?)?,
            AccessPattern::Prefix { prefix, .. } => *prefix,
            AccessPattern::Any | AccessPattern::Unsupported => return None,
        };
        Some(AddressEntry {
            prefix,
            span: entry.span,
        })
    });
    networks
        .filter(|entry| names_a_network(&entry.prefix, special))
        .collect()
}

fn names_a_network(prefix: &IpNet, special: &Cover) -> bool {
    let shortest: RangeInclusive<u8> = match Family::of(prefix) {
        Family::Ipv4 => NAMES_A_NETWORK_IPV4..=32,
        Family::Ipv6 => NAMES_A_NETWORK_IPV6..=128,
    };
    shortest.contains(&prefix.prefix_len()) && !special.holds(prefix)
}

fn network(address: std::net::IpAddr, length: u8) -> Option<IpNet> {
    IpNet::new(address, length).ok().map(|net| net.trunc())
}

fn inverted(wildcard: std::net::IpAddr) -> std::net::IpAddr {
    match wildcard {
        std::net::IpAddr::V4(bits) => std::net::Ipv4Addr::from_bits(!bits.to_bits()).into(),
        std::net::IpAddr::V6(bits) => std::net::Ipv6Addr::from_bits(!bits.to_bits()).into(),
    }
}

/// The length of a mask without gaps.
fn mask_length(mask: std::net::IpAddr) -> Option<u8> {
    let (ones, zeros, width) = match mask {
        std::net::IpAddr::V4(bits) => {
            let bits = bits.to_bits();
            (bits.leading_ones(), bits.trailing_zeros(), 32)
        }
        std::net::IpAddr::V6(bits) => {
            let bits = bits.to_bits();
            (bits.leading_ones(), bits.trailing_zeros(), 128)
        }
    };
    (ones + zeros >= width).then(|| u8::try_from(ones).unwrap_or(0))
}
