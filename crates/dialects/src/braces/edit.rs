//! Changes to the tree: what the reader does, and what a dialect does for inheritance.

use super::words::Word;
use super::{FEW, MAX_DEPTH, MAX_NODES, NONE, Node, NodeId, Tree};

impl<'a> Tree<'a> {
    /// Returns the child with this word, inactive ones too.
    pub fn any_child(&self, id: NodeId, word: &str) -> Option<NodeId> {
        self.find(id.0, word).map(NodeId)
    }

    /// Walks down the words, making what is not there. `None` where the tree may not grow further.
    pub fn grow(&mut self, from: NodeId, words: &[Word<'a>], head: (u32, u32)) -> Option<NodeId> {
        let mut at = from;
        for &word in words {
            at = match self.any_child(at, word.text) {
                Some(child) => child,
                None => self.add(at, word, head)?,
            };
            self.touch(at, head.1);
        }
        Some(at)
    }

    /// Notes that a statement touching the node ends here.
    pub fn touch(&mut self, id: NodeId, end: u32) {
        let node = self.node_mut(id.0);
        node.end = node.end.max(end);
    }

    fn add(&mut self, parent: NodeId, word: Word<'a>, head: (u32, u32)) -> Option<NodeId> {
        let depth = self.node(parent.0).depth + 1;
        if depth > MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            return None;
        }
        let id = self.nodes.len() as u32;
        self.nodes.push(Node {
            word: word.text,
            parent: parent.0,
            first: NONE,
            last: NONE,
            next: NONE,
            previous: NONE,
            children: 0,
            head,
            end: head.1,
            origin: id,
            rank: 0,
            depth,
            quoted: word.quoted,
            inactive: false,
            removed: false,
        });
        self.append(parent.0, id);
        self.count(parent.0, id);
        Some(NodeId(id))
    }

    /// Puts a node behind its siblings.
    fn append(&mut self, parent: u32, id: u32) {
        let last = self.node(parent).last;
        self.node_mut(id).previous = last;
        self.node_mut(id).next = NONE;
        if last == NONE {
            self.node_mut(parent).first = id;
        } else {
            self.node_mut(last).next = id;
        }
        self.node_mut(parent).last = id;
    }

    /// Makes a new child findable.
    fn count(&mut self, parent: u32, id: u32) {
        let children = self.node(parent).children + 1;
        self.node_mut(parent).children = children;
        if children == FEW + 1 {
            let mut at = self.node(parent).first;
            while at != NONE {
                let child = self.node(at);
                let (word, next) = (child.word, child.next);
                if !child.removed {
                    self.index.entry((parent, word)).or_insert(at);
                }
                at = next;
            }
        } else if children > FEW {
            let word = self.node(id).word;
            self.index.insert((parent, word), id);
        }
    }

    /// Takes a node and everything under it out of the tree.
    pub fn remove(&mut self, id: NodeId) {
        self.unlink(id.0);
        self.node_mut(id.0).removed = true;
        self.forget(id.0);
    }

    fn forget(&mut self, id: u32) {
        let (parent, word) = (self.node(id).parent, self.node(id).word);
        if self.index.get(&(parent, word)) == Some(&id) {
            self.index.remove(&(parent, word));
        }
    }

    fn unlink(&mut self, id: u32) {
        let (parent, previous, next) = {
            let node = self.node(id);
            (node.parent, node.previous, node.next)
        };
        if parent == NONE {
            return;
        }
        match previous {
            NONE => self.node_mut(parent).first = next,
            _ => self.node_mut(previous).next = next,
        }
        match next {
            NONE => self.node_mut(parent).last = previous,
            _ => self.node_mut(next).previous = previous,
        }
    }

    /// Removes everything under a node.
    pub fn clear(&mut self, id: NodeId) {
        while let Some(child) = self.first_child(id) {
            self.remove(child);
        }
    }

    fn first_child(&self, id: NodeId) -> Option<NodeId> {
        let first = self.node(id.0).first;
        (first != NONE).then_some(NodeId(first))
    }

    pub(super) fn set_inactive(&mut self, id: NodeId, inactive: bool) {
        // A path that is named again without the mark stays as it was.
        self.node_mut(id.0).inactive |= inactive;
    }

    pub(super) fn set_inactive_as(&mut self, id: NodeId, inactive: bool) {
        self.node_mut(id.0).inactive = inactive;
    }

    /// Gives a node another word, unless a sibling has it.
    pub(super) fn rename(&mut self, id: NodeId, word: Word<'a>) -> bool {
        let parent = self.node(id.0).parent;
        if parent == NONE || self.find(parent, word.text).is_some() {
            return false;
        }
        self.forget(id.0);
        self.node_mut(id.0).word = word.text;
        self.node_mut(id.0).quoted = word.quoted;
        if self.node(parent).children > FEW {
            self.index.insert((parent, word.text), id.0);
        }
        true
    }

    /// Moves a node before or after a sibling.
    pub(super) fn move_beside(&mut self, id: NodeId, other: NodeId, before: bool) -> bool {
        let parent = self.node(id.0).parent;
        if id == other || parent == NONE || self.node(other.0).parent != parent {
            return false;
        }
        self.unlink(id.0);
        let (previous, next) = match before {
            true => (self.node(other.0).previous, other.0),
            false => (other.0, self.node(other.0).next),
        };
        self.node_mut(id.0).previous = previous;
        self.node_mut(id.0).next = next;
        match previous {
            NONE => self.node_mut(parent).first = id.0,
            _ => self.node_mut(previous).next = id.0,
        }
        match next {
            NONE => self.node_mut(parent).last = id.0,
            _ => self.node_mut(next).previous = id.0,
        }
        true
    }

    /// Returns the child of `parent` with the word of `from`, inheriting it where it is not there.
    /// `None` where the tree may not grow further.
    pub fn inherit(&mut self, parent: NodeId, from: NodeId, rank: u32) -> Option<NodeId> {
        let word = Word {
            text: self.node(from.0).word,
            quoted: self.node(from.0).quoted,
        };
        if let Some(child) = self.any_child(parent, word.text) {
            return Some(child);
        }
        let head = self.node(from.0).head;
        let child = self.add(parent, word, head)?;
        let (end, origin) = (self.node(from.0).end, self.node(from.0).origin);
        let node = self.node_mut(child.0);
        node.end = end;
        node.origin = origin;
        node.rank = rank;
        Some(child)
    }
}
