//! Routing filters: chains of rules, in the language of RouterOS 7 or as arguments in RouterOS 6.
//!
//! A chain is tried from the top; in RouterOS 7 what it does not accept is rejected ("Route Selection and Filters"). The
//! wiki does not say what becomes of it in RouterOS 6, nor any page whether a chain that was jumped to and decides
//! nothing comes back in RouterOS 7.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Family, Origin};
use pairlint_model::policy::{
    Action, AsPathTest, Call, Condition, End, NumberEdit, Outcome, RegexSyntax, RoutePolicy, Statement,
};
use pairlint_model::source::{Source, Span, Spanned};

use super::rule::{Item, rule};
use super::syntax::{Argument, Command};
use super::values::{between, communities, has, net, of_length, range, within};
use crate::atoms::number;

/// Chains while they are read.
pub(super) struct Chains<'s> {
    pub source: &'s Source,
    /// Chains that a session uses for what it announces.
    pub exports: &'s BTreeSet<String>,
    pub found: BTreeMap<String, RoutePolicy>,
    /// How many rules each chain has so far.
    rules: BTreeMap<String, usize>,
}

impl<'s> Chains<'s> {
    pub fn new(source: &'s Source, exports: &'s BTreeSet<String>) -> Chains<'s> {
        Chains {
            source,
            exports,
            found: BTreeMap::new(),
            rules: BTreeMap::new(),
        }
    }

    pub fn span(&self, argument: &Argument<'_>) -> Span {
        self.source.range(argument.place.start, argument.place.end)
    }

    /// Reads one rule of either language; whether all of it was understood.
    pub fn add(&mut self, command: &Command<'_>) -> bool {
        let span = self.source.range(command.place.start, command.place.end);
        let Some(chain) = command.get("chain") else {
            return false;
        };
        let name = Spanned::new(self.span(chain), chain.value.clone());
        let is_export = self.exports.contains(&name.value);
        if command
            .get("disabled")
            .is_some_and(|argument| argument.value == "yes")
        {
            return true;
        }
        let rules = self.rules.entry(name.value.clone()).or_default();
        *rules += 1;
        let policy = self
            .found
            .entry(name.value.clone())
            .or_insert_with(|| RoutePolicy {
                name,
                statements: Vec::new(),
                sees_sets: true,
                failed_match_rejects_pending: false,
                end: End::NextPolicy,
            });
        let mut writer = Writer {
            label: rules.to_string(),
            span,
            statements: &mut policy.statements,
            is_understood: true,
        };
        match command.get("rule") {
            Some(argument) => {
                let place = self.source.range(argument.place.start, argument.place.end);
                match rule(&argument.value, place, is_export) {
                    Some(items) => {
                        writer.items(&items, 0);
                    }
                    None => writer.open(),
                }
            }
            None => six(self.source, command, is_export, &mut writer),
        }
        writer.is_understood
    }
}

/// Statements of one rule.
struct Writer<'w> {
    label: String,
    span: Span,
    statements: &'w mut Vec<Statement>,
    is_understood: bool,
}

/// What a run of actions comes to.
#[derive(Default)]
struct Run {
    actions: Vec<Spanned<Action>>,
    outcome: Option<Outcome>,
    /// It ends with a jump to a chain, which may come back.
    jumped: bool,
    /// How many items it is made of.
    length: usize,
}

