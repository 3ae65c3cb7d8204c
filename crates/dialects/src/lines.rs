//! Shapes of line-oriented configurations: lines, their indentation, their words.
//!
//! Nothing here knows a vendor. What a line means, and which block it belongs to, is the dialect's business.

use memchr::{memchr, memchr2, memrchr2};

/// A line without its end, the blanks around it, and what a terminal left in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// From the first to the last character that is not blank; may be empty.
    pub text: &'a str,
    /// Columns in front of the text; a tab goes on to the next multiple of eight.
    pub indent: u32,
}

impl<'a> Line<'a> {
    pub fn words(&self) -> Words<'a> {
        Words::new(self.text)
    }
}

/// The lines of a text, blank ones included.
///
/// A byte order mark inside a text ends a line too: it stands where files were joined without a line end.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    /// What comes after the current physical line; `None` when that was the last.
    rest: Option<&'a str>,
    /// What a byte order mark left of the current physical line.
    pending: Option<&'a str>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        Lines {
            rest: Some(text),
            pending: None,
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if let Some(pending) = self.pending.take() {
            return Some(self.cut_at_mark(pending));
        }
        let rest = self.rest?;
        let line = match memchr(b'\n', rest.as_bytes()) {
            Some(end) => {
                self.rest = rest.get(end + 1..);
                rest.get(..end).unwrap_or("")
            }
            None => {
                self.rest = None;
                if rest.is_empty() {
                    return None;
                }
                rest
            }
        };
        Some(if line.is_ascii() {
            settle(line)
        } else {
            self.cut_at_mark(line)
        })
    }
}

impl<'a> Lines<'a> {
    fn cut_at_mark(&mut self, line: &'a str) -> Line<'a> {
        match line.split_once('\u{feff}') {
            Some((before, after)) => {
                self.pending = Some(after);
                settle(before)
            }
            None => settle(line),
        }
    }
}

/// Removes a line's end, the remains of a pager, and the blanks around what is left.
fn settle(line: &str) -> Line<'_> {
    let line = line.trim_end_matches('\r');
    let text = match memchr2(0x08, 0x1b, line.as_bytes()).or_else(|| memchr(b'\r', line.as_bytes())) {
        Some(at) => after_redraw(line, at),
        None => line,
    };
    let (indent, text) = indentation(text);
    // A pager's prompt that was pasted with the text has no control characters any more.
    match ["--More--", "<--- More --->"]
        .iter()
        .find_map(|pager| text.strip_prefix(pager))
    {
        Some(text) => {
            let (indent, text) = indentation(text);
            Line {
                text: trim_end(text),
                indent,
            }
        }
        None => Line {
            text: trim_end(text),
            indent,
        },
    }
}

/// Returns what a terminal showed in the end: pagers write their prompt and wipe it out with backspaces,
/// a carriage return or an escape sequence. `first` is where the first control character stands.
fn after_redraw(line: &str, first: usize) -> &str {
    let wiped = line.get(..first).is_some_and(|head| head.contains("More"));
    let mut text = match memrchr2(0x08, b'\r', line.as_bytes()) {
        Some(last) if wiped || line.as_bytes().get(last) == Some(&b'\r') => {
            line.get(last + 1..).unwrap_or("")
        }
        _ => line,
    };
    // ESC [ parameters letter (ECMA-48 control sequences).
    while let Some(sequence) = text.trim_start_matches("--More--").strip_prefix("\x1b[") {
        let end = sequence.bytes().position(|b| b.is_ascii_alphabetic());
        text = end.and_then(|end| sequence.get(end + 1..)).unwrap_or("");
    }
    text
}

fn indentation(line: &str) -> (u32, &str) {
    let mut columns = 0u32;
    let mut rest = line;
    loop {
        let (width, skip) = match blank(rest.as_bytes()) {
            Some((b'\t', skip)) => (8 - columns % 8, skip),
            Some((_, skip)) => (1, skip),
            None => return (columns, rest),
        };
        columns = columns.saturating_add(width);
        rest = rest.get(skip..).unwrap_or("");
    }
}

/// Returns the blank at the start and its length. A no-break space counts: web pages put it into examples.
fn blank(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [byte @ (b' ' | b'\t' | b'\r' | 0x0b | 0x0c), ..] => Some((*byte, 1)),
        [0xc2, 0xa0, ..] => Some((b' ', 2)),
        _ => None,
    }
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\r', '\x0b', '\x0c', '\u{a0}'])
}

