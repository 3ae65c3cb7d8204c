//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp::{self, Family, IpNet};
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use crate::atoms::with_mask;
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(crate) struct Interfaces<'a> {
    /// In file order; one that is opened again is the same.
    interfaces: Vec<Written<'a>>,
}

/// An interface as written. Each value but the names is the line.
pub(crate) struct Written<'a> {
    name: &'a str,
    pub vrf: Option<&'a str>,
    addresses: Vec<(&'a str, IpNet)>,
    pub shutdown: Option<&'a str>,
    pub bfd: Option<&'a str>,
}

impl<'a> Interfaces<'a> {
    /// Opens an interface: the one that is known, or a new one. `rest` is what follows `interface`.
    pub fn open(&mut self, rest: Words<'a>) -> Option<&mut Written<'a>> {
        let name = name(rest)?;
        if let Some(known) = self.known(name) {
            return self.interfaces.get_mut(known);
        }
        self.interfaces.push(Written {
            name,
            vrf: None,
            addresses: Vec::new(),
            shutdown: None,
            bfd: None,
        });
        self.interfaces.last_mut()
    }

    /// Takes an interface away: `no interface X`.
    pub fn remove(&mut self, rest: Words<'a>) {
        if let Some(known) = name(rest).and_then(|name| self.known(name)) {
            self.interfaces.remove(known);
        }
    }

    fn known(&self, name: &str) -> Option<usize> {
        // An interface is opened again soon after or never: the last few are enough to look at.
        let known = self
            .interfaces
            .iter()
            .rev()
            .take(8)
            .position(|known| known.name == name);
        known.map(|back| self.interfaces.len() - 1 - back)
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

/// Reads `GigabitEthernet0/0.1`, also with a blank before the number; a kind may follow (`point-to-point`).
fn name(words: Words<'_>) -> Option<&str> {
    let text = words.rest();
    let mut ahead = words;
    let first = ahead.next()?;
    match ahead.next() {
        _ if text.contains('<') => Some(text),
        Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => {
            let left = ahead.rest().len();
            text.get(..text.len().saturating_sub(left)).map(str::trim_end)
        }
        _ => Some(first),
    }
}

impl<'a> Written<'a> {
    /// Reads what follows `ip address` or `ipv6 address`.
    pub fn address(&mut self, family: Family, words: Words<'_>, line: &'a str, negated: bool) {
        let address = match family {
            Family::Ipv4 => ipv4(words),
            Family::Ipv6 => ipv6(words),
        };
        match (negated, address) {
            (true, None) => self.addresses.retain(|(_, net)| Family::of(net) != family),
            (true, Some(address)) => self.addresses.retain(|(_, known)| *known != address),
            (false, Some(address)) => {
                // Without `secondary` an address takes the place of the one before.
                if family == Family::Ipv4 && !line.ends_with("secondary") {
                    self.addresses.retain(|(known, net)| {
                        Family::of(net) == Family::Ipv6 || known.ends_with("secondary")
                    });
                }
                self.addresses.push((line, address));
            }
            (false, None) => {}
        }
    }
}

/// Reads `10.1.2.1 255.255.255.252 [secondary]`, or with a length.
fn ipv4(mut words: Words<'_>) -> Option<IpNet> {
    let address = words.next()?;
    if address.contains('/') {
        return bgp::prefix(address).ok();
    }
    with_mask(address, words.next()?)
}

/// Reads `2001:db8::1/126 [eui-64|anycast]`; link-local addresses without a length are left out.
fn ipv6(mut words: Words<'_>) -> Option<IpNet> {
    let prefix = bgp::prefix(words.next()?).ok()?;
    // With eui-64 the last half comes from the hardware address.
    (!words.eat("eui-64")).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |text, expected| assert_eq!(name(Words::new(text)), expected, "{text}");
        check("GigabitEthernet0/0", Some("GigabitEthernet0/0"));
        check("GigabitEthernet 0/0.100", Some("GigabitEthernet 0/0.100"));
        check("Serial0/0.1 point-to-point", Some("Serial0/0.1"));
        check("Serial 0/0.1 point-to-point", Some("Serial 0/0.1"));
        let placeholder = "GigabitEthernet<Interface No>.<No>";
        check(placeholder, Some(placeholder));
        check("", None);
    }
}