impl Writer<'_> {
    fn push(&mut self, condition: Condition, actions: Vec<Spanned<Action>>, outcome: Outcome) {
        if holds_unsupported(&condition)
            || actions
                .iter()
                .any(|action| matches!(action.value, Action::Unsupported))
        {
            self.is_understood = false;
        }
        self.statements.push(Statement {
            label: self.label.clone(),
            head: self.span,
            span: self.span,
            condition,
            actions,
            outcome,
        });
    }

    /// A statement that may do anything.
    fn open(&mut self) {
        let unsupported = Spanned::new(self.span, Action::Unsupported);
        self.push(
            Condition::Unsupported(self.span),
            vec![unsupported],
            Outcome::Unknown,
        );
    }

    fn items(&mut self, items: &[Item], depth: u32) {
        let mut at = 0;
        while let Some(item) = items.get(at) {
            match item {
                Item::Do(_) => {
                    let run = self.run(items.get(at..).unwrap_or_default());
                    at += run.length.max(1);
                    let ends = run.outcome.is_some();
                    self.push(
                        Condition::ALWAYS,
                        run.actions,
                        run.outcome.unwrap_or(Outcome::Next),
                    );
                    if run.jumped {
                        self.comes_back();
                    }
                    if ends {
                        return;
                    }
                }
                Item::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    at += 1;
                    self.branch(condition, then, otherwise, depth);
                }
            }
        }
    }

    fn branch(&mut self, condition: &Condition, then: &[Item], otherwise: &[Item], depth: u32) {
        let run = self.run(then);
        let is_whole = run.length == then.len() || run.outcome.is_some();
        if is_whole && !run.jumped && (otherwise.is_empty() || run.outcome.is_some()) {
            self.push(
                condition.clone(),
                run.actions,
                run.outcome.unwrap_or(Outcome::Next),
            );
            self.items(otherwise, depth + 1);
            return;
        }
        let skip = self.statements.len();
        self.push(
            Condition::Not(Box::new(condition.clone())),
            Vec::new(),
            Outcome::Next,
        );
        self.items(then, depth + 1);
        let end = self.statements.len();
        if !otherwise.is_empty() {
            self.push(Condition::ALWAYS, Vec::new(), Outcome::Next);
        }
        let after_then = self.statements.len();
        self.go_to(skip, after_then);
        if !otherwise.is_empty() {
            self.items(otherwise, depth + 1);
            let after_all = self.statements.len();
            self.go_to(end, after_all);
        }
    }

    fn go_to(&mut self, statement: usize, target: usize) {
        if let Some(statement) = self.statements.get_mut(statement) {
            statement.outcome = Outcome::GoTo(target);
        }
    }

    fn comes_back(&mut self) {
        let open = Condition::Undecidable {
            span: self.span,
            on: "whether a chain that was jumped to and decides nothing rejects".to_owned(),
        };
        self.push(open, Vec::new(), Outcome::Reject);
    }

    /// Reads actions up to one that ends the chain, a jump, or an `if`.
    fn run(&self, items: &[Item]) -> Run {
        let mut run = Run::default();
        for item in items {
            let Item::Do(words) = item else { break };
            run.length += 1;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["accept"] => run.outcome = Some(Outcome::Accept),
                ["reject"] => run.outcome = Some(Outcome::Reject),
                ["return"] => run.outcome = Some(Outcome::EndOfPolicy),
                ["jump", chain] => {
                    run.actions.push(Spanned::new(self.span, jump(chain, self.span)));
                    run.jumped = true;
                    break;
                }
                words => run.actions.push(Spanned::new(self.span, edit(words))),
            }
            if run.outcome.is_some() {
                break;
            }
        }
        run
    }
}

fn holds_unsupported(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(holds_unsupported),
        Condition::Not(part) => holds_unsupported(part),
        Condition::Unsupported(_) => true,
        _ => false,
    }
}

fn jump(chain: &str, span: Span) -> Action {
    Action::Call {
        policy: Spanned::new(span, chain.to_owned()),
        kind: Call::Inline,
    }
}

/// Edits that change nothing that is decided or reported.
const INERT: [&str; 13] = [
    "blackhole",
    "bgp-igp-metric",
    "bgp-out-med",
    "bgp-weight",
    "comment",
    "distance",
    "gw",
    "gw-check",
    "pref-src",
    "scope",
    "scope-target",
    "suppress-hw-offload",
    "use-te-nexthop",
];

fn edit(words: &[&str]) -> Action {
    let known = match *words {
        ["set", property, ..] if INERT.contains(&property) => Some(Action::Inert),
        ["rpki-verify", ..] => Some(Action::Inert),
        ["set", "bgp-local-pref", value] => edited(value).map(Action::SetLocalPreference),
        ["set", "bgp-med", value] => edited(value).map(Action::SetMed),
        ["set", "bgp-communities", value] => communities(value).map(Action::SetCommunities),
        ["append", "bgp-communities", value] => communities(value).map(Action::AddCommunities),
        _ => None,
    };
    known.unwrap_or(Action::Unsupported)
}

fn edited(text: &str) -> Option<NumberEdit> {
    match text.split_at_checked(1)? {
        ("+", more) => number(more).map(NumberEdit::Add),
        ("-", less) => number(less).map(NumberEdit::Subtract),
        _ => number(text).map(NumberEdit::To),
    }
}

/// What RouterOS 6 matches that a configuration does not tell.
const UNDECIDABLE: [&str; 14] = [
    "bgp-atomic-aggregate",
    "bgp-weight",
    "distance",
    "locally-originated-bgp",
    "match-chain",
    "ospf-type",
    "pref-src",
    "route-comment",
    "route-tag",
    "route-targets",
    "routing-mark",
    "scope",
    "site-of-origin",
    "target-scope",
];

