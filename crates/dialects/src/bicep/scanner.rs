//! Characters of Bicep: blanks, comments, words, and how to get past what is not understood.

use pairlint_model::source::{Source, Span, Spanned};

pub(super) struct Scanner<'a> {
    pub source: &'a Source,
    pub text: &'a str,
    pub at: usize,
    /// In the order of the text.
    pub comments: Vec<Spanned<&'a str>>,
    /// Files whose content is loaded.
    pub loads: Vec<String>,
    /// How deep expressions and objects stand in each other.
    pub depth: u32,
    /// The file ended within something.
    pub cut: bool,
}

/// Words that declarations start with.
const DECLARATIONS: &[&str] = &[
    "param",
    "var",
    "resource",
    "module",
    "output",
    "targetScope",
    "metadata",
    "type",
    "func",
    "import",
    "using",
    "extends",
    "extension",
    "provider",
    "assert",
];

impl<'a> Scanner<'a> {
    pub fn new(source: &'a Source) -> Scanner<'a> {
        Scanner {
            source,
            text: source.text(),
            at: 0,
            comments: Vec::new(),
            loads: Vec::new(),
            depth: 0,
            cut: false,
        }
    }

    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn span_from(&self, start: usize) -> Span {
        self.source.range(start, self.at)
    }

    /// Skips blanks and comments on the line; what `#disable-next-line` and its like say, too.
    pub fn blank(&mut self) {
        loop {
            let rest = self.rest();
            match rest.as_bytes() {
                [b' ' | b'\t' | b'\r', ..] => self.at += 1,
                [b'/', b'/', ..] => {
                    let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                    self.comment(length);
                }
                [b'/', b'*', ..] => {
                    let end = memchr::memmem::find(rest.get(2..).unwrap_or("").as_bytes(), b"*/");
                    self.cut |= end.is_none();
                    self.comment(end.map_or(rest.len(), |end| end + 4));
                }
                [b'#', ..] if self.is_at_line_start() => {
                    self.at += memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                }
                [0xef, 0xbb, 0xbf, ..] => self.at += 3,
                _ => return,
            }
        }
    }

    fn is_at_line_start(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or("").bytes().rev();
        let mut before = before.skip_while(|byte| matches!(byte, b' ' | b'\t'));
        matches!(before.next(), None | Some(b'\n'))
    }

    fn comment(&mut self, length: usize) {
        let start = self.at;
        self.at += length;
        let span = self.span_from(start);
        // What was tried and given up is read once more.
        if self
            .comments
            .last()
            .is_none_or(|last| last.span.start < span.start)
        {
            let text = self.text.get(start..self.at).unwrap_or("").trim_end();
            self.comments.push(self.source.spanned(text, text));
        }
    }

    /// Skips blanks, comments and line ends.
    pub fn space(&mut self) {
        loop {
            self.blank();
            if !self.rest().starts_with('\n') {
                return;
            }
            self.at += 1;
        }
    }

    pub fn eat(&mut self, token: &str) -> bool {
        self.blank();
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    pub fn peek_word(&mut self) -> &'a str {
        self.blank();
        let rest = self.rest();
        let mut bytes = rest.bytes().enumerate();
        let end = bytes.find(|&(at, byte)| {
            !(byte.is_ascii_alphabetic() || byte == b'_' || (at > 0 && byte.is_ascii_digit()))
        });
        rest.get(..end.map_or(rest.len(), |(at, _)| at)).unwrap_or("")
    }

    pub fn word(&mut self) -> Option<&'a str> {
        let word = self.peek_word();
        self.at += word.len();
        (!word.is_empty()).then_some(word)
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let there = self.peek_word() == word;
        if there {
            self.at += word.len();
        }
        there
    }

    /// Skips to the end of the line on which all brackets are closed, or to the bracket or comma that ends the item.
    /// At the top a closing bracket is skipped, too.
    pub fn skip_item(&mut self, inside: bool) {
        let mut open = 0u32;
        loop {
            self.blank();
            let rest = self.rest();
            let Some(&byte) = rest.as_bytes().first() else {
                self.cut |= open > 0;
                return;
            };
            match byte {
                b'\n' if open == 0 => return,
                b',' if open == 0 && inside => return,
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' if open > 0 => open -= 1,
                b'}' | b']' | b')' if inside => return,
                b'\'' => {
                    self.skip_text();
                    continue;
                }
                _ => {}
            }
            self.at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }

    /// Skips a text; an ordinary one ends with its line.
    pub fn skip_text(&mut self) {
        let rest = self.rest();
        if let Some(inner) = rest.strip_prefix("'''") {
            let end = memchr::memmem::find(inner.as_bytes(), b"'''");
            self.cut |= end.is_none();
            self.at += end.map_or(rest.len(), |end| end + 6);
            return;
        }
        let mut bytes = rest.bytes().enumerate().skip(1);
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'\'' => {
                    self.at += at + 1;
                    return;
                }
                b'\n' => {
                    self.at += at;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.text.len();
    }

    /// Skips to the next line that starts like a declaration.
    pub fn skip_to_declaration(&mut self) {
        while let Some(newline) = memchr::memchr(b'\n', self.rest().as_bytes()) {
            self.at += newline + 1;
            let line = self.rest();
            let declares = DECLARATIONS.iter().any(|word| {
                let rest = line.strip_prefix(word);
                rest.is_some_and(|rest| rest.starts_with([' ', '\t', '=']))
            });
            if declares || line.starts_with('@') {
                return;
            }
        }
        self.at = self.text.len();
    }
}
