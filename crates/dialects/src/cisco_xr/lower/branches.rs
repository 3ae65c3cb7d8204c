//! Branches in branches: where the statements of each go.

use pairlint_model::policy::{Action, Condition};
use pairlint_model::source::{Span, Spanned};

use super::flow::{Block, Builder, Draft, Label, Target};

/// The statements of a policy as they are written.
pub(super) struct Branches {
    pub builder: Builder,
    root: Block,
    /// Nothing comes after a `drop` or `done` at the outermost level.
    root_dead: bool,
    /// The branches that are open, outermost first.
    frames: Vec<Frame>,
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
pub(super) struct Doing {
    pub label: String,
    pub place: Span,
    pub actions: Vec<Spanned<Action>>,
    pub target: Target,
}

impl Branches {
    pub fn new() -> Branches {
        let (builder, root) = Builder::new();
        Branches {
            builder,
            root,
            root_dead: false,
            frames: Vec::new(),
        }
    }

    /// How many branches are open.
    pub fn open(&self) -> usize {
        self.frames.len()
    }

    /// The statement of the present condition, while its branch is nothing but a row of actions.
    pub fn present(&mut self) -> Option<&mut Draft> {
        let frame = self.frames.last()?;
        self.builder.known(frame.outer, frame.head?)
    }

    /// Puts a statement in front of the present condition.
    pub fn in_front(&mut self, draft: Draft) {
        let (block, dead) = match self.frames.last() {
            Some(frame) => (frame.outer, frame.lost),
            None => (self.root, self.root_dead),
        };
        if !dead {
            self.builder.statement(block, draft);
        }
    }

    pub fn begin_if(&mut self, place: Span) {
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

    pub fn head(&mut self, label: String, place: Span, condition: Condition) {
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
    pub fn close_branch(&mut self) {
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

    pub fn end_if(&mut self, place: Span) {
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

    pub fn draft(&mut self, draft: Draft) {
        if !self.is_dead() {
            let block = self.body();
            self.builder.statement(block, draft);
        }
    }

    pub fn doing(&mut self, doing: Doing) {
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
