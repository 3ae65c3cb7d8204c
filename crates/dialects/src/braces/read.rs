//! From text to tree.

use std::ops::Range;

use super::words::{Comments, Stops, Word, line_end, word};
use super::{Capture, Ending, MAX_DEPTH, MAX_NODES, Modifier, NodeId, Syntax, Tree, Written};

/// Reads a configuration.
pub fn read<'a>(text: &'a str, syntax: &Syntax) -> Tree<'a> {
    read_parts(text, std::slice::from_ref(&(0..text.len())), syntax)
}

/// Reads the configuration that stands in these parts of a text, in ascending order.
pub fn read_parts<'a>(text: &'a str, parts: &[Range<usize>], syntax: &Syntax) -> Tree<'a> {
    let mut tree = Tree::new();
    for part in parts {
        let mut reader = Reader::new(text.get(..part.end).unwrap_or(text), syntax, tree);
        reader.at = part.start;
        reader.line_start = part.start;
        reader.run();
        tree = reader.tree;
    }
    tree
}

pub(super) struct Reader<'a, 's> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) syntax: &'s Syntax,
    pub(super) at: usize,
    /// Where the line of the last token begins.
    pub(super) line_start: usize,
    pub(super) comments: Comments,
    pub(super) tree: Tree<'a>,
    /// The blocks that are open, each with the start of its statement.
    pub(super) open: Vec<(NodeId, u32)>,
    /// The path that commands are relative to.
    pub(super) base: Vec<Word<'a>>,
    /// After a prompt, the path that printed blocks are relative to; printed commands have whole paths.
    pub(super) printed: Option<Vec<Word<'a>>>,
    /// The words of the statement at hand, and the items of its list; kept to save their memory.
    pub(super) words: Vec<Word<'a>>,
    pub(super) items: Vec<Word<'a>>,
}

/// How a statement in brace form ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Semicolon,
    Block,
    /// At the end of a line, before `}`, or with the text.
    Without,
}

impl<'a, 's> Reader<'a, 's> {
    fn new(text: &'a str, syntax: &'s Syntax, tree: Tree<'a>) -> Reader<'a, 's> {
        Reader {
            text,
            bytes: text.as_bytes(),
            syntax,
            at: 0,
            line_start: 0,
            comments: Comments::default(),
            tree,
            open: Vec::new(),
            base: Vec::new(),
            printed: None,
            words: Vec::new(),
            items: Vec::new(),
        }
    }

    fn run(&mut self) {
        loop {
            let first_in_line = self.skip_blanks();
            let Some(&byte) = self.bytes.get(self.at) else {
                break;
            };
            if self.tree.is_full() {
                let rest = (self.at as u32, self.bytes.len() as u32, NodeId::ROOT);
                self.tree.skipped.push(rest);
                self.at = self.bytes.len();
                break;
            }
            if first_in_line && self.captured() {
                continue;
            }
            match byte {
                b'}' => self.close(),
                b';' => self.at += 1,
                // A block without a name has no place in the tree.
                b'{' => self.skip_block(self.at, self.here()),
                _ => self.statement(),
            }
        }
        self.interrupt();
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The node that statements are added to.
    fn here(&self) -> NodeId {
        self.open.last().map_or(NodeId::ROOT, |&(node, _)| node)
    }

    /// Skips blanks, line ends and comments. Returns whether only blanks stand before the place on its line.
    fn skip_blanks(&mut self) -> bool {
        let mut first = self.at == self.line_start;
        while let Some(byte) = self.byte() {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    first = true;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                _ => match self.comments.end(self.bytes, self.at) {
                    Some(end) => {
                        self.at = end;
                        first = false;
                    }
                    None => break,
                },
            }
        }
        first
    }

    /// Takes lines of a terminal capture that are not text of the language.
    fn captured(&mut self) -> bool {
        let end = line_end(self.bytes, self.at);
        let line = self.text.get(self.at..end).unwrap_or("").trim_end();
        match (self.syntax.capture)(line) {
            Capture::Text => false,
            Capture::Noise => {
                self.at = end;
                true
            }
            Capture::Prompt(length) => {
                self.interrupt();
                self.at = (self.at + length).min(end);
                while self.byte().is_some_and(|b| b == b' ' || b == b'\t') {
                    self.at += 1;
                }
                // What is typed is relative to where the user stands.
                self.printed = None;
                if !self.command(self.at) {
                    self.at = end;
                }
                self.printed.get_or_insert_with(|| self.base.clone());
                true
            }
            Capture::Within(path) => {
                self.interrupt();
                self.base.clear();
                let words = path.split_ascii_whitespace();
                self.base.extend(words.map(|text| Word { text, quoted: false }));
                self.printed = Some(self.base.clone());
                self.at = end;
                true
            }
        }
    }

