//! `peering-asn`: an AS number that a peering cannot have.

use pairlint_model::bgp::{Asn, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::joins::peering_kind;
use crate::settings::PeeringKind;

pub(super) static RULE: Rule = Rule {
    name: "peering-asn",
    severity: Severity::Error,
    summary: "the peer AS number is reserved, for documentation, or private",
    page: include_str!("../../../../docs/rules/peering-asn.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        for peering in &circuit.peerings {
            let kind = peering_kind(peering);
            let Some(asn) = peering.peer_asn else { continue };
            let (severity, what, help) = match problem(asn.value) {
                Some(what) => (RULE.severity, what, "use an AS number that is registered to you"),
                // On private peering nobody else sees it.
                None if is_private(asn.value) && kind == Some(PeeringKind::Microsoft) => (
                    Severity::Note,
                    "private: Microsoft validates it by hand, and strips it from AS paths",
                    "a registered AS number needs no validation by hand",
                ),
                None => continue,
            };
            let peering = match kind {
                Some(PeeringKind::Microsoft) => "Microsoft peering",
                Some(PeeringKind::Private) => "private peering",
                None => "peering",
            };
            let finding = RULE
                .at(format!("the peer AS {} of the {peering} of circuit `{}` is {what}", asn.value, circuit.name()))
                .severity(severity)
                .label(asn.span, "the AS of the customer's side")
                .help(help)
                .fact("asn", u64::from(asn.value.0));
            found.push(circuit.about(finding));
        }
    }
}

/// Why no network can have the number: IANA, "Autonomous System (AS) Numbers"; RFC 5398 for documentation; Microsoft,
/// "ExpressRoute routing requirements", 2026-03-12, for its own.
fn problem(asn: Asn) -> Option<&'static str> {
    match asn.0 {
        0 | 65535 | u32::MAX => Some("reserved (RFC 7607, RFC 7300)"),
        23456 => Some("reserved for 4-byte AS numbers (AS_TRANS)"),
        _ if asn == MICROSOFT => Some("Microsoft's own"),
        65515..=65520 => Some("reserved by Microsoft"),
        64496..=64511 | 65536..=65551 => Some("for documentation (RFC 5398)"),
        65552..=131_071 => Some("reserved by IANA"),
        _ => None,
    }
}

/// RFC 6996.
fn is_private(asn: Asn) -> bool {
    matches!(asn.0, 64512..=65534 | 4_200_000_000..=4_294_967_294)
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[track_caller]
    fn check(asn: u32, expected: &[&str]) {
        Case::new().circuit("er", "192.0.2.0/30", None).peer_asn(asn).finds(RULE, expected);
    }

    #[test]
    fn numbers_that_nobody_has() {
        for asn in [65517, 64496, 65551, 23456, 12076] {
            let found = Case::new().circuit("er", "192.0.2.0/30", None).peer_asn(asn).run(RULE);
            assert!(found.iter().all(|found| found.starts_with("error")) && found.len() == 1, "{asn}: {found:?}");
        }
        check(
            65517,
            &["error: the peer AS 65517 of the Microsoft peering of circuit `er` is reserved by Microsoft @ 65517"],
        );
        check(3320, &[]);
        check(132_000, &[]);
    }

    #[test]
    fn private_numbers_are_a_note() {
        check(
            65010,
            &["note: the peer AS 65010 of the Microsoft peering of circuit `er` is private: Microsoft validates it by \
               hand, and strips it from AS paths @ 65010"],
        );
        let found = Case::new().private_circuit("er", "10.0.0.0/30").peer_asn(65010).run(RULE);
        assert!(found.is_empty(), "{found:?}");
    }
}
