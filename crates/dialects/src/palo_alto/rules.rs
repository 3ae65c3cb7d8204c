//! `policy import rules` and `policy export rules` of the legacy engine.
//!
//! "PAN-OS Networking Administrator's Guide", "Configure BGP": rules are tried from the top, each for the peer groups
//! in `used-by`. Batfish: without a rule for its group a session accepts everything; with rules, what none matches is
//! rejected. How `community` and `as-path` expressions are matched is in neither source.

use pairlint_model::bgp::{Community, Family, Origin, prefix};
use pairlint_model::policy::{
    Action, ChainDefault, Condition, End, NumberEdit, Outcome, PolicyChain, PolicyExpression, PrefixEntry,
    PrefixPattern, RoutePolicy, Statement, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use crate::atoms::{CommunityWord, community, number};
use crate::braces::NodeId;

/// The rules of one group in one direction.
pub(super) struct Rules<'r, 'a> {
    pub config: &'r Config<'a>,
    /// `bgp`.
    pub bgp: NodeId,
    pub direction: &'static str,
    /// The name of the virtual router.
    pub router: &'a str,
    pub group: &'a str,
    /// The names of the group's peers.
    pub peers: Vec<&'a str>,
}

impl Rules<'_, '_> {
    /// Returns the chain of a session of the group, and the policy it refers to, if any rule is for it.
    pub fn chain(&self) -> (PolicyChain, Option<RoutePolicy>) {
        let config = self.config;
        let policy = config
            .child(self.bgp, "policy")
            .and_then(|policy| config.child(policy, self.direction));
        let rules = policy
            .map(|policy| config.list(policy, "rules"))
            .unwrap_or_default();
        let used: Vec<NodeId> = rules
            .into_iter()
            .filter(|&rule| {
                config
                    .list(rule, "used-by")
                    .iter()
                    .any(|&group| config.word(group) == self.group)
            })
            .collect();
        let (active, inactive): (Vec<NodeId>, Vec<NodeId>) = used
            .into_iter()
            .partition(|&rule| config.off(rule, "enable").is_none());
        let default = |verdict, reason| ChainDefault {
            verdict,
            reason,
            span: None,
        };
        let default = match (active.is_empty(), inactive.is_empty()) {
            (true, true) => default(
                Some(Verdict::Accept),
                "PAN-OS accepts everything where no rule is used by the peer group",
            ),
            (true, false) => default(
                None,
                "what PAN-OS does where every rule of a peer group is disabled",
            ),
            (false, _) => default(
                Some(Verdict::Reject),
                "PAN-OS rejects what no rule of the peer group matches",
            ),
        };
        let policies = |policies| PolicyChain {
            filters: Vec::new(),
            policies,
            default,
        };
        let Some(&first) = active.first() else {
            return (policies(Vec::new()), None);
        };
        let span = config.statement(config.tree.parent(first).unwrap_or(first));
        let name = Spanned::new(
            span,
            format!("{} rules of {} in {}", self.direction, self.group, self.router),
        );
        let policy = RoutePolicy {
            name: name.clone(),
            statements: active.into_iter().map(|rule| self.statement(rule)).collect(),
            // Every rule ends the evaluation, so none sees what another changed.
            sees_sets: false,
            failed_match_rejects_pending: false,
            end: End::NextPolicy,
        };
        // In which order the rules are is not known.
        let expression = match config.rearranged {
            Some(span) => PolicyExpression::Unsupported(span),
            None => PolicyExpression::Policy(name),
        };
        (policies(vec![expression]), Some(policy))
    }

    fn statement(&self, rule: NodeId) -> Statement {
        let config = self.config;
        let mut all = Vec::new();
        for part in config
            .child(rule, "match")
            .into_iter()
            .flat_map(|part| config.children(part))
        {
            config.read(part);
            all.extend(self.criterion(part).unwrap_or_else(|| {
                config.unread(part);
                Some(Condition::Unsupported(config.statement(part)))
            }));
        }
        let mut actions = Vec::new();
        let mut outcome = Outcome::Unknown;
        for action in config.list(rule, "action") {
            match config.word(action) {
                "deny" => outcome = Outcome::Reject,
                "allow" => outcome = Outcome::Accept,
                _ => config.unread(action),
            }
            for update in config.list(action, "update") {
                config.read(update);
                let edit = edit(config, update);
                if matches!(edit, Action::Unsupported) {
                    config.unread(update);
                }
                actions.push(Spanned::new(config.statement(update), edit));
            }
            config.ignore_dampening(action);
        }
        let (head, span) = (config.statement(rule), config.tree.span(config.source, rule));
        Statement {
            label: config.word(rule).to_owned(),
            head,
            span,
            condition: Condition::All(all),
            actions,
            outcome,
        }
    }

    /// Reads a criterion; the inner `None` is one that every route meets.
    #[allow(clippy::option_option)] // not known, known and always true, known
    fn criterion(&self, node: NodeId) -> Option<Option<Condition>> {
        let config = self.config;
        let span = config.statement(node);
        let values: Vec<&str> = config.children(node).map(|value| config.word(value)).collect();
        Some(Some(match config.word(node) {
            "address-prefix" => {
                let entries: Vec<PrefixEntry> =
                    config.children(node).map(|value| entry(config, value)).collect();
                if entries.is_empty() {
                    return Some(None);
                }
                Condition::Prefixes(entries)
            }
            "route-table" => match values.as_slice() {
                ["unicast" | "both"] => return Some(None),
                ["multicast"] => Condition::Constant(false),
                _ => return None,
            },
            "med" => match values.as_slice() {
                [med] => {
                    let med = number(med)?;
                    Condition::Med(med..=med)
                }
                _ => return None,
            },
            "from-peer" => {
                let (inside, outside) = (
                    self.peers.iter().any(|peer| values.contains(peer)),
                    self.peers.iter().any(|peer| !values.contains(peer)),
                );
                match (inside, outside) {
                    (true, false) => Condition::Constant(true),
                    (false, true) => Condition::Constant(false),
                    _ => undecidable(span, "the peer that sent the route"),
                }
            }
            word @ ("afi" | "safi" | "nexthop") => undecidable(span, &format!("the route's {word}")),
            "community" => undecidable(span, "how PAN-OS matches an expression against communities"),
            "extended-community" => undecidable(
                span,
                "how PAN-OS matches an expression against extended communities",
            ),
            "as-path" => undecidable(span, "how PAN-OS matches an expression against an AS path"),
            _ => return None,
        }))
    }
}

impl Config<'_> {
    fn ignore_dampening(&self, action: NodeId) {
        if let Some(dampening) = self.child(action, "dampening") {
            self.ignore(dampening);
        }
    }
}

