//! `unreachable-statement`: a statement of a policy that no route can reach.

use std::collections::BTreeMap;

use pairlint_eval::statement_fates;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Device;
use pairlint_model::policy::{Outcome, RoutePolicy, Statement};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::hygiene::{Coverage, coverage, dead, may_be_elsewhere, may_mean_more, told_together};
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "unreachable-statement",
    severity: Severity::Warning,
    summary: "no route can reach a statement, because earlier ones take all its routes",
    page: include_str!("../../../../docs/rules/unreachable-statement.md"),
    check,
};

/// Statements that may be examined for one device; what is open then is not claimed.
const WORK: u64 = 3_000_000;
/// The same for one policy, so that one does not spend the work of all.
const WORK_OF_ONE: u64 = 1_000_000;

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(coverage) = coverage(cx, index) else { continue };
        let mut work = WORK;
        for policy in coverage.policies(device) {
            // The first statement of a policy is always reached.
            if policy.statements.len() < 2 || may_be_elsewhere(device, policy) {
                continue;
            }
            if may_mean_more(device, &coverage, policy) {
                continue;
            }
            let claims = claims(device, policy, &coverage, &mut work);
            found.extend(told(device, policy, claims));
        }
    }
}

/// The statements that are dead however the text is read, by their heads, with those that take their routes.
fn claims<'d>(
    device: &'d Device,
    policy: &'d RoutePolicy,
    coverage: &Coverage,
    work: &mut u64,
) -> BTreeMap<Span, Vec<&'d Statement>> {
    let mut dead_in = |device: &Device, policy: &RoutePolicy| {
        let mut own = WORK_OF_ONE.min(*work);
        let given = own;
        let fates = statement_fates(device, policy, coverage.is_import(policy), &mut own);
        *work -= given - own;
        let heads: Vec<Span> = policy.statements.iter().map(|statement| statement.head).collect();
        dead(&heads, &fates)
    };
    let mut claims = dead_in(device, policy);
    for reading in &device.readings {
        if claims.is_empty() {
            break;
        }
        let other = reading.policies.get(&policy.name.value).map(|policy| dead_in(reading, policy));
        claims.retain(|head, _| other.as_ref().is_some_and(|other| other.contains_key(head)));
    }
    let named = claims.into_iter().filter_map(|(head, by)| {
        let takers = by.into_iter().filter_map(|at| policy.statements.get(at));
        let mut takers: Vec<&Statement> = takers.filter(|taker| taker.head != head).collect();
        takers.dedup_by_key(|taker| taker.head);
        (!takers.is_empty()).then_some((head, takers))
    });
    named.collect()
}

fn told(device: &Device, policy: &RoutePolicy, claims: BTreeMap<Span, Vec<&Statement>>) -> Vec<Diagnostic> {
    // Statements that the same ones leave nothing for stand together.
    let mut by_takers: BTreeMap<Vec<Span>, Vec<(&Statement, Vec<&Statement>)>> = BTreeMap::new();
    for (head, takers) in claims {
        let Some(statement) = policy.statements.iter().find(|statement| statement.head == head) else {
            continue;
        };
        let key = takers.iter().map(|taker| taker.head).collect();
        by_takers.entry(key).or_default().push((statement, takers));
    }
    let groups = by_takers.into_values();
    groups
        .flat_map(|group| {
            told_together(group, |(statement, takers), count| finding(device, policy, statement, &takers, count))
        })
        .collect()
}

fn finding(
    device: &Device,
    policy: &RoutePolicy,
    statement: &Statement,
    takers: &[&Statement],
    count: usize,
) -> Diagnostic {
    let names: Vec<String> = takers.iter().map(|taker| format!("`{}`", taker.label)).collect();
    let taken = match names.len() {
        1 => format!("{} takes all", and(&names)),
        2..=4 => format!("{} take all", and(&names)),
        more => format!("{more} earlier ones take all"),
    };
    let name = &policy.name.value;
    let message = match count {
        1 => format!("no route reaches statement `{}` of route policy `{name}`: {taken} its routes", statement.label),
        _ => format!("no route reaches {count} statements of route policy `{name}`: {taken} their routes"),
    };
    let label = match count {
        1 => "no route reaches this".to_owned(),
        _ => format!("the first of {count} that no route reaches"),
    };
    let mut finding = RULE
        .at(message)
        .label(statement.head, label)
        .help("remove it, or move it in front of what takes its routes")
        .object(format!("{}/{name}", device.name))
        .identity(format!("{}/{name}/{}", device.name, statement.label).to_lowercase());
    let which = if takers.len() == 1 { "all" } else { "some of" };
    for taker in takers.iter().take(4) {
        let text = match taker.outcome {
            Outcome::Next | Outcome::GoTo(_) => format!("leads {which} its routes past it"),
            _ => format!("takes {which} its routes"),
        };
        finding = finding.label(taker.head, text);
    }
    finding
}
