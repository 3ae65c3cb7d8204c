//! Interfaces, as far as sessions are found on them.

use std::collections::BTreeMap;

use pairlint_model::bgp::{self, IpNet};
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use crate::atoms::with_mask;
use crate::cisco_xr::syntax::Entry;
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Interfaces<'a> {
    /// In file order; one that is opened again is the same.
    interfaces: Vec<Written<'a>>,
    by_name: BTreeMap<&'a str, usize>,
}

struct Written<'a> {
    name: &'a str,
    vrf: Option<&'a str>,
    addresses: Vec<(&'a str, IpNet)>,
    shutdown: Option<&'a str>,
    bfd: Option<&'a str>,
}

impl<'a> Interfaces<'a> {
    pub fn entry(&mut self, name: &'a str, entry: &Entry<'a>) {
        let at = *self.by_name.entry(name).or_insert(self.interfaces.len());
        if at == self.interfaces.len() {
            self.interfaces.push(Written {
                name,
                vrf: None,
                addresses: Vec::new(),
                shutdown: None,
                bfd: None,
            });
        }
        if let Some(interface) = self.interfaces.get_mut(at) {
            interface.line(entry.line, Words::new(entry.rest));
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
            bfd: written.bfd.map(|line| notes.span(line)),
        });
        finished.collect()
    }
}

impl<'a> Written<'a> {
    fn line(&mut self, line: &'a str, mut words: Words<'a>) {
        let negated = words.eat("no");
        let said = (!negated).then_some(line);
        match words.next().unwrap_or("").to_ascii_lowercase().as_str() {
            "shutdown" => self.shutdown = said,
            "bfd" => self.bfd = said,
            "vrf" => self.vrf = words.next().filter(|_| !negated),
            family @ ("ipv4" | "ipv6") if words.eat("address") => {
                let Some(address) = address(words) else { return };
                // Without `secondary` an address takes the place of the one before.
                if family == "ipv4" && !line.ends_with("secondary") {
                    self.addresses
                        .retain(|(known, net)| matches!(net, IpNet::V6(_)) || known.ends_with("secondary"));
                }
                self.addresses.retain(|(_, known)| *known != address);
                if !negated {
                    self.addresses.push((line, address));
                }
            }
            _ => {}
        }
    }
}

/// Reads `10.0.0.1 255.255.255.252`, `10.0.0.1/30`, `2001:db8::1/126`; link-local addresses without a length are
/// left out.
fn address(mut words: Words<'_>) -> Option<IpNet> {
    let address = words.next()?;
    match address.contains('/') {
        true => bgp::prefix(address).ok(),
        false => with_mask(address, words.next()?),
    }
}
