//! From commands to a device.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::IpNet;
use pairlint_model::network::{
    Device, ExactExpression, Interface, LineCounts, Network, Owner, Platform, Remark, RemarkKind, UnreadLine,
};
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityPattern, CommunityTest, PolicyExpression, RegexSyntax, Truth,
    Verdict,
};
use pairlint_model::source::{Source, Span, Spanned};

use super::DIALECT;
use super::bgp::{Inherited, Session, UNREAD};
use super::filters::Chains;
use super::originations::Announcing;
use super::syntax::{Argument, Command, read};
use super::values::community;
use crate::notes::stem;
use crate::refusals;

/// What RouterOS does with a chain or list that is not there is on none of its pages.
const PLATFORM: Platform = Platform {
    name: "MikroTik RouterOS",
    undefined_policy_accepts: Truth::Unknown,
    undefined_call_accepts: Truth::Unknown,
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Unknown,
    exact_expression: ExactExpression::Unknown,
    // Not found on MikroTik's pages (2026-11).
    sends_to_as_in_path: Truth::Unknown,
};

pub(super) fn parse(source: &Source) -> Network {
    let mut commands = read(source.text());
    commands.iter_mut().for_each(whole_keys);
    let mut network = Network::default();
    if commands.is_empty() {
        return network;
    }
    let mut reader = Reader {
        source,
        inherited: Inherited::default(),
        hostname: None,
        lists: BTreeMap::new(),
        interfaces: Vec::new(),
        unread: Vec::new(),
        lines: LineCounts::default(),
    };
    for command in &commands {
        if ["template", "instance"]
            .iter()
            .any(|menu| is_menu(command, &["routing", "bgp", menu]))
        {
            let is_template = is_menu(command, &["routing", "bgp", "template"]);
            reader.inherited.add(command, is_template);
        }
    }
    let device = reader.device(&commands);
    network.devices.push(device);
    for command in &commands {
        let keys = ["tcp-md5-key", "input.tcp-md5-key"];
        let secrets = keys
            .iter()
            .filter_map(|key| command.get(key))
            .filter(|secret| !secret.value.is_empty());
        network.remarks.extend(secrets.map(|secret| Remark {
            span: span(source, secret),
            kind: RemarkKind::Secret {
                what: "neighbor password".to_owned(),
            },
        }));
    }
    network
}

/// `remote.address=… .as=…`: what begins with a dot goes on with the word before it.
fn whole_keys(command: &mut Command<'_>) {
    const GROUPS: [&str; 4] = ["input", "local", "output", "remote"];
    const WHOLE: [&str; 23] = [
        "input.accept-communities",
        "input.accept-ext-communities",
        "input.accept-large-communities",
        "input.accept-nlri",
        "input.accept-unknown",
        "input.allow-as",
        "input.filter",
        "input.filter-chain",
        "input.limit-process-routes-ipv4",
        "input.limit-process-routes-ipv6",
        "local.address",
        "local.as",
        "local.port",
        "local.role",
        "local.ttl",
        "output.default-originate",
        "output.filter",
        "output.filter-chain",
        "output.network",
        "output.redistribute",
        "output.as-override",
        "remote.address",
        "remote.as",
    ];
    let mut group = "";
    for argument in &mut command.arguments {
        if let Some((before, _)) = argument.key.split_once('.')
            && let Some(known) = GROUPS.iter().find(|known| **known == before)
        {
            group = known;
        } else if let Some(rest) = argument.key.strip_prefix('.')
            && let Some(whole) = WHOLE
                .iter()
                .find(|whole| whole.split_once('.') == Some((group, rest)))
        {
            argument.key = whole;
        }
    }
}

fn is_menu(command: &Command<'_>, menu: &[&str]) -> bool {
    command.menu == menu
}

fn span(source: &Source, argument: &Argument<'_>) -> Span {
    source.range(argument.place.start, argument.place.end)
}

struct Reader<'c, 'a> {
    source: &'c Source,
    inherited: Inherited<'c, 'a>,
    hostname: Option<Spanned<String>>,
    lists: BTreeMap<String, CommunityList>,
    interfaces: Vec<Interface>,
    unread: Vec<UnreadLine>,
    lines: LineCounts,
}

