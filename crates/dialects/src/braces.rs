//! One statement tree from brace form and from `set` form alike.
//!
//! Junos, VyOS, PAN-OS and SR OS print one configuration in two shapes: as nested blocks, and as one
//! command per line that repeats the whole path. Both say the same, so both are read into the same
//! tree: every word is a node under the word before it, `[ a b ]` puts each item under the word before
//! the bracket, and a path that is named twice is one node. What a word means is the dialect's business.
//!
//! Reading never fails and never recurses. What lies deeper than [`MAX_DEPTH`] or beyond [`MAX_NODES`] is
//! not in the tree but in [`Tree::skipped`], and a quotation mark, bracket or brace without its partner
//! costs its line.

mod commands;
mod edit;
mod read;
mod words;

use std::collections::HashMap;

use pairlint_model::source::{Source, Span};

pub use read::{read, read_parts};
pub use words::Word;

/// Words and blocks nest no deeper than this; real configurations stay under 20.
pub const MAX_DEPTH: u16 = 64;

/// More words or statements than this are not kept, so that memory stays bounded whatever the input is.
pub const MAX_NODES: usize = 2_000_000;

/// The shapes a language uses.
pub struct Syntax {
    /// Words that begin a one-line command outside every block.
    pub commands: &'static [(&'static str, Command)],
    /// Words that stand before a statement and say what becomes of it (`inactive:`).
    pub modifiers: &'static [(&'static str, Modifier)],
    /// Characters that begin and end a quoted word.
    pub quotes: &'static [u8],
    pub ending: Ending,
    /// Says what a line is before it is read as text of the language.
    pub capture: for<'a> fn(&'a str) -> Capture<'a>,
}

/// What a one-line command does with the path that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Set,
    Delete,
    Deactivate,
    Activate,
    /// `rename A to B`: the last word of the path gets another text.
    Rename,
    /// `insert A before B`, `insert A after B`: moves A among its neighbours.
    Insert,
    /// The paths that follow are relative to this one.
    Edit,
    /// Back to the whole configuration; a command may follow on the same line.
    Top,
    /// After a prompt: what the terminal prints next is what stands under the path.
    Show,
    /// Understood, and without effect on the configuration (`commit`, `protect`).
    Nothing,
    /// Its effect cannot be told from the text alone; the line goes to [`Tree::skipped`].
    Unknown,
}

/// What becomes of a statement in brace form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    Inactive,
    Active,
    /// What stood there before goes.
    Replace,
    Delete,
    Nothing,
}

/// Where a statement in brace form ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// At `;`. Where it was forgotten, at the end of a line that is not continued by a deeper indent or a
    /// block; such statements are in [`Tree::unended`].
    Semicolon,
    /// At the end of the line.
    Line,
}

/// What a line of a terminal capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture<'a> {
    Text,
    /// A pager's or status line: not part of the configuration.
    Noise,
    /// A prompt of this many bytes; a command follows, and every open block was cut off.
    Prompt(usize),
    /// A banner that says where the following lines belong (`[edit policy-options]`).
    Within(&'a str),
}

/// A word of the configuration at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The first word of everything.
    pub const ROOT: NodeId = NodeId(0);

    /// Returns the node's number: parents have smaller ones than their children, and earlier statements
    /// smaller ones than later ones.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Stands for "no node" in links.
const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
struct Node<'a> {
    word: &'a str,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    previous: u32,
    /// How many children it ever had; above a few they are found through [`Tree::index`].
    children: u32,
    /// The statement that first named the node: for a block, up to its brace.
    head: (u32, u32),
    /// Where the last statement that touches the node ends.
    end: u32,
    /// The node that this one was copied from, else itself.
    origin: u32,
    /// 0 for what was written here, else the order of preference of what was inherited.
    rank: u32,
    depth: u16,
    quoted: bool,
    inactive: bool,
    removed: bool,
}

/// A statement as it stands in the file; the items of a list have one each, with the same place.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    pub start: u32,
    pub end: u32,
    /// Its last word.
    pub node: NodeId,
}

/// The configuration as a tree of words.
#[derive(Debug)]
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// The children of nodes that have more than a few.
    index: HashMap<(u32, &'a str), u32>,
    /// Every statement that added to the tree, in the order of the file.
    pub written: Vec<Written>,
    /// Text that could not be placed, and the node it would have been under.
    pub skipped: Vec<(u32, u32, NodeId)>,
    /// Statements without their semicolon, by their last word.
    pub unended: Vec<Written>,
    /// The first block that is still open where the text ends or a prompt interrupts it.
    pub unclosed: Option<(u32, u32)>,
}

