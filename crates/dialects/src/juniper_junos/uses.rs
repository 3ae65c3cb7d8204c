//! Which sessions reach a policy, for conditions that ask about the session.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Asn;
use pairlint_model::network::{BgpNeighbor, RemoteAs};
use pairlint_model::policy::{Condition, PolicyExpression};
use pairlint_model::source::Span;

/// More neighbors than this are not told apart.
const MANY: usize = 64;

/// What is common to the sessions that reach a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Use {
    pub import: bool,
    pub export: bool,
    /// The routing instances; the main one is `master`, as Junos calls it.
    instances: BTreeSet<String>,
    /// The neighbors' addresses; more than [`MANY`] stand for any.
    neighbors: BTreeSet<String>,
    /// Whether they are external; both where it is not known.
    external: BTreeSet<bool>,
}

impl Use {
    fn merge(&mut self, other: &Use) -> bool {
        let before = self.clone();
        self.import |= other.import;
        self.export |= other.export;
        self.instances.extend(other.instances.iter().cloned());
        self.external.extend(&other.external);
        if self.neighbors.len() <= MANY {
            self.neighbors
                .extend(other.neighbors.iter().take(MANY + 1).cloned());
        }
        *self != before
    }

    /// Decides a question to the session where all sessions answer alike.
    fn decide(&self, span: Span, on: &str, answers: impl Iterator<Item = bool>) -> Condition {
        let answers: BTreeSet<bool> = answers.collect();
        match (answers.contains(&true), answers.contains(&false)) {
            // On export the question is about the session that the route came from.
            (true, false) if !self.export => Condition::Constant(true),
            (false, true) if !self.export => Condition::Constant(false),
            _ => undecidable(span, on),
        }
    }

    /// `from neighbor`: the session is with one of these addresses.
    pub fn neighbor(&self, span: Span, addresses: &[&str]) -> Condition {
        let known = self.neighbors.len() <= MANY;
        let asked = self
            .neighbors
            .iter()
            .map(|neighbor| addresses.iter().any(|a| same(a, neighbor)));
        self.decide(span, "the neighbor that sent the route", asked.filter(|_| known))
    }

    /// `from instance`: the session is in one of these routing instances.
    pub fn instance(&self, span: Span, names: &[&str]) -> Condition {
        let asked = self
            .instances
            .iter()
            .map(|instance| names.contains(&instance.as_str()));
        self.decide(span, "the routing instance of the session", asked)
    }

    /// `from route-type external`.
    pub fn is_external(&self, span: Span, external: bool) -> Condition {
        let asked = self.external.iter().map(|&is| is == external);
        self.decide(span, "whether the session is external", asked)
    }
}

/// Compares addresses by value where they are addresses.
fn same(a: &str, b: &str) -> bool {
    let address = |text: &str| text.parse::<std::net::IpAddr>().ok();
    a == b || address(a).is_some_and(|a| Some(a) == address(b))
}

pub(super) fn undecidable(span: Span, on: &str) -> Condition {
    Condition::Undecidable {
        span,
        on: on.to_owned(),
    }
}

/// Returns the sessions that reach each policy, directly or through `from policy`.
pub(super) fn uses(
    sessions: &[BgpNeighbor],
    system: Option<&str>,
    calls: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, Use> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for session in sessions {
        // One chain serves all families.
        let Some(family) = session.families.first() else {
            continue;
        };
        for (chain, is_import) in [(&family.import, true), (&family.export, false)] {
            let found = of_session(session, system, is_import);
            let mut names = BTreeSet::new();
            collect(&chain.policies, &mut names);
            for name in names {
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

fn of_session(session: &BgpNeighbor, system: Option<&str>, is_import: bool) -> Use {
    let neighbor = match session.ip {
        Some(_) => BTreeSet::from([session.address.value.clone()]),
        // A range stands for many.
        None => (0..=MANY).map(|n| n.to_string()).collect(),
    };
    // In a logical system the instance's name comes after the system's.
    let vrf = session.vrf.as_ref().map(|vrf| vrf.value.as_str());
    let instance = match (vrf, system) {
        (Some(vrf), Some(system)) => vrf.strip_prefix(system).and_then(|rest| rest.strip_prefix('/')),
        (vrf, _) => vrf,
    };
    let instance = instance.unwrap_or("master");
    let external = match (session.remote_as, session.local_as) {
        (RemoteAs::External, _) => BTreeSet::from([true]),
        (RemoteAs::Internal, _) => BTreeSet::from([false]),
        (RemoteAs::Asn(remote), Some(local)) => BTreeSet::from([differ(remote, local)]),
        _ => BTreeSet::from([true, false]),
    };
    Use {
        import: is_import,
        export: !is_import,
        instances: BTreeSet::from([instance.to_owned()]),
        neighbors: neighbor,
        external,
    }
}

fn differ(a: Asn, b: Asn) -> bool {
    a != b
}

/// Adds the names of all policies of a chain.
pub(super) fn collect<'c>(chain: &'c [PolicyExpression], names: &mut BTreeSet<&'c str>) {
    for expression in chain {
        match expression {
            PolicyExpression::Policy(name) => {
                names.insert(&name.value);
            }
            PolicyExpression::And(parts) | PolicyExpression::Or(parts) => collect(parts, names),
            PolicyExpression::Not(part) => collect(std::slice::from_ref(part), names),
            PolicyExpression::Unsupported(_) => {}
        }
    }
}
