//! What only these platforms write. Their other lines are those of IOS, and prove nothing.

use pairlint_model::source::Source;

use crate::Fit;
use crate::evidence::beginning;
use crate::lines::Lines;

fn any_line(source: &Source, is_own: impl Fn(&str) -> bool) -> Fit {
    match Lines::new(beginning(source.text())).any(|line| is_own(line.text)) {
        true => Fit::Certain,
        false => Fit::No,
    }
}

/// Gaia Advanced Routing Administration Guide: `set bgp external remote-as 12076 peer 192.0.2.1 on`.
pub(super) fn gaia(source: &Source) -> Fit {
    const STARTS: [&str; 5] = [
        "set bgp external ",
        "set bgp internal ",
        "set inbound-route-filter bgp-policy ",
        "set import-routemap ",
        "set routemap ",
    ];
    any_line(source, |line| STARTS.iter().any(|start| line.starts_with(start)))
}

/// The head of `show running-config`: `!64-bit Advanced Core OS (ACOS) version 5.2.1`.
pub(super) fn acos(source: &Source) -> Fit {
    any_line(source, |line| {
        line.starts_with('!') && line.contains("(ACOS) version ")
    })
}

/// The head that RANCID writes, or the part of `bigip.conf` that turns BGP on; imish itself writes nothing of its own.
pub(super) fn imish(source: &Source) -> Fit {
    any_line(source, |line| {
        line.starts_with("#RANCID-CONTENT-TYPE: bigip") || line.starts_with("net route-domain /Common/")
    })
}
