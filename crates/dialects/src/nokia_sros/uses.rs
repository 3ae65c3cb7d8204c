//! Which sessions reach a policy, for criteria that ask about the session.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::network::BgpNeighbor;
use pairlint_model::policy::Condition;
use pairlint_model::source::Span;

use super::chains::names;
use super::conditions::undecidable;

/// More neighbors than this are not told apart.
const MANY: usize = 64;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Use {
    pub import: bool,
    pub export: bool,
    /// The neighbors' addresses; `None` stands for one without.
    neighbors: BTreeSet<Option<IpAddr>>,
}

impl Use {
    /// A policy that no session in the text reaches is read as one for import.
    pub fn unattached() -> Use {
        Use {
            import: true,
            ..Use::default()
        }
    }

    fn merge(&mut self, other: &Use) -> bool {
        let before = (self.import, self.export, self.neighbors.len());
        self.import |= other.import;
        self.export |= other.export;
        if self.neighbors.len() <= MANY {
            self.neighbors
                .extend(other.neighbors.iter().take(MANY + 1).copied());
        }
        before != (self.import, self.export, self.neighbors.len())
    }

    /// Decides whether the route came from a neighbor, where all sessions answer alike.
    pub fn neighbor(&self, span: Span, is: impl Fn(IpAddr) -> bool) -> Condition {
        let answers: BTreeSet<Option<bool>> = self.neighbors.iter().map(|ip| ip.map(&is)).collect();
        let known = self.neighbors.len() <= MANY && !self.export;
        match (answers.len(), answers.first()) {
            (1, Some(Some(answer))) if known => Condition::Constant(*answer),
            _ => undecidable(span, "the neighbor that sent the route"),
        }
    }
}

/// Returns the sessions that reach each policy, directly or through `from policy`.
pub(super) fn uses(sessions: &[BgpNeighbor], calls: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Use> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for session in sessions {
        let Some(family) = session.families.first() else {
            continue;
        };
        for (chain, import) in [(&family.import, true), (&family.export, false)] {
            let found = Use {
                import,
                export: !import,
                neighbors: BTreeSet::from([session.ip]),
            };
            let mut reached = Vec::new();
            chain
                .policies
                .iter()
                .for_each(|policy| names(policy, &mut reached));
            for name in reached {
                uses.entry(name.to_owned()).or_default().merge(&found);
            }
        }
    }
    let mut pending: Vec<String> = uses.keys().cloned().collect();
    while let Some(caller) = pending.pop() {
        let (Some(found), Some(callees)) = (uses.get(&caller).cloned(), calls.get(&caller)) else {
            continue;
        };
        for callee in callees {
            if uses.entry(callee.clone()).or_default().merge(&found) {
                pending.push(callee.clone());
            }
        }
    }
    uses
}
