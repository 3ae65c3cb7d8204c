//! Several readings of one text: what they do not agree on is unsure.

use std::collections::BTreeMap;

use pairlint_eval::{Answer, Because, Coverage};
use pairlint_model::network::Device;

use crate::peers::Peer;
use crate::verdicts::{CommunityVerdict, SessionVerdicts};

/// Takes another reading's verdicts into account. What stays certain is certain in both; witnesses are the first's.
pub(super) fn reconcile(
    verdicts: &mut SessionVerdicts,
    other: SessionVerdicts,
    peer: &Peer<'_>,
    reading: &Device,
) {
    let because = |first: CommunityVerdict, second: CommunityVerdict| Because {
        span: Some(peer.neighbor.span),
        text: format!(
            "no line tells the platform or its version: as {} it accepts {first}, as {} {second}",
            peer.device.platform.name, reading.platform.name
        ),
    };
    let known = std::mem::take(&mut verdicts.communities);
    for (community, first) in known {
        let second = other.verdict(community);
        let answer = verdicts.answers.get_mut(&community);
        if first == second {
            verdicts.communities.insert(community, first);
            // A route that only one reading accepts, or rejects, shows nothing.
            if let (Some(answer), Some(second)) = (answer, other.answers.get(&community)) {
                agree(answer, second);
            }
            continue;
        }
        verdicts.communities.insert(community, CommunityVerdict::Unsure);
        let reason = because(first, second);
        let answer = verdicts.answers.entry(community).or_insert(Answer {
            coverage: Coverage::Unsure,
            accepted: None,
            rejected: None,
            because: Vec::new(),
            spent: false,
        });
        answer.coverage = Coverage::Unsure;
        (answer.accepted, answer.rejected) = (None, None);
        answer.because.push(reason);
        let second = other.answers.get(&community).into_iter();
        answer
            .because
            .extend(second.flat_map(|answer| answer.because.iter().cloned()));
    }
    if verdicts.untagged != other.untagged {
        verdicts
            .untagged_because
            .push(because(verdicts.untagged, other.untagged));
        verdicts.untagged_because.extend(other.untagged_because);
        verdicts.untagged = CommunityVerdict::Unsure;
    }
    keep(&mut verdicts.untagged_accepted, other.untagged_accepted.is_some());
    keep(&mut verdicts.default_accepted, other.default_accepted.is_some());
    keep(&mut verdicts.private_accepted, other.private_accepted.is_some());
    let second: BTreeMap<_, _> = other.unneeded.into_iter().collect();
    let (both, one): (Vec<_>, Vec<_>) = std::mem::take(&mut verdicts.unneeded)
        .into_iter()
        .partition(|(community, _)| second.contains_key(community));
    let (some, none) = (CommunityVerdict::Some, CommunityVerdict::None);
    let mut doubtful: BTreeMap<_, _> = std::mem::take(&mut verdicts.unneeded_unsure)
        .into_iter()
        .collect();
    for (community, reasons) in other.unneeded_unsure {
        doubtful.entry(community).or_default().extend(reasons);
    }
    for (community, _) in one {
        doubtful.entry(community).or_default().push(because(some, none));
    }
    for community in second.into_keys() {
        if !both.iter().any(|(known, _)| *known == community) {
            doubtful.entry(community).or_default().push(because(none, some));
        }
    }
    verdicts.unneeded = both;
    verdicts.unneeded_unsure = doubtful.into_iter().collect();
    verdicts
        .lost
        .retain(|community, _| other.lost.contains_key(community));
    verdicts
        .lost_regional
        .retain(|community, _| other.lost_regional.contains_key(community));
    // A session that is up in one reading only is not known to be down.
    verdicts.active |= other.active;
}

/// Keeps the witnesses of which the other reading has one too.
fn agree(answer: &mut Answer, other: &Answer) {
    keep(&mut answer.accepted, other.accepted.is_some());
    keep(&mut answer.rejected, other.rejected.is_some());
    for reason in &other.because {
        if !answer.because.contains(reason) {
            answer.because.push(reason.clone());
        }
    }
}

fn keep<T>(found: &mut Option<T>, also_there: bool) {
    if !also_there {
        *found = None;
    }
}
