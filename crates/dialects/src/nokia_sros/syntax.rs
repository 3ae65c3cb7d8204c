//! The three written forms of SR OS, read into one tree of words.
//!
//! MD-CLI prints nested blocks with braces, `/configure …` repeats the whole path on one line, and the classic CLI
//! nests by indentation and closes with `exit`. All of them may stand in one text, so each line is looked at for
//! itself: inside braces a line is a statement, outside it is a block that deeper lines belong to.

use pairlint_model::source::Source;

use super::prompt::{self, Typed};
use super::tokens::{Token, Tokens};
use crate::braces::{MAX_NODES, NodeId, Tree, Word, Written};
use crate::lines::{Line, Lines};

/// What was read.
pub(super) struct Text<'a> {
    pub tree: Tree<'a>,
    /// Some block stands in braces, or a list in brackets: it was configured through MD-CLI.
    pub model_driven: bool,
    /// `# TiMOS-B-19.10.R2`, or the version of the configuration format.
    pub version: Option<(u32, u32)>,
    /// The file has the head or the foot that the system writes.
    pub whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Brace,
    /// Classic: what is indented deeper than this belongs to it.
    Indent(u32),
}

struct Reader<'a, 's> {
    source: &'s Source,
    text: Text<'a>,
    open: Vec<(NodeId, Block, u32)>,
    /// How many of the open blocks stand in braces.
    braces: usize,
    /// Where relative lines stand, from a prompt or a banner.
    base: Vec<Word<'a>>,
    /// What follows is the output of a command that shows no configuration.
    noise: bool,
    words: Vec<Word<'a>>,
    items: Vec<Word<'a>>,
}

/// Reads a part of a source.
pub(super) fn read<'a>(source: &Source, part: &'a str) -> Text<'a> {
    let mut reader = Reader {
        source,
        text: Text {
            tree: Tree::new(),
            model_driven: false,
            version: None,
            whole: false,
        },
        open: Vec::new(),
        braces: 0,
        base: Vec::new(),
        noise: false,
        words: Vec::new(),
        items: Vec::new(),
    };
    for line in Lines::new(part) {
        reader.line(line);
        if reader.text.tree.is_full() {
            let (at, end) = (reader.place(line.text).1, reader.place(part).1);
            reader.text.tree.skipped.push((at, end, NodeId::ROOT));
            break;
        }
    }
    reader.interrupt();
    reader.text
}

/// The keyword that a word is, without quotation marks.
pub(super) fn is_word(word: Word<'_>, text: &str) -> bool {
    !word.quoted && word.text == text
}

