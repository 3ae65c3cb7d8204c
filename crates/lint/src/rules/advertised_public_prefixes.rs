//! `advertised-public-prefixes`: what Microsoft is told of the customer's prefixes cannot be.

use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Listing, MicrosoftPeeringConfig};

use super::Rule;
use crate::Context;
use crate::announcing::{Outbound, outward};
use crate::circuits::{CircuitView, config};
use crate::session_findings::{SESSIONS, grouped};

/// More IPv4, or more IPv6, prefixes than these end the session (Microsoft, "ExpressRoute routing requirements",
/// 2026-03-12, and the limits page, 2023-10-09).
const MOST: usize = 200;

pub(super) static RULE: Rule = Rule {
    name: "advertised-public-prefixes",
    severity: Severity::Error,
    summary: "the advertised public prefixes of a Microsoft peering are empty, private, the default route, too many, or not validated",
    page: include_str!("../../../../docs/rules/advertised-public-prefixes.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        for peering in circuit.microsoft() {
            for family in Family::BOTH.into_iter().filter(|&family| circuit.is_active(peering, family)) {
                let Some(config) = config(peering, family) else { continue };
                let mut findings = Vec::new();
                prefixes(circuit, config, &mut findings);
                state(circuit, config, &mut findings);
                found.extend(findings.into_iter().map(|finding| circuit.about(finding)));
            }
        }
    }
    sessions(cx, found);
}

/// The same limit, seen from the router that announces.
fn sessions(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in outward(cx) {
        // The neighbor counts each prefix once, and so are they given here.
        let outbound = Outbound::new(&session);
        let announced = outbound.own_routes(|_| true);
        let certain = announced.iter().filter(|announced| announced.is_certain()).count();
        if certain <= MOST {
            continue;
        }
        let family = session.verdicts.family;
        let finding = RULE
            .at(format!("{SESSIONS} announces {certain} {family} prefixes to Microsoft, {MOST} are allowed"))
            .label(outbound.attachment(), "the session goes down above the limit")
            .help("aggregate them, or permit only what Microsoft has to answer to")
            .fact("count", certain as u64);
        findings.push(session.name_outbound(finding));
    }
    found.extend(grouped(findings));
}

fn prefixes(circuit: &CircuitView<'_>, config: &MicrosoftPeeringConfig, found: &mut Vec<Diagnostic>) {
    let Listing::Known { span, items } = &config.advertised_public_prefixes else { return };
    let name = circuit.name();
    let help = "list the public prefixes from which you speak to Microsoft: Microsoft filters by them";
    if items.is_empty() {
        found.push(
            RULE.at(format!("the Microsoft peering of circuit `{name}` advertises no public prefix"))
                .label(*span, "no prefix of yours is accepted")
                .help(help),
        );
    }
    let (mut ipv4, mut ipv6) = (0, 0);
    for item in items {
        let what = match prefix(item.value.trim()) {
            Err(_) => Some("is no prefix"),
            Ok(net) => {
                match Family::of(&net) {
                    Family::Ipv4 => ipv4 += 1,
                    Family::Ipv6 => ipv6 += 1,
                }
                problem(&net)
            }
        };
        let Some(what) = what else { continue };
        found.push(
            RULE.at(format!("`{}`, which circuit `{name}` advertises to Microsoft, {what}", item.value.trim()))
                .label(item.span, "only public prefixes of your own belong here")
                .help(help)
                .fact("prefixes", vec![item.value.trim()]),
        );
    }
    for (number, family) in [(ipv4, Family::Ipv4), (ipv6, Family::Ipv6)] {
        if number > MOST {
            found.push(
                RULE.at(format!("circuit `{name}` advertises {number} {family} prefixes to Microsoft, {MOST} are allowed"))
                    .label(span.at_start(), "the session goes down above the limit")
                    .help("aggregate them")
                    .fact("count", number as u64),
            );
        }
    }
}

fn state(circuit: &CircuitView<'_>, config: &MicrosoftPeeringConfig, found: &mut Vec<Diagnostic>) {
    let waits = |state: &str| state.trim().eq_ignore_ascii_case("ValidationNeeded");
    let Some(state) = config.prefixes_state.as_ref().filter(|state| waits(&state.value)) else { return };
    found.push(
        RULE.at(format!("the public prefixes of circuit `{}` wait to be validated", circuit.name()))
            .severity(Severity::Warning)
            .label(state.span, "Microsoft has not accepted them yet")
            .help("open a ticket with Microsoft that shows whose the prefixes and the AS number are, and set `customerASN` where they are registered to another AS"),
    );
}

/// Why nobody can own the prefix. Documentation and benchmark space is not meant: examples use it.
fn problem(net: &IpNet) -> Option<&'static str> {
    if net.prefix_len() == 0 {
        return Some("is the default route");
    }
    let private = match net.addr() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || a == 0 || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unique_local() || v6.is_loopback(),
    };
    let group = match net.addr() {
        IpAddr::V4(v4) => v4.is_multicast() || v4.octets()[0] >= 240,
        IpAddr::V6(v6) => v6.is_multicast(),
    };
    match (private, group) {
        (true, _) => Some("is private address space"),
        (_, true) => Some("is not unicast address space"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(prefixes: &[&str]) -> Case {
        Case::new().circuit("er", "192.0.2.0/30", None).config(&[], prefixes, 0)
    }

    #[test]
    fn only_public_prefixes_of_ones_own() {
        case(&["203.0.113.0/28", "2001:db8::/48"]).finds(RULE, &[]);
        case(&[]).finds(RULE, &["error: the Microsoft peering of circuit `er` advertises no public prefix @ []"]);
        case(&["203.0.113.0/28", "10.1.0.0/16", "0.0.0.0/0", "NAT"]).finds(
            RULE,
            &[
                "error: `10.1.0.0/16`, which circuit `er` advertises to Microsoft, is private address space @ \
                 \"10.1.0.0/16\"",
                "error: `0.0.0.0/0`, which circuit `er` advertises to Microsoft, is the default route @ \"0.0.0.0/0\"",
                "error: `NAT`, which circuit `er` advertises to Microsoft, is no prefix @ \"NAT\"",
            ],
        );
        case(&[]).peering_state("Disabled").finds(RULE, &[]);
    }

    #[test]
    fn no_more_than_two_hundred() {
        let many: Vec<String> = (0..201).map(|n| format!("203.0.113.{n}/32")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        case(&many).finds(
            RULE,
            &["error: circuit `er` advertises 201 ipv4 prefixes to Microsoft, 200 are allowed @ "],
        );
        case(&many[..200]).finds(RULE, &[]);
    }

    #[test]
    fn validation_is_a_warning() {
        case(&["203.0.113.0/28"]).prefixes_state("ValidationNeeded").finds(
            RULE,
            &["warning: the public prefixes of circuit `er` wait to be validated @ ValidationNeeded"],
        );
        case(&["203.0.113.0/28"]).prefixes_state("Configured").finds(RULE, &[]);
    }
}
