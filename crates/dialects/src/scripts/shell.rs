//! Commands of a shell: `sh` and its kin, and `cmd`. Only what tells which words a command has is followed: quotes,
//! continued lines, comments, here documents, blocks that may not run.

mod quoting;

use pairlint_model::source::{Source, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavor {
    Posix,
    Cmd,
}

#[derive(Debug, Clone)]
pub(super) struct Word {
    pub pieces: Vec<Piece>,
    /// Quotes included.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum Piece {
    Literal(String),
    Variable {
        name: String,
        quoted: bool,
    },
    /// `$(…)`: a command whose output it is.
    Output(Span),
    /// Something else that is known when the script runs.
    Open(String),
}

impl Word {
    /// The word where it is written out.
    pub(super) fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal(text)] => Some(text),
            [] => Some(""),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Command {
    pub words: Vec<Word>,
    pub span: Span,
    /// Why it may not run, or run more than once.
    pub doubt: Option<&'static str>,
    /// The items of `name=(a b)`.
    pub array: Option<(String, Vec<Word>)>,
}

const CONDITION: &str = "the command is in a condition";
const LOOP: &str = "the command is in a loop";
const FUNCTION: &str = "the command is in a function";
const ASKED: &str = "it is asked for";
const MAXIMUM_NESTING: u32 = 6;

pub(super) fn commands(source: &Source, start: usize, end: usize, flavor: Flavor) -> Vec<Command> {
    let mut found = Vec::new();
    read(source, start, end, flavor, None, 0, &mut found);
    found
}

fn read(
    source: &Source,
    start: usize,
    end: usize,
    flavor: Flavor,
    doubt: Option<&'static str>,
    nesting: u32,
    found: &mut Vec<Command>,
) {
    if nesting > MAXIMUM_NESTING {
        return;
    }
    let mut lexer = Lexer {
        source,
        text: source.text().get(..end).unwrap_or(""),
        at: start,
        flavor,
        outer: doubt,
        nesting,
        words: Vec::new(),
        word: None,
        blocks: Vec::new(),
        next_conditional: None,
        after_parentheses: false,
        skip_word: false,
        heredocs: Vec::new(),
        found,
    };
    lexer.run();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Condition,
    Loop,
    Function,
    Group,
}

struct Building {
    pieces: Vec<Piece>,
    start: usize,
    quoted: bool,
}

struct Lexer<'s, 'f> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    flavor: Flavor,
    outer: Option<&'static str>,
    nesting: u32,
    words: Vec<Word>,
    word: Option<Building>,
    blocks: Vec<Block>,
    next_conditional: Option<&'static str>,
    after_parentheses: bool,
    skip_word: bool,
    heredocs: Vec<String>,
    found: &'f mut Vec<Command>,
}

impl Lexer<'_, '_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match (c, self.flavor) {
                ('\\', Flavor::Posix) | ('^', Flavor::Cmd) => self.escape(c),
                ('\'', Flavor::Posix) => self.single_quoted(),
                ('"', _) => self.double_quoted(),
                ('$', Flavor::Posix) => self.dollar(false),
                ('`', Flavor::Posix) => self.backticks(),
                ('%', Flavor::Cmd) => self.percent(false),
                ('#', Flavor::Posix) if self.word.is_none() => self.skip_line(),
                ('\n', _) => {
                    self.at += 1;
                    self.end_command();
                    self.skip_heredocs();
                }
                ('\r' | ' ' | '\t', _) => {
                    self.at += 1;
                    self.end_word();
                }
                (';', Flavor::Posix) => {
                    self.at += 1;
                    self.end_command();
                }
                ('&', _) => self.ampersand(),
                ('|', _) => self.pipe(),
                ('(' | ')', _) => self.parenthesis(c),
                ('<' | '>', _) => self.redirection(c),
                _ => {
                    self.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.end_command();
    }

    fn building(&mut self) -> &mut Building {
        let start = self.at;
        self.word.get_or_insert_with(|| Building {
            pieces: Vec::new(),
            start,
            quoted: false,
        })
    }

    fn push(&mut self, c: char) {
        let building = self.building();
        match building.pieces.last_mut() {
            Some(Piece::Literal(text)) => text.push(c),
            _ => building.pieces.push(Piece::Literal(c.to_string())),
        }
    }

