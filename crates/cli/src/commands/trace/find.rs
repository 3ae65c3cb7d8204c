//! What the names on the command line mean in the files, and what is near them where they mean nothing.

use std::net::IpAddr;

use pairlint_lint::tables::nearest;
use pairlint_model::bgp::Family;
use pairlint_model::network::{BgpNeighbor, Device, Network};
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PrefixMatch};
use pairlint_model::source::Spanned;

use crate::declared::meant;
use crate::error::Error;

/// The devices of that name, or all.
pub fn devices<'a>(network: &'a Network, name: Option<&str>) -> Result<Vec<&'a Device>, Error> {
    let all = network.devices.iter();
    if network.devices.is_empty() {
        return Err(Error::usage("no router configuration was found"));
    }
    let Some(name) = name else {
        return Ok(all.collect());
    };
    // Host names are not case-sensitive (RFC 4343).
    let named: Vec<&Device> = all
        .filter(|device| device.name.eq_ignore_ascii_case(name))
        .collect();
    if named.is_empty() {
        let names = network.devices.iter().map(|device| device.name.as_str());
        return Err(unknown("device", name, names));
    }
    Ok(named)
}

/// Whether a neighbor goes by that name: as written, as an address however spelled, behind its VRF's name.
pub fn is_named(peer: &BgpNeighbor, name: &str) -> bool {
    let is_address = |text: &str| {
        peer.address.value.eq_ignore_ascii_case(text)
            || peer
                .ip
                .is_some_and(|ip| text.parse::<IpAddr>().is_ok_and(|given| given == ip))
    };
    let in_vrf = peer.vrf.as_ref().and_then(|vrf| {
        let rest = name.strip_prefix(vrf.value.as_str())?;
        rest.strip_prefix('/')
    });
    is_address(name) || in_vrf.is_some_and(is_address)
}

pub fn no_session(devices: &[&Device], name: Option<&str>) -> Error {
    let peers = || devices.iter().flat_map(|device| &device.neighbors);
    match name {
        Some(name) if peers().next().is_some() => {
            unknown("neighbor", name, peers().map(|peer| peer.address.value.as_str()))
        }
        _ => Error::usage("no BGP session was found (`--policy` and `--list` trace without one)"),
    }
}

/// Says which policy nobody has; fine where one device has them all.
pub fn policies(devices: &[&Device], names: &[String]) -> Result<(), Error> {
    let has_all = |device: &&Device| names.iter().all(|name| device.policies.contains_key(name));
    if devices.iter().any(has_all) {
        return Ok(());
    }
    let missing = |name: &&String| devices.iter().all(|device| !device.policies.contains_key(*name));
    Err(match names.iter().find(missing) {
        Some(name) => {
            let known = devices.iter().flat_map(|device| device.policies.keys());
            unknown("policy", name, known.map(String::as_str))
        }
        None => Error::usage(format!(
            "no device has all of the policies `{}`",
            names.join("`, `")
        )),
    })
}

/// A list, and the question whether it takes a route.
pub struct List {
    pub kind: &'static str,
    pub name: Spanned<String>,
    /// `None` where the list is for the other address family.
    pub condition: Option<Condition>,
}

/// The lists of that name; those of the other family only where there is none for this.
pub fn lists(device: &Device, name: &str, family: Family) -> Vec<List> {
    let mut lists = Vec::new();
    let mut add = |kind, name: &Spanned<String>, condition: Option<Condition>| {
        let name = name.clone();
        lists.push(List {
            kind,
            name,
            condition,
        });
    };
    for (of, named) in &device.prefix_lists {
        if let Some(list) = named.get(name) {
            let fits = matches!(of, ListFamily::Both) || *of == ListFamily::of(family);
            let condition = fits.then(|| Condition::PrefixList {
                name: list.name.clone(),
                family: *of,
                how: PrefixMatch::Listed,
            });
            add("prefix-list", &list.name, condition);
        }
    }
    for (of, named) in &device.access_lists {
        if let Some(list) = named.get(name) {
            let condition = (*of == family).then(|| Condition::AccessList {
                name: list.name.clone(),
                family,
            });
            add("access-list", &list.name, condition);
        }
    }
    let how = CommunityMatch::Listed;
    if let Some(list) = device.community_lists.get(name) {
        let name = list.name.clone();
        add(
            "community-list",
            &list.name,
            Some(Condition::CommunityList { name, how }),
        );
    }
    if let Some(list) = device.large_community_lists.get(name) {
        let name = list.name.clone();
        let condition = Condition::LargeCommunityList { name, how };
        add("large-community-list", &list.name, Some(condition));
    }
    if let Some(list) = device.extended_community_lists.get(name) {
        let name = list.name.clone();
        let condition = Condition::ExtendedCommunityList { name, how };
        add("extended-community-list", &list.name, Some(condition));
    }
    if let Some(list) = device.as_path_lists.get(name) {
        let name = list.name.clone();
        add("as-path-list", &list.name, Some(Condition::AsPathList { name }));
    }
    if let Some(list) = device.policy_lists.get(name) {
        let name = list.name.clone();
        add("policy-list", &list.name, Some(Condition::PolicyList { name }));
    }
    if lists.iter().any(|list| list.condition.is_some()) {
        lists.retain(|list| list.condition.is_some());
    }
    lists
}

pub fn no_list(devices: &[&Device], name: &str) -> Error {
    let mut known: Vec<&str> = Vec::new();
    for device in devices {
        known.extend(
            device
                .prefix_lists
                .values()
                .flat_map(|lists| lists.keys())
                .map(String::as_str),
        );
        known.extend(
            device
                .access_lists
                .values()
                .flat_map(|lists| lists.keys())
                .map(String::as_str),
        );
        known.extend(device.community_lists.keys().map(String::as_str));
        known.extend(device.large_community_lists.keys().map(String::as_str));
        known.extend(device.extended_community_lists.keys().map(String::as_str));
        known.extend(device.as_path_lists.keys().map(String::as_str));
        known.extend(device.policy_lists.keys().map(String::as_str));
    }
    unknown("list", name, known)
}

/// How many names are listed where none is near.
const LISTED: usize = 8;

fn unknown<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let near = nearest(name, known.iter().copied());
    let hint = match (near, known.as_slice()) {
        (Some(_), _) => meant(near),
        (None, []) => "; there is none".to_owned(),
        (None, known) => {
            let listed: Vec<String> = known
                .iter()
                .take(LISTED)
                .map(|name| format!("`{name}`"))
                .collect();
            let more = known.len().saturating_sub(LISTED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!("; there is {}{more}", listed.join(", "))
        }
    };
    Error::usage(format!("there is no {kind} `{name}`{hint}"))
}
