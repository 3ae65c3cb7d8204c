//! A policy's statements: the verdict that each leaves pending, branches, and policies that are applied.
//!
//! A route is dropped in the end unless a statement passed it or changed it; `done` accepts and `drop` rejects at
//! once ("Implementing Routing Policy", Default Drop Disposition, Disposition).

use std::rc::Rc;

use pairlint_model::policy::{Action, Call, Condition, End, PolicyExpression, RoutePolicy, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::action;
use super::condition::Reader;
use super::flow::{Block, Builder, Draft, Label, Target};
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
    let (builder, root) = Builder::new();
    let mut writer = Writer {
        builder,
        root,
        root_dead: false,
        frames: Vec::new(),
        mode: instance.mode,
        calls: Vec::new(),
    };
    writer.policy(policy, instance.values.clone(), lowering);
    let lowered = RoutePolicy {
        name: Spanned::new(policy.name.span, instance.name.clone()),
        statements: writer.builder.finish(),
        // "A policy does not modify route attribute values until all tests have been completed": When Attributes
        // Are Modified.
        sees_sets: false,
        failed_match_rejects_pending: false,
        end: End::Reject,
    };
    lowering.device.policies.insert(instance.name.clone(), lowered);
}

struct Writer<'a> {
    builder: Builder,
    root: Block,
    /// Nothing comes after a `drop` or `done` at the outermost level.
    root_dead: bool,
    /// The branches that are open, outermost first.
    frames: Vec<Frame>,
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

/// An `if` that has not ended.
struct Frame {
    end: Label,
    /// Where the conditions stand, and what `else` holds.
    outer: Block,
    /// Where statements of the present branch go.
    sink: Block,
    /// The statement of the present condition, while its branch is nothing but a row of actions.
    head: Option<usize>,
    /// Branches that are blocks of their own.
    bodies: Vec<Block>,
    /// The present branch has ended with a verdict.
    dead: bool,
    /// All of it stands where nothing comes.
    lost: bool,
    place: Span,
}

