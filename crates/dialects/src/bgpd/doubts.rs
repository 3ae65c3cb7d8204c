//! Conditions that mean something else beside certain lists or other conditions.

use pairlint_model::network::Device;
use pairlint_model::policy::{CommunityMatch, CommunityTest, Condition, Outcome, Statement};
use pairlint_model::source::{Span, Spanned};

/// Goes through the route maps when all lists are known.
pub fn settle(device: &mut Device) {
    let mut policies = std::mem::take(&mut device.policies);
    for policy in policies.values_mut() {
        let goes_on = |statement: &Statement| matches!(statement.outcome, Outcome::Next | Outcome::GoTo(_));
        let pending = policy.statements.iter().any(goes_on);
        let mut skipped = Vec::new();
        for (at, statement) in policy.statements.iter_mut().enumerate() {
            let parts = match &mut statement.condition {
                Condition::All(parts) => parts.as_mut_slice(),
                part => std::slice::from_mut(part),
            };
            if let (true, Some(name)) = (pending, parts.last().and_then(|part| any_value(part, device))) {
                skipped.push((at, name.span));
            }
            let last = parts.len().saturating_sub(1);
            for (at, part) in parts.iter_mut().enumerate() {
                empty_prefix_list(part, device, pending);
                if at < last {
                    neutral(part, device);
                }
            }
        }
        skip(&mut policy.statements, &skipped);
    }
    device.policies = policies;
}

/// A prefix list without entries is in no lookup tree of a route map, so that its entry is not found; it matches
/// every route where the entry is reached by `on-match` or `continue`. The tree is not told of a list that is
/// described after the map names it: every route of both families matches then, until the daemon reads its own
/// configuration again, lists first (observed in 8.4.4 and 10.3).
fn empty_prefix_list(condition: &mut Condition, device: &Device, pending: bool) {
    if let Condition::PrefixList { name, family, .. } = condition {
        let late = |start| start > name.span.start;
        let list = device.prefix_list(*family, &name.value);
        if list.is_some_and(|list| list.entries.is_empty() && (pending || late(list.span.start))) {
            let on = "how the entry is reached, and whether the prefix list, which is empty, was there before \
                      the route map";
            *condition = undecidable(name.span, on);
        }
    }
}

/// The list of `match community NAME any`, if it is defined.
fn any_value<'c>(condition: &'c Condition, device: &Device) -> Option<&'c Spanned<String>> {
    match condition {
        Condition::CommunityList {
            name,
            how: CommunityMatch::AnyValue,
        } => device.community_lists.contains_key(&name.value).then_some(name),
        _ => None,
    }
}

/// `match community NAME any` says nothing about a route without communities: the conditions after it in the entry
/// decide (observed in 10.3).
fn neutral(condition: &mut Condition, device: &Device) {
    if let Some(name) = any_value(condition, device) {
        let without = Condition::Community(Spanned::new(name.span, CommunityTest::Empty));
        *condition = Condition::Any(vec![condition.clone(), without]);
    }
}

/// Where it is the last condition it does not hold for such a route, but what is pending stays, as if the entry were
/// not there: each of these entries gets one in front of it that leads past it.
fn skip(statements: &mut Vec<Statement>, entries: &[(usize, Span)]) {
    if entries.is_empty() {
        return;
    }
    let moved = |to: usize| to + entries.partition_point(|(at, _)| *at < to);
    let mut entries_left = entries.iter().peekable();
    let before = std::mem::take(statements);
    for (at, mut statement) in before.into_iter().enumerate() {
        if let Some((_, span)) = entries_left.next_if(|(entry, _)| *entry == at) {
            let mut parts = match &statement.condition {
                Condition::All(parts) => parts.clone(),
                part => vec![part.clone()],
            };
            parts.pop();
            parts.push(Condition::Community(Spanned::new(*span, CommunityTest::Empty)));
            statements.push(Statement {
                condition: Condition::All(parts),
                actions: Vec::new(),
                outcome: Outcome::GoTo(statements.len() + 2),
                ..statement.clone()
            });
        }
        if let Outcome::GoTo(to) = &mut statement.outcome {
            *to = moved(*to);
        }
        statements.push(statement);
    }
}

fn undecidable(span: Span, on: &str) -> Condition {
    let on = on.to_owned();
    Condition::Undecidable { span, on }
}
