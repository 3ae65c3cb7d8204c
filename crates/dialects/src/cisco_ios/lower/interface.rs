//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp::{self, Family, IpNet};
use pairlint_model::network::Interface;

use super::{Command, Notes};
use crate::atoms::{keyword, with_mask};
use crate::lines::Words;

#[derive(Default)]
pub(super) struct Interfaces<'a> {
    /// In file order; one that is opened again is the same.
    interfaces: Vec<Written<'a>>,
}

struct Written<'a> {
    name: &'a str,
    vrf: Option<&'a str>,
    addresses: Vec<(&'a str, IpNet)>,
    shutdown: Option<&'a str>,
    bfd: Option<&'a str>,
}

impl<'a> Interfaces<'a> {
    pub fn interface(&mut self, command: &'a Command<'a>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        let Some(name) = name(words) else { return };
        // An interface is opened again soon after or never: the last few are enough to look at.
        let known = self
            .interfaces
            .iter()
            .rev()
            .take(8)
            .position(|known| known.name == name);
        let known = known.map(|back| self.interfaces.len() - 1 - back);
        if negated {
            if let Some(known) = known {
                self.interfaces.remove(known);
            }
            return;
        }
        if known.is_none() {
            self.interfaces.push(Written {
                name,
                vrf: None,
                addresses: Vec::new(),
                shutdown: None,
                bfd: None,
            });
        }
        let last = self.interfaces.len() - 1;
        if let Some(interface) = self.interfaces.get_mut(known.unwrap_or(last)) {
            for line in &command.body {
                interface.line(line.text);
            }
        }
    }

    pub fn finish(self, notes: &Notes<'_>) -> Vec<Interface> {
        let finished = self.interfaces.into_iter().map(|written| Interface {
            name: notes.name(written.name),
            vrf: written.vrf.map(|name| notes.name(name)),
            addresses: written
                .addresses
                .into_iter()
                .map(|(line, net)| pairlint_model::source::Spanned::new(notes.span(line), net))
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
    /// Lines that say nothing here are not noted: they are no lines of a policy.
    fn line(&mut self, line: &'a str) {
        let mut words = Words::new(line);
        let negated = words.eat("no");
        let said = (!negated).then_some(line);
        match words
            .next()
            .and_then(|word| keyword(word, &["bfd", "ip", "ipv6", "shutdown", "vrf"]))
        {
            Some("shutdown") => self.shutdown = said,
            Some("bfd") => {
                let kinds = ["interval", "template", "enable"];
                if words.next().is_some_and(|word| keyword(word, &kinds).is_some()) {
                    self.bfd = said;
                }
            }
            Some("vrf") if words.eat("forwarding") => self.vrf = words.next().filter(|_| !negated),
            Some("ip") if words.eat("vrf") => {
                words.eat("forwarding");
                self.vrf = words.next().filter(|_| !negated);
            }
            Some(family @ ("ip" | "ipv6")) if words.eat("address") => {
                let address = match family {
                    "ip" => ipv4(words),
                    _ => ipv6(words),
                };
                match (negated, address) {
                    (true, None) => self.remove(family),
                    (true, Some(address)) => self.addresses.retain(|(_, known)| *known != address),
                    (false, Some(address)) => {
                        // Without `secondary` an address takes the place of the one before.
                        if family == "ip" && !line.ends_with("secondary") {
                            self.addresses.retain(|(known, net)| {
                                Family::of(net) == Family::Ipv6 || known.ends_with("secondary")
                            });
                        }
                        self.addresses.push((line, address));
                    }
                    (false, None) => {}
                }
            }
            _ => {}
        }
    }

    fn remove(&mut self, family: &str) {
        let family = if family == "ip" {
            Family::Ipv4
        } else {
            Family::Ipv6
        };
        self.addresses.retain(|(_, net)| Family::of(net) != family);
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
