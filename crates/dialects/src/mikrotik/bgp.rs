//! Sessions: `/routing bgp connection` with templates (RouterOS 7), `/routing bgp peer` with instances (RouterOS 6).
//!
//! MikroTik help, "BGP": what a connection does not say its templates say. Without a filter every route is accepted.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{BgpNeighbor, MaximumPrefix, NeighborFamily, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, PolicyExpression, Verdict};
use pairlint_model::source::{Source, Span, Spanned};

use super::syntax::{Argument, Command};
use crate::atoms::{address, asn, number};

/// Keys that keep routes out or change them before a filter sees them; nothing else says how.
pub(super) const UNREAD: [&str; 6] = [
    "input.accept-communities",
    "input.accept-ext-communities",
    "input.accept-large-communities",
    "input.accept-nlri",
    "input.accept-unknown",
    "input.filter-communities",
];

/// Everything that sessions inherit from, by menu and name.
#[derive(Default)]
pub(super) struct Inherited<'c, 'a> {
    by_name: BTreeMap<(bool, String), Vec<&'c Command<'a>>>,
}

impl<'c, 'a> Inherited<'c, 'a> {
    /// Notes a template (RouterOS 7) or an instance.
    pub fn add(&mut self, command: &'c Command<'a>, is_template: bool) {
        let named = command.get("name").map(|argument| argument.value.clone());
        // `set default as=…` and `set [ find default=yes ] as=…` are about the one that is always there.
        let positional = command.arguments.iter().find(|argument| argument.key.is_empty());
        let name = named.or_else(|| {
            let text = positional?.value.as_str();
            let is_default = text.contains("default") || text == "0";
            Some(if is_default {
                "default".to_owned()
            } else {
                text.to_owned()
            })
        });
        let name = name.unwrap_or_else(|| "default".to_owned());
        self.by_name.entry((is_template, name)).or_default().push(command);
    }

    fn get(&self, is_template: bool, name: &str, key: &str) -> Option<&'c Argument<'a>> {
        let commands = self.by_name.get(&(is_template, name.to_owned()))?;
        commands.iter().rev().find_map(|command| command.get(key))
    }
}

/// One session and what it inherits.
pub(super) struct Session<'c, 'a> {
    pub source: &'c Source,
    pub command: &'c Command<'a>,
    pub inherited: &'c Inherited<'c, 'a>,
    /// RouterOS 7.
    pub is_connection: bool,
}

impl<'c, 'a> Session<'c, 'a> {
    fn span(&self, argument: &Argument<'_>) -> Span {
        self.source.range(argument.place.start, argument.place.end)
    }

    /// Returns the value of the first of these keys that is set, here or where it is inherited from.
    pub fn get(&self, keys: &[&str]) -> Option<&'c Argument<'a>> {
        let own = keys.iter().find_map(|key| self.command.get(key));
        own.or_else(|| {
            let names = ["templates", "template", "instance"];
            let list = |key: &str| self.command.get(key).map(|names| names.value.as_str());
            for name in names {
                let is_template = name != "instance";
                let default = if is_template { "" } else { "default" };
                for part in list(name)
                    .unwrap_or(default)
                    .split(',')
                    .filter(|part| !part.is_empty())
                {
                    let found = keys
                        .iter()
                        .find_map(|key| self.inherited.get(is_template, part, key));
                    if found.is_some() {
                        return found;
                    }
                }
            }
            None
        })
        .filter(|argument| !argument.value.is_empty())
    }

