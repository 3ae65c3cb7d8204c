//! One route against the entries of prefix and access lists.

use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::policy::{
    AccessEntry, AccessPattern, PrefixEntry, PrefixMatch, PrefixPattern, RouteFilterEntry, Verdict,
};
use pairlint_model::source::Span;

use super::not_interpreted;
use crate::guesses::Guesses;

pub(super) fn prefix_entries(
    entries: &[PrefixEntry],
    how: PrefixMatch,
    prefix: &IpNet,
    guesses: &mut Guesses,
    seen: &mut dyn FnMut(Span, String),
) -> bool {
    for entry in entries {
        if prefix_pattern(&entry.pattern, how, prefix).unwrap_or_else(|| not_interpreted(entry.span, guesses))
        {
            let word = if entry.verdict == Verdict::Accept {
                "permits"
            } else {
                "denies"
            };
            seen(entry.span, format!("{word} {prefix}"));
            return entry.verdict == Verdict::Accept;
        }
    }
    false
}

/// Whether the pattern stands for the route; `None` where it is not interpreted.
pub(crate) fn prefix_pattern(pattern: &PrefixPattern, how: PrefixMatch, route: &IpNet) -> Option<bool> {
    let length = route.prefix_len();
    match pattern {
        PrefixPattern::Range { prefix, lengths } => {
            let lengths = match how {
                PrefixMatch::Listed => lengths.clone(),
                PrefixMatch::OrLonger => prefix.prefix_len()..=prefix.max_prefix_len(),
                PrefixMatch::Longer => prefix.prefix_len().saturating_add(1)..=prefix.max_prefix_len(),
            };
            let inside = Family::of(prefix) == Family::of(route)
                && agree(prefix.addr(), route.network(), prefix.netmask());
            Some(inside && lengths.contains(&length))
        }
        PrefixPattern::Masked {
            address,
            mask,
            lengths,
        } => Some(lengths.contains(&length) && agree(*address, route.network(), *mask)),
        PrefixPattern::Any => Some(true),
        PrefixPattern::Unsupported => None,
    }
}

pub(super) fn access_entries(
    entries: &[AccessEntry],
    route: &IpNet,
    guesses: &mut Guesses,
    seen: &mut dyn FnMut(Span, String),
) -> bool {
    for entry in entries {
        let holds = match &entry.pattern {
            AccessPattern::Any => true,
            AccessPattern::Address { address, wildcard } => {
                agree(*address, route.network(), inverse(*wildcard))
            }
            AccessPattern::AddressAndMask {
                address,
                wildcard,
                mask,
                mask_wildcard,
            } => {
                agree(*address, route.network(), inverse(*wildcard))
                    && agree(*mask, route.netmask(), inverse(*mask_wildcard))
            }
            AccessPattern::Prefix { prefix, exact } => {
                prefix_pattern(
                    &PrefixPattern::Range {
                        prefix: *prefix,
                        lengths: prefix.prefix_len()..=if *exact {
                            prefix.prefix_len()
                        } else {
                            prefix.max_prefix_len()
                        },
                    },
                    PrefixMatch::Listed,
                    route,
                ) == Some(true)
            }
            AccessPattern::Unsupported => not_interpreted(entry.span, guesses),
        };
        if holds {
            let word = if entry.verdict == Verdict::Accept {
                "permits"
            } else {
                "denies"
            };
            seen(entry.span, format!("{word} {route}"));
            return entry.verdict == Verdict::Accept;
        }
    }
    false
}

pub(super) fn longest_prefix(entries: &[RouteFilterEntry], route: &IpNet, guesses: &mut Guesses) -> bool {
    let contains = |entry: &&RouteFilterEntry| {
        Family::of(&entry.prefix) == Family::of(route)
            && entry.prefix.prefix_len() <= route.prefix_len()
            && agree(entry.prefix.addr(), route.network(), entry.prefix.netmask())
    };
    let Some(longest) = entries
        .iter()
        .filter(contains)
        .map(|entry| entry.prefix.prefix_len())
        .max()
    else {
        return false;
    };
    entries
        .iter()
        .filter(contains)
        .filter(|entry| entry.prefix.prefix_len() == longest)
        .any(|entry| {
            prefix_pattern(&entry.pattern, PrefixMatch::Listed, route)
                .unwrap_or_else(|| not_interpreted(entry.span, guesses))
        })
}

/// Whether two addresses of one family are equal in the bits that the mask sets.
fn agree(a: IpAddr, b: IpAddr, mask: IpAddr) -> bool {
    match (a, b, mask) {
        (IpAddr::V4(a), IpAddr::V4(b), IpAddr::V4(mask)) => {
            (u32::from(a) ^ u32::from(b)) & u32::from(mask) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b), IpAddr::V6(mask)) => {
            (u128::from(a) ^ u128::from(b)) & u128::from(mask) == 0
        }
        _ => false,
    }
}

fn inverse(wildcard: IpAddr) -> IpAddr {
    match wildcard {
        IpAddr::V4(bits) => IpAddr::V4((!u32::from(bits)).into()),
        IpAddr::V6(bits) => IpAddr::V6((!u128::from(bits)).into()),
    }
}
