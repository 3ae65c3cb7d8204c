//! A network as readable text, for snapshots beside fixtures. Line numbers stand for spans.

mod policy;

use std::fmt::{Display, Write};

use pairlint_model::network::{
    BgpNeighbor, Device, Interface, Network, Originated, Owner, RemarkKind, RemoteAs,
};
use pairlint_model::policy::{ListFamily, PolicyChain, PolicyExpression, SessionFilter};
use pairlint_model::source::{Source, Span, Spanned};

pub use self::policy::expression;

/// Writes the network; every place must be in the one source.
pub fn network(network: &Network, source: &Source) -> String {
    let mut out = Out {
        source,
        text: String::new(),
    };
    for device in &network.devices {
        out.device(device);
        for reading in &device.readings {
            out.put(0, "or else");
            out.device(reading);
        }
    }
    for remark in &network.remarks {
        let line = out.at(remark.span);
        let what = match &remark.kind {
            // The value itself is never written down.
            RemarkKind::Secret { what } => format!("secret: {what}"),
            RemarkKind::Truncated { what, instead } => format!("truncated: {what}; instead {instead}"),
            RemarkKind::Incomplete { what } => format!("incomplete: {what}"),
        };
        out.put(0, format!("remark{line} {what}"));
    }
    out.text
}

pub struct Out<'s> {
    source: &'s Source,
    text: String,
}

