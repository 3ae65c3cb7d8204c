//! Communities as the text that expressions see.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use pairlint_model::bgp::Community;
use pairlint_model::policy::{CommunityRendering, WellKnownNames};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Expression;
use super::decimal::Decimal;
use super::product::{Form, Product};

/// Values that FRR prints by name (its `community_str`; 8.4 and 10.3 agree but for 0:0, seen on the daemons).
const FRR: &[(Community, &str)] = &[
    (Community::GRACEFUL_SHUTDOWN, "graceful-shutdown"),
    (Community::ACCEPT_OWN, "accept-own"),
    (Community::new(65535, 2), "route-filter-translated-v4"),
    (Community::new(65535, 3), "route-filter-v4"),
    (Community::new(65535, 4), "route-filter-translated-v6"),
    (Community::new(65535, 5), "route-filter-v6"),
    (Community::new(65535, 6), "llgr-stale"),
    (Community::new(65535, 7), "no-llgr"),
    (Community::new(65535, 8), "accept-own-nexthop"),
    (Community::BLACKHOLE, "blackhole"),
    (Community::NO_EXPORT, "no-export"),
    (Community::NO_ADVERTISE, "no-advertise"),
    (Community::LOCAL_AS, "local-AS"),
    (Community::NO_PEER, "no-peer"),
];

/// Values that IOS prints by name (Cisco IOS IP Routing: BGP Command Reference, "show ip bgp community",
/// "set community").
const IOS: &[(Community, &str)] = &[
    (INTERNET, "internet"),
    (Community::GRACEFUL_SHUTDOWN, "gshut"),
    (Community::NO_EXPORT, "no-export"),
    (Community::NO_ADVERTISE, "no-advertise"),
    (Community::LOCAL_AS, "local-AS"),
];

const INTERNET: Community = Community::new(0, 0);

/// The communities that a platform prints by name, with the name.
///
/// Their text is not their numbers: who divides all communities by expressions has to decide these one by one.
pub fn named(names: WellKnownNames) -> impl Iterator<Item = (Community, &'static str)> {
    let internet = [(INTERNET, "internet")];
    let (all, internet) = match names {
        WellKnownNames::Ios => (IOS, None),
        WellKnownNames::Frr8 => (FRR, Some(internet)),
        WellKnownNames::Frr10 => (FRR, None),
    };
    all.iter().copied().chain(internet.into_iter().flatten())
}

/// Writes a route's communities as the platform does before an expression sees them.
pub fn render(communities: &BTreeSet<Community>, rendering: CommunityRendering) -> String {
    let mut text = String::new();
    for &community in communities {
        if !text.is_empty() {
            text.push(' ');
        }
        push_one(&mut text, community, rendering);
    }
    text
}

/// Writes one community.
pub fn render_one(community: Community, rendering: CommunityRendering) -> String {
    let mut text = String::new();
    push_one(&mut text, community, rendering);
    text
}

fn push_one(text: &mut String, community: Community, rendering: CommunityRendering) {
    // Writing to a string cannot fail.
    let _ = match rendering {
        CommunityRendering::Packed => write!(text, "{}", community.packed()),
        CommunityRendering::Numbers | CommunityRendering::NumbersOrPacked => write!(text, "{community}"),
        CommunityRendering::Names(names) => match named(names).find(|&(value, _)| value == community) {
            Some((_, name)) => text.write_str(name),
            None => write!(text, "{community}"),
        },
    };
}

/// Whether an expression over the whole text holds for a set of communities.
pub fn matches_set(
    expression: &Expression,
    communities: &BTreeSet<Community>,
    rendering: CommunityRendering,
) -> bool {
    // FRR 10 does not ask the expression where there is nothing to print (seen on 10.3).
    if communities.is_empty() && rendering == CommunityRendering::Names(WellKnownNames::Frr10) {
        return false;
    }
    expression.is_match(&render(communities, rendering))
}

/// Values that nobody takes for something else, tried before others.
const PLAIN: [Community; 8] = [
    Community::new(65000, 100),
    Community::new(64500, 100),
    Community::new(64512, 1),
    Community::new(65001, 1),
    Community::new(12076, 60000),
    Community::new(12076, 51999),
    Community::new(8075, 100),
    Community::new(174, 990),
];

