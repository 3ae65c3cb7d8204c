//! A policy's statements: the verdict that each leaves pending, branches, and policies that are applied.
//!
//! A route is dropped in the end unless a statement passed it or changed it; `done` accepts and `drop` rejects at
//! once ("Implementing Routing Policy", Default Drop Disposition, Disposition).

use std::rc::Rc;

use pairlint_model::policy::{Action, Call, Condition, End, PolicyExpression, RoutePolicy, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::action;
use super::branches::{Branches, Doing};
use super::condition::Reader;
use super::flow::{Draft, Target};
use super::policy::{Instance, Lowering, Mode};
use super::values::Values;
use crate::cisco_xr::rpl::{Policy, Step};
use crate::cisco_xr::tokens::{Kind, Token};

/// Policies that apply one another inside a condition, one in the other.
const DEEPEST_CALL: usize = 32;

pub(super) fn lower<'a>(lowering: &mut Lowering<'a, '_>, instance: &Instance<'a>) {
    let library = lowering.library;
    let Some(policy) = library.policies.get(instance.policy) else {
        return;
    };
    lowering.place = policy.name.span;
    let mut writer = Writer {
        branches: Branches::new(),
        mode: instance.mode,
        calls: Vec::new(),
    };
    writer.policy(policy, instance.values.clone(), lowering);
    let lowered = RoutePolicy {
        name: Spanned::new(policy.name.span, instance.name.clone()),
        statements: writer.branches.builder.finish(),
        // "A policy does not modify route attribute values until all tests have been completed": When Attributes
        // Are Modified.
        sees_sets: false,
        failed_match_rejects_pending: false,
        end: End::Reject,
    };
    lowering.device.policies.insert(instance.name.clone(), lowered);
}

struct Writer<'a> {
    branches: Branches,
    mode: Mode,
    /// The policies that are written out here, outermost first.
    calls: Vec<Running<'a>>,
}

/// A policy whose steps are being written.
struct Running<'a> {
    policy: &'a Policy<'a>,
    values: Rc<Values<'a>>,
    next: usize,
    /// Branches that were open when it began.
    frames: usize,
}

impl<'a> Writer<'a> {
    fn policy(&mut self, policy: &'a Policy<'a>, values: Values<'a>, lowering: &mut Lowering<'a, '_>) {
        self.calls.push(Running {
            policy,
            values: Rc::new(values),
            next: 0,
            frames: 0,
        });
        while let Some(running) = self.calls.last_mut() {
            let (policy, step) = (running.policy, running.policy.steps.get(running.next));
            running.next += 1;
            let values = Rc::clone(&running.values);
            match step {
                Some(step) => self.step(policy, step, &values, lowering),
                None => self.end(lowering),
            }
        }
    }

    /// Ends the policy that is being written.
    fn end(&mut self, lowering: &mut Lowering<'a, '_>) {
        let Some(running) = self.calls.pop() else { return };
        let policy = running.policy;
        if self.branches.open() > running.frames {
            // An `endif` is missing.
            while self.branches.open() > running.frames {
                self.branches.end_if(policy.name.span);
            }
            lowering.doubt(policy.name.text, policy.name.line);
            self.unknown(policy.name.span, "endif");
        }
        if !policy.closed {
            lowering.doubt(policy.name.text, policy.name.line);
            self.unknown(policy.name.span, "end-policy");
        }
    }

