//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp::Family;

use super::Block;
use crate::interfaces::{Interfaces, Written};
use crate::lines::Words;

pub(super) fn interface<'a>(interfaces: &mut Interfaces<'a>, block: &'a Block<'a>) {
    let mut words = block.words();
    let negated = words.eat("no") || words.eat("default");
    words.next();
    if negated {
        return interfaces.remove(words);
    }
    if let Some(interface) = interfaces.open(words) {
        for entry in &block.body {
            line(interface, entry.text);
        }
    }
}

/// Lines that say nothing here are not noted: they are no lines of a policy.
fn line<'a>(interface: &mut Written<'a>, line: &'a str) {
    let mut words = Words::new(line);
    let negated = words.eat("no");
    let said = (!negated).then_some(line);
    match words.next() {
        Some("shutdown") => interface.shutdown = said,
        Some("bfd") if matches!(words.peek(), Some("interval")) => interface.bfd = said,
        // `vrf forwarding X` up to 4.22.
        Some("vrf") => {
            words.eat("forwarding");
            interface.vrf = words.next().filter(|_| !negated);
        }
        Some("ip") if words.eat("address") => {
            words.eat("virtual");
            interface.address(Family::Ipv4, words, line, negated);
        }
        Some("ipv6") if words.eat("address") => {
            words.eat("virtual");
            interface.address(Family::Ipv6, words, line, negated);
        }
        _ => {}
    }
}
