use pairlint_model::network::{Interface, Platform};
use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::Sources;

use super::*;
use crate::lines::Lines;

/// Checks `vrf prefix how [through policy]` of each route, and what neighbors are told.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut sources = Sources::default();
    let id = sources.add("edge.cfg", text.to_owned());
    let source = sources.get(id);
    let mut device = Device::new("edge", id, "test", Platform::new("Test"));
    let line = source.text().get(..0).unwrap_or("");
    device.interfaces.push(Interface {
        name: Spanned::new(source.span(line), "e0".to_owned()),
        vrf: None,
        addresses: vec![Spanned::new(
            source.span(line),
            prefix("10.9.9.1/30").expect("a prefix"),
        )],
        shutdown: None,
        bfd: None,
    });
    let lines: Vec<Line<'_>> = Lines::new(source.text()).collect();
    let habits = Habits {
        asks_for_default: true,
    };
    read(&lines, source, habits, &mut device);
    let mut found: Vec<String> = Vec::new();
    for route in &device.originated {
        let policy = match route.through.policies.first() {
            Some(PolicyExpression::Policy(name)) => format!(" through {}", name.value),
            _ => String::new(),
        };
        let vrf = route.vrf.as_deref().unwrap_or("-");
        found.push(format!("{vrf} {} {:?}{policy}", route.prefix, route.how));
    }
    for told in &device.announcements {
        let vrf = told.vrf.as_deref().unwrap_or("-");
        found.push(format!("{vrf} {} {:?}", told.neighbor, told.kind.value));
    }
    assert_eq!(found, expected);
}

#[test]
fn networks_in_their_vrfs() {
    check(
        "router bgp 65010\n network 10.0.0.0\n network 10.1.0.0 mask 255.255.0.0 route-map SET\n \
         address-family ipv4 vrf MS\n  network 203.0.113.0 mask 255.255.255.240\n exit-address-family\n \
         address-family vpnv4\n  network 10.7.0.0/16\n",
        &[
            "- 10.0.0.0/8 Network",
            "- 10.1.0.0/16 Network through SET",
            "MS 203.0.113.0/28 Network",
        ],
    );
    check(
        "router bgp 65010\n  address-family ipv4 unicast\n    network 10.1.0.0/16\n  vrf MS\n    \
         address-family ipv4 unicast\n      network 10.2.0.0/16\n    neighbor 192.0.2.2\n      \
         address-family ipv4 unicast\n        default-originate\n        disable-peer-as-check\n  \
         neighbor 192.0.2.9 remote-as 1\ninterface x\n  network 10.3.0.0/16\n",
        &[
            "- 10.1.0.0/16 Network",
            "MS 10.2.0.0/16 Network",
            "MS 192.0.2.2 DefaultRoute",
            "MS 192.0.2.2 PeerAs { sent: Yes }",
        ],
    );
}

#[test]
fn redistribution_brings_what_the_file_shows() {
    check(
        "ip route 10.5.0.0 255.255.0.0 Null0\nip route 0.0.0.0 0.0.0.0 192.0.2.1\nip route vrf MS 10.6.0.0 \
         255.255.0.0 Null0\nrouter bgp 65010\n redistribute static route-map NETS\n redistribute connected\n",
        &[
            "- 10.5.0.0/16 Redistributed through NETS",
            "- 10.9.9.0/30 Redistributed",
        ],
    );
    check(
        "router static\n address-family ipv4 unicast\n  10.5.0.0/16 Null0\n !\n vrf MS\n  address-family ipv4 \
         unicast\n   10.6.0.0/16 Null0\n  !\n !\n!\nrouter bgp 65010\n address-family ipv4 unicast\n  \
         redistribute static route-policy NETS\n  default-information originate\n !\n!\n",
        &["- 10.5.0.0/16 Redistributed through NETS"],
    );
    check(
        "router bgp 1\nredistribute static\ndefault-information originate\naggregate-address 10.0.0.0 255.0.0.0 \
         summary-only\nneighbor 192.0.2.2 default-originate\nip route 0.0.0.0/0 192.0.2.1\n",
        &[
            "- 10.0.0.0/8 Aggregate { suppresses: true }",
            "- 0.0.0.0/0 Redistributed",
            "- 192.0.2.2 DefaultRoute",
        ],
    );
    check(
        "#\nbgp 65010\n peer 192.0.2.2 as-number 12076\n #\n ipv4-family unicast\n  network 10.0.0.0 255.0.0.0\n  \
         import-route direct route-policy P\n  peer 192.0.2.2 default-route-advertise\n#\nip route-static 10.1.0.0 16 NULL0\n",
        &[
            "- 10.0.0.0/8 Network",
            "- 10.9.9.0/30 Redistributed through P",
            "- 192.0.2.2 DefaultRoute",
        ],
    );
}

#[test]
fn what_is_taken_back_is_gone() {
    check(
        "router bgp 1\n network 10.0.0.0\n no network 10.0.0.0\n redistribute connected\n no redistribute connected\n",
        &[],
    );
}

#[test]
fn what_is_taken_back_is_not_announced() {
    check(
        "router bgp 65010\n network 10.1.0.0 mask 255.255.0.0\n network 10.2.0.0 mask 255.255.0.0\n \
         aggregate-address 10.1.0.0 255.255.0.0\n no network 10.1.0.0 mask 255.255.0.0\n \
         neighbor 192.0.2.2 default-originate\n no neighbor 192.0.2.2 default-originate\n redistribute static\n!\n\
         ip route 10.3.0.0 255.255.0.0 Null0\nno ip route 10.3.0.0 255.255.0.0 Null0\n",
        &[
            "- 10.2.0.0/16 Network",
            "- 10.1.0.0/16 Aggregate { suppresses: false }",
        ],
    );
}