    fn step(
        &mut self,
        policy: &'a Policy<'a>,
        step: &Step,
        values: &Values<'a>,
        lowering: &mut Lowering<'a, '_>,
    ) {
        match step {
            Step::If(range) | Step::ElseIf(range) => {
                let (words, place) = (policy.words(range), policy.span(range));
                if !lowering.spend_on(words, values) {
                    return self.unknown(place, "if");
                }
                let begins = matches!(step, Step::If(_));
                let inside = self
                    .calls
                    .last()
                    .is_some_and(|running| self.branches.open() > running.frames);
                if !begins && !inside {
                    lowering.doubt(policy.name.text, words.first().map_or(0, |word| word.line));
                    return self.unknown(place, "elseif");
                }
                let mut reader = Reader::new(lowering, values);
                let condition = reader.condition(words.get(1..).unwrap_or_default(), place);
                let (dropping, doubts) = (reader.dropping, reader.doubts);
                for doubt in doubts {
                    let line = words.iter().find(|word| word.span.start >= doubt.start);
                    lowering.doubt(
                        policy.name.text,
                        line.or(words.first()).map_or(0, |word| word.line),
                    );
                }
                match begins {
                    true => self.branches.begin_if(place),
                    false => self.branches.close_branch(),
                }
                for drops in dropping {
                    self.may_drop(drops);
                }
                self.branches.head(label(words), place, condition);
            }
            Step::Else(at) => {
                let place = policy.span(&(*at..at + 1));
                let inside = self
                    .calls
                    .last()
                    .is_some_and(|running| self.branches.open() > running.frames);
                if inside {
                    self.branches.close_branch();
                } else {
                    let line = policy.tokens.get(*at).map_or(0, |word| word.line);
                    lowering.doubt(policy.name.text, line);
                    self.unknown(place, "else");
                }
            }
            Step::EndIf(at) => {
                let place = policy.span(&(*at..at + 1));
                let inside = self
                    .calls
                    .last()
                    .is_some_and(|running| self.branches.open() > running.frames);
                if inside {
                    self.branches.end_if(place);
                } else {
                    let line = policy.tokens.get(*at).map_or(0, |word| word.line);
                    lowering.doubt(policy.name.text, line);
                    self.unknown(place, "endif");
                }
            }
            Step::Do(range) => {
                let (words, place) = (policy.words(range), policy.span(range));
                if !lowering.spend_on(words, values) || !self.statement(words, place, values, lowering) {
                    lowering.doubt(policy.name.text, words.first().map_or(0, |word| word.line));
                    self.unknown(place, &label(words));
                }
            }
        }
    }

