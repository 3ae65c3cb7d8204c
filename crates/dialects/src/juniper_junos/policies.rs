//! `policy-statement`: terms in order, the unnamed one last.
//!
//! Sources: Junos Routing Policies User Guide, "Evaluation of a Routing Policy Chain" and "Routing Policy
//! Terms"; later terms and policies see what earlier ones changed (device, `junos_cross_term_match`,
//! `junos_policy_chain_visibility`).

use pairlint_model::policy::{Action, Condition, End, Outcome, RoutePolicy, Statement};
use pairlint_model::source::{Span, Spanned};

use super::actions::{Then, then};
use super::conditions::{From, any, from, to};
use super::config::Config;
use super::filters::{Lookup, Step, condition, is_nested, steps};
use super::scene::Scene;
use super::uses::undecidable;
use crate::braces::NodeId;

/// More alternatives with actions of their own are not taken apart.
const MAX_ALTERNATIVES: usize = 16;

/// Reads a policy.
pub(super) fn policy(config: &Config<'_>, node: NodeId, lookup: Lookup, scene: &Scene<'_>) -> RoutePolicy {
    let tree = config.tree;
    let mut reader = Reader {
        config,
        scene,
        lookup: lookup_of(config, node).unwrap_or(lookup),
        statements: Vec::new(),
    };
    let mut terms = Vec::new();
    for child in tree.children(node) {
        match config.word(child) {
            "term" => terms.extend(tree.children(child)),
            // The unnamed term, read below.
            "from" | "to" | "then" => {}
            "defaults" | "default" if lookup_of(config, node).is_some() => config.read(child),
            "apply-groups" | "apply-groups-except" | "apply-flags" | "apply-macro" => config.ignore(child),
            _ => reader.open(child, "uninterpreted"),
        }
    }
    // In which order a device puts terms of its own and terms of a group is in no manual.
    if terms
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if tree.rank(*a) != tree.rank(*b)))
        && let Some(&first) = terms.first()
    {
        reader.open_at(config.statement(first), "inherited terms");
    }
    for &term in &terms {
        reader.named_term(term);
    }
    reader.unnamed_term(node);
    if tree.is_leaf(node) {
        config.read(node);
    }
    RoutePolicy {
        name: config.name(node),
        statements: reader.statements,
        sees_sets: true,
        failed_match_rejects_pending: false,
        end: End::NextPolicy,
    }
}

/// Returns what `defaults route-filter walkup` says under a node.
pub(super) fn lookup_of(config: &Config<'_>, node: NodeId) -> Option<Lookup> {
    let tree = config.tree;
    let defaults = tree
        .child(node, "defaults")
        .or_else(|| tree.child(node, "default"))?;
    let value = tree
        .child(defaults, "route-filter")
        .and_then(|filter| tree.value(filter))?;
    match config.word(value) {
        "walkup" => Some(Lookup::Walkup),
        "no-walkup" => Some(Lookup::Longest),
        _ => None,
    }
}

struct Reader<'r, 'a> {
    config: &'r Config<'a>,
    scene: &'r Scene<'r>,
    lookup: Lookup,
    statements: Vec<Statement>,
}

/// What the statements of one term have in common.
struct Frame<'f> {
    label: &'f str,
    head: Span,
    span: Span,
    all: Vec<Condition>,
}

impl Reader<'_, '_> {
    /// A statement that may do anything, for what is not understood in a policy as a whole.
    fn open(&mut self, node: NodeId, label: &str) {
        self.config.unread(node);
        self.open_at(self.config.statement(node), label);
    }

    fn open_at(&mut self, span: Span, label: &str) {
        self.statements.push(Statement {
            label: label.to_owned(),
            head: span,
            span,
            condition: Condition::Unsupported(span),
            actions: vec![Spanned::new(span, Action::Unsupported)],
            outcome: Outcome::Unknown,
        });
    }

    /// Reads `term NAME { … }`.
    fn named_term(&mut self, node: NodeId) {
        let (config, tree) = (self.config, self.config.tree);
        let label = config.word(node);
        for child in tree.children(node) {
            match config.word(child) {
                "from" | "to" | "then" => {}
                "apply-groups" | "apply-groups-except" | "apply-flags" | "apply-macro" => {
                    config.ignore(child)
                }
                _ => self.open(child, label),
            }
        }
        if tree.is_leaf(node) {
            // `term ...` stands for terms that were left out of the text.
            if label.bytes().all(|b| b == b'.') {
                return self.open(node, label);
            }
            config.read(node);
        }
        let (head, span) = (config.statement(node), tree.span(config.source, node));
        self.parts(node, label, head, span);
    }

    /// Reads the `from` and `then` that stand in the policy itself, if there are any.
    fn unnamed_term(&mut self, node: NodeId) {
        let (config, tree) = (self.config, self.config.tree);
        let parts = ["from", "to", "then"].into_iter();
        let mut parts = parts.filter_map(|word| tree.child(node, word)).peekable();
        let Some(&first) = parts.peek() else { return };
        let head = config.statement(first);
        let span = parts
            .map(|part| tree.span(config.source, part))
            .fold(head, Span::to);
        self.parts(node, "unnamed", head, span);
    }