/// Reads a rule of RouterOS 6.
fn six(source: &Source, command: &Command<'_>, is_export: bool, writer: &mut Writer<'_>) {
    let mut all = Vec::new();
    let mut actions = Vec::new();
    let (mut outcome, mut target, mut inverted) = (Outcome::Next, None, false);
    for argument in &command.arguments {
        let span = source.range(argument.place.start, argument.place.end);
        let value = argument.value.as_str();
        let push = |actions: &mut Vec<_>, action: Option<Action>| {
            actions.push(Spanned::new(span, action.unwrap_or(Action::Unsupported)));
        };
        match argument.key {
            "chain" | "comment" | "disabled" | "prefix-length" => {}
            "invert-match" => inverted = value == "yes",
            "action" => {
                outcome = match value {
                    "accept" => Outcome::Accept,
                    "discard" | "reject" => Outcome::Reject,
                    "passthrough" | "log" | "jump" => Outcome::Next,
                    "return" => Outcome::EndOfPolicy,
                    _ => Outcome::Unknown,
                };
            }
            "jump-target" => target = Some((value, span)),
            "set-bgp-communities" => push(&mut actions, communities(value).map(Action::SetCommunities)),
            "append-bgp-communities" => push(&mut actions, communities(value).map(Action::AddCommunities)),
            "set-bgp-local-pref" => push(&mut actions, edited(value).map(Action::SetLocalPreference)),
            "set-bgp-med" => push(&mut actions, edited(value).map(Action::SetMed)),
            "set-bgp-prepend" | "set-bgp-prepend-path" => push(&mut actions, None),
            key if key.starts_with("set-") => push(&mut actions, Some(Action::Inert)),
            key => {
                let known = criterion(command, key, value, span, is_export);
                all.push(known.unwrap_or(Condition::Unsupported(span)));
            }
        }
    }
    if let Some(lengths) = command
        .get("prefix-length")
        .filter(|_| command.get("prefix").is_none())
    {
        let span = source.range(lengths.place.start, lengths.place.end);
        all.push(match range(&lengths.value) {
            Some(lengths) => {
                let of = |family| of_length(family, lengths.clone(), span);
                Condition::Any(vec![of(Family::Ipv4), of(Family::Ipv6)])
            }
            None => Condition::Unsupported(span),
        });
    }
    let is_jump = command
        .get("action")
        .is_some_and(|argument| argument.value == "jump");
    if let Some((chain, span)) = target.filter(|_| is_jump) {
        actions.push(Spanned::new(span, jump(chain, span)));
    }
    let condition = Condition::All(all);
    let condition = if inverted {
        Condition::Not(Box::new(condition))
    } else {
        condition
    };
    writer.is_understood &= outcome != Outcome::Unknown;
    writer.push(condition, actions, outcome);
}

fn criterion(
    command: &Command<'_>,
    key: &str,
    value: &str,
    span: Span,
    is_export: bool,
) -> Option<Condition> {
    Some(match key {
        "prefix" => {
            let net = net(value)?;
            let (length, width) = (net.prefix_len(), Family::of(&net).width());
            match command.get("prefix-length") {
                Some(lengths) => {
                    let lengths = range(&lengths.value)?;
                    let (from, to) = (*lengths.start(), (*lengths.end()).min(u32::from(width)));
                    if from > to {
                        return Some(Condition::Constant(false));
                    }
                    within(net, from as u8..=to as u8, span)
                }
                None => between(
                    within(net, length..=length, span),
                    within(net, length..=width, span),
                    span,
                    "whether a prefix without a length takes what lies inside it",
                ),
            }
        }
        "address-family" => {
            let families = value.split(',').map(|family| match family {
                "ip" | "ipv4" => Condition::Family(Family::Ipv4),
                "ipv6" => Condition::Family(Family::Ipv6),
                _ => Condition::Constant(false),
            });
            Condition::Any(families.collect())
        }
        "protocol" if is_export => Condition::Undecidable {
            span,
            on: "the protocol that the route came from".to_owned(),
        },
        "protocol" => Condition::Constant(value.split(',').any(|protocol| protocol == "bgp")),
        "bgp-communities" => {
            let each: Vec<Condition> = communities(value)?
                .into_iter()
                .map(|value| has(value, span))
                .collect();
            match each.len() {
                1 => Condition::All(each),
                _ => between(
                    Condition::All(each.clone()),
                    Condition::Any(each),
                    span,
                    "whether several communities must all be there",
                ),
            }
        }
        "bgp-as-path" => Condition::AsPath(Spanned::new(
            span,
            // The pattern sees commas between the numbers, which only `_` leaves out of account.
            match value.contains([' ', ',']) {
                true => AsPathTest::Unsupported,
                false => AsPathTest::Regex {
                    expression: value.to_owned(),
                    syntax: RegexSyntax::PosixDelimiter,
                },
            },
        )),
        "bgp-as-path-length" => Condition::AsPathLength {
            hops: range(value)?,
            unique: false,
        },
        "bgp-local-pref" => Condition::LocalPreference(range(value)?),
        "bgp-med" => Condition::Med(range(value)?),
        "bgp-origin" => Condition::Any(
            value
                .split(',')
                .map(|origin| match origin {
                    "igp" => Some(Condition::Origin(Origin::Igp)),
                    "egp" => Some(Condition::Origin(Origin::Egp)),
                    "incomplete" => Some(Condition::Origin(Origin::Incomplete)),
                    _ => None,
                })
                .collect::<Option<_>>()?,
        ),
        _ if UNDECIDABLE.contains(&key) => Condition::Undecidable {
            span,
            on: format!("the route's {key}"),
        },
        _ => return None,
    })
}