    /// Writes a statement; false where it is not understood.
    fn statement(
        &mut self,
        words: &[Token<'_>],
        place: Span,
        values: &Values<'a>,
        lowering: &mut Lowering<'a, '_>,
    ) -> bool {
        let Some(first) = words.first() else { return false };
        if first.is("apply") {
            return self.apply(words, place, values, lowering);
        }
        let mut doing = Doing {
            label: label(words),
            place,
            actions: Vec::new(),
            target: Target::Next,
        };
        let pass = Spanned::new(place, Action::Pending(Verdict::Accept));
        let drops = self.mode == Mode::Drops;
        match first.text.to_ascii_lowercase().as_str() {
            "pass" => doing.actions.extend((!drops).then_some(pass)),
            "drop" => doing.target = self.drop_target(),
            "done" => {
                doing.target = match self.mode {
                    Mode::Statement => Target::Accept,
                    Mode::Condition => {
                        self.done_alone(place);
                        Target::End
                    }
                    Mode::Drops => Target::Reject,
                };
            }
            _ => match action::edit(words, place, values, lowering) {
                // What is changed is not seen by the policy itself.
                Some(_) if drops => {}
                Some(edit) => {
                    doing.actions.push(Spanned::new(place, edit));
                    doing.actions.push(pass);
                }
                None if known_edit(words) => {
                    // A parameter without a value is not a line that was not understood.
                    let open = words.iter().any(|word| values.is_open(word.text));
                    if let (Some(running), false) = (self.calls.last(), open) {
                        lowering.doubt(running.policy.name.text, first.line);
                    }
                    if !drops {
                        doing.actions.push(Spanned::new(place, Action::Unsupported));
                        doing.actions.push(pass);
                    }
                }
                None => return false,
            },
        }
        self.branches.doing(doing);
        true
    }

    fn drop_target(&self) -> Target {
        match self.mode {
            Mode::Drops => Target::Accept,
            Mode::Statement | Mode::Condition => Target::Reject,
        }
    }

    /// `done` in a condition's policy that passed nothing: the manual says that the condition fails then; that
    /// contradicts what `done` does everywhere else, so either is possible.
    fn done_alone(&mut self, place: Span) {
        let passed = |action: &Spanned<Action>| matches!(action.value, Action::Pending(Verdict::Accept));
        let present = self.branches.present();
        if present.is_some_and(|draft| draft.actions.iter().any(passed)) {
            return;
        }
        self.branches.draft(Draft {
            label: "done".to_owned(),
            head: place,
            span: place,
            condition: Condition::Undecidable {
                span: place,
                on: "whether a condition holds whose policy ends with `done` and passes nothing".to_owned(),
            },
            actions: vec![Spanned::new(place, Action::Pending(Verdict::Accept))],
            target: Target::Next,
        });
    }

    /// A policy that is used as a condition may drop the route: the manual says that this ends everything, Batfish
    /// that the condition fails.
    fn may_drop(&mut self, drops: super::condition::Dropping) {
        let mut parts = drops.reached;
        parts.push(Condition::Policy {
            chain: vec![PolicyExpression::Policy(Spanned::new(drops.span, drops.name))],
            default: Verdict::Reject,
        });
        parts.push(Condition::Undecidable {
            span: drops.span,
            on: "whether `drop` in the policy of a condition drops the route".to_owned(),
        });
        let target = self.drop_target();
        self.branches.in_front(Draft {
            label: "drop".to_owned(),
            head: drops.span,
            span: drops.span,
            condition: Condition::All(parts),
            actions: Vec::new(),
            target,
        });
    }

    /// Reads `apply NAME[(a, b)]`, `apply NAME*`.
    fn apply(
        &mut self,
        words: &[Token<'_>],
        place: Span,
        values: &Values<'a>,
        lowering: &mut Lowering<'a, '_>,
    ) -> bool {
        let words = match words {
            [_, word, rest @ ..] if word.is("route-policy") && !rest.is_empty() => rest,
            [_, rest @ ..] => rest,
            [] => return false,
        };
        let Some((name, rest)) = words.split_first().filter(|(name, _)| name.kind == Kind::Word) else {
            return false;
        };
        let Some(arguments) = lowering.arguments(rest, values) else {
            return false;
        };
        let text = values.resolve(name.text);
        let Some(start) = text.strip_suffix('*') else {
            return self.applied(&text, name.span, &arguments, place, values, lowering);
        };
        let library = lowering.library;
        let known = library.policies.keys().filter(|known| known.starts_with(start));
        let known: Vec<&str> = known.copied().collect();
        // In which order they are tried is not documented.
        if known.len() > 1 {
            return false;
        }
        known
            .into_iter()
            .all(|known| self.applied(known, name.span, &[], place, values, lowering))
    }

    fn applied(
        &mut self,
        name: &str,
        named: Span,
        arguments: &[String],
        place: Span,
        values: &Values<'a>,
        lowering: &mut Lowering<'a, '_>,
    ) -> bool {
        if values.is_open(name) {
            return false;
        }
        let label = format!("apply {name}");
        if self.mode == Mode::Statement {
            let instance = lowering.instance(name, arguments, values.peer, Mode::Statement);
            let call = Action::Call {
                policy: Spanned::new(named, instance),
                kind: Call::Inline,
            };
            self.branches.doing(Doing {
                label,
                place,
                actions: vec![Spanned::new(place, call)],
                target: Target::Next,
            });
            return true;
        }
        // Inside a condition the applied policy is written out: its `done` ends the condition.
        let library = lowering.library;
        let Some(policy) = library.policies.get(name) else {
            return false;
        };
        let running = self
            .calls
            .iter()
            .any(|running| std::ptr::eq(running.policy, policy));
        if running || self.calls.len() >= DEEPEST_CALL {
            return false;
        }
        let pairs = policy.parameters.iter().zip(arguments);
        let values = Values {
            arguments: pairs
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            ..values.clone()
        };
        self.calls.push(Running {
            policy,
            values: Rc::new(values),
            next: 0,
            frames: self.branches.open(),
        });
        true
    }

    /// A place that may do anything.
    fn unknown(&mut self, place: Span, label: &str) {
        self.branches.doing(Doing {
            label: label.to_owned(),
            place,
            actions: Vec::new(),
            target: Target::Unknown,
        });
    }
}

/// Whether the statement changes the route, though how is not understood.
fn known_edit(words: &[Token<'_>]) -> bool {
    let attributes = [
        "community",
        "large-community",
        "local-preference",
        "med",
        "weight",
        "origin",
        "as-path",
    ];
    let first = words
        .first()
        .is_some_and(|word| word.is_one_of(&["set", "delete", "prepend"]));
    first && words.get(1).is_some_and(|word| word.is_one_of(&attributes)) && words.len() > 2
}

/// The statement as written, in one line.
const LONGEST_LABEL: usize = 60;

fn label(words: &[Token<'_>]) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .map(|word| word.kind);
        let glued = matches!(word.kind, Kind::Close | Kind::Comma) || before == Some(Kind::Open);
        if at > 0 && !glued {
            text.push(' ');
        }
        if text.chars().count() + word.text.chars().count() > LONGEST_LABEL {
            text.push('…');
            break;
        }
        match word.kind {
            Kind::Quoted => text.extend(["'", word.text, "'"]),
            _ => text.push_str(word.text),
        }
    }
    text
}