impl<'a> Reader<'a, '_> {
    fn place(&self, text: &str) -> (u32, u32) {
        let span = self.source.span(text);
        (span.start, span.end)
    }

    fn line(&mut self, line: Line<'a>) {
        let text = line.text;
        if let Some(comment) = text.strip_prefix('#') {
            self.comment(comment);
            return;
        }
        let is_rule = text.bytes().all(|b| b == b'-' || b == b'=');
        if text.is_empty() || is_rule || text.starts_with("echo ") || text.starts_with("Press any key") {
            return;
        }
        if let Some(path) = prompt::banner(text) {
            self.interrupt();
            self.base.clear();
            match path {
                Some(path) => {
                    self.text.model_driven = true;
                    self.noise = false;
                    self.rebase(path);
                }
                None => self.noise = true,
            }
            return;
        }
        if let Some((path, command)) = prompt::prompt(text) {
            self.interrupt();
            if let Some(path) = path {
                self.base.clear();
                self.base.extend(prompt::context(path));
            }
            match prompt::typed(command) {
                Typed::Prints => self.noise = false,
                Typed::Other => self.noise = true,
                Typed::Statement => {
                    self.noise = false;
                    self.statement(command, line.indent);
                }
            }
            return;
        }
        if !self.noise {
            self.statement(text, line.indent);
        }
    }

    fn rebase(&mut self, path: &'a str) {
        for token in Tokens::new(path) {
            if let Token::Word(word) = token {
                self.base.push(word);
            }
        }
        instance(&mut self.base);
    }

    /// The head tells the release, the foot that the text is whole.
    fn comment(&mut self, comment: &str) {
        let comment = comment.trim_start();
        let release = comment
            .strip_prefix("TiMOS-")
            .and_then(|rest| rest.split_once('-'));
        let format = comment.strip_prefix("Configuration format version ");
        let version = release.map(|(_, version)| version).or(format);
        if let Some(version) = version {
            self.text.whole = true;
            let mut numbers = version.split(|c: char| !c.is_ascii_digit());
            let mut next = || numbers.next().and_then(|number| number.parse().ok());
            if let (Some(major), Some(minor)) = (next(), next()) {
                self.text.version.get_or_insert((major, minor));
            }
        }
        self.text.whole |= comment.starts_with("Finished ");
    }

    fn in_braces(&self) -> bool {
        self.braces > 0
    }

    /// Closes every open block where the text ends or is cut.
    fn interrupt(&mut self) {
        if let Some(&(_, _, start)) = self.open.iter().find(|(_, block, _)| *block == Block::Brace) {
            let line = self.source.line_of(start);
            let end = self.source.span(self.source.line(line)).end;
            self.text.tree.unclosed.get_or_insert((start, end));
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.open.clear();
        self.braces = 0;
    }

    /// The node that statements are added to.
    fn here(&mut self, head: (u32, u32)) -> Option<NodeId> {
        match self.open.last() {
            Some(&(node, ..)) => Some(node),
            None => {
                let base = std::mem::take(&mut self.base);
                let node = self.text.tree.grow(NodeId::ROOT, &base, head);
                self.base = base;
                node
            }
        }
    }

    fn statement(&mut self, text: &'a str, indent: u32) {
        if !self.in_braces() {
            self.dedent(indent);
        }
        let mut tokens = Tokens::new(text);
        self.words.clear();
        self.items.clear();
        match tokens.clone().next() {
            Some(Token::Word(first)) if !first.quoted => match first.text {
                "exit" => {
                    if text == "exit all" {
                        self.reset();
                        self.base.clear();
                    }
                    return;
                }
                "configure" | "/configure" => {
                    tokens.next();
                    self.reset();
                    self.base.clear();
                }
                "begin" | "commit" | "back" | "top" | "validate" | "discard" | "info"
                    if text == first.text =>
                {
                    return;
                }
                _ => {}
            },
            _ => {}
        }
        let (start, end) = self.place(text);
        let mut complete = true;
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(word) => self.words.push(word),
                Token::ListOpen => {
                    self.text.model_driven = true;
                    for token in tokens.by_ref() {
                        match token {
                            Token::Word(word) if self.items.len() < MAX_NODES => self.items.push(word),
                            Token::ListClose => break,
                            _ => {}
                        }
                    }
                }
                Token::ListClose => {}
                Token::Open => {
                    self.text.model_driven = true;
                    let node = self.put((start, end)).or_else(|| self.here((start, end)));
                    self.open
                        .push((node.unwrap_or(NodeId::ROOT), Block::Brace, start));
                    self.braces += 1;
                    complete = false;
                }
                Token::Close => {
                    if !self.words.is_empty() {
                        self.put((start, end));
                    }
                    self.close(end);
                    complete = false;
                }
            }
        }
        if self.words.is_empty() && self.items.is_empty() {
            return;
        }
        let node = self.put((start, end));
        if let Some(node) = node.filter(|_| complete && !self.in_braces()) {
            self.open.push((node, Block::Indent(indent), start));
        }
    }

    fn dedent(&mut self, indent: u32) {
        while let Some(&(_, Block::Indent(outer), _)) = self.open.last() {
            if outer < indent {
                break;
            }
            self.open.pop();
        }
    }

    fn close(&mut self, end: u32) {
        while let Some((node, block, _)) = self.open.pop() {
            self.text.tree.touch(node, end);
            if block == Block::Brace {
                self.braces = self.braces.saturating_sub(1);
                break;
            }
        }
    }

    /// Adds the words at hand to the tree, or obeys them, and returns their last node.
    fn put(&mut self, head: (u32, u32)) -> Option<NodeId> {
        let mut words = std::mem::take(&mut self.words);
        let items = std::mem::take(&mut self.items);
        let node = self.obey(&mut words, &items, head);
        if node.is_none() && !words.is_empty() {
            let here = self.open.last().map_or(NodeId::ROOT, |&(node, ..)| node);
            self.text.tree.skipped.push((head.0, head.1, here));
        }
        words.clear();
        self.words = words;
        self.items = items;
        self.items.clear();
        node
    }

    fn obey(&mut self, words: &mut Vec<Word<'a>>, items: &[Word<'a>], head: (u32, u32)) -> Option<NodeId> {
        if words.is_empty() && items.is_empty() {
            return None;
        }
        let here = self.here(head)?;
        if here == NodeId::ROOT {
            instance(words);
        }
        let tree = &mut self.text.tree;
        // Inside braces no statement is called `delete`; classic has none at all.
        if let Some(at) = words.iter().position(|&word| is_word(word, "delete"))
            && at + 1 < words.len()
        {
            words.remove(at);
            let found = words
                .iter()
                .try_fold(here, |at, word| tree.any_child(at, word.text));
            if let Some(node) = found {
                tree.remove(node);
            }
            return Some(here);
        }
        if words.first().is_some_and(|&word| is_word(word, "insert")) {
            return None;
        }
        if let Some((&first, rest)) = words.split_first()
            && is_word(first, "no")
        {
            let found = rest
                .iter()
                .try_fold(here, |at, word| tree.any_child(at, word.text));
            if let Some(node) = found.filter(|_| !rest.is_empty()) {
                tree.remove(node);
            }
        }
        if words.len() > 2 && words.last().is_some_and(|&word| is_word(word, "create")) {
            words.pop();
        }
        // `vprn 10 name "X" customer 1`: what follows the key stands beside the block's statements.
        let is_service = words.first().is_some_and(|&word| {
            ["vprn", "ies", "vpls", "epipe"]
                .iter()
                .any(|kind| is_word(word, kind))
        });
        let cut = if is_service {
            words.len().min(2)
        } else {
            words.len()
        };
        let node = tree.grow(here, words.get(..cut)?, head)?;
        let rest = words.get(cut..).unwrap_or_default();
        for pair in rest.chunks(2) {
            tree.grow(node, pair, head)?;
        }
        if items.is_empty() {
            tree.written.push(Written {
                start: head.0,
                end: head.1,
                node,
            });
        }
        for item in items {
            let child = tree.grow(node, std::slice::from_ref(item), head)?;
            tree.written.push(Written {
                start: head.0,
                end: head.1,
                node: child,
            });
        }
        Some(node)
    }
}

/// In classic form `router` without a name is the base instance; MD-CLI always writes the name.
fn instance(words: &mut Vec<Word<'_>>) {
    if !words.first().is_some_and(|&word| is_word(word, "router")) {
        return;
    }
    let is_named = words.get(1).is_some_and(|word| {
        word.quoted
            || ["Base", "management", "vpls-management"].contains(&word.text)
            || word.text.bytes().all(|b| b.is_ascii_digit())
    });
    if !is_named {
        words.insert(
            1,
            Word {
                text: "Base",
                quoted: true,
            },
        );
    }
}
