//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp::{self, IpNet};
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::syntax::Command;
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Interfaces<'a> {
    /// In file order; one that is opened again soon after is the same.
    interfaces: Vec<Written<'a>>,
}

struct Written<'a> {
    name: &'a str,
    vrf: Option<&'a str>,
    addresses: Vec<(&'a str, IpNet)>,
    shutdown: Option<&'a str>,
}

impl<'a> Interfaces<'a> {
    /// Reads `interface NAME [vrf NAME]` with its lines.
    pub fn interface(&mut self, command: &Command<'a>) {
        let mut words = command.words();
        words.next();
        let Some(name) = words.next() else { return };
        let vrf = words.eat("vrf").then(|| words.next()).flatten();
        for line in &command.body {
            self.line(name, line.text, Words::new(line.text));
        }
        if let (Some(vrf), Some(interface)) = (vrf, self.named(name)) {
            interface.vrf = Some(vrf);
        }
    }

    fn named(&mut self, name: &'a str) -> Option<&mut Written<'a>> {
        let back = self
            .interfaces
            .iter()
            .rev()
            .take(8)
            .position(|known| known.name == name);
        let at = match back {
            Some(back) => self.interfaces.len() - 1 - back,
            None => {
                self.interfaces.push(Written {
                    name,
                    vrf: None,
                    addresses: Vec::new(),
                    shutdown: None,
                });
                self.interfaces.len() - 1
            }
        };
        self.interfaces.get_mut(at)
    }

    /// Reads one line of an interface. Lines that say nothing here are not noted: they are no lines of a policy.
    pub fn line(&mut self, name: &'a str, line: &'a str, mut words: Words<'a>) {
        let Some(interface) = self.named(name) else { return };
        let negated = words.eat("no");
        match (words.next(), words.next()) {
            (Some("shutdown"), _) => interface.shutdown = (!negated).then_some(line),
            (Some("vrf"), Some(vrf)) => interface.vrf = Some(vrf).filter(|_| !negated),
            (Some("ip" | "ipv6"), Some("address")) => {
                let Some(net) = words.next().and_then(|word| bgp::prefix(word).ok()) else {
                    return;
                };
                match negated {
                    true => interface.addresses.retain(|(_, known)| *known != net),
                    false => interface.addresses.push((line, net)),
                }
            }
            _ => {}
        }
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
            bfd: None,
        });
        finished.collect()
    }
}
