//! `action` and `default-action`: what happens to a route that matched.
//!
//! Nokia "Unicast Routing Protocols Guide" and the command references, "action" (`config>router>policy-options>
//! policy-statement>entry`). In MD-CLI the verdict stands in `action-type`, in classic form the edits stand under it.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community, LargeCommunity, Origin};
use pairlint_model::policy::{Action, CommunityPattern, NumberEdit, Outcome};
use pairlint_model::source::Spanned;

use super::communities::{Member, Named};
use super::config::Config;
use crate::atoms::{asn, number};
use crate::braces::NodeId;

/// Edits that change nothing that is decided or reported.
const INERT: [&str; 36] = [
    "admin-tag-policy",
    "advertise-label",
    "aigp-metric",
    "apply-groups",
    "bgp-leak",
    "bgp-tunnel-encapsulation",
    "class-forwarding",
    "color",
    "create-mpls-tunnel",
    "create-udp-tunnel",
    "damping",
    "description",
    "dest-class",
    "dscp",
    "egress-statistics",
    "egress-statistics-policy",
    "fc",
    "flex-algo",
    "forwarding-class",
    "forwarding-set",
    "ingress-statistics",
    "ingress-statistics-policy",
    "install-backup-path",
    "multicast-redirection",
    "next-hop",
    "next-hop-self",
    "origin-validation-state",
    "preference",
    "resolve-static",
    "source-class",
    "sr-label-index",
    "sr-maintenance-policy",
    "sr-return-path-bfd-sid",
    "sticky-ecmp",
    "tag",
    "type",
];

/// What an `action` says.
#[derive(Debug, Clone)]
pub(super) struct Then {
    pub actions: Vec<Spanned<Action>>,
    pub outcome: Outcome,
}

/// Reads an `action`, all of it marked; `None` where it says nothing.
pub(super) fn then(config: &Config<'_>, node: NodeId, communities: &BTreeMap<String, Named>) -> Option<Then> {
    let mut reader = Reader {
        config,
        communities,
        actions: Vec::new(),
    };
    let mut outcome = None;
    if let Some(kind) = config.child(node, "action-type") {
        let value = config.tree.value(kind);
        outcome = Some(value.map_or(Outcome::Unknown, |value| verdict(config.word(value))));
        config.read(kind);
        for child in config.children(node).filter(|&child| child != kind) {
            match verdict(config.word(child)) {
                Outcome::Unknown => reader.edit(child),
                // Both forms in one text say the same, or nobody knows which counts.
                known if Some(known) == outcome => {
                    config.read(child);
                    config.children(child).for_each(|edit| reader.edit(edit));
                }
                _ => outcome = Some(Outcome::Unknown),
            }
        }
    } else {
        for child in config.children(node) {
            match verdict(config.word(child)) {
                // The edits of an MD-CLI action whose type is missing.
                Outcome::Unknown => reader.edit(child),
                known => {
                    // Of two, the one that was written last is kept.
                    outcome = Some(known);
                    config.read(child);
                    config.children(child).for_each(|edit| reader.edit(edit));
                }
            }
        }
    }
    config.read(node);
    if outcome.is_none() && !reader.actions.is_empty() {
        outcome = Some(Outcome::Unknown);
    }
    if outcome == Some(Outcome::Unknown) {
        config.unread(node);
    }
    Some(Then {
        actions: reader.actions,
        outcome: outcome?,
    })
}

fn verdict(word: &str) -> Outcome {
    match word {
        "accept" => Outcome::Accept,
        "reject" | "drop" => Outcome::Reject,
        "next-entry" => Outcome::Next,
        "next-policy" => Outcome::NextPolicy,
        _ => Outcome::Unknown,
    }
}

struct Reader<'r, 'a> {
    config: &'r Config<'a>,
    communities: &'r BTreeMap<String, Named>,
    actions: Vec<Spanned<Action>>,
}

impl Reader<'_, '_> {
    fn edit(&mut self, node: NodeId) {
        let config = self.config;
        let word = config.word(node);
        config.read(node);
        if INERT.contains(&word) || word == "no" {
            config.ignore(node);
            self.push(node, Action::Inert);
            return;
        }
        let actions = match word {
            "community" => self.community(node),
            _ => self.single(node, word).map(|action| vec![action]),
        };
        match actions {
            Some(actions) => actions.into_iter().for_each(|action| self.push(node, action)),
            None => {
                config.unread(node);
                self.push(node, Action::Unsupported);
            }
        }
    }

    fn push(&mut self, node: NodeId, action: Action) {
        self.actions
            .push(Spanned::new(self.config.statement(node), action));
    }

