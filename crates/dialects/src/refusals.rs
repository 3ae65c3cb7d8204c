//! Lines that no device takes, found among those that were not interpreted.
//!
//! A community is two halves of 16 bits (RFC 1997), a prefix no longer than its family's addresses: a greater number is
//! refused wherever it is typed. Where a whole commit is refused with it, what the device runs is not in the text, so
//! verdicts that hang on the line stay unsure.

use pairlint_model::network::{Device, Owner, RefusedLine};
use pairlint_model::source::Source;

/// Takes those lines of lists and policies out of the ones that were not interpreted; `what` completes "the device
/// refuses …" for its platform: `the commit fails`.
pub(crate) fn out_of_range(device: &mut Device, source: &Source, what: &str) {
    let unread = std::mem::take(&mut device.unread);
    for line in unread {
        let text = source.slice(line.span);
        let found = match &line.owner {
            Owner::CommunityList(_) => community(text),
            // Extended and large communities have other halves.
            Owner::Policy(_)
                if text.contains("communit") && !text.contains("ext") && !text.contains("large") =>
            {
                community(text)
            }
            Owner::PrefixList(..) => length(text),
            _ => None,
        };
        let Some(found) = found else {
            device.unread.push(line);
            continue;
        };
        device.lines.read += 1;
        device.refused.push(RefusedLine {
            span: line.span,
            owner: line.owner,
            effect: format!("{what} (`{found}` is out of range), so it does not run what stands here"),
        });
    }
    device.refused.sort_by_key(|line| line.span);
}

/// The first community with a half beyond 16 bits.
fn community(text: &str) -> Option<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || ":.-_*[]".contains(c)));
    words.into_iter().find(|word| {
        let halves = word.split_once(':');
        let number = |half: &str| !half.is_empty() && half.bytes().all(|b| b.is_ascii_digit());
        halves.is_some_and(|(asn, value)| {
            let is_great = |half: &str| {
                half.parse::<u64>()
                    .map_or(true, |half| half > u64::from(u16::MAX))
            };
            number(asn) && number(value) && (is_great(asn) || is_great(value))
        })
    })
}

/// The first prefix, or bound of lengths, that is longer than an address.
fn length(text: &str) -> Option<&str> {
    let mut words = text.split(|c: char| c.is_ascii_whitespace() || ",;(){}".contains(c));
    let mut width = 32;
    let too_long = |length: &str, width: u32| {
        let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        digits && length.parse::<u32>().map_or(true, |length| length > width)
    };
    let mut bound = false;
    words.find(|word| {
        if let Some((address, length)) = word.split_once('/')
            && let Ok(address) = address.parse::<std::net::IpAddr>()
        {
            width = if address.is_ipv4() { 32 } else { 128 };
            return too_long(length, width);
        }
        let is_bound = std::mem::replace(&mut bound, ["ge", "le", "eq"].contains(word));
        is_bound && too_long(word, width)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_beyond_sixteen_bits() {
        for (text, expected) in [
            ("12076:70000", Some("12076:70000")),
            ("member \"123456:1\" { }", Some("123456:1")),
            ("  12076:51002,", None),
            ("large 12076:70000:1", None),
            ("12076:7*", None),
            ("ios-regex '12076:70000*'", None),
            ("99999999999999999999:1", Some("99999999999999999999:1")),
        ] {
            assert_eq!(community(text), expected, "{text}");
        }
    }

    #[test]
    fn lengths_beyond_an_address() {
        for (text, expected) in [
            ("10.0.0.0/33", Some("10.0.0.0/33")),
            ("10.0.0.0/8 ge 33,", Some("33")),
            ("10.0.0.0/8 ge 9 le 32", None),
            ("2001:db8::/32 le 64", None),
            ("2001:db8::/32 le 129", Some("129")),
            ("10.0.0.0/8 ge x", None),
        ] {
            assert_eq!(length(text), expected, "{text}");
        }
    }
}
