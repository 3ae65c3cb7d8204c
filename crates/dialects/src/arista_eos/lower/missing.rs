//! `bgp missing-policy`: what happens where a session names a route map that is not defined.

use pairlint_model::network::Device;
use pairlint_model::policy::{ChainDefault, Condition, PolicyChain, PolicyExpression, SessionFilter, Truth};
use pairlint_model::source::Spanned;

use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::{Direction, Said};

/// The rules of one place, in and out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Missing<'a> {
    pub import: Said<Rule<'a>>,
    pub export: Said<Rule<'a>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    action: Action,
    /// A policy that refers to undefined lists or route maps counts as missing too.
    include: bool,
    line: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Permit,
    Deny,
    DenyBoth,
}

impl<'a> Missing<'a> {
    /// Reads `[include …] direction in|out action permit|deny|deny-in-out`; false where it is not understood.
    pub fn line(&mut self, words: Words<'a>, line: &'a str, negated: bool) -> bool {
        let include = words.peek() == Some("include");
        let mut words = words;
        while words.peek().is_some_and(|word| word != "direction") {
            words.next();
        }
        words.next();
        let slot = match words.next() {
            Some("in") => &mut self.import,
            Some("out") => &mut self.export,
            _ => return false,
        };
        words.eat("action");
        let action = match words.next() {
            Some("permit") => Action::Permit,
            Some("deny") => Action::Deny,
            Some("deny-in-out") => Action::DenyBoth,
            None if negated => Action::Permit,
            _ => return false,
        };
        let rule = Rule {
            action,
            include,
            line,
        };
        *slot = Said::new(negated, rule);
        words.is_empty()
    }

    pub fn inherit_from(&mut self, base: Missing<'a>) {
        self.import = self.import.or(base.import);
        self.export = self.export.or(base.export);
    }

    /// Whether the rule for undefined policies that come in makes the platform reject them.
    pub fn rejects_undefined(&self) -> Truth {
        match self.import.get() {
            Some(Rule {
                action: Action::Deny | Action::DenyBoth,
                ..
            }) => Truth::Yes,
            _ => Truth::No,
        }
    }
}

/// How a direction's policy stands.
enum State<'a> {
    Unattached,
    Defined,
    Undefined(&'a str),
    /// Defined, but something it refers to is not.
    Hollow,
}

fn state<'a>(direction: &Direction<'a>, device: &Device) -> State<'a> {
    match (direction.route_map.get(), direction.foreign.get()) {
        // A function in the language of routing control functions.
        (_, Some(_)) => State::Defined,
        (None, None) => State::Unattached,
        (Some(name), None) => match device.policies.get(name) {
            None => State::Undefined(name),
            Some(policy) if policy.statements.iter().any(|s| is_hollow(&s.condition, device)) => {
                State::Hollow
            }
            Some(_) => State::Defined,
        },
    }
}

/// Whether the condition refers to a list or a route map that is not defined.
fn is_hollow(condition: &Condition, device: &Device) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| is_hollow(part, device)),
        Condition::Not(part) => is_hollow(part, device),
        Condition::PrefixList { name, family, .. } => device.prefix_list(*family, &name.value).is_none(),
        Condition::CommunityList { name, .. } => !device.community_lists.contains_key(&name.value),
        Condition::Undecidable { on, .. } => on.contains("undefined sub-route-map"),
        _ => false,
    }
}

/// The two directions of a session in one address family.
pub(super) struct Directions<'d, 'a> {
    pub own: &'d Direction<'a>,
    pub other: &'d Direction<'a>,
    pub rule: Option<Rule<'a>>,
    pub other_rule: Option<Rule<'a>>,
}

impl Directions<'_, '_> {
    /// Puts the rules into the chain of this direction.
    pub fn apply(&self, chain: &mut PolicyChain, device: &Device, notes: &Notes<'_>) {
        let accepts = device.platform.undefined_policy_accepts == Truth::Yes;
        let mut unknown = Vec::new();
        match (state(self.own, device), self.rule) {
            (State::Undefined(name), rule) => {
                let permit = rule.is_none_or(|rule| rule.action == Action::Permit);
                chain.policies = vec![undefined(name, permit == accepts, notes)];
            }
            (State::Hollow, Some(rule)) if rule.include && rule.action != Action::Permit => {
                unknown.push(rule.line);
            }
            // Whether a session without any policy counts as one whose policy is missing is not documented.
            (State::Unattached, Some(rule)) if rule.action != Action::Permit => {
                chain.default = ChainDefault {
                    verdict: None,
                    reason: "whether `bgp missing-policy` also counts where no policy is attached",
                    span: Some(notes.span(rule.line)),
                };
            }
            _ => {}
        }
        if let Some(rule) = self.other_rule.filter(|rule| rule.action == Action::DenyBoth) {
            match state(self.other, device) {
                State::Undefined(name) => chain.policies = vec![undefined(name, !accepts, notes)],
                State::Unattached => unknown.push(rule.line),
                State::Hollow if rule.include => unknown.push(rule.line),
                State::Hollow | State::Defined => {}
            }
        }
        for line in unknown {
            chain
                .filters
                .push(Spanned::new(notes.span(line), SessionFilter::Unsupported));
        }
    }
}

/// A reference to an undefined policy, which does what the platform does, or the opposite.
fn undefined(name: &str, as_platform: bool, notes: &Notes<'_>) -> PolicyExpression {
    let policy = PolicyExpression::Policy(notes.name(name));
    match as_platform {
        true => policy,
        false => PolicyExpression::Not(Box::new(policy)),
    }
}