fn undecidable(span: Span, on: &str) -> Condition {
    Condition::Undecidable {
        span,
        on: on.to_owned(),
    }
}

/// `address-prefix 10.0.0.0/8 exact yes`; without `exact yes` what lies inside is meant too.
fn entry(config: &Config<'_>, node: NodeId) -> PrefixEntry {
    let exact = config.value(node, "exact").map(|value| config.word(value));
    let pattern = match (prefix(config.word(node)), exact) {
        (Ok(prefix), Some("yes")) => {
            let length = prefix.prefix_len();
            PrefixPattern::Range {
                prefix,
                lengths: length..=length,
            }
        }
        (Ok(prefix), Some("no")) => PrefixPattern::Range {
            prefix,
            lengths: prefix.prefix_len()..=Family::of(&prefix).width(),
        },
        // An address object, or neither said.
        _ => {
            config.unread(node);
            PrefixPattern::Unsupported
        }
    };
    PrefixEntry {
        verdict: Verdict::Accept,
        pattern,
        span: config.statement(node),
    }
}

fn edit(config: &Config<'_>, node: NodeId) -> Action {
    let values: Vec<NodeId> = config.children(node).collect();
    let words: Vec<&str> = values.iter().map(|&value| config.word(value)).collect();
    let known = match (config.word(node), words.as_slice()) {
        ("weight" | "nexthop" | "as-path-limit", _) => Some(Action::Inert),
        ("as-path" | "community" | "extended-community", ["none"]) => Some(Action::Inert),
        ("med", [value]) => number(value).map(|value| Action::SetMed(NumberEdit::To(value))),
        ("local-preference", [value]) => {
            number(value).map(|value| Action::SetLocalPreference(NumberEdit::To(value)))
        }
        ("origin", ["igp"]) => Some(Action::SetOrigin(Origin::Igp)),
        ("origin", ["egp"]) => Some(Action::SetOrigin(Origin::Egp)),
        ("origin", ["incomplete"]) => Some(Action::SetOrigin(Origin::Incomplete)),
        ("community", ["remove-all"]) => Some(Action::SetCommunities(Vec::new())),
        ("community", [how @ ("append" | "overwrite")]) => {
            let list = values.first().map(|&list| config.children(list));
            let communities: Option<Vec<Community>> =
                list.and_then(|list| list.map(|value| one_community(config.word(value))).collect());
            communities
                .filter(|list| !list.is_empty())
                .map(|list| match *how {
                    "append" => Action::AddCommunities(list),
                    _ => Action::SetCommunities(list),
                })
        }
        _ => None,
    };
    known.unwrap_or(Action::Unsupported)
}

fn one_community(text: &str) -> Option<Community> {
    match community(text) {
        CommunityWord::Value(value) if text.contains(':') => Some(value),
        _ => match text {
            "no-export" => Some(Community::NO_EXPORT),
            "no-advertise" => Some(Community::NO_ADVERTISE),
            "local-as" => Some(Community::LOCAL_AS),
            "nopeer" => Some(Community::NO_PEER),
            _ => None,
        },
    }
}