/// With fewer children a scan is faster than the index.
const FEW: u32 = 8;

impl Default for Tree<'_> {
    fn default() -> Self {
        Tree::new()
    }
}

impl<'a> Tree<'a> {
    /// Returns a tree without words, for readers of other shapes to fill.
    pub fn new() -> Tree<'a> {
        let root = Node {
            word: "",
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            previous: NONE,
            children: 0,
            head: (0, 0),
            end: 0,
            origin: 0,
            rank: 0,
            depth: 0,
            quoted: false,
            inactive: false,
            removed: false,
        };
        Tree {
            nodes: vec![root],
            index: HashMap::new(),
            written: Vec::new(),
            skipped: Vec::new(),
            unended: Vec::new(),
            unclosed: None,
        }
    }

    fn node(&self, id: u32) -> &Node<'a> {
        // Ids are only made by `add`, so they are always inside.
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: u32) -> &mut Node<'a> {
        &mut self.nodes[id as usize]
    }

    /// Returns whether nothing more is kept; the rest of the text is skipped as one.
    pub fn is_full(&self) -> bool {
        let most = self.nodes.len().max(self.written.len()).max(self.skipped.len());
        most >= MAX_NODES
    }

    /// Returns how many nodes were ever made.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Returns every node that was ever made, parents before children.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// Returns the word without its quotation marks.
    pub fn word(&self, id: NodeId) -> &'a str {
        self.node(id.0).word
    }

    pub fn is_quoted(&self, id: NodeId) -> bool {
        self.node(id.0).quoted
    }

    pub fn is_inactive(&self, id: NodeId) -> bool {
        self.node(id.0).inactive
    }

    pub fn is_removed(&self, id: NodeId) -> bool {
        self.node(id.0).removed
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id.0).parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    /// Returns 0 for what was written at this place, else the order of preference of what it inherits.
    pub fn rank(&self, id: NodeId) -> u32 {
        self.node(id.0).rank
    }

    /// Returns the node whose text this is: itself, or what it was inherited from.
    pub fn origin(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id.0).origin)
    }

    /// Returns the active children in their order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.every_child(id).filter(|&child| !self.is_inactive(child))
    }

    /// Returns the children in their order, inactive ones too.
    pub fn every_child(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = self.node(id.0).first;
        std::iter::from_fn(move || {
            while at != NONE {
                let here = at;
                at = self.node(here).next;
                if !self.node(here).removed {
                    return Some(NodeId(here));
                }
            }
            None
        })
    }

    pub fn is_leaf(&self, id: NodeId) -> bool {
        self.children(id).next().is_none()
    }

    /// Returns the active child with this word.
    pub fn child(&self, id: NodeId, word: &str) -> Option<NodeId> {
        self.find(id.0, word)
            .map(NodeId)
            .filter(|&child| !self.is_inactive(child))
    }

    /// Returns what stands under this path of active words.
    pub fn path(&self, from: NodeId, words: &[&str]) -> Option<NodeId> {
        words.iter().try_fold(from, |at, word| self.child(at, word))
    }

    /// Returns the only word that follows, or the last one where several do.
    pub fn value(&self, id: NodeId) -> Option<NodeId> {
        let written = self.children(id).filter(|&child| self.rank(child) == 0).last();
        // Of what is inherited, the group that is preferred wins; it is written once there.
        written.or_else(|| self.children(id).min_by_key(|&child| self.rank(child)))
    }

    fn find(&self, parent: u32, word: &str) -> Option<u32> {
        let node = self.node(parent);
        if node.children > FEW {
            return self.index.get(&(parent, word)).copied();
        }
        let mut at = node.first;
        while at != NONE {
            let child = self.node(at);
            if !child.removed && child.word == word {
                return Some(at);
            }
            at = child.next;
        }
        None
    }

    /// The byte range of the statement that first named the node.
    pub fn head(&self, id: NodeId) -> (usize, usize) {
        let (start, end) = self.node(id.0).head;
        (start as usize, end as usize)
    }

    pub fn head_span(&self, source: &Source, id: NodeId) -> Span {
        let (start, end) = self.head(id);
        source.range(start, end)
    }

    /// The span from the node's first statement to its last.
    pub fn span(&self, source: &Source, id: NodeId) -> Span {
        let node = self.node(id.0);
        source.range(node.head.0 as usize, node.end.max(node.head.1) as usize)
    }

    /// The span of the word itself.
    pub fn word_span(&self, source: &Source, id: NodeId) -> Span {
        source.span(self.node(id.0).word)
    }
}

#[cfg(test)]
mod tests;
