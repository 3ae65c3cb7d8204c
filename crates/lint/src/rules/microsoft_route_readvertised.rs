//! `microsoft-route-readvertised`: what one session brings from Microsoft, another announces to Microsoft.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::announcing::{Outbound, outward};
use crate::session_findings::{SESSIONS, because_words, grouped};

pub(super) static RULE: Rule = Rule {
    name: "microsoft-route-readvertised",
    severity: Severity::Warning,
    summary: "routes that come from Microsoft on one session are announced to Microsoft on another",
    page: include_str!("../../../../docs/rules/microsoft-route-readvertised.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in outward(cx) {
        let outbound = Outbound::new(&session);
        let Some(passed) = outbound.readvertised(cx, &session) else { continue };
        let message = match passed.because.as_slice() {
            [] => format!("{SESSIONS} announces routes to Microsoft that came from Microsoft on another session"),
            because => format!(
                "{SESSIONS} may announce routes to Microsoft that came from Microsoft on another session: {}",
                because_words(because)
            ),
        };
        let finding = match passed.place {
            Some(place) => RULE.at(message).label(place, "let out here"),
            None => RULE.at(message).label(outbound.attachment(), "nothing here keeps them back"),
        };
        let finding = finding
            .label(passed.from.span, "the session that brings them")
            .help("announce only prefixes of your own, or keep back what has Microsoft's AS 12076 in its path: ExpressRoute is no transit network")
            .witness(passed.sample.witness());
        findings.push(session.name_outbound(finding));
    }
    found.extend(grouped(findings));
}