    fn push_text(&mut self, text: &str) {
        let building = self.building();
        match building.pieces.last_mut() {
            Some(Piece::Literal(known)) => known.push_str(text),
            _ => building.pieces.push(Piece::Literal(text.to_owned())),
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn ampersand(&mut self) {
        let both = self.rest().starts_with("&&");
        self.at += if both { 2 } else { 1 };
        let tests = self.words.first().and_then(Word::literal).map(str::to_owned);
        self.end_command();
        // A test decides; any other command is there to succeed.
        if both && tests.is_some_and(|word| matches!(word.as_str(), "[" | "[[" | "test" | "!" | "grep")) {
            self.next_conditional = Some(CONDITION);
        }
    }

    fn pipe(&mut self) {
        let or = self.rest().starts_with("||");
        self.at += if or { 2 } else { 1 };
        self.end_command();
        if or {
            self.next_conditional = Some(CONDITION);
        }
    }

    fn parenthesis(&mut self, c: char) {
        // `name=(a b)`.
        let array = self
            .word
            .as_ref()
            .is_some_and(|word| match word.pieces.as_slice() {
                [Piece::Literal(text)] => text.ends_with('=') && !word.quoted,
                _ => false,
            });
        if c == '(' && array && self.flavor == Flavor::Posix {
            return self.array();
        }
        self.at += 1;
        self.end_command();
        self.after_parentheses = c == ')';
        if self.flavor == Flavor::Cmd {
            match c {
                '(' => self.blocks.push(Block::Condition),
                _ => drop(self.blocks.pop()),
            }
        }
    }

    fn array(&mut self) {
        let start = self.word.as_ref().map_or(self.at, |word| word.start);
        let name = match self.word.take().map(|word| word.pieces) {
            Some(pieces) => match pieces.into_iter().next() {
                Some(Piece::Literal(text)) => text.trim_end_matches('=').to_owned(),
                _ => String::new(),
            },
            None => String::new(),
        };
        let length = parentheses(self.rest());
        let (from, to) = (self.at + 1, (self.at + length).saturating_sub(1).max(self.at + 1));
        let mut inner = Vec::new();
        // Line ends do not end the list.
        read(
            self.source,
            from,
            to,
            self.flavor,
            None,
            self.nesting + 1,
            &mut inner,
        );
        let items: Vec<Word> = inner.into_iter().flat_map(|command| command.words).collect();
        self.at += length;
        let span = self.source.range(start, self.at);
        let doubt = self.doubt();
        self.found.push(Command {
            words: Vec::new(),
            span,
            doubt,
            array: Some((name, items)),
        });
    }

    fn redirection(&mut self, c: char) {
        let rest = self.rest();
        if let Some(behind) = rest.strip_prefix("<<").filter(|rest| !rest.starts_with('<')) {
            let behind = behind.strip_prefix('-').unwrap_or(behind);
            let behind = behind.trim_start_matches([' ', '\t']);
            let delimiter: String = behind
                .chars()
                .take_while(|c| !c.is_whitespace() && !matches!(c, ';' | '|' | ')' | '&' | '<' | '>'))
                .filter(|c| !matches!(c, '\'' | '"' | '\\'))
                .collect();
            if self.flavor == Flavor::Posix && !delimiter.is_empty() {
                let length = behind
                    .find(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | ')' | '&' | '<' | '>'))
                    .unwrap_or(behind.len());
                self.at = self.text.len() - behind.len() + length;
                self.heredocs.push(delimiter);
                return;
            }
        }
        // The number of a stream.
        if self.word.as_ref().is_some_and(|word| {
            matches!(word.pieces.as_slice(), [Piece::Literal(text)] if text.bytes().all(|b| b.is_ascii_digit()))
        }) {
            self.word = None;
        }
        self.end_word();
        let length = rest_operators(self.rest(), c);
        self.at += length;
        if self.rest().starts_with('&') {
            let digits = self
                .rest()
                .bytes()
                .skip(1)
                .take_while(|b| b.is_ascii_digit() || *b == b'-')
                .count();
            self.at += 1 + digits;
        } else {
            self.skip_word = true;
        }
    }

    fn skip_heredocs(&mut self) {
        for delimiter in std::mem::take(&mut self.heredocs) {
            while self.at < self.text.len() {
                let rest = self.rest();
                let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let line = rest.get(..length).unwrap_or("").trim();
                let ends = line == delimiter;
                self.at += length.max(1);
                if ends {
                    break;
                }
            }
        }
    }

    fn end_word(&mut self) {
        let Some(building) = self.word.take() else { return };
        if std::mem::take(&mut self.skip_word) {
            return;
        }
        self.words.push(Word {
            pieces: building.pieces,
            span: self.source.range(building.start, self.at_end()),
        });
    }

    /// The end of the last word: where its separator starts.
    fn at_end(&self) -> usize {
        let before = self.text.get(..self.at).unwrap_or("");
        let blanks = [' ', '\t', '\n', '\r', ';', '&', '|', '(', ')'];
        let trimmed = before.trim_end_matches(blanks).len();
        // A continued line before the separator.
        before
            .get(..trimmed)
            .and_then(|text| text.strip_suffix(['\\', '^']))
            .map_or(trimmed, |text| text.trim_end_matches(blanks).len())
    }

    fn doubt(&self) -> Option<&'static str> {
        let block = self.blocks.iter().rev().find(|block| **block != Block::Group);
        self.outer.or(self.next_conditional).or(match block {
            Some(Block::Loop) => Some(LOOP),
            Some(Block::Condition) => Some(CONDITION),
            Some(Block::Function) => Some(FUNCTION),
            _ => None,
        })
    }

