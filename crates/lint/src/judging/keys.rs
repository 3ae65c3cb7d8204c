//! What a chain is made of, as a text: the same text is the same question.

use std::fmt::Write;

use pairlint_model::policy::{PolicyChain, PolicyExpression, SessionFilter};

/// Writes what a chain is made of, without where it stands.
pub(crate) fn chain_key(chain: &PolicyChain, key: &mut String) {
    for filter in &chain.filters {
        let _ = match &filter.value {
            SessionFilter::PrefixList { name, family } => {
                write!(key, " prefix-list {family:?} {}", name.value)
            }
            SessionFilter::AsPathList { name } => write!(key, " as-path {}", name.value),
            SessionFilter::AccessList { name, family } => {
                write!(key, " access-list {family:?} {}", name.value)
            }
            SessionFilter::CommunityList { name } => write!(key, " community-list {}", name.value),
            SessionFilter::Unsupported => write!(key, " unsupported {:?}", filter.span),
        };
    }
    chain
        .policies
        .iter()
        .for_each(|policy| expression_key(policy, key));
    let _ = write!(key, " default {:?}", chain.default.verdict);
}

fn expression_key(expression: &PolicyExpression, key: &mut String) {
    match expression {
        PolicyExpression::Policy(name) => {
            let _ = write!(key, " policy {}", name.value);
        }
        PolicyExpression::And(parts) | PolicyExpression::Or(parts) => {
            key.push_str(if matches!(expression, PolicyExpression::And(_)) {
                " and("
            } else {
                " or("
            });
            parts.iter().for_each(|part| expression_key(part, key));
            key.push(')');
        }
        PolicyExpression::Not(part) => {
            key.push_str(" not");
            expression_key(part, key);
        }
        PolicyExpression::Unsupported(span) => {
            let _ = write!(key, " unsupported {span:?}");
        }
    }
}
