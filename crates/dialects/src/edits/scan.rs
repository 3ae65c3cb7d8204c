//! Strings, comments and brackets, in the syntax that JSON, HCL and Bicep have in common.
//!
//! `"` and `'` quote, `${…}` in a quoted text holds an expression, `'''` and heredocs hold lines, `#` and `//` begin a
//! comment, `/* */` encloses one. None of them means anything else in any of the three.

use std::ops::Range;

/// A part of a list's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A text in quotes, a group in brackets with all it holds, or a run of other characters.
    Part(usize, usize),
    Comma(usize),
    /// A line end outside of everything.
    Newline(usize),
    Comment(usize, usize),
}

/// Finds the innermost `[ … ]` that holds the offset; `None` where the text does not come out even.
pub(super) fn enclosing(text: &str, offset: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut found: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let Some(end) = skip(text, at) {
            // A place inside of a text or a comment is in no list.
            if at < offset && offset < end {
                return None;
            }
            at = end;
            continue;
        }
        match byte {
            b'[' | b'{' | b'(' => open.push((byte, at)),
            b']' | b'}' | b')' => {
                let (opened, start) = open.pop()?;
                let fits = matches!((opened, byte), (b'[', b']') | (b'{', b'}') | (b'(', b')'));
                if !fits {
                    return None;
                }
                if found.is_none() && start < offset && offset <= at {
                    if opened != b'[' {
                        return None;
                    }
                    found = Some(start..at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found.filter(|_| open.is_empty())
}

/// The list whose bracket opens at the offset.
pub(super) fn closing(text: &str, offset: usize) -> Option<Range<usize>> {
    let end = group(text, offset)?;
    text.get(..end)?.ends_with(']').then_some(offset..end)
}

/// Cuts what stands between brackets into its parts.
pub(super) fn pieces(text: &str, inside: Range<usize>) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let mut at = inside.start;
    while at < inside.end {
        let Some(&byte) = bytes.get(at) else { break };
        if let Some(end) = skip(text, at) {
            let comment = matches!(byte, b'#' | b'/');
            pieces.push(match comment {
                true => Piece::Comment(at, end),
                false => Piece::Part(at, end),
            });
            at = end;
            continue;
        }
        match byte {
            b',' => pieces.push(Piece::Comma(at)),
            b'\n' => pieces.push(Piece::Newline(at)),
            b'[' | b'{' | b'(' => {
                let end = group(text, at).unwrap_or(inside.end);
                pieces.push(Piece::Part(at, end));
                at = end;
                continue;
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                let start = at;
                while at < inside.end
                    && skip(text, at).is_none()
                    && bytes
                        .get(at)
                        .is_some_and(|b| !b.is_ascii_whitespace() && !b",[{(".contains(b))
                {
                    at += 1;
                }
                pieces.push(Piece::Part(start, at.max(start + 1)));
                at = at.max(start + 1);
                continue;
            }
        }
        at += 1;
    }
    pieces
}

fn group(text: &str, offset: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = offset;
    while let Some(&byte) = bytes.get(at) {
        if let Some(end) = skip(text, at) {
            at = end;
            continue;
        }
        match byte {
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of the quoted text, heredoc or comment that begins at the offset.
fn skip(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let rest = bytes.get(at..)?;
    let line_end = || rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    match rest {
        [b'\'', b'\'', b'\'', ..] => {
            let end = find(rest.get(3..)?, b"'''")? + 6;
            // Quotes right before the closing ones belong to the text.
            let more = rest.get(end..)?.iter().take_while(|byte| **byte == b'\'').count();
            Some(at + end + more)
        }
        [quote @ (b'"' | b'\''), ..] => Some(at + quoted(rest, *quote)),
        [b'#', ..] | [b'/', b'/', ..] => Some(at + line_end()),
        [b'/', b'*', ..] => Some(
            at + rest
                .get(2..)
                .and_then(|rest| find(rest, b"*/"))
                .map_or(rest.len(), |e| e + 4),
        ),
        [b'<', b'<', ..] => heredoc(text, at),
        _ => None,
    }
}

/// The length of a quoted text; one that does not end is cut at its line.
fn quoted(rest: &[u8], quote: u8) -> usize {
    // Quotes and braces that are open: a text may hold an expression, which may hold a text.
    let mut open = vec![quote];
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        let inside = open.last().copied();
        match (inside, byte) {
            (_, b'\n') if open.len() == 1 => return at,
            (Some(b'{'), b'}') => drop(open.pop()),
            (Some(b'{'), b'{') => open.push(b'{'),
            (Some(b'{'), b'"' | b'\'') => open.push(byte),
            (Some(b'{'), _) => {}
            (_, b'\\') => at += 1,
            (_, b'$' | b'%') if rest.get(at + 1) == Some(&b'{') && rest.get(at - 1) != Some(&byte) => {
                open.push(b'{');
                at += 1;
            }
            (Some(last), byte) if last == byte => {
                open.pop();
                if open.is_empty() {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// `<<EOT` or `<<-EOT`, up to the line that holds the word alone.
fn heredoc(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let first = rest.lines().next()?;
    let word = first.strip_prefix("<<")?.trim_start_matches('-').trim();
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if word.is_empty() || !word.chars().all(plain) {
        return None;
    }
    let mut end = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        if index > 0 && line.trim() == word {
            return Some(at + end + line.trim_end().len());
        }
        end += line.len();
    }
    None
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let at = text.find("12076").expect("a value") - 1;
        let found = enclosing(text, at)
            .and_then(|range| text.get(range))
            .unwrap_or("none");
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_list_around_a_value() {
        check(r#"{"a": [1, ["x"]], "b": ["12076:51002"]}"#, r#"["12076:51002"]"#);
        check(
            r#"# a [ comment's
x = concat(["12076:51002"], var.y["k"])"#,
            r#"["12076:51002"]"#,
        );
        check(
            r#"x = "${f("]")}" // [
y = ["12076:51002"]"#,
            r#"["12076:51002"]"#,
        );
        check(
            "x = <<EOT\n[ it's\nEOT\ny = [\"12076:51002\"]",
            r#"["12076:51002"]"#,
        );
        check("var a = '''\n['''\nvar b = ['12076:51002']", "['12076:51002']");
        check("var a = 'it\\'s ['\nvar b = ['12076:51002']", "['12076:51002']");
        // Not in a list, or in a text that does not come out even.
        check(r#"{"a": {"b": "12076:51002"}}"#, "none");
        check(r#"{"a": ["12076:51002""#, "none");
        check(r#"{"a": "[ '12076:51002' ]"}"#, "none");
    }

    #[test]
    fn a_bracket_and_its_end() {
        let text = r#"x = [ "]", [1], /* ] */ 2 ] + 1"#;
        assert_eq!(
            closing(text, 4).and_then(|range| text.get(range)),
            Some(r#"[ "]", [1], /* ] */ 2 ]"#)
        );
    }
}