impl Out<'_> {
    pub fn put(&mut self, level: usize, line: impl Display) {
        let indent = "  ".repeat(level);
        let _ = writeln!(self.text, "{indent}{line}");
    }

    /// The line of a place: ` @7`.
    pub fn at(&self, span: Span) -> String {
        format!(" @{}", self.source.position(span.start).line)
    }

    /// The text of a place.
    pub fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    fn own_route(&mut self, own: &Originated) {
        let mut text = format!(
            "own {}{} {:?} {:?}",
            own.prefix,
            self.at(own.span),
            own.how,
            own.protocol
        );
        if let Some(by) = own.by {
            text.push_str(&format!(" by{}", self.at(by)));
        }
        if let Some(vrf) = &own.vrf {
            text.push_str(&format!(" in {vrf}"));
        }
        if let Some(PolicyExpression::Policy(name)) = own.through.policies.first() {
            text.push_str(&format!(" through {}", name.value));
        }
        if own.needs_policy {
            text.push_str(", where a policy takes it");
        }
        if let Some(to) = &own.to {
            let to: Vec<&str> = to.iter().map(String::as_str).collect();
            text.push_str(&format!(", to {}", to.join(" ")));
        }
        if own.doubt.is_some() {
            text.push_str(", perhaps");
        }
        self.put(1, text);
    }

    fn device(&mut self, device: &Device) {
        let hostname = device.hostname.as_ref();
        let hostname = hostname.map_or("no hostname".to_owned(), |name| {
            format!("hostname{}", self.at(name.span))
        });
        let fragment = if device.fragment { ", fragment" } else { "" };
        self.put(
            0,
            format!(
                "device {} ({}, {hostname}{fragment})",
                device.name, device.dialect
            ),
        );
        let lines = device.lines;
        self.put(
            1,
            format!(
                "lines {}, of policies and sessions {}: read {}, ignored {}",
                lines.total, lines.relevant, lines.read, lines.ignored
            ),
        );
        for neighbor in &device.neighbors {
            self.neighbor(neighbor);
        }
        for policy in device.policies.values() {
            self.policy(policy);
        }
        for (family, lists) in &device.prefix_lists {
            for list in lists.values() {
                self.prefix_list(list, *family);
            }
        }
        for list in device.community_lists.values() {
            self.community_list("community list", list);
        }
        for list in device.large_community_lists.values() {
            self.community_list("large community list", list);
        }
        for list in device.extended_community_lists.values() {
            self.community_list("extended community list", list);
        }
        for list in device.as_path_lists.values() {
            self.as_path_list(list);
        }
        for (family, lists) in &device.access_lists {
            for list in lists.values() {
                self.access_list(list, *family);
            }
        }
        for list in device.policy_lists.values() {
            let condition = self.condition(&list.condition);
            let at = self.at(list.span);
            self.put(
                1,
                format!(
                    "policy list {}{at} {:?}: {condition}",
                    list.name.value, list.verdict
                ),
            );
        }
        for interface in &device.interfaces {
            self.interface(interface);
        }
        for own in &device.originated {
            self.own_route(own);
        }
        for told in &device.announcements {
            let vrf = told
                .vrf
                .as_ref()
                .map_or(String::new(), |vrf| format!(" in {vrf}"));
            let at = self.at(told.kind.span);
            self.put(
                1,
                format!("{} is told{vrf}{at}: {:?}", told.neighbor, told.kind.value),
            );
        }
        for unread in &device.unread {
            let text = format!(
                "unread{} ({}): {}",
                self.at(unread.span),
                owner(&unread.owner),
                self.slice(unread.span)
            );
            self.put(1, text);
        }
        for refused in &device.refused {
            let owner = owner(&refused.owner);
            let text = format!(
                "refused{} ({owner}): {} => {}",
                self.at(refused.span),
                self.slice(refused.span),
                refused.effect
            );
            self.put(1, text);
        }
    }

    fn neighbor(&mut self, neighbor: &BgpNeighbor) {
        let remote = match neighbor.remote_as {
            RemoteAs::Asn(asn) => format!("AS {asn}"),
            RemoteAs::External => "external".to_owned(),
            RemoteAs::Internal => "internal".to_owned(),
            RemoteAs::Unknown => "unknown AS".to_owned(),
        };
        let mut line = format!(
            "neighbor {}{} {remote}",
            neighbor.address.value,
            self.at(neighbor.span)
        );
        if let Some(span) = neighbor.remote_as_span {
            line.push_str(&self.at(span));
        }
        if let Some(asn) = neighbor.local_as {
            let _ = write!(line, ", local AS {asn}");
        }
        let mut named = |what: &str, name: &Option<Spanned<String>>| {
            if let Some(name) = name {
                let _ = write!(line, ", {what} {}", name.value);
            }
        };
        named("vrf", &neighbor.vrf);
        named("group", &neighbor.group);
        named("description", &neighbor.description);
        for (what, place) in [("shutdown", neighbor.shutdown), ("bfd", neighbor.bfd)] {
            if let Some(span) = place {
                let _ = write!(line, ", {what}{}", self.at(span));
            }
        }
        if neighbor.ip.is_none() {
            line.push_str(", no address");
        }
        self.put(1, line);
        for family in &neighbor.families {
            let active = if family.active { "active" } else { "inactive" };
            let mut line = format!("{} {active}{}", family.family, self.at(family.active_span));
            if let Some(maximum) = &family.maximum_prefix {
                let warning = if maximum.value.warning_only {
                    " warning only"
                } else {
                    ""
                };
                let _ = write!(
                    line,
                    ", at most {} prefixes{warning}{}",
                    maximum.value.limit,
                    self.at(maximum.span)
                );
            }
            if family.own_as_allowed > 0 {
                let _ = write!(line, ", own AS allowed {} times", family.own_as_allowed);
            }
            self.put(2, line);
            self.chain("import", &family.import);
            self.chain("export", &family.export);
            for span in &family.beyond {
                let line = format!("beyond{}: {}", self.at(*span), self.slice(*span));
                self.put(3, line);
            }
        }
    }

    fn chain(&mut self, direction: &str, chain: &PolicyChain) {
        let filters = chain.filters.iter().map(|filter| {
            let text = match &filter.value {
                SessionFilter::PrefixList { name, family } => {
                    format!("{} prefix list {}", list_family(*family), name.value)
                }
                SessionFilter::AsPathList { name } => format!("AS-path list {}", name.value),
                SessionFilter::AccessList { name, family } => format!("{family} access list {}", name.value),
                SessionFilter::CommunityList { name } => format!("community list {}", name.value),
                SessionFilter::Unsupported => format!("NOT INTERPRETED {}", self.slice(filter.span)),
            };
            format!("filter {text}{}", self.at(filter.span))
        });
        let policies = chain.policies.iter().map(expression);
        let parts: Vec<String> = filters.chain(policies).collect();
        let default = &chain.default;
        let verdict = default
            .verdict
            .map_or("?".to_owned(), |verdict| format!("{verdict:?}").to_lowercase());
        let at = default.span.map(|span| self.at(span)).unwrap_or_default();
        let parts = if parts.is_empty() {
            "nothing".to_owned()
        } else {
            parts.join(", ")
        };
        self.put(3, format!("{direction}: {parts}; else {verdict}{at}"));
    }

    fn interface(&mut self, interface: &Interface) {
        let mut line = format!(
            "interface {}{}",
            interface.name.value,
            self.at(interface.name.span)
        );
        if let Some(vrf) = &interface.vrf {
            let _ = write!(line, ", vrf {}", vrf.value);
        }
        for address in &interface.addresses {
            let _ = write!(line, ", {}{}", address.value, self.at(address.span));
        }
        for (what, place) in [("shutdown", interface.shutdown), ("bfd", interface.bfd)] {
            if let Some(span) = place {
                let _ = write!(line, ", {what}{}", self.at(span));
            }
        }
        self.put(1, line);
    }
}

pub fn list_family(family: ListFamily) -> &'static str {
    match family {
        ListFamily::Ipv4 => "ipv4",
        ListFamily::Ipv6 => "ipv6",
        ListFamily::Both => "any",
    }
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Policy(name) => format!("policy {name}"),
        Owner::PrefixList(family, name) => format!("{} prefix list {name}", list_family(*family)),
        Owner::CommunityList(name) => format!("community list {name}"),
        Owner::LargeCommunityList(name) => format!("large community list {name}"),
        Owner::ExtendedCommunityList(name) => format!("extended community list {name}"),
        Owner::AsPathList(name) => format!("AS-path list {name}"),
        Owner::AccessList(family, name) => format!("{family} access list {name}"),
        Owner::PolicyList(name) => format!("policy list {name}"),
        Owner::Neighbors(addresses) => format!("neighbor {}", addresses.join(" ")),
        Owner::Bgp => "bgp".to_owned(),
    }
}
