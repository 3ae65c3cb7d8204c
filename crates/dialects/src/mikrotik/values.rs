//! Words that are values, and conditions whose meaning lies between two.

use std::ops::RangeInclusive;

use pairlint_model::bgp::{Community, Family, IpNet, prefix};
use pairlint_model::policy::{
    CommunityPattern, CommunityTest, Condition, PrefixEntry, PrefixPattern, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use crate::atoms::{CommunityWord, address, community as community_word, number};

/// Reads a prefix; an address alone is one.
pub(super) fn net(text: &str) -> Option<IpNet> {
    prefix(text).ok().or_else(|| address(text).map(IpNet::from))
}

/// Reads `16-24`, or one number.
pub(super) fn range(text: &str) -> Option<RangeInclusive<u32>> {
    match text.split_once('-') {
        Some((from, to)) => {
            let (from, to): (u32, u32) = (number(from.trim())?, number(to.trim())?);
            (from <= to).then_some(from..=to)
        }
        None => {
            let only: u32 = number(text)?;
            Some(only..=only)
        }
    }
}

/// Reads a community by number or name ("Route Selection and Filters", well-known communities).
pub(super) fn community(text: &str) -> Option<Community> {
    Some(match text.trim() {
        "no-export" => Community::NO_EXPORT,
        "no-advertise" => Community::NO_ADVERTISE,
        "local-as" => Community::LOCAL_AS,
        "graceful-shutdown" => Community::GRACEFUL_SHUTDOWN,
        "blackhole" => Community::BLACKHOLE,
        "no-peer" => Community::NO_PEER,
        text => match community_word(text) {
            CommunityWord::Value(value) if text.contains(':') => value,
            _ => return None,
        },
    })
}

/// Reads communities with commas between.
pub(super) fn communities(text: &str) -> Option<Vec<Community>> {
    let found: Vec<Community> = text.split(',').map(community).collect::<Option<_>>()?;
    (!found.is_empty()).then_some(found)
}

/// Holds where `narrow` does, fails where `wide` does not, and is open between.
pub(super) fn between(narrow: Condition, wide: Condition, span: Span, on: &str) -> Condition {
    let open = Condition::Undecidable {
        span,
        on: on.to_owned(),
    };
    Condition::Any(vec![narrow, Condition::All(vec![wide, open])])
}

pub(super) fn has(community: Community, span: Span) -> Condition {
    let pattern = Spanned::new(span, CommunityPattern::Exactly(community));
    Condition::Community(Spanned::new(span, CommunityTest::Line(vec![pattern])))
}

/// A route in a prefix, with a length in the range.
pub(super) fn within(prefix: IpNet, lengths: RangeInclusive<u8>, span: Span) -> Condition {
    Condition::Prefixes(vec![PrefixEntry {
        verdict: Verdict::Accept,
        pattern: PrefixPattern::Range { prefix, lengths },
        span,
    }])
}

/// A route of one family with a length in the range.
pub(super) fn of_length(family: Family, lengths: RangeInclusive<u32>, span: Span) -> Condition {
    let width = u32::from(family.width());
    let (from, to) = (*lengths.start(), (*lengths.end()).min(width));
    if from > to {
        return Condition::Constant(false);
    }
    within(family.default_route(), from as u8..=to as u8, span)
}
