//! Chains and expressions of policies: `import [ A B ]`, `import ( A && !B )`.
//!
//! Source: Junos Routing Policies User Guide, "Understanding Policy Expressions": an expression stands in
//! parentheses, NOT binds tighter than AND, AND tighter than OR.

use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;

/// Expressions nest no deeper than this, so that walking them needs little stack.
const MAX_NESTING: usize = 32;

/// Reads the policies under `import`, `export` or `policy`, in the order in which they are tried.
pub(super) fn chain(config: &Config<'_>, node: NodeId) -> Vec<PolicyExpression> {
    let tree = config.tree;
    let items: Vec<NodeId> = tree.children(node).collect();
    // What is written and what is inherited are one list, in an order that no manual gives.
    let mixed = items
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if tree.rank(*a) != tree.rank(*b)));
    // `[ ( A || B ) && C ]`: the operators between the items belong to one expression.
    let is_operator =
        |&node: &NodeId| matches!(config.word(node), "&&" | "||" | "!") && !tree.is_quoted(node);
    if mixed || items.iter().any(is_operator) {
        let one_statement = items
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if tree.head(*a) == tree.head(*b)));
        let parsed = match one_statement && !mixed {
            true => bracketed(config, node),
            false => None,
        };
        return vec![parsed.map_or_else(
            || unread(config, node),
            |parsed| {
                config.read(node);
                parsed
            },
        )];
    }
    items.into_iter().map(|item| element(config, item)).collect()
}

fn unread(config: &Config<'_>, node: NodeId) -> PolicyExpression {
    config.unread(node);
    PolicyExpression::Unsupported(config.statement(node))
}

/// Reads the text between the brackets of a list as one expression.
fn bracketed(config: &Config<'_>, node: NodeId) -> Option<PolicyExpression> {
    let first = config.tree.children(node).next()?;
    let (start, end) = config.tree.head(first);
    let text = config.source.text().get(start..end)?;
    let (_, inner) = text.split_once('[')?;
    parse(config, inner.strip_suffix(']').unwrap_or(inner))
}

/// Reads one element of a chain.
fn element(config: &Config<'_>, node: NodeId) -> PolicyExpression {
    let tree = config.tree;
    let word = config.word(node);
    let mut last = node;
    // Without parentheses or brackets an expression is a row of words.
    while let Some(next) = tree.value(last) {
        last = next;
    }
    let parsed = if last != node {
        let (first, last) = (
            tree.word_span(config.source, node),
            tree.word_span(config.source, last),
        );
        parse(config, config.source.slice(first.to(last)))
    } else if word.starts_with(['(', '!']) {
        parse(config, word)
    } else {
        Some(PolicyExpression::Policy(config.name(node)))
    };
    match parsed {
        Some(parsed) => {
            config.read(node);
            parsed
        }
        None => unread(config, node),
    }
}

fn parse(config: &Config<'_>, text: &str) -> Option<PolicyExpression> {
    let mut parser = Parser { config, rest: text };
    let parsed = parser.any_of(0)?;
    parser.rest.trim().is_empty().then_some(parsed)
}

struct Parser<'t, 'a> {
    config: &'t Config<'a>,
    rest: &'t str,
}

impl Parser<'_, '_> {
    fn take(&mut self, sign: &str) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn any_of(&mut self, nesting: usize) -> Option<PolicyExpression> {
        let mut parts = vec![self.all_of(nesting)?];
        while self.take("||") {
            parts.push(self.all_of(nesting)?);
        }
        Some(joined(parts, PolicyExpression::Or))
    }

    fn all_of(&mut self, nesting: usize) -> Option<PolicyExpression> {
        let mut parts = vec![self.one(nesting)?];
        while self.take("&&") {
            parts.push(self.one(nesting)?);
        }
        Some(joined(parts, PolicyExpression::And))
    }

    fn one(&mut self, nesting: usize) -> Option<PolicyExpression> {
        if nesting > MAX_NESTING {
            return None;
        }
        if self.take("!") {
            let negated = self.one(nesting + 1)?;
            return Some(PolicyExpression::Not(Box::new(negated)));
        }
        if self.take("(") {
            let inner = self.any_of(nesting + 1)?;
            return self.take(")").then_some(inner);
        }
        let text = self.rest.trim_start();
        let (name, rest) = match text.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => {
                let end = text
                    .find(|c: char| c.is_ascii_whitespace() || "()&|!".contains(c))
                    .unwrap_or(text.len());
                text.split_at(end)
            }
        };
        self.rest = rest;
        let span = self.config.source.span(name);
        (!name.is_empty()).then(|| PolicyExpression::Policy(Spanned::new(span, name.to_owned())))
    }
}

fn joined(
    mut parts: Vec<PolicyExpression>,
    join: fn(Vec<PolicyExpression>) -> PolicyExpression,
) -> PolicyExpression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::braces;
    use crate::juniper_junos::groups::Groups;
    use crate::juniper_junos::syntax::SYNTAX;
    use pairlint_model::source::{Source, SourceId};

    fn show(expression: &PolicyExpression) -> String {
        let list = |parts: &[PolicyExpression], sign: &str| {
            let parts: Vec<String> = parts.iter().map(show).collect();
            format!("({})", parts.join(sign))
        };
        match expression {
            PolicyExpression::Policy(name) => name.value.clone(),
            PolicyExpression::And(parts) => list(parts, "&"),
            PolicyExpression::Or(parts) => list(parts, "|"),
            PolicyExpression::Not(part) => format!("!{}", show(part)),
            PolicyExpression::Unsupported(_) => "?".to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new(SourceId(0), "x", text);
        let tree = braces::read(source.text(), &SYNTAX);
        let config = Config::new(&source, &tree, Groups::default());
        let import = tree.path(NodeId::ROOT, &["import"]).unwrap();
        let chain: Vec<String> = super::chain(&config, import).iter().map(show).collect();
        assert_eq!(chain, expected, "{text}");
    }

    #[test]
    fn chains_and_expressions() {
        check("import A;", &["A"]);
        check("import [ A B \"C D\" ];", &["A", "B", "C D"]);
        check("import ( A && B );", &["(A&B)"]);
        check("import ( A || B && !C );", &["(A|(B&!C))"]);
        check("import [ (A || B) C ];", &["(A|B)", "C"]);
        check("import [ ( A || B ) && C && D ];", &["((A|B)&C&D)"]);
        check("import A && B;", &["(A&B)"]);
        check("import !A;", &["!A"]);
        check("set import ( !A && ( B || C ) )\n", &["(!A&(B|C))"]);
        check("set import A\nset import B\n", &["A", "B"]);
    }

    #[test]
    fn what_is_no_expression_is_not_guessed() {
        check("import ( A && );", &["?"]);
        check("import ( A B );", &["?"]);
        check("import [ A && ];", &["?"]);
        let deep = format!("import {}A{};", "(".repeat(100), ")".repeat(100));
        check(&deep, &["?"]);
    }
}