    fn single(&self, node: NodeId, word: &str) -> Option<Action> {
        let config = self.config;
        let nodes = config.values(node);
        let values = config.texts(&nodes);
        match (word, values.as_slice()) {
            ("local-preference", [value]) => Some(Action::SetLocalPreference(NumberEdit::To(number(value)?))),
            ("metric", ["set", "igp" | "none"]) => None,
            ("metric", ["set", value]) => Some(Action::SetMed(NumberEdit::To(number(value)?))),
            ("metric", ["add", value]) => Some(Action::SetMed(NumberEdit::Add(number(value)?))),
            ("metric", ["subtract", value]) => Some(Action::SetMed(NumberEdit::Subtract(number(value)?))),
            ("bgp-med", ["set", value]) => Some(Action::SetMed(NumberEdit::To(number(value)?))),
            ("origin", ["igp"]) => Some(Action::SetOrigin(Origin::Igp)),
            ("origin", ["egp"]) => Some(Action::SetOrigin(Origin::Egp)),
            ("origin", ["incomplete"]) => Some(Action::SetOrigin(Origin::Incomplete)),
            ("as-path-prepend", _) => self.prepend(node, &values),
            _ => None,
        }
    }

    /// `as-path-prepend { as-path 65000 repeat 2 }`, in classic form `as-path-prepend 65000 2`.
    fn prepend(&self, node: NodeId, values: &[&str]) -> Option<Action> {
        let config = self.config;
        let (who, times) = match config.value(node, "as-path") {
            Some(who) => {
                let times = config.value(node, "repeat").map(|times| config.word(times));
                (config.word(who), times)
            }
            None => match values {
                [who] => (*who, None),
                [who, times] => (*who, Some(*times)),
                _ => return None,
            },
        };
        let times: usize = times.map_or(Some(1), number).filter(|times| *times <= 50)?;
        let who: Asn = asn(who)?;
        Some(Action::PrependAsPath(vec![who; times]))
    }

    /// `community { add ["A"] remove ["B"] }`, in classic form `community add "A" remove "B"`.
    fn community(&self, node: NodeId) -> Option<Vec<Action>> {
        let config = self.config;
        let (mut added, mut removed, mut replaced) = (Vec::new(), Vec::new(), None);
        let mut kind = "";
        for value in config.values(node) {
            let word = config.word(value);
            if !config.tree.is_quoted(value) && ["add", "remove", "replace"].contains(&word) {
                kind = word;
                if word == "replace" {
                    replaced = Some(Vec::new());
                }
                continue;
            }
            let members = self.communities.get(word)?.members.as_ref()?;
            match (kind, replaced.as_mut()) {
                ("add", _) => added.extend(members.iter().cloned()),
                ("remove", _) => removed.extend(members.iter().cloned()),
                ("replace", Some(replaced)) => replaced.extend(members.iter().cloned()),
                _ => return None,
            }
        }
        if let Some(replaced) = replaced {
            // What `replace` does beside another edit is in no manual.
            let alone = added.is_empty() && removed.is_empty();
            let (standard, large) = values(&replaced).filter(|_| alone)?;
            return Some(vec![
                Action::SetCommunities(standard),
                Action::SetLargeCommunities(large),
            ]);
        }
        let (standard, large) = values(&added)?;
        let patterns: Vec<CommunityPattern> = removed.iter().map(Member::pattern).collect::<Option<_>>()?;
        // In which order both are done only matters where they touch the same values.
        let plain =
            |member: &Member| matches!(member, Member::Standard(_) | Member::Other | Member::Large(_));
        let overlap = removed
            .iter()
            .any(|member| (!plain(member) && !standard.is_empty()) || added.contains(member));
        if !added.is_empty() && overlap {
            return None;
        }
        if removed.iter().any(|member| matches!(member, Member::Large(_))) {
            return None;
        }
        let mut actions = Vec::new();
        if !patterns.is_empty() {
            actions.push(Action::DeleteCommunities(patterns));
        }
        if !standard.is_empty() {
            actions.push(Action::AddCommunities(standard));
        }
        if !large.is_empty() {
            actions.push(Action::AddLargeCommunities(large));
        }
        if actions.is_empty() {
            actions.push(Action::Inert);
        }
        Some(actions)
    }
}

/// Returns the values that members set; extended ones are not modelled.
fn values(members: &[Member]) -> Option<(Vec<Community>, Vec<LargeCommunity>)> {
    let (mut standard, mut large) = (Vec::new(), Vec::new());
    for member in members {
        match member {
            Member::Standard(value) => standard.push(*value),
            Member::Large(value) => large.push(*value),
            Member::Other => {}
            Member::Expression { .. } | Member::Unknown => return None,
        }
    }
    Some((standard, large))
}
