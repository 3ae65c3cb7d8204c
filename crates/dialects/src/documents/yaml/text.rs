//! The text that is parsed, and where it stands in the file.

use std::borrow::Cow;

use crate::documents::json::is_log_line;

const BYTE_ORDER_MARK: char = '\u{feff}';
const ESCAPE: char = '\u{1b}';

/// The text of a file without what is no YAML, and where its characters stand.
pub struct Text<'s> {
    pub(super) plain: Cow<'s, str>,
    pub(super) original: &'s str,
    places: Places,
}

enum Places {
    /// Every character is a byte; the first stands here.
    Bytes(usize),
    /// The place of every character.
    Characters(Vec<u32>),
}

impl<'s> Text<'s> {
    /// Log lines and byte order marks at the start are left out, and terminal colours everywhere.
    pub fn new(original: &'s str) -> Text<'s> {
        let start = content_start(original);
        let content = original.get(start..).unwrap_or("");
        let marked = content.contains([ESCAPE, BYTE_ORDER_MARK]);
        if content.is_ascii() && !marked {
            return Text {
                plain: Cow::Borrowed(content),
                original,
                places: Places::Bytes(start),
            };
        }
        let mut places = Vec::with_capacity(content.len());
        let place = |at: usize| (start + at) as u32;
        if !marked {
            places.extend(content.char_indices().map(|(at, _)| place(at)));
            return Text {
                plain: Cow::Borrowed(content),
                original,
                places: Places::Characters(places),
            };
        }
        let mut plain = String::with_capacity(content.len());
        let mut at = 0;
        while let Some(character) = content.get(at..).and_then(|rest| rest.chars().next()) {
            match character {
                ESCAPE => at += escape_length(content.get(at..).unwrap_or("")),
                BYTE_ORDER_MARK => at += character.len_utf8(),
                _ => {
                    plain.push(character);
                    places.push(place(at));
                    at += character.len_utf8();
                }
            }
        }
        Text {
            plain: Cow::Owned(plain),
            original,
            places: Places::Characters(places),
        }
    }

    /// A text that is read as it is: where each line counts, none is one of a log.
    pub fn whole(original: &'s str) -> Text<'s> {
        let places = match original.is_ascii() {
            true => Places::Bytes(0),
            false => Places::Characters(original.char_indices().map(|(at, _)| at as u32).collect()),
        };
        Text {
            plain: Cow::Borrowed(original),
            original,
            places,
        }
    }

    /// What is parsed.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The byte where a character starts.
    pub(super) fn start(&self, character: usize) -> usize {
        match &self.places {
            Places::Bytes(first) => (first + character).min(self.original.len()),
            Places::Characters(places) => places
                .get(character)
                .map_or(self.original.len(), |at| *at as usize),
        }
    }

    /// The byte behind the character before this one.
    pub(super) fn end(&self, character: usize) -> usize {
        let (Places::Characters(places), Some(before)) = (&self.places, character.checked_sub(1)) else {
            return self.start(character);
        };
        let Some(at) = places.get(before) else {
            return self.original.len();
        };
        let at = *at as usize;
        let length = self.original.get(at..).and_then(|rest| rest.chars().next());
        at + length.map_or(0, char::len_utf8)
    }
}

/// The length of a terminal escape sequence (ECMA-48).
fn escape_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        Some(b'[') => {
            let body = bytes.get(2..).unwrap_or(&[]);
            let length = body
                .iter()
                .take_while(|byte| (0x20..=0x3f).contains(*byte))
                .count();
            let last = body.get(length).is_some_and(|byte| (0x40..=0x7e).contains(byte));
            2 + length + usize::from(last)
        }
        Some(byte) if byte.is_ascii() && !byte.is_ascii_control() => 2,
        _ => 1,
    }
}

/// Where the text starts behind blank lines and lines of a log.
fn content_start(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK);
        if !content.is_empty() && !is_log_line(content) {
            let marks = line.len() - line.trim_start_matches(BYTE_ORDER_MARK).len();
            return at + marks;
        }
        at += line.len();
    }
    text.len()
}

/// From characters to bytes of the text that is parsed.
pub(super) struct Cursor {
    pub byte: usize,
    pub character: usize,
}

impl Cursor {
    pub(super) fn slice<'t>(&mut self, text: &'t str, start: usize, end: usize) -> &'t str {
        let from = self.byte_of(text, start);
        let to = self.byte_of(text, end);
        text.get(from..to).unwrap_or("")
    }

    fn byte_of(&mut self, text: &str, character: usize) -> usize {
        if character >= self.character {
            let rest = text.get(self.byte..).unwrap_or("");
            let wanted = character - self.character;
            // Most of what there is are ASCII letters.
            let ahead = rest.as_bytes().get(..wanted);
            let bytes = match ahead {
                Some(ahead) if ahead.is_ascii() => wanted,
                _ => rest.char_indices().nth(wanted).map_or(rest.len(), |(at, _)| at),
            };
            self.byte += bytes;
        } else {
            let before = text.get(..self.byte).unwrap_or("");
            let wanted = self.character - character;
            let back = before.char_indices().rev().nth(wanted - 1);
            self.byte = back.map_or(0, |(at, _)| at);
        }
        self.character = character;
        self.byte
    }
}

/// The length of a text in quotes that begins here, quotes included.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            // Twice it stands for itself.
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
