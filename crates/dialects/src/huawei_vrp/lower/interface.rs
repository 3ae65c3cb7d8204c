//! Interfaces, as far as sessions are found on them.

use ipnet::IpNet;
use pairlint_model::bgp;
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use crate::atoms::{number, with_mask};
use crate::huawei_vrp::syntax::{Command, Tree};
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Interfaces<'a> {
    /// In file order.
    interfaces: Vec<Written<'a>>,
}

struct Written<'a> {
    name: &'a str,
    vrf: Option<&'a str>,
    addresses: Vec<(&'a str, IpNet)>,
    shutdown: Option<&'a str>,
}

impl<'a> Interfaces<'a> {
    pub fn block(&mut self, tree: &Tree<'a>, command: &Command<'a>) {
        let mut words = Words::new(command.text);
        if words.eat("undo") {
            return;
        }
        words.next();
        if words.is_empty() {
            return;
        }
        let mut interface = Written {
            name: words.rest(),
            vrf: None,
            addresses: Vec::new(),
            shutdown: None,
        };
        for line in tree.body(command) {
            interface.line(line.text);
        }
        self.interfaces.push(interface);
    }

    pub fn finish(self, notes: &Notes<'_>) -> Vec<Interface> {
        let finished = self.interfaces.into_iter().map(|written| Interface {
            name: notes.name(written.name),
            vrf: written.vrf.map(|name| notes.name(name)),
            addresses: written
                .addresses
                .into_iter()
                .map(|(line, net)| Spanned::new(notes.span(line), net))
                .collect(),
            shutdown: written.shutdown.map(|line| notes.span(line)),
            // BFD is bound to peers, not to interfaces.
            bfd: None,
        });
        finished.collect()
    }
}

impl<'a> Written<'a> {
    /// Lines that say nothing here are not noted: they are no lines of a policy.
    fn line(&mut self, line: &'a str) {
        let mut words = Words::new(line);
        let negated = words.eat("undo");
        match (words.next(), words.next()) {
            (Some("shutdown"), None) => self.shutdown = (!negated).then_some(line),
            (Some("ip"), Some("binding")) => {
                words.next();
                self.vrf = words.next().filter(|_| !negated);
            }
            (Some("ip" | "ipv6"), Some("address")) if !negated => {
                if let Some(net) = address(words) {
                    self.addresses.push((line, net));
                }
            }
            _ => {}
        }
    }
}

/// Reads `10.0.0.1 255.255.255.252`, `10.0.0.1 30`, `2001:db8::1 126` or `2001:db8::1/126`.
fn address(mut words: Words<'_>) -> Option<IpNet> {
    let address = words.next()?;
    if address.contains('/') {
        return bgp::prefix(address).ok();
    }
    let mask = words.next()?;
    match number::<u8>(mask) {
        Some(length) => IpNet::new(address.parse().ok()?, length).ok(),
        None => with_mask(address, mask),
    }
}
