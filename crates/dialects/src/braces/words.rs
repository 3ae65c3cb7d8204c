//! Words, strings, comments: what a statement is made of.

use memchr::{memchr, memmem};

/// A word without its quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    pub quoted: bool,
}

/// Which characters end a word that is not quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stops {
    /// Blanks only (`set` form).
    Blanks,
    /// Blanks and `;`, `{`, `}`.
    Blocks,
    /// Blanks, `;`, `{`, `}`, and a `]` that the word itself did not open.
    List,
}

/// Reads the word that begins at `at`, where a visible character stands, and where it ends.
pub(super) fn word<'a>(text: &'a str, at: usize, quotes: &[u8], stops: Stops) -> (Word<'a>, usize) {
    let bytes = text.as_bytes();
    let first = bytes.get(at).copied().unwrap_or(b' ');
    if quotes.contains(&first) {
        return quoted(text, at, first);
    }
    let second = bytes.get(at + 1).copied().unwrap_or(b' ');
    if (first == b'(' || (first == b'!' && second == b'('))
        && let Some(end) = parenthesised(bytes, at)
    {
        return (plain(text, at, end), end);
    }
    let mut open = 0u32;
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        let stop = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => true,
            b';' | b'{' | b'}' => stops != Stops::Blanks,
            b'[' => {
                open += 1;
                false
            }
            b']' if open > 0 => {
                open -= 1;
                false
            }
            b']' => stops == Stops::List,
            _ => false,
        };
        if stop {
            break;
        }
        end += 1;
    }
    // A lone stop character would otherwise be an empty word that never moves on.
    let end = end.max(at + 1).min(bytes.len());
    (plain(text, at, end), end)
}

fn plain(text: &str, start: usize, end: usize) -> Word<'_> {
    Word {
        text: text.get(start..end).unwrap_or(""),
        quoted: false,
    }
}

/// Reads `"…"`, in which `\"` does not end it. A string may run over several lines only where its end
/// looks like one; otherwise the mark has no partner and the string is the rest of the line.
fn quoted(text: &str, at: usize, mark: u8) -> (Word<'_>, usize) {
    let bytes = text.as_bytes();
    let inner = at + 1;
    let string = |end: usize| Word {
        text: text.get(inner..end).unwrap_or(""),
        quoted: true,
    };
    let mut end = inner;
    let mut line_end = None;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' if bytes.get(end + 1).is_some_and(|&b| b != b'\n' && b.is_ascii()) => end += 2,
            b'\n' => {
                let before = bytes
                    .get(inner..end)
                    .unwrap_or_default()
                    .iter()
                    .rev()
                    .take_while(|&&b| b != b'\n')
                    .find(|b| !b.is_ascii_whitespace());
                line_end.get_or_insert(end);
                if before.is_some_and(|b| b";{}".contains(b)) {
                    break;
                }
                end += 1;
            }
            _ if byte == mark => {
                let after = bytes
                    .get(end + 1..)
                    .unwrap_or_default()
                    .iter()
                    .find(|&&b| b != b' ' && b != b'\t');
                if line_end.is_none() || after.is_none_or(|b| b";{]\r\n".contains(b)) {
                    return (string(end), end + 1);
                }
                break;
            }
            _ => end += 1,
        }
    }
    // No partner: the string is what remains of its line, without a semicolon that ends it.
    let line_end = line_end.unwrap_or(bytes.len().min(end));
    let rest = text.get(inner..line_end).unwrap_or("").trim_end();
    let rest = rest.strip_suffix(';').unwrap_or(rest);
    let end = inner + rest.len();
    (string(end), end)
}

/// Expressions in parentheses are no longer than this; it bounds the search for the closing one.
const LONGEST_EXPRESSION: usize = 4096;

/// Returns where the parenthesis that opens at `at` is closed again, on the same line.
fn parenthesised(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, &byte) in bytes.get(at..)?.iter().enumerate().take(LONGEST_EXPRESSION) {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return Some(at + offset + 1),
            b')' => depth -= 1,
            b'\n' | b';' | b'{' | b'}' | b'"' => return None,
            _ => {}
        }
    }
    None
}

/// Where the line that holds `at` ends, before its line feed.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |offset| at + offset)
}

/// Finds the ends of comments without looking at the same text twice.
#[derive(Default)]
pub(super) struct Comments {
    /// The next `*/` at or after the last place asked for; the length of the text where there is none.
    next_end: Option<usize>,
}

impl Comments {
    /// Returns where the comment that begins at `at` ends, if one begins there. A `/*` without its `*/`
    /// is a comment to the end of the line only, so that it cannot hide the rest of the file.
    pub(super) fn end(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'#', _) => Some(line_end(bytes, at)),
            (b'/', Some(b'*')) => {
                let inside = at + 2;
                let known = self.next_end.filter(|&end| end >= inside);
                let end = known.unwrap_or_else(|| {
                    let text = bytes.get(inside..).unwrap_or_default();
                    memmem::find(text, b"*/").map_or(bytes.len(), |offset| inside + offset)
                });
                self.next_end = Some(end);
                Some(if end < bytes.len() {
                    end + 2
                } else {
                    line_end(bytes, at)
                })
            }
            _ => None,
        }
    }
}
