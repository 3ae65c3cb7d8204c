//! `peering-addresses`: link networks that a peering cannot have.

use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Peering;
use pairlint_model::source::Spanned;

use super::Rule;
use crate::Context;
use crate::circuits::{CircuitView, links};
use crate::joins::peering_kind;
use crate::settings::PeeringKind;

pub(super) static RULE: Rule = Rule {
    name: "peering-addresses",
    severity: Severity::Error,
    summary: "the link networks of a peering are no /30 (/126), overlap, or are private on Microsoft peering",
    page: include_str!("../../../../docs/rules/peering-addresses.md"),
    check,
};

/// A link network and where it belongs.
struct Link<'c, 'a> {
    circuit: &'c CircuitView<'a>,
    peering: &'a Peering,
    net: &'a Spanned<IpNet>,
}

impl Link<'_, '_> {
    fn is_microsoft(&self) -> bool {
        peering_kind(self.peering) == Some(PeeringKind::Microsoft)
    }
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut all = Vec::new();
    for circuit in &cx.circuits {
        for &peering in &circuit.peerings {
            for family in Family::BOTH.into_iter().filter(|&family| circuit.is_active(peering, family)) {
                let links = links(peering, family);
                all.extend(links.into_iter().flatten().map(|net| Link { circuit, peering, net }));
            }
        }
    }
    for link in &all {
        found.extend(length(link).map(|finding| link.circuit.about(finding)));
        if link.is_microsoft() && is_private(&link.net.value) {
            let finding = RULE
                .at(format!("the Microsoft peering of circuit `{}` has the private link network {}", link.circuit.name(), link.net.value))
                .label(link.net.span, "Microsoft peering needs public addresses")
                .help("use public addresses that are registered to you or your provider");
            found.push(link.circuit.about(finding));
        }
    }
    overlaps(&all, found);
}

/// A link is a /30 or a /126; one /29 or /125 is what Microsoft splits into two.
fn length(link: &Link<'_, '_>) -> Option<Diagnostic> {
    let net = link.net.value;
    let (whole, both) = match Family::of(&net) {
        Family::Ipv4 => (30, 29),
        Family::Ipv6 => (126, 125),
    };
    let length = net.prefix_len();
    if length == whole || length == both {
        return None;
    }
    Some(
        RULE.at(format!("the link network {net} of circuit `{}` is no /{whole}", link.circuit.name()))
            .label(link.net.span, format!("a link is a /{whole}: you take its first address, Microsoft the second"))
            .help(format!("give the primary and the secondary link a /{whole} each, or the halves of one /{both}")),
    )
}

/// Two links that share addresses. Private links of different circuits may: they never meet.
fn overlaps(all: &[Link<'_, '_>], found: &mut Vec<Diagnostic>) {
    let mut sorted: Vec<&Link<'_, '_>> = all.iter().collect();
    sorted.sort_by_key(|link| (link.net.value.trunc(), link.net.span));
    // Sorted by address, what holds a network stands before it.
    let mut open: Vec<&Link<'_, '_>> = Vec::new();
    for link in sorted {
        open.retain(|outer| outer.net.value.trunc().contains(&link.net.value.trunc()));
        for outer in &open {
            found.extend(overlap(outer, link));
        }
        open.push(link);
    }
}

fn overlap(a: &Link<'_, '_>, b: &Link<'_, '_>) -> Option<Diagnostic> {
    let one_peering = std::ptr::eq(a.peering, b.peering);
    let one_circuit = a.circuit.index == b.circuit.index;
    // The whole /29 in both places is how some write its halves.
    let halves = one_peering && a.net.value == b.net.value && matches!(a.net.value.prefix_len(), 29 | 125);
    // Two exports of one peering that differ are another rule's matter.
    let versions = one_circuit && !one_peering && peering_kind(a.peering) == peering_kind(b.peering);
    let strangers = !(one_circuit || a.is_microsoft() && b.is_microsoft());
    if halves || versions || strangers {
        return None;
    }
    let (first, second) = if a.net.span <= b.net.span { (a, b) } else { (b, a) };
    let place = match (one_peering, one_circuit) {
        (true, _) => format!("the two links of circuit `{}` overlap", first.circuit.name()),
        (false, true) => format!("two peerings of circuit `{}` share addresses", first.circuit.name()),
        (false, false) => {
            format!("circuits `{}` and `{}` share link addresses", first.circuit.name(), second.circuit.name())
        }
    };
    let finding = RULE
        .at(format!("{place}: {} and {}", first.net.value, second.net.value))
        // Known from an old page only (Microsoft, "ExpressRoute NAT requirements", 2016).
        .severity(if one_circuit { RULE.severity } else { Severity::Warning })
        .label(second.net.span, "this link network")
        .label(first.net.span, "overlaps this one")
        .help("give every link of every peering a network of its own");
    Some(second.circuit.about(finding))
}

/// Space that is not routed between networks. Documentation and benchmark space is not meant: examples use it.
fn is_private(net: &IpNet) -> bool {
    match net.addr() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unique_local() || v6.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(primary: &str, secondary: &str) -> Case {
        Case::new().circuit("er", primary, None).secondary(secondary)
    }

    #[test]
    fn a_link_is_a_slash_30() {
        case("192.0.2.0/30", "192.0.2.4/30").finds(RULE, &[]);
        case("192.0.2.0/29", "192.0.2.0/29").finds(RULE, &[]);
        case("192.0.2.0/28", "192.0.2.16/30").finds(
            RULE,
            &["error: the link network 192.0.2.0/28 of circuit `er` is no /30 @ 192.0.2.0/28"],
        );
        Case::new().circuit("er", "192.0.2.0/30", None).ipv6("2001:db8::/64", None).finds(
            RULE,
            &["error: the link network 2001:db8::/64 of circuit `er` is no /126 @ 2001:db8::/64"],
        );
    }

    #[test]
    fn links_do_not_overlap() {
        case("192.0.2.0/30", "192.0.2.0/30").finds(
            RULE,
            &["error: the two links of circuit `er` overlap: 192.0.2.0/30 and 192.0.2.0/30 @ 192.0.2.0/30"],
        );
        case("192.0.2.0/30", "192.0.2.4/30").circuit("er-2", "192.0.2.4/30", None).finds(
            RULE,
            &["warning: circuits `er` and `er-2` share link addresses: 192.0.2.4/30 and 192.0.2.4/30 @ 192.0.2.4/30"],
        );
    }

    #[test]
    fn microsoft_peering_is_public() {
        case("10.0.0.0/30", "192.0.2.4/30").finds(
            RULE,
            &["error: the Microsoft peering of circuit `er` has the private link network 10.0.0.0/30 @ 10.0.0.0/30"],
        );
        case("198.18.0.0/30", "203.0.113.4/30").finds(RULE, &[]);
        // Private links may be private, and reuse what other circuits have.
        Case::new().private_circuit("a", "10.0.0.0/30").private_circuit("b", "10.0.0.0/30").finds(RULE, &[]);
        case("10.0.0.0/30", "10.0.0.0/30").peering_state("Disabled").finds(RULE, &[]);
    }
}