/// Returns one community for each way in which the expressions (over one community) can answer, over all 2^32
/// values but those of `exclude_asn` and those to `avoid`; all-false is one of the ways. Ascending.
///
/// The values are seen as numbers: where a platform prints names, put [`named`] values into `avoid` and
/// decide each by itself. `None` when more than `budget` states would have to be looked at.
pub fn representatives(
    expressions: &[&Expression],
    exclude_asn: Option<u16>,
    avoid: &BTreeSet<Community>,
    budget: usize,
) -> Option<Vec<Community>> {
    let mut product = Product::of(expressions.iter().copied(), Form::Community);
    let mut found: BTreeMap<Vec<bool>, Community> = BTreeMap::new();
    for plain in PLAIN {
        if exclude_asn != Some(plain.asn) && !avoid.contains(&plain) {
            let end = product.run(Product::START, &plain.to_string());
            found.entry(product.answers(end).collect()).or_insert(plain);
        }
    }

    let asns = Decimal::without(
        0,
        u16::MAX.into(),
        exclude_asn.into_iter().map(u32::from).collect(),
    );
    let values = Decimal::without(0, u16::MAX.into(), Vec::new());
    let avoided = Trie::of(avoid);
    let start = Node {
        product: Product::START,
        half: Half::Asn,
        digits: Decimal::START,
        avoided: Trie::START,
    };
    let mut seen = FxHashSet::from_iter([start]);
    let mut queue = VecDeque::from([(start, Community::new(0, 0))]);
    while let Some((node, so_far)) = queue.pop_front() {
        if seen.len() > budget {
            return None;
        }
        let number = match node.half {
            Half::Asn => &asns,
            Half::Value => &values,
        };
        if node.half == Half::Value && number.accepts(node.digits) && !avoided.ends(node.avoided) {
            found
                .entry(product.answers(node.product).collect())
                .or_insert(so_far);
        }
        let colon = (node.half == Half::Asn && number.accepts(node.digits)).then(|| Node {
            product: product.step(node.product, b':'),
            half: Half::Value,
            digits: Decimal::START,
            avoided: avoided.step(node.avoided, b':'),
        });
        let colon = colon.map(|next| (next, so_far));
        // Zero last: 0:0 and its kind are what a reader would wonder about.
        let digits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].into_iter().filter_map(|digit| {
            let next = Node {
                digits: number.step(node.digits, digit)?,
                product: product.step(node.product, b'0' + digit),
                avoided: avoided.step(node.avoided, b'0' + digit),
                ..node
            };
            Some((next, node.half.with_digit(so_far, digit)))
        });
        for (next, text) in colon.into_iter().chain(digits) {
            if seen.insert(next) {
                queue.push_back((next, text));
            }
        }
    }
    let mut communities: Vec<Community> = found.into_values().collect();
    communities.sort_unstable();
    Some(communities)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Node {
    product: u32,
    half: Half,
    digits: u32,
    avoided: u32,
}

/// The side of the colon.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Half {
    Asn,
    Value,
}

impl Half {
    fn with_digit(self, community: Community, digit: u8) -> Community {
        let more = |number: u16| number.wrapping_mul(10).wrapping_add(digit.into());
        match self {
            Half::Asn => Community::new(more(community.asn), community.value),
            Half::Value => Community::new(community.asn, more(community.value)),
        }
    }
}

/// The texts of some communities.
struct Trie {
    next: FxHashMap<(u32, u8), u32>,
    ends: FxHashSet<u32>,
}

impl Trie {
    const START: u32 = 0;
    const OUTSIDE: u32 = u32::MAX;

    fn of(communities: &BTreeSet<Community>) -> Trie {
        let mut trie = Trie {
            next: FxHashMap::default(),
            ends: FxHashSet::default(),
        };
        for community in communities {
            let mut state = Trie::START;
            for byte in community.to_string().bytes() {
                let fresh = trie.next.len() as u32 + 1;
                state = *trie.next.entry((state, byte)).or_insert(fresh);
            }
            trie.ends.insert(state);
        }
        trie
    }

    fn step(&self, state: u32, byte: u8) -> u32 {
        self.next.get(&(state, byte)).copied().unwrap_or(Trie::OUTSIDE)
    }

    fn ends(&self, state: u32) -> bool {
        self.ends.contains(&state)
    }
}