    fn parts(&mut self, node: NodeId, label: &str, head: Span, span: Span) {
        let (config, scene) = (self.config, self.scene);
        let part = |word| config.tree.child(node, word);
        let mut from = part("from").map_or_else(From::default, |node| from(config, node, scene));
        if let Some(node) = part("to") {
            from.all.extend(to(config, node));
        }
        let then = part("then").map_or_else(Then::default, |node| then(config, node, &scene.definitions));
        let frame = Frame {
            label,
            head,
            span,
            all: std::mem::take(&mut from.all),
        };
        self.statements_of(frame, from, then);
    }

    fn statements_of(&mut self, mut frame: Frame<'_>, from: From, then: Then) {
        let has_own = |filters: &From| {
            let own_filter = filters
                .filters
                .iter()
                .any(|f| f.then.is_some() || f.patterns.is_empty());
            own_filter || filters.lists.iter().any(|list| list.then.is_some())
        };
        let is_pooled = from.sources > 1 && self.lookup == Lookup::Longest && is_nested(&from.filters);
        if !has_own(&from) {
            let mut alternatives: Vec<Condition> =
                from.lists.into_iter().map(|list| list.condition).collect();
            if !from.filters.is_empty() {
                alternatives.push(match is_pooled {
                    false => condition(from.filters.iter(), self.lookup),
                    true => pooled(&from.filters, frame.span),
                });
            }
            if !alternatives.is_empty() {
                frame.all.push(any(alternatives));
            }
            let outcome = then.outcome();
            return self.push(&frame, None, &then, outcome);
        }
        if is_pooled || from.lists.len() > MAX_ALTERNATIVES {
            return self.open_at(frame.span, frame.label);
        }
        self.apart(&frame, &from, &then);
    }

    /// Writes a term whose prefix conditions have actions of their own as one statement for each.
    fn apart(&mut self, frame: &Frame<'_>, from: &From, then: &Then) {
        let text = |own: &Option<Then>| own.as_ref().map(|own| own.text.clone());
        let lookup = self.lookup;
        // Which of two alternatives acts where both match is in no manual.
        for (index, list) in from.lists.iter().enumerate() {
            let others = from.lists.iter().skip(index + 1);
            let others = others.filter(|other| text(&other.then) != text(&list.then));
            let mut both: Vec<Condition> = others.map(|other| other.condition.clone()).collect();
            let differing = from
                .filters
                .iter()
                .filter(|filter| text(&filter.then) != text(&list.then));
            if differing.clone().next().is_some() {
                both.push(condition(differing, Lookup::Walkup));
            }
            if !both.is_empty() {
                let both = Condition::All(vec![list.condition.clone(), any(both)]);
                self.unknown(frame, both);
            }
        }
        // Where to go on is known when the term is written.
        let first = self.statements.len();
        let steps = steps(&from.filters, lookup);
        let lists_at = first + steps.len();
        let after = lists_at + from.lists.len();
        let own = |own: &Option<Then>| own.clone().unwrap_or_else(|| then.clone());
        let leave = |outcome: Outcome| match outcome {
            Outcome::Next => Outcome::GoTo(after),
            outcome => outcome,
        };
        for step in steps {
            match step {
                Step::Take(condition, then) => {
                    let then = own(&then);
                    self.push(frame, Some(condition), &then, leave(then.outcome()));
                }
                Step::Stop(condition) => self.statements.push(Statement {
                    label: frame.label.to_owned(),
                    head: frame.head,
                    span: frame.span,
                    condition,
                    actions: Vec::new(),
                    outcome: Outcome::GoTo(lists_at),
                }),
            }
        }
        for list in &from.lists {
            let then = own(&list.then);
            self.push(frame, Some(list.condition.clone()), &then, leave(then.outcome()));
        }
    }

    fn push(&mut self, frame: &Frame<'_>, condition: Option<Condition>, then: &Then, outcome: Outcome) {
        let mut all = frame.all.clone();
        all.extend(condition);
        let condition = match all.len() {
            1 => all.remove(0),
            _ => Condition::All(all),
        };
        self.statements.push(Statement {
            label: frame.label.to_owned(),
            head: frame.head,
            span: frame.span,
            condition,
            actions: then.actions.clone(),
            outcome,
        });
    }

    fn unknown(&mut self, frame: &Frame<'_>, condition: Condition) {
        let mut all = frame.all.clone();
        all.push(condition);
        self.statements.push(Statement {
            label: frame.label.to_owned(),
            head: frame.head,
            span: frame.span,
            condition: Condition::All(all),
            actions: vec![Spanned::new(frame.span, Action::Unsupported)],
            outcome: Outcome::Unknown,
        });
    }
}

/// Filters of several statements: whether the longest match is looked up among all of them or within each
/// statement is not documented, so what only the second reading matches is left open.
fn pooled(filters: &[super::filters::Filter], span: Span) -> Condition {
    let apart = condition(filters.iter(), Lookup::Walkup);
    let open = undecidable(span, "how route filters of several lists are looked up together");
    Condition::Any(vec![
        condition(filters.iter(), Lookup::Longest),
        Condition::All(vec![apart, open]),
    ])
}
