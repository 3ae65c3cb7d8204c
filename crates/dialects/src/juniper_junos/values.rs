//! Words that are values: prefixes, numbers, AS numbers.

use std::net::{IpAddr, Ipv4Addr};

use pairlint_model::bgp::{Asn, IpNet, decimal};

use crate::atoms::number;

/// Reads a prefix as Junos takes it: without a length it is one address, and an IPv4 address may leave
/// trailing zero octets out (`10/8`; Junos CLI User Guide, "Format for Specifying IP Addresses").
/// Host bits are kept.
pub(super) fn prefix(text: &str) -> Option<IpNet> {
    match text.split_once('/') {
        None => text.parse::<IpAddr>().ok().map(IpNet::from),
        Some((address, length)) => IpNet::new(self::address(address)?, decimal(length).ok()?).ok(),
    }
}

fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let mut octets = [0u8; 4];
    let mut words = text.split('.');
    for (octet, word) in octets.iter_mut().zip(words.by_ref()) {
        *octet = decimal(word).ok()?;
    }
    words.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

/// Reads `/24`, the bound of a route filter.
pub(super) fn length(text: &str) -> Option<u8> {
    decimal(text.strip_prefix('/')?).ok()
}

/// Reads `/18-/20`.
pub(super) fn length_range(text: &str) -> Option<(u8, u8)> {
    let (low, high) = text.split_once('-')?;
    Some((length(low.trim())?, length(high.trim())?))
}

/// Reads an AS number, `12076` or `1.10`; leading zeros are no error (Batfish, from a device).
pub(super) fn asn(text: &str) -> Option<Asn> {
    let Some((high, low)) = text.split_once('.') else {
        return number(text).map(Asn);
    };
    let (high, low): (u16, u16) = (number(high)?, number(low)?);
    Some(Asn(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_as_junos_takes_them() {
        for (text, expected) in [
            ("192.0.2.0/24", Some("192.0.2.0/24")),
            ("192.0.2.9/24", Some("192.0.2.9/24")),
            ("192.0.2.1", Some("192.0.2.1/32")),
            ("2001:db8::1", Some("2001:db8::1/128")),
            ("::0/0", Some("::/0")),
            ("10/8", Some("10.0.0.0/8")),
            ("192.168/16", Some("192.168.0.0/16")),
            ("1.2.3.4.5/8", None),
            ("10/33", None),
            ("<prefix/length>", None),
            ("192.0.2", None),
        ] {
            assert_eq!(prefix(text).map(|p| p.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn bounds_and_numbers() {
        assert_eq!((length("/24"), length("24")), (Some(24), None));
        assert_eq!(length_range("/18-/20"), Some((18, 20)));
        assert_eq!(
            (number::<u32>("0100"), number::<u32>("-1"), number::<u32>("")),
            (Some(100), None, None)
        );
        assert_eq!(
            (asn("12076"), asn("1.10"), asn("as1")),
            (Some(Asn(12076)), Some(Asn(65546)), None)
        );
    }
}
