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
        for statement in &mut policy.statements {
            match &mut statement.condition {
                Condition::All(parts) => {
                    let last = parts.len().saturating_sub(1);
                    for (at, part) in parts.iter_mut().enumerate() {
                        one(part, device, at == last, pending);
                    }
                }
                part => one(part, device, true, pending),
            }
        }
    }
    device.policies = policies;
}

fn one(condition: &mut Condition, device: &Device, last: bool, pending: bool) {
    match condition {
        // A prefix list without entries is in no lookup tree of a route map, so that its entry is not found; it matches
        // every route where the entry is reached by `on-match` or `continue`. The tree is not told of a list that is
        // described after the map names it: every route of both families matches then, until the daemon reads its own
        // configuration again, lists first (observed in 8.4.4 and 10.3).
        Condition::PrefixList { name, family, .. } => {
            let list = device.prefix_list(*family, &name.value);
            let late = |start| start > name.span.start;
            if list.is_some_and(|list| list.entries.is_empty() && (pending || late(list.span.start))) {
                let on = "how the entry is reached, and whether the prefix list, which is empty, was there before the route map";
                *condition = undecidable(name.span, on);
            }
        }
        // `match community NAME any` says nothing about a route without communities: the conditions after it in the
        // entry decide. As the last one it does not hold, but keeps what is pending (observed in 10.3).
        Condition::CommunityList {
            name,
            how: CommunityMatch::AnyValue,
        } if device.community_lists.contains_key(&name.value) => {
            let mut without = vec![Condition::Community(Spanned::new(
                name.span,
                CommunityTest::Empty,
            ))];
            match (last, pending) {
                (true, false) => return,
                (true, true) => without.push(undecidable(name.span, "what came before")),
                (false, _) => {}
            }
            *condition = Condition::Any(vec![condition.clone(), Condition::All(without)]);
        }
        _ => {}
    }
}

fn undecidable(span: Span, on: &str) -> Condition {
    let on = on.to_owned();
    Condition::Undecidable { span, on }
}