    /// Returns the session; `None` where the command has no remote address.
    pub fn read(&self) -> Option<BgpNeighbor> {
        let remote = self.get(&["remote.address", "remote-address"])?;
        let plain = remote
            .value
            .strip_suffix("/32")
            .or_else(|| remote.value.strip_suffix("/128"));
        let text = plain.unwrap_or(&remote.value).to_owned();
        let remote_as = self.get(&["remote.as", "remote-as"]);
        let local = self.get(&["as", "local.as"]);
        let disabled = self.get(&["disabled"]).filter(|argument| argument.value == "yes");
        let bfd = self.get(&["use-bfd"]).filter(|argument| argument.value == "yes");
        let role = self.get(&["local.role"]).map(|argument| argument.value.as_str());
        let remote_number = remote_as.and_then(|argument| asn(&argument.value));
        Some(BgpNeighbor {
            ip: address(&text),
            remote_as: match (remote_number, role) {
                (Some(asn), _) => RemoteAs::Asn(asn),
                (None, Some(role)) if role.starts_with("ibgp") => RemoteAs::Internal,
                (None, Some(role)) if role.starts_with("ebgp") => RemoteAs::External,
                _ => RemoteAs::Unknown,
            },
            remote_as_span: remote_as.map(|argument| self.span(argument)),
            local_as: local
                .and_then(|argument| asn(&argument.value))
                .filter(|asn| *asn != Asn(0)),
            vrf: self
                .get(&["vrf", "routing-table"])
                .filter(|vrf| vrf.value != "main")
                .map(|vrf| self.name(vrf)),
            group: self
                .get(&["templates", "template"])
                .map(|argument| self.name(argument)),
            description: self.command.get("name").map(|argument| self.name(argument)),
            shutdown: disabled.map(|argument| self.span(argument)),
            bfd: bfd.map(|argument| self.span(argument)),
            span: self
                .source
                .range(self.command.place.start, self.command.place.end),
            families: self.families(),
            address: Spanned::new(self.span(remote), text),
        })
    }

    fn name(&self, argument: &Argument<'_>) -> Spanned<String> {
        Spanned::new(self.span(argument), argument.value.clone())
    }

    fn families(&self) -> Vec<NeighborFamily> {
        let span = self
            .source
            .range(self.command.place.start, self.command.place.end);
        let listed = self.get(&["address-families", "afi"]);
        let names = listed.map_or("ip", |argument| argument.value.as_str());
        let place = listed.map_or(span, |argument| self.span(argument));
        let import = self.chain(&["input.filter", "input.filter-chain", "in-filter"]);
        let export = self.chain(&["output.filter", "output.filter-chain", "out-filter"]);
        let own_as = self
            .get(&["input.allow-as", "allow-as-in"])
            .and_then(|argument| number(&argument.value));
        let family = |family, active| NeighborFamily {
            family,
            active,
            active_span: place,
            import: import.clone(),
            export: export.clone(),
            maximum_prefix: self.maximum(family),
            own_as_allowed: own_as.unwrap_or(0),
            beyond: Vec::new(),
        };
        let has = |names: &str, wanted: &[&str]| names.split(',').any(|name| wanted.contains(&name));
        let mut found = Vec::new();
        if has(names, &["ip", "ipv4"]) {
            found.push(family(Family::Ipv4, true));
        }
        if has(names, &["ipv6"]) {
            found.push(family(Family::Ipv6, true));
        }
        if found.is_empty() {
            found.push(family(Family::Ipv4, false));
        }
        found
    }

    fn maximum(&self, family: Family) -> Option<Spanned<MaximumPrefix>> {
        let key = match family {
            Family::Ipv4 => "input.limit-process-routes-ipv4",
            Family::Ipv6 => "input.limit-process-routes-ipv6",
        };
        let argument = self.get(&[key, "max-prefix-limit"])?;
        let limit = number(&argument.value)?;
        Some(Spanned::new(
            self.span(argument),
            MaximumPrefix {
                limit,
                warning_only: false,
            },
        ))
    }

    fn chain(&self, keys: &[&str]) -> PolicyChain {
        let filter = self.get(keys);
        let policies = filter.map(|argument| PolicyExpression::Policy(self.name(argument)));
        let (verdict, reason) = match (&policies, self.is_connection) {
            (None, _) => (
                Some(Verdict::Accept),
                "RouterOS accepts every route where no filter is set",
            ),
            (Some(_), true) => (
                Some(Verdict::Reject),
                "RouterOS 7 rejects what a filter chain does not accept",
            ),
            (Some(_), false) => (
                None,
                "RouterOS 6 does not say what becomes of a route that no rule decides",
            ),
        };
        PolicyChain {
            filters: Vec::new(),
            policies: policies.into_iter().collect(),
            default: ChainDefault {
                verdict,
                reason,
                span: None,
            },
        }
    }
}
