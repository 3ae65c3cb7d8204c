//! Prefixes as the command lines write them.

use pairlint_model::bgp::{IpNet, prefix};

use crate::atoms::{number, with_mask};
use crate::lines::Words;

/// Takes `10.0.0.0/8`, `10.0.0.0 [mask] 255.0.0.0`, `10.0.0.0 8`, or an address alone, which means its class.
pub(super) fn take_prefix(words: &mut Words<'_>) -> Option<IpNet> {
    let address = words.next()?;
    if address.contains('/') {
        return prefix(address).ok().map(|net| net.trunc());
    }
    words.eat("mask");
    let next = words.peek();
    let masked = next.and_then(|mask| with_mask(address, mask));
    let long = || {
        let length: u8 = next.and_then(number)?;
        prefix(&format!("{address}/{length}")).ok()
    };
    if let Some(net) = masked.or_else(long) {
        words.next();
        return Some(net.trunc());
    }
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    let length = match address.octets()[0] {
        0 => 0,
        1..=127 => 8,
        128..=191 => 16,
        192..=223 => 24,
        _ => return None,
    };
    IpNet::new(address.into(), length).ok().map(|net| net.trunc())
}

/// The policy named in what is left of a line.
pub(super) fn policy(mut words: Words<'_>) -> Option<&str> {
    words.find(|word| matches!(*word, "route-map" | "route-policy"))?;
    words.next()
}
