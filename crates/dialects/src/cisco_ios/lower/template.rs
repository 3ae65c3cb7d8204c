//! What peer templates inherit from each other.

use std::collections::BTreeMap;

use super::neighbor::{Policy, Session};

/// Templates inherit through at most eight levels (the manual allows seven indirect ones).
pub(super) const LEVELS: usize = 8;

/// Fills in what templates say: the one with the highest number first, since it wins.
pub(super) fn apply<'a>(
    policy: &mut Policy<'a>,
    templates: &[(u32, &'a str)],
    known: &BTreeMap<&'a str, Policy<'a>>,
) {
    let mut templates = templates.to_vec();
    templates.sort_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
    for (_, name) in templates {
        if let Some(template) = known.get(name) {
            policy.inherit_from(template);
        }
    }
}

/// Resolves what templates inherit from each other, level by level, so that circles do no harm.
pub(super) fn policies<'a>(written: &BTreeMap<&'a str, Policy<'a>>) -> BTreeMap<&'a str, Policy<'a>> {
    let mut resolved = written.clone();
    for _ in 0..levels(written.values().any(|policy| !policy.inherit.is_empty())) {
        let level = written.iter().map(|(name, policy)| {
            let mut policy = policy.clone();
            let templates = policy.inherit.clone();
            apply(&mut policy, &templates, &resolved);
            (*name, policy)
        });
        resolved = level.collect();
    }
    resolved
}

pub(super) fn sessions<'a>(written: &BTreeMap<&'a str, Session<'a>>) -> BTreeMap<&'a str, Session<'a>> {
    let mut resolved = written.clone();
    for _ in 0..levels(written.values().any(|session| session.inherit.is_some())) {
        let level = written.iter().map(|(name, session)| {
            let mut session = session.clone();
            if let Some(base) = session.inherit.and_then(|name| resolved.get(name)) {
                session.inherit_from(base);
            }
            (*name, session)
        });
        resolved = level.collect();
    }
    resolved
}

fn levels(nested: bool) -> usize {
    if nested { LEVELS } else { 0 }
}
