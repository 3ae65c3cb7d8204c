//! Interfaces, as far as sessions are found on them.

use ipnet::IpNet;
use pairlint_model::bgp;
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::objects::{objects, setting};
use crate::atoms::with_mask;
use crate::fortios::syntax::{Block, Item, Words};
use crate::notes::Notes;

/// Reads the interfaces of a domain, or all where there are none.
pub(super) fn interfaces(blocks: &[&Block<'_>], domain: Option<&str>, notes: &Notes<'_>) -> Vec<Interface> {
    let mut found = Vec::new();
    for object in objects(blocks) {
        let mut interface = Interface {
            name: notes.name(object.name),
            vrf: domain.map(|domain| notes.elsewhere(domain, object.line)),
            addresses: Vec::new(),
            shutdown: None,
            bfd: None,
        };
        let mut own = None;
        for setting in object.lines.iter().filter_map(|line| setting(line)) {
            match setting.key {
                "vdom" => own = setting.value(),
                "ip" | "ipv6-address" => interface.address(setting.line, setting.values, notes),
                "status" => {
                    interface.shutdown = (setting.value() == Some("down")).then(|| notes.span(setting.line));
                }
                "bfd" => {
                    interface.bfd = setting
                        .enabled()
                        .is_some_and(|enabled| enabled)
                        .then(|| notes.span(setting.line));
                }
                _ => {}
            }
        }
        for block in object.table("ipv6") {
            for item in &block.body.items {
                if let Item::Line(line) = item
                    && let Some(setting) = setting(line)
                    && setting.key == "ip6-address"
                {
                    interface.address(line, setting.values, notes);
                }
            }
        }
        if domain.is_none() || own == domain {
            found.push(interface);
        }
    }
    found
}

trait Address {
    fn address(&mut self, line: &str, values: Option<Words<'_>>, notes: &Notes<'_>);
}

impl Address for Interface {
    /// Reads `198.51.100.1 255.255.255.252`, `198.51.100.1/30` or `2001:db8::1/126`.
    fn address(&mut self, line: &str, values: Option<Words<'_>>, notes: &Notes<'_>) {
        let Some(net) = values.and_then(net) else { return };
        if !net.addr().is_unspecified() {
            self.addresses.push(Spanned::new(notes.span(line), net));
        }
    }
}

fn net(mut words: Words<'_>) -> Option<IpNet> {
    let address = words.next()?.text;
    match words.next() {
        Some(mask) => with_mask(address, mask.text),
        None => bgp::prefix(address).ok(),
    }
}
