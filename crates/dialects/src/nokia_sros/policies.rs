//! `policy-statement`: entries by number, or in their order where they have names.
//!
//! Nokia "Unicast Routing Protocols Guide", "Policy statements": the first entry that matches decides; an entry without
//! criteria matches every route, an entry without an action is not in effect; what no entry matches meets the
//! default-action, and without one goes on to the next policy. Later entries see what earlier ones changed (device,
//! `sros_policy_depth`).

use std::collections::BTreeSet;

use pairlint_model::network::{Owner, RefusedLine};
use pairlint_model::policy::{Action, Condition, End, Outcome, RoutePolicy, Statement};
use pairlint_model::source::Spanned;

use super::actions::{Then, then};
use super::conditions::{from, to};
use super::config::Config;
use super::scene::Scene;
use super::uses::Use;
use crate::atoms::number;
use crate::braces::NodeId;

/// The keys of a policy that no decision depends on.
const IGNORED: [&str; 4] = ["apply-groups", "description", "entry-type", "no"];

/// Returns the entries of a policy in the order in which they are tried.
fn entries(config: &Config<'_>, node: NodeId) -> Vec<NodeId> {
    let list = |word: &str| {
        config
            .child(node, word)
            .into_iter()
            .flat_map(|list| config.children(list))
    };
    let mut entries: Vec<NodeId> = list("entry").collect();
    entries.sort_by_key(|&entry| number::<u64>(config.word(entry)).unwrap_or(u64::MAX));
    entries.extend(list("named-entry"));
    entries
}

/// Returns whether a policy may leave a route undecided.
pub(super) fn falls_through(config: &Config<'_>, node: NodeId) -> bool {
    let says = |place: NodeId, word: &str| config.values(place).iter().any(|&value| config.is(value, word));
    let default = config.child(node, "default-action");
    let decides = default.is_some_and(|default| {
        ["accept", "reject", "drop"]
            .iter()
            .any(|word| says(default, word))
    });
    let leaves = |entry: NodeId| {
        let action = config.child(entry, "action");
        action.is_some_and(|action| says(action, "next-policy"))
    };
    !decides || entries(config, node).into_iter().any(leaves)
}

/// Returns the policies that a policy asks.
pub(super) fn callees(config: &Config<'_>, node: NodeId) -> Vec<String> {
    let mut found = BTreeSet::new();
    for entry in entries(config, node) {
        let Some(list) = config
            .child(entry, "from")
            .and_then(|from| config.child(from, "policy"))
        else {
            continue;
        };
        for expression in super::chains::chain(config, list) {
            let mut names = Vec::new();
            super::chains::names(&expression, &mut names);
            found.extend(names.into_iter().map(str::to_owned));
        }
    }
    found.into_iter().collect()
}

/// Reads a policy; what the device does not put into effect goes to `refused`.
pub(super) fn policy(
    config: &Config<'_>,
    node: NodeId,
    scene: &Scene<'_>,
    refused: &mut Vec<RefusedLine>,
) -> RoutePolicy {
    let name = config.name(node);
    let unused = Use::unattached();
    let mut reader = Reader {
        config,
        scene,
        sessions: scene.uses.get(&name.value).unwrap_or(&unused),
        statements: Vec::new(),
    };
    for child in config.children(node) {
        match config.word(child) {
            "entry" | "named-entry" | "default-action" => {}
            word if IGNORED.contains(&word) => config.ignore(child),
            _ => reader.open(child),
        }
    }
    // Numbers and names in one policy: the device takes one kind, `entry-type` says which.
    if let (Some(_), Some(named)) = (config.child(node, "entry"), config.child(node, "named-entry")) {
        reader.open(named);
    }
    for entry in entries(config, node) {
        if !reader.entry(entry) {
            refused.push(RefusedLine {
                span: config.statement(entry),
                owner: Owner::Policy(name.value.clone()),
                effect: "the entry has no action: the device does not put it into effect".to_owned(),
            });
        }
    }
    if let Some(default) = config.child(node, "default-action") {
        match then(config, default, scene.communities) {
            Some(then) => reader.push("default-action", default, Vec::new(), then),
            None => reader.open(default),
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
    RoutePolicy {
        name,
        statements: reader.statements,
        sees_sets: true,
        failed_match_rejects_pending: false,
        end: End::NextPolicy,
    }
}

struct Reader<'r, 'a> {
    config: &'r Config<'a>,
    scene: &'r Scene<'r>,
    sessions: &'r Use,
    statements: Vec<Statement>,
}

impl Reader<'_, '_> {
    /// A statement that may do anything, for what is not understood in a policy as a whole.
    fn open(&mut self, node: NodeId) {
        self.config.unread(node);
        self.statements.push(unknown(self.config, node));
    }

    fn push(&mut self, label: &str, node: NodeId, mut all: Vec<Condition>, then: Then) {
        let condition = match all.len() {
            1 => all.remove(0),
            _ => Condition::All(all),
        };
        self.statements.push(Statement {
            label: label.to_owned(),
            head: self.config.statement(node),
            span: self.config.span(node),
            condition,
            actions: then.actions,
            outcome: then.outcome,
        });
    }

    /// Reads an entry; false where it has no action.
    fn entry(&mut self, node: NodeId) -> bool {
        let config = self.config;
        let label = config.word(node);
        let mut all = Vec::new();
        for child in config.children(node) {
            match config.word(child) {
                "from" => all.extend(from(config, child, self.scene, self.sessions)),
                "to" => all.extend(to(config, child)),
                "action" => {}
                "apply-groups" | "description" => config.ignore(child),
                "no" if config.children(child).all(|what| config.is(what, "action")) => config.ignore(child),
                _ => {
                    config.unread(child);
                    all.push(Condition::Unsupported(config.statement(child)));
                }
            }
        }
        let then = config
            .child(node, "action")
            .and_then(|action| then(config, action, self.scene.communities));
        let Some(then) = then else {
            config.ignore(node);
            return false;
        };
        config.read(node);
        self.push(label, node, all, then);
        true
    }
}

/// A statement that may do anything.
pub(super) fn unknown(config: &Config<'_>, node: NodeId) -> Statement {
    let span = config.statement(node);
    Statement {
        label: "uninterpreted".to_owned(),
        head: span,
        span,
        condition: Condition::Unsupported(span),
        actions: vec![Spanned::new(span, Action::Unsupported)],
        outcome: Outcome::Unknown,
    }
}
