//! Policy lists: `import { policy ["A" "[B] AND NOT [C]"] }`, `import "A" "B"`.
//!
//! Nokia "Unicast Routing Protocols Guide", "Policy statement chaining and logical expressions": tried in order until
//! one accepts or rejects; one element may be a logical expression.

use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use super::logic::{Logic, is_expression, logic};
use crate::braces::NodeId;

/// Reads the policies of an `import`, `export` or `from policy`, all of them marked.
pub(super) fn chain(config: &Config<'_>, node: NodeId) -> Vec<PolicyExpression> {
    let list = config.child(node, "policy").unwrap_or(node);
    for child in config.children(node) {
        if child != list && config.child(node, "policy").is_some() {
            config.ignore(child);
        }
    }
    config.read(node);
    // Whether a list that is partly written and partly inherited is joined is in no manual we read.
    let inherited = |&value: &NodeId| config.tree.rank(value) != 0;
    let values: Vec<NodeId> = config.children(list).collect();
    if values.iter().any(inherited) && !values.iter().all(inherited) {
        config.unread(node);
        return vec![PolicyExpression::Unsupported(config.statement(node))];
    }
    config
        .values(list)
        .into_iter()
        .map(|value| element(config, value))
        .collect()
}

fn element(config: &Config<'_>, node: NodeId) -> PolicyExpression {
    let (text, span) = (config.word(node), config.word_span(node));
    if !is_expression(text) {
        return PolicyExpression::Policy(config.name(node));
    }
    match logic(text) {
        Some(logic) => policies(config, &logic),
        None => {
            config.unread(node);
            PolicyExpression::Unsupported(span)
        }
    }
}

fn policies(config: &Config<'_>, logic: &Logic<'_>) -> PolicyExpression {
    let each = |parts: &[Logic<'_>]| parts.iter().map(|part| policies(config, part)).collect();
    match logic {
        Logic::Name(name) => {
            let span: Span = config.source.span(name);
            PolicyExpression::Policy(Spanned::new(span, (*name).to_owned()))
        }
        Logic::And(parts) => PolicyExpression::And(each(parts)),
        Logic::Or(parts) => PolicyExpression::Or(each(parts)),
        Logic::Not(part) => PolicyExpression::Not(Box::new(policies(config, part))),
    }
}

/// Adds the names that an expression refers to.
pub(super) fn names<'e>(expression: &'e PolicyExpression, found: &mut Vec<&'e str>) {
    match expression {
        PolicyExpression::Policy(name) => found.push(&name.value),
        PolicyExpression::And(parts) | PolicyExpression::Or(parts) => {
            parts.iter().for_each(|part| names(part, found));
        }
        PolicyExpression::Not(part) => names(part, found),
        PolicyExpression::Unsupported(_) => {}
    }
}