    fn end_command(&mut self) {
        self.end_word();
        self.skip_word = false;
        let mut words = std::mem::take(&mut self.words);
        let parentheses = std::mem::take(&mut self.after_parentheses);
        while let Some(keyword) = words.first().and_then(Word::literal).map(str::to_owned) {
            match keyword.as_str() {
                "if" | "case" if self.flavor == Flavor::Posix => self.blocks.push(Block::Condition),
                "for" | "while" | "until" | "select" if self.flavor == Flavor::Posix => {
                    self.blocks.push(Block::Loop);
                    if keyword == "for" {
                        // The variable changes with every round.
                        self.assigned(words.get(1), LOOP);
                        words.clear();
                    }
                }
                "if" | "for" if self.flavor == Flavor::Cmd => {
                    self.next_conditional = Some(CONDITION);
                    break;
                }
                "fi" | "esac" | "done" if self.flavor == Flavor::Posix => drop(self.blocks.pop()),
                "then" | "else" | "elif" | "do" | "!" | "time" if self.flavor == Flavor::Posix => {}
                "{" => self.blocks.push(match parentheses {
                    true => Block::Function,
                    false => Block::Group,
                }),
                "}" => drop(self.blocks.pop()),
                "function" => {
                    self.blocks.push(Block::Function);
                    let opens = words.iter().any(|word| word.literal() == Some("{"));
                    words.clear();
                    if !opens {
                        // The brace on the next line belongs to it.
                        self.blocks.pop();
                        self.after_parentheses = true;
                    }
                }
                "read" if self.flavor == Flavor::Posix => {
                    for word in words.clone().iter().skip(1) {
                        self.assigned(Some(word), ASKED);
                    }
                    words.clear();
                }
                _ => break,
            }
            if words.is_empty() {
                break;
            }
            words.remove(0);
        }
        let doubt = self.doubt();
        self.next_conditional = None;
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            // `name()` may be followed by its brace on the next line.
            self.after_parentheses |= parentheses;
            return;
        };
        let span = first.span.to(last.span);
        self.found.push(Command {
            words,
            span,
            doubt,
            array: None,
        });
    }

    /// An assignment of something that only a run knows.
    fn assigned(&mut self, word: Option<&Word>, why: &'static str) {
        let named = word.and_then(|word| Some((word.literal()?, word.span)));
        if let Some((name, span)) = named.filter(|(name, _)| !name.starts_with('-')) {
            self.found.push(Command {
                words: Vec::new(),
                span,
                doubt: Some(why),
                array: Some((name.to_owned(), Vec::new())),
            });
        }
    }
}

fn rest_operators(rest: &str, c: char) -> usize {
    rest.chars()
        .take_while(|other| *other == c || *other == '<' || *other == '>')
        .count()
}

/// The length of `(…)` at the start of a text, with its parentheses.
pub(super) fn parentheses(text: &str) -> usize {
    let mut depth = 0;
    let mut quote: Option<u8> = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, byte) {
            (None | Some(b'"'), b'\\') => escaped = true,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
