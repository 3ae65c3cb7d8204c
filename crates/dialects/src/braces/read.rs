//! From text to tree.

use super::words::{Comments, Stops, Word, line_end, word};
use super::{Capture, Command, Ending, MAX_DEPTH, Modifier, NodeId, Syntax, Tree, Written};

/// Reads a configuration.
pub fn read<'a>(text: &'a str, syntax: &Syntax) -> Tree<'a> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        syntax,
        at: 0,
        line_start: 0,
        comments: Comments::default(),
        tree: Tree::new(),
        open: Vec::new(),
        base: Vec::new(),
        words: Vec::new(),
        items: Vec::new(),
    };
    reader.run();
    reader.tree
}

struct Reader<'a, 's> {
    text: &'a str,
    bytes: &'a [u8],
    syntax: &'s Syntax,
    at: usize,
    /// Where the line of the last token begins.
    line_start: usize,
    comments: Comments,
    tree: Tree<'a>,
    /// The blocks that are open, each with the start of its statement.
    open: Vec<(NodeId, u32)>,
    /// The path that commands and statements outside every block are relative to.
    base: Vec<Word<'a>>,
    /// The words of the statement at hand, and the items of its list; kept to save their memory.
    words: Vec<Word<'a>>,
    items: Vec<Word<'a>>,
}

/// How a statement in brace form ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Semicolon,
    Block,
    /// At the end of a line, before `}`, or with the text.
    Without,
}

impl<'a> Reader<'a, '_> {
    fn run(&mut self) {
        loop {
            let first_in_line = self.skip_blanks();
            let Some(&byte) = self.bytes.get(self.at) else {
                break;
            };
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

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The node that statements are added to.
    fn here(&self) -> NodeId {
        self.open.last().map_or(NodeId::ROOT, |&(node, _)| node)
    }

    /// Skips blanks, line ends and comments. Returns whether only blanks stand before the place on its line.
    fn skip_blanks(&mut self) -> bool {
        let mut first = self.at == 0;
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
                if !self.command(self.at) {
                    self.at = end;
                }
                true
            }
            Capture::Within(path) => {
                self.interrupt();
                self.base.clear();
                let words = path.split_ascii_whitespace();
                self.base.extend(words.map(|text| Word { text, quoted: false }));
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
            None => self
                .tree
                .grow(NodeId::ROOT, &self.base, (start as u32, end as u32)),
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
    fn push(&mut self, word: Word<'a>) {
        if self.words.len() <= usize::from(MAX_DEPTH) {
            self.words.push(word);
        }
    }

    /// Reads `[ a b c ]` and returns where it ends. Without its `]` it ends with the statement.
    fn list(&mut self, stops: Stops) -> usize {
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
                    self.items.push(word);
                }
            }
        }
    }

    fn skip_spaces(&mut self) {
        while self.byte().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Adds the statement at hand and returns its last node; `None` where it does not fit.
    fn place(&mut self, here: NodeId, head: (u32, u32), modifier: Modifier) -> Option<NodeId> {
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

    /// Reads a one-line command, if one stands at `start`.
    fn command(&mut self, start: usize) -> bool {
        let (first, after) = word(self.text, start, self.syntax.quotes, Stops::Blanks);
        let Some(mut command) = named(self.syntax.commands, first) else {
            return false;
        };
        self.at = after;
        self.command_words();
        if command == Command::Top {
            self.base.clear();
            if let Some(&next) = self.words.first()
                && let Some(next) = named(self.syntax.commands, next)
            {
                command = next;
                self.words.remove(0);
            }
        }
        self.obey(command, (start as u32, self.at as u32));
        true
    }

    /// Reads the rest of the line into words and list items.
    fn command_words(&mut self) {
        self.words.clear();
        self.items.clear();
        let mut end = self.at;
        loop {
            self.skip_spaces();
            match self.byte() {
                None | Some(b'\n') => break,
                Some(b'#') => {
                    self.at = line_end(self.bytes, self.at);
                    break;
                }
                Some(b'[') if self.items.is_empty() => end = self.list(Stops::Blanks),
                Some(_) => {
                    let (word, after) = word(self.text, self.at, self.syntax.quotes, Stops::Blanks);
                    self.at = after;
                    end = after;
                    self.push(word);
                }
            }
        }
        self.at = end.max(self.at.min(line_end(self.bytes, end)));
    }

    fn obey(&mut self, command: Command, head: (u32, u32)) {
        let head = (head.0, self.text_end(head));
        let skip = |reader: &mut Self| reader.tree.skipped.push((head.0, head.1, NodeId::ROOT));
        match command {
            Command::Nothing | Command::Top => {}
            Command::Unknown => skip(self),
            Command::Edit => {
                let words = std::mem::take(&mut self.words);
                self.base.extend(words);
                self.base.truncate(usize::from(MAX_DEPTH) + 1);
            }
            Command::Set => {
                let base = self.tree.grow(NodeId::ROOT, &self.base, head);
                if base
                    .and_then(|base| self.place(base, head, Modifier::Active))
                    .is_none()
                {
                    skip(self);
                }
            }
            Command::Delete | Command::Deactivate | Command::Activate => {
                let Some(node) = self.named_path(self.words.len()) else {
                    return;
                };
                let mut targets = vec![node];
                if !self.items.is_empty() {
                    let items = self.items.iter();
                    targets = items
                        .filter_map(|item| self.tree.any_child(node, item.text))
                        .collect();
                }
                for node in targets {
                    match command {
                        Command::Delete if node == NodeId::ROOT => self.tree.clear(node),
                        Command::Delete => self.tree.remove(node),
                        _ => self.tree.set_inactive_as(node, command == Command::Deactivate),
                    }
                }
            }
            Command::Rename | Command::Insert => {
                if !self.rearrange(command) {
                    skip(self);
                }
            }
        }
    }

    /// Where the visible text of a line ends.
    fn text_end(&self, (start, end): (u32, u32)) -> u32 {
        let line = self.text.get(start as usize..end as usize).unwrap_or("");
        start + line.trim_end().len() as u32
    }

    /// Returns what the first `count` words of a command name, below the base.
    fn named_path(&self, count: usize) -> Option<NodeId> {
        let words = self.base.iter().chain(self.words.iter().take(count));
        words
            .map(|word| word.text)
            .try_fold(NodeId::ROOT, |at, word| self.tree.any_child(at, word))
    }

    /// Obeys `rename A … to B` and `insert A … before B`.
    fn rearrange(&mut self, command: Command) -> bool {
        let is_joint = |word: &Word<'_>| match command {
            Command::Rename => word.text == "to",
            _ => word.text == "before" || word.text == "after",
        };
        let Some(joint) = self.words.iter().rposition(is_joint) else {
            return false;
        };
        let (Some(node), Some(&target)) = (self.named_path(joint), self.words.last()) else {
            return false;
        };
        if joint + 1 >= self.words.len() || node == NodeId::ROOT {
            return false;
        }
        if command == Command::Rename {
            return self.tree.rename(node, target);
        }
        let other = self
            .tree
            .parent(node)
            .and_then(|parent| self.tree.any_child(parent, target.text));
        let before = self.words.get(joint).is_some_and(|word| word.text == "before");
        other.is_some_and(|other| self.tree.move_beside(node, other, before))
    }
}

fn named<T: Copy>(table: &[(&str, T)], word: Word<'_>) -> Option<T> {
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
