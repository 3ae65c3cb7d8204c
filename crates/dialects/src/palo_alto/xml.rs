//! The XML form: elements become the words that `set` commands have. `<entry name="X">` is the word X, and so is
//! `<member>X</member>`; the text of an element is the word below it.

use memchr::{memchr, memmem};
use pairlint_model::source::Source;

use crate::braces::{NodeId, Tree, Word, Written};

/// Returns whether a text begins as XML does.
pub(super) fn is_xml(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// Reads a text; what is not well-formed is closed as its end tags say.
pub(super) fn read<'a>(source: &'a Source) -> Tree<'a> {
    let text = source.text();
    let mut reader = Reader {
        text,
        tree: Tree::new(),
        open: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = memchr(b'<', text.as_bytes().get(at..).unwrap_or_default()) {
        if reader.tree.is_full() {
            reader
                .tree
                .skipped
                .push((at as u32, text.len() as u32, NodeId::ROOT));
            break;
        }
        reader.text_of_element(at, at + found);
        at = reader.tag(at + found);
    }
    if let Some(open) = reader.open.first() {
        reader.tree.unclosed.get_or_insert((open.start, open.end));
    }
    reader.tree
}

struct Open<'a> {
    tag: &'a str,
    node: Option<NodeId>,
    start: u32,
    end: u32,
    has_children: bool,
}

struct Reader<'a> {
    text: &'a str,
    tree: Tree<'a>,
    open: Vec<Open<'a>>,
}

impl<'a> Reader<'a> {
    fn here(&self) -> Option<NodeId> {
        match self.open.last() {
            Some(open) => open.node,
            None => Some(NodeId::ROOT),
        }
    }

    fn text_of_element(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..end).unwrap_or("").trim();
        let Some(open) = self.open.last() else { return };
        if text.is_empty() || open.has_children {
            return;
        }
        let (node, head) = (open.node, (open.start, end as u32));
        self.add(node, text, head);
    }

    fn add(&mut self, parent: Option<NodeId>, text: &'a str, head: (u32, u32)) -> Option<NodeId> {
        let word = Word { text, quoted: false };
        let node = parent.and_then(|parent| self.tree.grow(parent, &[word], head));
        match node {
            Some(node) => self.tree.written.push(Written {
                start: head.0,
                end: head.1,
                node,
            }),
            None => {
                let place = parent.unwrap_or(NodeId::ROOT);
                self.tree.skipped.push((head.0, head.1, place));
            }
        }
        node
    }

    /// Reads the tag at `at` and returns where it ends.
    fn tag(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        if rest.starts_with("<!--") {
            return memmem::find(rest.as_bytes(), b"-->").map_or(self.text.len(), |end| at + end + 3);
        }
        let end = memchr(b'>', rest.as_bytes()).map_or(self.text.len(), |end| at + end + 1);
        let inner = self.text.get(at + 1..end).unwrap_or("").trim_end_matches('>');
        if inner.starts_with(['?', '!']) {
            return end;
        }
        if let Some(tag) = inner.strip_prefix('/') {
            self.close(tag.trim(), end);
            return end;
        }
        let is_empty = inner.ends_with('/');
        let inner = inner.trim_end_matches('/');
        let (tag, attributes) = inner.split_once([' ', '\t', '\n', '\r']).unwrap_or((inner, ""));
        if let Some(open) = self.open.last_mut() {
            open.has_children = true;
        }
        let parent = self.here();
        let head = (at as u32, end as u32);
        let node = match tag {
            "entry" => attribute(attributes, "name").and_then(|name| self.add(parent, name, head)),
            // The text is the word.
            "member" => parent,
            _ => self.add(parent, tag, head),
        };
        if !is_empty {
            self.open.push(Open {
                tag,
                node,
                start: head.0,
                end: head.1,
                has_children: false,
            });
        }
        end
    }

    /// Closes the innermost element of that name, and what was left open in it.
    fn close(&mut self, tag: &str, end: usize) {
        // A stray end tag closes nothing; bounded, so that many of them stay linear.
        let near = self.open.iter().rev().take(64).position(|open| open.tag == tag);
        for _ in 0..near.map_or(0, |depth| depth + 1) {
            if let Some(node) = self.open.pop().and_then(|open| open.node) {
                self.tree.touch(node, end as u32);
            }
        }
    }
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}
