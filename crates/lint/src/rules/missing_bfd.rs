//! `missing-bfd`: no BFD on a session to Microsoft.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "missing-bfd",
    severity: Severity::Note,
    summary: "no BFD watches a session to Microsoft, so a failed link is noticed late",
    page: include_str!("../../../../docs/rules/missing-bfd.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // With a provider in between, BFD is between the provider and Microsoft.
    let peers = cx.peers.iter().filter(|peer| peer.is_microsoft() && peer.is_direct() && peer.is_active());
    for peer in peers.filter(|peer| peer.neighbor.bfd.is_none()) {
        found.push(
            RULE.at(format!("session `{}` runs without BFD", peer.name))
                .label(peer.neighbor.span, "a failed link is noticed when the hold timer ends, after 180 seconds")
                .help("enable BFD on the session and its interface; Microsoft's side offers 300 ms, three times")
                .object(peer.name.as_str())
                .identity(peer.name.to_lowercase()),
        );
    }
}
