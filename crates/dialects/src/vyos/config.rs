//! The tree of words with its places, as the parts of VyOS look at it.

use pairlint_model::source::Source;

use crate::braces::{NodeId, Tree};

#[derive(Clone, Copy)]
pub(super) struct Config<'a> {
    pub source: &'a Source,
    pub tree: &'a Tree<'a>,
}

/// A leaf below some node: the words on the way to it, and its statement.
pub(super) struct Leaf<'a> {
    pub words: Vec<&'a str>,
    pub line: &'a str,
}

impl<'a> Config<'a> {
    pub fn word(self, node: NodeId) -> &'a str {
        self.tree.word(node)
    }

    /// The statement that names the node.
    pub fn line(self, node: NodeId) -> &'a str {
        let (start, end) = self.tree.head(node);
        self.source
            .text()
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['{', ' '])
    }

    /// What stands below, without what is disabled.
    pub fn children(self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.tree
            .children(node)
            .filter(move |&child| !self.is_disabled(child))
    }

    pub fn child(self, node: NodeId, word: &str) -> Option<NodeId> {
        self.tree
            .child(node, word)
            .filter(|&child| !self.is_disabled(child))
    }

    /// A subtree with `disable` in it is as if it were not there.
    pub fn is_disabled(self, node: NodeId) -> bool {
        self.tree.child(node, "disable").is_some()
    }

    pub fn path(self, from: NodeId, words: &[&str]) -> Option<NodeId> {
        words.iter().try_fold(from, |at, word| self.child(at, word))
    }

    /// The value of a leaf: its last word where it was set several times.
    pub fn value(self, node: NodeId, word: &str) -> Option<&'a str> {
        let leaf = self.child(node, word)?;
        self.tree.value(leaf).map(|value| self.word(value))
    }

    /// The leaves below a node, in their order; a node without anything below is one itself, without words.
    pub fn leaves(self, node: NodeId) -> Vec<Leaf<'a>> {
        let mut found = Vec::new();
        let mut path: Vec<&'a str> = Vec::new();
        let mut open: Vec<(NodeId, usize)> = vec![(node, 0)];
        while let Some((at, depth)) = open.pop() {
            if depth > 0 {
                path.truncate(depth - 1);
                path.push(self.word(at));
            }
            let below: Vec<NodeId> = self.children(at).collect();
            if below.is_empty() {
                found.push(Leaf {
                    words: path.clone(),
                    line: self.line(at),
                });
            }
            open.extend(below.into_iter().rev().map(|child| (child, depth + 1)));
        }
        found
    }
}