/// The words of a line, from left to right. A placeholder `<in brackets>` is one word, blanks included.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Words<'a> {
        Words {
            rest: indentation(text).1,
        }
    }

    /// What has not been taken, without blanks in front.
    pub fn rest(&self) -> &'a str {
        trim_end(self.rest)
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<&'a str> {
        self.ahead().next()
    }

    /// The same words, to look through without taking any.
    pub fn ahead(&self) -> Words<'a> {
        *self
    }

    /// Takes the next word where it is this one, in any case.
    pub fn eat(&mut self, word: &str) -> bool {
        let mut ahead = *self;
        let found = ahead.next().is_some_and(|next| next.eq_ignore_ascii_case(word));
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes the next word where `read` makes something of it.
    pub fn eat_if<T>(&mut self, read: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let value = ahead.next().and_then(read);
        if value.is_some() {
            *self = ahead;
        }
        value
    }

    /// Returns the last word.
    pub fn last_word(self) -> Option<&'a str> {
        self.rest()
            .rsplit([' ', '\t', '\u{a0}'])
            .next()
            .filter(|word| !word.is_empty())
    }

    /// Takes the only word that is left; `None` where there are none or several.
    pub fn only(mut self) -> Option<&'a str> {
        let word = self.next()?;
        self.is_empty().then_some(word)
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() && blank(bytes.get(end..).unwrap_or_default()).is_none() {
            end += 1;
        }
        if bytes.first() == Some(&b'<') && memchr(b'>', bytes.get(..end).unwrap_or_default()).is_none() {
            // Bounded, so that a line of many `<` stays linear.
            let near = bytes.get(..bytes.len().min(120)).unwrap_or(bytes);
            end = memchr(b'>', near).map_or(end, |close| close + 1);
        }
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = indentation(rest).1;
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u32, &str)]) {
        let lines: Vec<_> = Lines::new(text).map(|line| (line.indent, line.text)).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn line_ends_and_indentation() {
        check("", &[]);
        check("a\n", &[(0, "a")]);
        check(
            "a \r\n  b\t\r\r\n\tc\n \td",
            &[(0, "a"), (2, "b"), (8, "c"), (8, "d")],
        );
        check("\n\n", &[(0, ""), (0, "")]);
        check("\u{a0}neighbor\u{a0}", &[(1, "neighbor")]);
    }

    #[test]
    fn a_byte_order_mark_joins_files() {
        check(
            "remote-as 1\u{feff}vrf x\nend",
            &[(0, "remote-as 1"), (0, "vrf x"), (0, "end")],
        );
    }

    #[test]
    fn pagers_leave_nothing() {
        let wiped = " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08 neighbor 192.0.2.1 activate\r\n";
        check(wiped, &[(1, "neighbor 192.0.2.1 activate")]);
        check(" --More-- \r          \r ip address\n", &[(1, "ip address")]);
        check("--More--\r\x1b[K route-map X in", &[(1, "route-map X in")]);
        check("\x1b[7m--More--\x1b[m\x1b[K neighbor x", &[(1, "neighbor x")]);
        check(
            " --More--   neighbor x\n --More-- \n",
            &[(3, "neighbor x"), (1, "")],
        );
        // A corrected typing error is not undone: the line is simply not understood.
        check("sh rnu\x08\x08un", &[(0, "sh rnu\x08\x08un")]);
    }

    #[test]
    fn words_and_placeholders() {
        let words: Vec<_> = Words::new("neighbor <IP address of peer>  remote-as\t12076 ").collect();
        assert_eq!(words, ["neighbor", "<IP address of peer>", "remote-as", "12076"]);
        let words: Vec<_> = Words::new("a\u{a0}b <c d é").collect();
        assert_eq!(words, ["a", "b", "<c", "d", "é"]);
        let mut words = Words::new("Route-Map X in");
        assert!(words.eat("route-map") && !words.eat("y"));
        assert_eq!((words.peek(), words.rest()), (Some("X"), "X in"));
        assert_eq!((words.only(), Words::new(" one ").only()), (None, Some("one")));
    }

    #[test]
    fn weird_text_stays_linear() {
        let marks = "\u{feff}".repeat(100_000);
        assert_eq!(Lines::new(&marks).count(), 100_001);
        let brackets = "< ".repeat(100_000);
        assert_eq!(Words::new(&brackets).count(), 100_000);
    }
}
