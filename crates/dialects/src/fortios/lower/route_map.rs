//! `router route-map`.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community, Family, Origin};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    Action, CommunityMatch, Condition, End, ListFamily, NumberEdit, Outcome, PrefixMatch, RoutePolicy,
    Statement, Verdict,
};
use pairlint_model::source::Spanned;

use super::Tables;
use super::lists::well_known;
use super::objects::{Object, Setting, objects, setting};
use crate::atoms::{self, CommunityWord, number};
use crate::notes::Notes;

/// Builds the policies; the device's lists must be there already.
pub(super) fn policies(tables: &Tables<'_, '_>, device: &mut Device, notes: &mut Notes<'_>) {
    let blocks = tables.get("router route-map");
    blocks.iter().for_each(|_| notes.read());
    for object in objects(blocks) {
        let owner = || Owner::Policy(object.name.to_owned());
        notes.read();
        for line in &object.lines {
            match setting(line).map(|setting| setting.key) {
                Some("comments" | "comment" | "name") => notes.ignored(),
                _ => notes.unread(line, owner()),
            }
        }
        let mut sorted: BTreeMap<u64, Vec<Statement>> = BTreeMap::new();
        for rule in objects(&object.table("rule")) {
            let id: Option<u64> = number(rule.name);
            let statement = statement(&rule, id.is_none(), &owner, device, notes);
            sorted.entry(id.unwrap_or(u64::MAX)).or_default().push(statement);
        }
        let policy = RoutePolicy {
            name: notes.name(object.name),
            // "The route map rules will be sorted by ID" (Fortinet, technical tip 306642).
            statements: sorted.into_values().flatten().collect(),
            sees_sets: false,
            failed_match_rejects_pending: false,
            // "The default rule in the route map (which the FortiGate unit applies last) denies all routes" (FortiOS
            // 5.2 CLI Reference, "router route-map").
            end: End::Reject,
        };
        device.policies.insert(object.name.to_owned(), policy);
    }
}

/// What the lines of one rule say.
#[derive(Default)]
struct Rule<'a> {
    verdict: Option<Verdict>,
    /// An action that is not understood.
    unclear: bool,
    /// By key, with the line: a later `set` of the same key takes the earlier one's place.
    conditions: BTreeMap<&'a str, Condition>,
    community: Option<&'a str>,
    community_exact: bool,
    extcommunity: Option<&'a str>,
    actions: BTreeMap<&'a str, (&'a str, Action)>,
    communities: Option<(&'a str, Vec<Community>)>,
    additive: bool,
    path: Option<(&'a str, Vec<Asn>)>,
    replaces_path: bool,
}

fn statement<'a>(
    object: &Object<'_, 'a>,
    doubtful: bool,
    owner: &dyn Fn() -> Owner,
    device: &Device,
    notes: &mut Notes<'_>,
) -> Statement {
    let mut rule = Rule::default();
    match doubtful {
        true => {
            let condition = Condition::Unsupported(notes.span(object.line));
            rule.conditions.insert("", condition);
            notes.unread(object.line, owner());
        }
        false => notes.read(),
    }
    for line in &object.lines {
        let understood = setting(line).and_then(|setting| rule.set(&setting, device, notes));
        match understood {
            Some(true) => notes.read(),
            Some(false) => notes.ignored(),
            None => {
                let span = notes.span(line);
                let is_action = setting(line).is_some_and(|setting| setting.key.starts_with("set-"));
                match is_action {
                    true => {
                        rule.actions.insert(line, (line, Action::Unsupported));
                    }
                    false => {
                        rule.conditions.insert(line, Condition::Unsupported(span));
                    }
                }
                notes.unread(line, owner());
            }
        }
    }
    let outcome = match rule.verdict {
        _ if rule.unclear => Outcome::Unknown,
        // The default (FortiOS CLI Reference, "router route-map").
        None | Some(Verdict::Accept) => Outcome::Accept,
        Some(Verdict::Reject) => Outcome::Reject,
    };
    let last = object.lines.last().copied().unwrap_or(object.line);
    let (condition, actions) = rule.finish(notes);
    Statement {
        label: object.name.to_owned(),
        head: notes.span(object.line),
        span: notes.across(object.line, last),
        condition,
        actions,
        outcome,
    }
}

