//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp::Family;

use super::Command;
use crate::atoms::keyword;
use crate::interfaces::{Interfaces, Written};
use crate::lines::Words;

pub(super) fn interface<'a>(interfaces: &mut Interfaces<'a>, command: &'a Command<'a>) {
    let mut words = command.words();
    let negated = words.eat("no");
    words.next();
    if negated {
        return interfaces.remove(words);
    }
    if let Some(interface) = interfaces.open(words) {
        for entry in &command.body {
            line(interface, entry.text);
        }
    }
}

/// Lines that say nothing here are not noted: they are no lines of a policy.
fn line<'a>(interface: &mut Written<'a>, line: &'a str) {
    let mut words = Words::new(line);
    let negated = words.eat("no");
    let said = (!negated).then_some(line);
    match words
        .next()
        .and_then(|word| keyword(word, &["bfd", "ip", "ipv6", "shutdown", "vrf"]))
    {
        Some("shutdown") => interface.shutdown = said,
        Some("bfd") => {
            let kinds = ["interval", "template", "enable"];
            if words.next().is_some_and(|word| keyword(word, &kinds).is_some()) {
                interface.bfd = said;
            }
        }
        Some("vrf") if words.eat("forwarding") => interface.vrf = words.next().filter(|_| !negated),
        Some("ip") if words.eat("vrf") => {
            words.eat("forwarding");
            interface.vrf = words.next().filter(|_| !negated);
        }
        Some("ip") if words.eat("address") => interface.address(Family::Ipv4, words, line, negated),
        Some("ipv6") if words.eat("address") => interface.address(Family::Ipv6, words, line, negated),
        _ => {}
    }
}
