//! Routes of the routing table, and the way into BGP.

use pairlint_model::bgp::IpNet;
use pairlint_model::network::{Device, Originated, Origination, Protocol};
use pairlint_model::policy::{ChainDefault, PolicyChain, PolicyExpression, Verdict};
use pairlint_model::source::{Source, Spanned};

/// A route of the routing table that BGP announces where a neighbor's policies take it.
pub(crate) fn of_table(
    source: &Source,
    prefix: Spanned<IpNet>,
    protocol: Protocol,
    vrf: Option<&str>,
) -> Originated {
    Originated {
        prefix: prefix.value.trunc(),
        span: prefix.span,
        by: None,
        how: Origination::Redistributed,
        protocol,
        vrf: vrf.map(str::to_owned),
        through: through(source, None),
        needs_policy: true,
        to: None,
        doubt: None,
    }
}

/// The networks of the interfaces that are up, for a platform on which policies take them from the routing table.
pub(crate) fn connected(source: &Source, device: &Device) -> Vec<Originated> {
    let up = device
        .interfaces
        .iter()
        .filter(|interface| interface.shutdown.is_none());
    let of_interface = up.flat_map(|interface| {
        let vrf = interface.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let addresses = interface.addresses.iter();
        addresses.map(move |address| of_table(source, *address, Protocol::Connected, vrf))
    });
    of_interface.collect()
}

/// What a route passes on its way into BGP: a policy, whose end rejects, or nothing.
pub(crate) fn through(source: &Source, policy: Option<&str>) -> PolicyChain {
    let (verdict, reason) = match policy {
        Some(_) => (
            Verdict::Reject,
            "the policy on the way into BGP does not accept the route",
        ),
        None => (Verdict::Accept, "nothing filters the route on its way into BGP"),
    };
    PolicyChain {
        filters: Vec::new(),
        policies: policy
            .map(|name| PolicyExpression::Policy(source.spanned(name, name.to_owned())))
            .into_iter()
            .collect(),
        default: ChainDefault {
            verdict: Some(verdict),
            reason,
            span: None,
        },
    }
}