    /// Closes every open block where the text ends or is cut.
    fn interrupt(&mut self) {
        if let Some(&(_, start)) = self.open.first() {
            let start = start as usize;
            let end = line_end(self.bytes, start);
            self.tree
                .unclosed
                .get_or_insert((start as u32, end.min(self.at) as u32));
        }
        while let Some((node, _)) = self.open.pop() {
            self.tree.touch(node, self.at as u32);
        }
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some((node, _)) = self.open.pop() {
            self.tree.touch(node, self.at as u32);
        }
    }

    /// Skips a block and everything in it; the brace stands at the current place.
    fn skip_block(&mut self, start: usize, node: NodeId) {
        let mut depth = 0u64;
        while let Some(byte) = self.byte() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ if self.syntax.quotes.contains(&byte) => {
                    self.at = word(self.text, self.at, self.syntax.quotes, Stops::Blocks).1;
                    continue;
                }
                b'#' | b'/' => {
                    if let Some(end) = self.comments.end(self.bytes, self.at) {
                        self.at = end;
                        continue;
                    }
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.tree.skipped.push((start as u32, self.at as u32, node));
    }

    fn statement(&mut self) {
        let start = self.at;
        if self.open.is_empty() && self.command(start) {
            return;
        }
        self.words.clear();
        self.items.clear();
        let mut modifier = Modifier::Nothing;
        let (end, ending) = self.statement_words(&mut modifier);
        let here = match self.open.last() {
            Some(&(node, _)) => Some(node),
            None => {
                let base = self.printed.as_ref().unwrap_or(&self.base);
                self.tree.grow(NodeId::ROOT, base, (start as u32, end as u32))
            }
        };
        let head = (start as u32, end as u32);
        let node = here.and_then(|here| self.place(here, head, modifier));
        match (ending, node) {
            (End::Block, Some(node)) => {
                self.at += 1;
                self.open.push((node, start as u32));
            }
            (End::Block, None) => self.skip_block(start, here.unwrap_or(NodeId::ROOT)),
            (_, None) => {
                let here = here.unwrap_or(NodeId::ROOT);
                self.tree.skipped.push((start as u32, end as u32, here));
            }
            (End::Semicolon, Some(_)) => self.at += 1,
            (End::Without, Some(node)) => {
                if self.syntax.ending == Ending::Semicolon {
                    self.tree.unended.push(Written {
                        start: head.0,
                        end: head.1,
                        node,
                    });
                }
            }
        }
    }

    /// Reads the words of a statement in brace form, and how it ends.
    fn statement_words(&mut self, modifier: &mut Modifier) -> (usize, End) {
        let (line_start, start) = (self.line_start, self.at);
        let mut end = self.at;
        loop {
            let Some(byte) = self.byte() else {
                return (end, End::Without);
            };
            match byte {
                b';' => return (end, End::Semicolon),
                b'{' => return (end, End::Block),
                b'}' => return (end, End::Without),
                b'[' => end = self.list(Stops::List),
                _ => {
                    let (word, after) = word(self.text, self.at, self.syntax.quotes, Stops::Blocks);
                    self.at = after;
                    end = after;
                    if self.words.is_empty()
                        && let Some(found) = named(self.syntax.modifiers, word)
                    {
                        *modifier = strongest(*modifier, found);
                    } else {
                        self.push(word);
                    }
                }
            }
            let before = self.at;
            let new_line = self.skip_blanks();
            if !new_line {
                continue;
            }
            match self.byte() {
                // The statement may be continued by what really ends it.
                Some(b'{' | b';') => {}
                _ if self.syntax.ending == Ending::Line => {
                    self.at = before;
                    return (end, End::Without);
                }
                Some(_) if self.column(self.line_start, self.at) > self.column(line_start, start) => {}
                _ => {
                    self.at = before;
                    return (end, End::Without);
                }
            }
        }
    }

    /// Returns how far the place is indented; a tab goes to the next multiple of eight.
    fn column(&self, line_start: usize, at: usize) -> usize {
        let before = self.bytes.get(line_start..at).unwrap_or_default();
        before.iter().fold(0, |column, &byte| match byte {
            b'\t' => (column / 8 + 1) * 8,
            _ => column + 1,
        })
    }

    /// Keeps a word; more than the tree can hold below one another are dropped by `place`.
    pub(super) fn push(&mut self, word: Word<'a>) {
        if self.words.len() <= usize::from(MAX_DEPTH) {
            self.words.push(word);
        }
    }

    /// Reads `[ a b c ]` and returns where it ends. Without its `]` it ends with the statement.
    pub(super) fn list(&mut self, stops: Stops) -> usize {
        self.at += 1;
        let mut end = self.at;
        loop {
            if stops == Stops::List {
                self.skip_blanks();
            } else {
                self.skip_spaces();
            }
            match self.byte() {
                Some(b']') => {
                    self.at += 1;
                    return self.at;
                }
                None | Some(b'\n') => return end,
                Some(b';' | b'{' | b'}') if stops == Stops::List => return end,
                Some(_) => {
                    let (word, after) = word(self.text, self.at, self.syntax.quotes, Stops::List);
                    self.at = after;
                    end = after;
                    // One more than fits is enough to make the tree full.
                    if self.items.len() <= MAX_NODES {
                        self.items.push(word);
                    }
                }
            }
        }
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.byte().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Adds the statement at hand and returns its last node; `None` where it does not fit.
    pub(super) fn place(&mut self, here: NodeId, head: (u32, u32), modifier: Modifier) -> Option<NodeId> {
        if self.words.is_empty() && self.items.is_empty() {
            return None;
        }
        match modifier {
            Modifier::Delete => {
                let found = self
                    .words
                    .iter()
                    .try_fold(here, |at, word| self.tree.any_child(at, word.text));
                if let Some(node) = found {
                    if self.items.is_empty() {
                        self.tree.remove(node);
                    }
                    for item in &self.items {
                        if let Some(node) = self.tree.any_child(node, item.text) {
                            self.tree.remove(node);
                        }
                    }
                }
                return Some(found.unwrap_or(here));
            }
            Modifier::Replace => {
                // A statement that ends with a value replaces its values, a block replaces itself.
                let block = self.byte() == Some(b'{');
                let keep = if block || !self.items.is_empty() {
                    self.words.len()
                } else {
                    self.words.len() - 1
                };
                let words = self.words.get(..keep).unwrap_or_default();
                let found = words
                    .iter()
                    .try_fold(here, |at, word| self.tree.any_child(at, word.text));
                if let Some(node) = found.filter(|_| keep > 0) {
                    self.tree.clear(node);
                }
            }
            Modifier::Inactive | Modifier::Active | Modifier::Nothing => {}
        }
        let node = self.tree.grow(here, &self.words, head)?;
        if self.items.is_empty() {
            self.tree.written.push(Written {
                start: head.0,
                end: head.1,
                node,
            });
            self.tree.set_inactive(node, modifier == Modifier::Inactive);
        }
        for item in &self.items {
            let child = self.tree.grow(node, std::slice::from_ref(item), head)?;
            self.tree.set_inactive(child, modifier == Modifier::Inactive);
            self.tree.written.push(Written {
                start: head.0,
                end: head.1,
                node: child,
            });
        }
        Some(node)
    }
}

pub(super) fn named<T: Copy>(table: &[(&str, T)], word: Word<'_>) -> Option<T> {
    let entry = table.iter().find(|(name, _)| *name == word.text && !word.quoted);
    entry.map(|&(_, value)| value)
}

/// `inactive: replace: x` keeps both in spirit: what changes more wins, and activity is kept.
fn strongest(old: Modifier, new: Modifier) -> Modifier {
    match (old, new) {
        (Modifier::Delete, _) | (_, Modifier::Delete) => Modifier::Delete,
        (Modifier::Inactive, _) | (_, Modifier::Inactive) => Modifier::Inactive,
        (Modifier::Nothing, new) => new,
        (old, _) => old,
    }
}