/// What a statement does.
struct Doing {
    label: String,
    place: Span,
    actions: Vec<Spanned<Action>>,
    target: Target,
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
        if self.frames.len() > running.frames {
            // An `endif` is missing.
            while self.frames.len() > running.frames {
                self.end_if(policy.name.span);
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
                if !lowering.spend(words.len()) {
                    return self.unknown(place, "if");
                }
                let begins = matches!(step, Step::If(_));
                let inside = self
                    .calls
                    .last()
                    .is_some_and(|running| self.frames.len() > running.frames);
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
                    true => self.begin_if(place),
                    false => self.close_branch(),
                }
                for drops in dropping {
                    self.may_drop(drops);
                }
                self.head(label(words), place, condition);
            }
            Step::Else(at) => {
                let place = policy.span(&(*at..at + 1));
                let inside = self
                    .calls
                    .last()
                    .is_some_and(|running| self.frames.len() > running.frames);
                if inside {
                    self.close_branch();
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
                    .is_some_and(|running| self.frames.len() > running.frames);
                if inside {
                    self.end_if(place);
                } else {
                    let line = policy.tokens.get(*at).map_or(0, |word| word.line);
                    lowering.doubt(policy.name.text, line);
                    self.unknown(place, "endif");
                }
            }
            Step::Do(range) => {
                let (words, place) = (policy.words(range), policy.span(range));
                if !lowering.spend(words.len()) || !self.statement(words, place, values, lowering) {
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
        self.doing(doing);
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
        if let Some(frame) = self.frames.last()
            && let Some(head) = frame.head
        {
            let outer = frame.outer;
            if self
                .builder
                .known(outer, head)
                .is_some_and(|draft| draft.actions.iter().any(passed))
            {
                return;
            }
        }
        self.draft(Draft {
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
        let (block, dead) = match self.frames.last() {
            Some(frame) => (frame.outer, frame.lost),
            None => (self.root, self.root_dead),
        };
        if !dead {
            let draft = Draft {
                label: "drop".to_owned(),
                head: drops.span,
                span: drops.span,
                condition: Condition::All(parts),
                actions: Vec::new(),
                target,
            };
            self.builder.statement(block, draft);
        }
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
            self.doing(Doing {
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
            frames: self.frames.len(),
        });
        true
    }

    /// A place that may do anything.
    fn unknown(&mut self, place: Span, label: &str) {
        self.doing(Doing {
            label: label.to_owned(),
            place,
            actions: Vec::new(),
            target: Target::Unknown,
        });
    }

    fn begin_if(&mut self, place: Span) {
        let (outer, lost) = match self.frames.last() {
            Some(frame) if frame.dead || frame.lost => (frame.sink, true),
            Some(_) => (self.body(), false),
            None => (self.root, self.root_dead),
        };
        let end = self.builder.label();
        self.frames.push(Frame {
            end,
            outer,
            sink: outer,
            head: None,
            bodies: Vec::new(),
            dead: false,
            lost,
            place,
        });
    }

    fn head(&mut self, label: String, place: Span, condition: Condition) {
        let Some(frame) = self.frames.last_mut().filter(|frame| !frame.lost) else {
            return;
        };
        let draft = Draft {
            label,
            head: place,
            span: place,
            condition,
            actions: Vec::new(),
            target: Target::At(frame.end),
        };
        frame.head = Some(self.builder.statement(frame.outer, draft));
        frame.place = place;
    }

    /// Ends a branch; what follows stands where the conditions do.
    fn close_branch(&mut self) {
        let Some(frame) = self.frames.last_mut().filter(|frame| !frame.lost) else {
            return;
        };
        let inside = frame.head.is_none() && frame.sink != frame.outer;
        if inside && !frame.dead {
            let (block, draft) = (frame.sink, jump(frame.place, frame.end));
            self.builder.statement(block, draft);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.head = None;
            frame.sink = frame.outer;
            frame.dead = false;
        }
    }

    fn end_if(&mut self, place: Span) {
        // After an `else` the present branch stands in the outer block and may have ended.
        let Some(frame) = self.frames.last().filter(|frame| !frame.lost) else {
            self.frames.pop();
            return;
        };
        let in_else = frame.head.is_none() && frame.sink == frame.outer;
        let else_dead = in_else && frame.dead;
        self.close_branch();
        let Some(frame) = self.frames.pop() else { return };
        if !frame.bodies.is_empty() && !else_dead {
            self.builder.statement(frame.outer, jump(place, frame.end));
        }
        for body in frame.bodies {
            self.builder.insert(frame.outer, body);
        }
        self.builder.place(frame.outer, frame.end);
    }

    /// Where a statement of its own goes, which makes the present branch a block of its own.
    fn body(&mut self) -> Block {
        let Some(frame) = self.frames.last_mut() else {
            return self.root;
        };
        let Some(head) = frame.head.take() else {
            return frame.sink;
        };
        let body = self.builder.block();
        let label = self.builder.label();
        self.builder.place(body, label);
        if let Some(draft) = self.builder.known(frame.outer, head) {
            draft.target = Target::At(label);
        }
        frame.bodies.push(body);
        frame.sink = body;
        body
    }

    fn is_dead(&self) -> bool {
        self.frames
            .last()
            .map_or(self.root_dead, |frame| frame.dead || frame.lost)
    }

    fn draft(&mut self, draft: Draft) {
        if !self.is_dead() {
            let block = self.body();
            self.builder.statement(block, draft);
        }
    }

    fn doing(&mut self, doing: Doing) {
        if self.is_dead() {
            return;
        }
        let ends = doing.target != Target::Next;
        if let Some(frame) = self.frames.last_mut()
            && let Some(head) = frame.head
        {
            if let Some(draft) = self.builder.known(frame.outer, head) {
                draft.actions.extend(doing.actions);
                draft.span = draft.span.to(doing.place);
                if ends {
                    draft.target = doing.target;
                }
            }
            frame.dead = ends;
            return;
        }
        let draft = Draft {
            label: doing.label,
            head: doing.place,
            span: doing.place,
            condition: Condition::ALWAYS,
            actions: doing.actions,
            target: doing.target,
        };
        self.draft(draft);
        match self.frames.last_mut() {
            Some(frame) => frame.dead = ends,
            None => self.root_dead = ends,
        }
    }
}

fn jump(place: Span, end: Label) -> Draft {
    Draft {
        label: "endif".to_owned(),
        head: place,
        span: place,
        condition: Condition::ALWAYS,
        actions: Vec::new(),
        target: Target::At(end),
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