impl<'a> Rule<'a> {
    /// Reads one line; `Some(false)` where it changes nothing that is judged, `None` where it is not understood.
    fn set(&mut self, setting: &Setting<'a>, device: &Device, notes: &Notes<'_>) -> Option<bool> {
        let key = setting.key;
        if setting.values.is_none() {
            return self.unset(key);
        }
        match key {
            "action" => {
                self.verdict = setting.value().and_then(atoms::verdict);
                self.unclear = self.verdict.is_none();
                self.verdict?;
            }
            "match-community" => self.community = Some(setting.value()?),
            "match-community-exact" => self.community_exact = setting.enabled()?,
            "match-extcommunity" => self.extcommunity = Some(setting.value()?),
            "set-community" => self.communities = Some((setting.line, communities(setting)?)),
            "set-community-additive" => self.additive = setting.enabled()?,
            "set-aspath" => self.path = Some((setting.line, path(setting)?)),
            "set-aspath-action" => {
                self.replaces_path = match setting.value()? {
                    "prepend" => false,
                    "replace" => true,
                    _ => return None,
                }
            }
            _ if key.starts_with("match-") => {
                let condition = condition(setting, device, notes)?;
                match condition {
                    Some(condition) => self.conditions.insert(key, condition),
                    None => self.conditions.remove(key),
                };
            }
            _ if key.starts_with("set-") => {
                let action = action(setting, notes)?;
                let inert = matches!(action, Action::Inert);
                self.actions.insert(key, (setting.line, action));
                return Some(!inert);
            }
            "id" => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    fn unset(&mut self, key: &str) -> Option<bool> {
        match key {
            "action" => self.verdict = None,
            "match-community" => self.community = None,
            "match-community-exact" => self.community_exact = false,
            "match-extcommunity" => self.extcommunity = None,
            "set-community" => self.communities = None,
            "set-community-additive" => self.additive = false,
            "set-aspath" => self.path = None,
            "set-aspath-action" => self.replaces_path = false,
            _ => {
                self.conditions.remove(key);
                self.actions.remove(key);
            }
        }
        Some(true)
    }

    fn finish(self, notes: &Notes<'_>) -> (Condition, Vec<Spanned<Action>>) {
        let mut all = Vec::new();
        if let Some(name) = self.community {
            all.push(Condition::CommunityList {
                name: notes.name(name),
                how: match self.community_exact {
                    true => CommunityMatch::Exact,
                    false => CommunityMatch::Listed,
                },
            });
        }
        if let Some(name) = self.extcommunity {
            all.push(Condition::ExtendedCommunityList {
                name: notes.name(name),
                how: CommunityMatch::Listed,
            });
        }
        all.extend(self.conditions.into_values());
        let condition = match (all.len(), all.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                all.extend(last);
                Condition::All(all)
            }
        };
        let mut actions: Vec<(&str, Action)> = self.actions.into_values().collect();
        // What is deleted was received.
        actions.sort_by_key(|(_, action)| !matches!(action, Action::DeleteCommunityList { .. }));
        if let Some((line, values)) = self.communities {
            actions.push(match self.additive {
                true => (line, Action::AddCommunities(values)),
                false => (line, Action::SetCommunities(values)),
            });
        }
        if let Some((line, path)) = self.path {
            actions.push(match self.replaces_path {
                true => (line, Action::Unsupported),
                false => (line, Action::PrependAsPath(path)),
            });
        }
        let actions = actions
            .into_iter()
            .map(|(line, action)| Spanned::new(notes.span(line), action));
        (condition, actions.collect())
    }
}

/// Reads a `match-` line; `Some(None)` where it asks nothing.
fn condition(setting: &Setting<'_>, device: &Device, notes: &Notes<'_>) -> Option<Option<Condition>> {
    let value = setting.value()?;
    let open = |on: &str| Condition::Undecidable {
        span: notes.span(setting.line),
        on: on.to_owned(),
    };
    Some(Some(match setting.key {
        "match-ip-address" => addresses(value, Family::Ipv4, setting.line, device, notes),
        "match-ip6-address" => addresses(value, Family::Ipv6, setting.line, device, notes),
        "match-as-path" => Condition::AsPathList {
            name: notes.name(value),
        },
        "match-metric" => {
            let metric: u32 = number(value)?;
            Condition::Med(metric..=metric)
        }
        "match-origin" => match value {
            "none" => return Some(None),
            _ => Condition::Origin(origin(value)?),
        },
        "match-interface" => open("the interface the route leaves by"),
        "match-ip-nexthop" | "match-ip6-nexthop" => open("the next hop"),
        "match-tag" => open("the route's tag"),
        "match-route-type" => open("the route's type"),
        "match-flags" => open("flags of the route"),
        "match-vrf" => open("the VRF of the route"),
        "match-suppress" => open("whether the route is suppressed"),
        "match-extcommunity-exact" => return Some(None),
        _ => return None,
    }))
}

/// `match-ip-address` names an access list or a prefix list. Where both have the name it is not known which is meant.
fn addresses(name: &str, family: Family, line: &str, device: &Device, notes: &Notes<'_>) -> Condition {
    let prefix_list = || Condition::PrefixList {
        name: notes.name(name),
        family: ListFamily::of(family),
        how: PrefixMatch::Listed,
    };
    let access_list = || Condition::AccessList {
        name: notes.name(name),
        family,
    };
    let prefixes = device.prefix_list(ListFamily::of(family), name).is_some();
    let addresses = device.access_list(family, name).is_some();
    match (prefixes, addresses) {
        (_, false) => prefix_list(),
        (false, true) => access_list(),
        (true, true) => Condition::Any(vec![
            Condition::All(vec![prefix_list(), access_list()]),
            Condition::All(vec![
                Condition::Any(vec![prefix_list(), access_list()]),
                Condition::Unsupported(notes.span(line)),
            ]),
        ]),
    }
}

fn action(setting: &Setting<'_>, notes: &Notes<'_>) -> Option<Action> {
    Some(match setting.key {
        "set-community-delete" => Action::DeleteCommunityList {
            name: notes.name(setting.value()?),
        },
        "set-local-preference" => Action::SetLocalPreference(NumberEdit::To(number(setting.value()?)?)),
        "set-metric" => Action::SetMed(NumberEdit::To(number(setting.value()?)?)),
        "set-weight" => Action::SetWeight(number(setting.value()?)?),
        "set-origin" => match setting.value()? {
            "none" => Action::Inert,
            value => Action::SetOrigin(origin(value)?),
        },
        // Next hops, tags, dampening and other attributes.
        "set-aggregator-as"
        | "set-aggregator-ip"
        | "set-atomic-aggregate"
        | "set-extcommunity-rt"
        | "set-extcommunity-soo"
        | "set-flags"
        | "set-ip-nexthop"
        | "set-ip-prefsrc"
        | "set-ip6-nexthop"
        | "set-ip6-nexthop-local"
        | "set-metric-type"
        | "set-originator-id"
        | "set-priority"
        | "set-route-tag"
        | "set-tag"
        | "set-vpnv4-nexthop"
        | "set-vpnv6-nexthop"
        | "set-vpnv6-nexthop-local" => Action::Inert,
        key if key.starts_with("set-dampening-") => Action::Inert,
        _ => return None,
    })
}

fn origin(word: &str) -> Option<Origin> {
    match word {
        "igp" => Some(Origin::Igp),
        "egp" => Some(Origin::Egp),
        "incomplete" => Some(Origin::Incomplete),
        _ => None,
    }
}

/// The values of a line, each in quotation marks or several in one pair.
fn parts<'a>(setting: &Setting<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let words = setting.values.into_iter().flatten();
    words
        .flat_map(|word| word.text.split(' '))
        .filter(|part| !part.is_empty())
}

fn communities(setting: &Setting<'_>) -> Option<Vec<Community>> {
    let read = |part: &str| match atoms::community(part) {
        CommunityWord::Value(community) => Some(community),
        _ => well_known(part),
    };
    parts(setting)
        .map(read)
        .collect::<Option<Vec<Community>>>()
        .filter(|values| !values.is_empty())
}

fn path(setting: &Setting<'_>) -> Option<Vec<Asn>> {
    parts(setting)
        .map(atoms::asn)
        .collect::<Option<Vec<Asn>>>()
        .filter(|path| !path.is_empty())
}