/// What became of a command.
enum Fate {
    Read,
    Ignored,
    Unread(Owner),
}

impl<'c, 'a> Reader<'c, 'a> {
    fn device(mut self, commands: &'c [Command<'a>]) -> Device {
        let mut device = Device::new(stem(&self.source.name), self.source.id, DIALECT.name, PLATFORM);
        let inherited = std::mem::take(&mut self.inherited);
        let mut announcing = Announcing::new(self.source);
        for command in commands {
            let is_connection = is_menu(command, &["routing", "bgp", "connection"]);
            let is_session = is_connection || is_menu(command, &["routing", "bgp", "peer"]);
            if is_session && command.verb == "add" {
                let session = Session {
                    source: self.source,
                    command,
                    inherited: &inherited,
                    is_connection,
                };
                if let Some(neighbor) = session.read() {
                    announcing.session(&session, &neighbor);
                    device.neighbors.push(neighbor);
                }
            }
        }
        let mut exports = BTreeSet::new();
        for family in device.neighbors.iter().flat_map(|neighbor| &neighbor.families) {
            for policy in &family.export.policies {
                if let PolicyExpression::Policy(name) = policy {
                    exports.insert(name.value.clone());
                }
            }
        }
        let mut chains = Chains::new(self.source, &exports);
        for command in commands {
            let fate = self.command(command, &mut chains);
            self.count(command, fate);
        }
        device.policies = chains.found;
        let is_written_by_it = self
            .source
            .text()
            .lines()
            .take(5)
            .any(|line| line.contains(" by RouterOS "));
        device.fragment = self.hostname.is_none() && !is_written_by_it;
        if let Some(hostname) = &self.hostname {
            device.name.clone_from(&hostname.value);
        }
        device.hostname = self.hostname;
        device.community_lists = self.lists;
        device.interfaces = self.interfaces;
        vrfs(self.source, commands, &mut device.interfaces);
        announcing.finish(commands, &mut device);
        device.unread = self.unread;
        device.lines = self.lines;
        refusals::out_of_range(&mut device, self.source, "the device refuses the command");
        device
    }

    fn count(&mut self, command: &Command<'_>, fate: Fate) {
        self.lines.total += 1;
        if command.menu.first() != Some(&"routing")
            || !["bgp", "filter"].iter().any(|m| command.menu.get(1) == Some(m))
        {
            return;
        }
        self.lines.relevant += 1;
        match fate {
            Fate::Read => self.lines.read += 1,
            Fate::Ignored => self.lines.ignored += 1,
            Fate::Unread(owner) => self.unread.push(UnreadLine {
                span: self.source.range(command.place.start, command.place.end),
                owner,
            }),
        }
    }

    fn command(&mut self, command: &Command<'_>, chains: &mut Chains<'_>) -> Fate {
        if ["print", "export", "monitor", "comment", "get", "find"].contains(&command.verb) {
            return Fate::Ignored;
        }
        let is_add = command.verb == "add";
        match command.menu.as_slice() {
            ["system", "identity"] => {
                let name = command
                    .get("name")
                    .map(|name| Spanned::new(span(self.source, name), name.value.clone()));
                self.hostname = name.or(self.hostname.take());
                Fate::Read
            }
            ["ip" | "ipv6", "address"] if is_add => {
                self.interface(command);
                Fate::Read
            }
            ["routing", "filter"] | ["routing", "filter", "rule"] if is_add => match chains.add(command) {
                true => Fate::Read,
                false => {
                    let chain = command.get("chain").map(|chain| chain.value.clone());
                    Fate::Unread(chain.map_or(Owner::Bgp, Owner::Policy))
                }
            },
            ["routing", "filter", "community-list" | "community-set"] if is_add => self.list(command),
            ["routing", "bgp", "connection" | "peer"] if is_add => {
                let address = command
                    .get("remote.address")
                    .or_else(|| command.get("remote-address"));
                let address = address.map(|address| {
                    let text = &address.value;
                    let plain = text.strip_suffix("/32").or_else(|| text.strip_suffix("/128"));
                    plain.unwrap_or(text).to_owned()
                });
                match UNREAD.iter().any(|key| command.get(key).is_some()) {
                    true => Fate::Unread(Owner::Neighbors(address.into_iter().collect())),
                    false => Fate::Read,
                }
            }
            ["routing", "bgp", "template" | "instance"] if is_add || command.verb == "set" => {
                match UNREAD.iter().any(|key| command.get(key).is_some()) {
                    true => Fate::Unread(Owner::Bgp),
                    false => Fate::Read,
                }
            }
            [
                "routing",
                "bgp",
                "network" | "aggregate" | "advertisements" | "vpn" | "evpn" | "vpls",
            ] => Fate::Ignored,
            [
                "routing",
                "filter",
                "num-list" | "community-ext-list" | "community-large-list" | "select-rule",
            ] => Fate::Ignored,
            _ => Fate::Unread(Owner::Bgp),
        }
    }

    /// `/routing filter community-list add list=L communities=1:1,1:2`, or `regexp=…`.
    fn list(&mut self, command: &Command<'_>) -> Fate {
        let Some(name) = command.get("list").or_else(|| command.get("name")) else {
            return Fate::Unread(Owner::Bgp);
        };
        let place = span(self.source, name);
        let statement = self.source.range(command.place.start, command.place.end);
        let list = self
            .lists
            .entry(name.value.clone())
            .or_insert_with(|| CommunityList {
                name: Spanned::new(place, name.value.clone()),
                entries: Vec::new(),
                span: statement,
            });
        let mut is_understood = true;
        let mut push = |pattern: CommunityPattern| {
            list.entries.push(CommunityEntry {
                verdict: Verdict::Accept,
                test: CommunityTest::Line(vec![Spanned::new(statement, pattern)]),
                span: statement,
            });
        };
        if let Some(values) = command.get("communities") {
            for value in values.value.split(',') {
                match community(value) {
                    Some(value) => push(CommunityPattern::Exactly(value)),
                    None => {
                        is_understood = false;
                        push(CommunityPattern::Unsupported);
                    }
                }
            }
        }
        if let Some(expression) = command.get("regexp") {
            // Whether an expression must match all of a community is on no page.
            let line = |anchored| {
                let pattern = CommunityPattern::Text {
                    expression: expression.value.clone(),
                    syntax: RegexSyntax::Posix,
                    anchored,
                };
                CommunityTest::Line(vec![Spanned::new(statement, pattern)])
            };
            let open = CommunityTest::All(vec![line(false), CommunityTest::Unsupported(statement)]);
            list.entries.push(CommunityEntry {
                verdict: Verdict::Accept,
                test: CommunityTest::Any(vec![line(true), open]),
                span: statement,
            });
        }
        match is_understood {
            true => Fate::Read,
            false => Fate::Unread(Owner::CommunityList(name.value.clone())),
        }
    }

    fn interface(&mut self, command: &Command<'_>) {
        let (Some(address), Some(name)) = (command.get("address"), command.get("interface")) else {
            return;
        };
        let Ok(net) = address.value.parse::<IpNet>() else {
            return;
        };
        let disabled = command.get("disabled").filter(|argument| argument.value == "yes");
        self.interfaces.push(Interface {
            name: Spanned::new(span(self.source, name), name.value.clone()),
            vrf: None,
            addresses: vec![Spanned::new(span(self.source, address), net)],
            shutdown: disabled.map(|argument| span(self.source, argument)),
            bfd: None,
        });
    }
}

/// Puts interfaces into the tables that name them: `/ip vrf add interfaces=ether1 name=X`, in RouterOS 6 `/ip route vrf`.
fn vrfs(source: &Source, commands: &[Command<'_>], interfaces: &mut [Interface]) {
    let mut owners: BTreeMap<&str, Spanned<String>> = BTreeMap::new();
    for command in commands.iter().filter(|command| command.verb == "add") {
        let name = match command.menu.as_slice() {
            ["ip", "vrf"] => command.get("name"),
            ["ip", "route", "vrf"] => command.get("routing-mark"),
            _ => continue,
        };
        let (Some(name), Some(members)) = (name, command.get("interfaces")) else {
            continue;
        };
        let table = Spanned::new(span(source, name), name.value.clone());
        owners.extend(members.value.split(',').map(|member| (member, table.clone())));
    }
    for interface in interfaces {
        interface.vrf = owners.get(interface.name.value.as_str()).cloned();
    }
}
