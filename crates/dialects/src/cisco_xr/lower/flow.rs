//! From nested branches to a row of statements with jumps forward.
//!
//! Statements are put into blocks; a block stands where another names it. So a branch can be written before it is
//! known what stands in front of it, and nothing is copied when branches lie in branches.

use pairlint_model::policy::{Action, Condition, Outcome, Statement};
use pairlint_model::source::{Span, Spanned};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block(usize);

/// A statement whose outcome may be a place that has no number yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub label: String,
    pub head: Span,
    pub span: Span,
    pub condition: Condition,
    pub actions: Vec<Spanned<Action>>,
    pub target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Next,
    /// The end of the policy, with what is pending.
    End,
    Accept,
    Reject,
    Unknown,
    At(Label),
}

#[derive(Debug)]
enum Item {
    Statement(Draft),
    Label(Label),
    Block(Block),
}

#[derive(Debug)]
pub(super) struct Builder {
    blocks: Vec<Vec<Item>>,
    labels: usize,
}

impl Builder {
    /// The first block is where the policy begins.
    pub fn new() -> (Builder, Block) {
        let builder = Builder {
            blocks: vec![Vec::new()],
            labels: 0,
        };
        (builder, Block(0))
    }

    pub fn block(&mut self) -> Block {
        self.blocks.push(Vec::new());
        Block(self.blocks.len() - 1)
    }

    pub fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    /// Returns the statement's number in its block.
    pub fn statement(&mut self, block: Block, draft: Draft) -> usize {
        let items = &mut self.blocks[block.0];
        items.push(Item::Statement(draft));
        items.len() - 1
    }

    pub fn place(&mut self, block: Block, label: Label) {
        self.blocks[block.0].push(Item::Label(label));
    }

    pub fn insert(&mut self, block: Block, inner: Block) {
        self.blocks[block.0].push(Item::Block(inner));
    }

    /// A statement that was put in before.
    pub fn known(&mut self, block: Block, number: usize) -> Option<&mut Draft> {
        match self.blocks.get_mut(block.0)?.get_mut(number)? {
            Item::Statement(draft) => Some(draft),
            Item::Label(_) | Item::Block(_) => None,
        }
    }

    /// Writes the statements in a row, from the first block on.
    pub fn finish(mut self) -> Vec<Statement> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut places = vec![usize::MAX; self.labels];
        let mut open = vec![std::mem::take(&mut self.blocks[0]).into_iter()];
        while let Some(items) = open.last_mut() {
            match items.next() {
                Some(Item::Statement(draft)) => drafts.push(draft),
                Some(Item::Label(label)) => places[label.0] = drafts.len(),
                Some(Item::Block(block)) => {
                    let inner = std::mem::take(&mut self.blocks[block.0]);
                    open.push(inner.into_iter());
                }
                None => {
                    open.pop();
                }
            }
        }
        let all = drafts.len();
        let statement = |(number, draft): (usize, Draft)| Statement {
            label: draft.label,
            head: draft.head,
            span: draft.span,
            condition: draft.condition,
            actions: draft.actions,
            outcome: match draft.target {
                Target::Next => Outcome::Next,
                Target::End => Outcome::EndOfPolicy,
                Target::Accept => Outcome::Accept,
                Target::Reject => Outcome::Reject,
                Target::Unknown => Outcome::Unknown,
                Target::At(label) => match places[label.0] {
                    place if place == number + 1 => Outcome::Next,
                    place if place < all => Outcome::GoTo(place),
                    _ => Outcome::EndOfPolicy,
                },
            },
        };
        drafts.into_iter().enumerate().map(statement).collect()
    }
}
