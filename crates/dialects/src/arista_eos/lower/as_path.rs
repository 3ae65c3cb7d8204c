//! `ip as-path access-list` and `ip as-path regex-mode`.

use std::collections::BTreeMap;

use pairlint_model::network::Owner;
use pairlint_model::policy::{AsPathEntry, AsPathList, AsPathTest, RegexSyntax};

use super::bgp::Bgp;
use crate::community_lists::{Line, as_paths, finish_as_paths};
use crate::lines::Words;
use crate::lists::Lists;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct AsPathLists<'a> {
    lists: Lists<'a, AsPathEntry>,
    /// `regex-mode string`; without it an expression is about whole AS numbers (EOS User Manual, "ip as-path
    /// regex-mode": the default is `asn`).
    string: bool,
}

impl<'a> AsPathLists<'a> {
    /// Reads what follows `ip as-path`: `access-list NAME permit|deny EXPRESSION [any|igp|egp|incomplete]`, or
    /// `regex-mode asn|string`.
    pub fn line(&mut self, text: &'a str, mut words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        if words.eat("regex-mode") {
            match words.only() {
                Some("string") => self.string = !negated,
                Some("asn") | None => self.string = false,
                Some(_) => return notes.unread(text, Owner::AsPathList(String::new())),
            }
            return notes.read();
        }
        let known = words.eat("access-list");
        let Some(name) = words.next().filter(|_| known) else {
            return notes.unread(text, Owner::AsPathList(String::new()));
        };
        let line = Line {
            name,
            text,
            words,
            negated,
        };
        as_paths(&mut self.lists, line, test, notes);
    }

    pub fn finish(self, bgp: &mut Bgp<'a>, notes: &mut Notes<'_>) -> BTreeMap<String, AsPathList> {
        let mut lists = finish_as_paths(self.lists);
        for (name, list) in &mut lists {
            for entry in &mut list.entries {
                let AsPathTest::Regex { expression, .. } = &entry.test else {
                    continue;
                };
                // With asdot an expression sees AS numbers above 65535 with a dot; which they do is not worked out.
                let read = match (bgp.asdot(), self.string) {
                    (true, _) => None,
                    (false, true) => continue,
                    (false, false) => whole_numbers(expression),
                };
                entry.test = match read {
                    Some(expression) => AsPathTest::Regex {
                        expression,
                        syntax: RegexSyntax::AsTokens,
                    },
                    None => {
                        notes.doubtful(entry.span, Owner::AsPathList(name.clone()));
                        AsPathTest::Unsupported
                    }
                };
            }
        }
        lists
    }
}

/// Reads the expression; one that asks for an origin too is not interpreted.
fn test(words: Words<'_>) -> Option<AsPathTest> {
    let text = words.rest();
    let expression = match words.last_word() {
        Some(origin @ "any") if words.count() > 1 => {
            text.get(..text.len().saturating_sub(origin.len()))?.trim_end()
        }
        Some("igp" | "egp" | "incomplete") if words.count() > 1 => return None,
        _ => text,
    };
    Some(AsPathTest::Regex {
        expression: expression.to_owned(),
        syntax: RegexSyntax::PosixDelimiter,
    })
}

/// Rewrites an expression over AS numbers, searched in a path, as one that matches the whole path. `_` and blanks
/// only separate numbers here; what is not a number, a range of them, a dot, a group or a repetition is not read.
fn whole_numbers(text: &str) -> Option<String> {
    let text = text.trim();
    let (start, text) = match text.strip_prefix('^') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (end, text) = match text.strip_suffix('$') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let mut out = String::with_capacity(text.len() + 12);
    let mut rest = text;
    let mut before = None;
    while let Some(sign) = rest.chars().next() {
        let taken = match sign {
            '0'..='9' => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
            '[' => range(rest)?,
            '.' | '(' | ')' | '|' | '*' | '+' | '?' | '_' | ' ' => 1,
            _ => return None,
        };
        let (part, more) = rest.split_at_checked(taken)?;
        // `6[0-9]` is about digits, which has no meaning over numbers.
        let touching = matches!(
            (before, sign),
            (Some('0'..='9'), '[') | (Some('['), '0'..='9' | '[')
        );
        if touching {
            return None;
        }
        match sign {
            '_' | ' ' => out.push(' '),
            '0'..='9' | '[' | '.' => {
                out.push(' ');
                out.push_str(part);
            }
            _ => out.push_str(part),
        }
        before = Some(sign);
        rest = more;
    }
    let body = out.trim();
    Some(match (start, end, body) {
        (true, true, "") => "()".to_owned(),
        (_, _, "") => ".*".to_owned(),
        (true, true, body) => format!("({body})"),
        (true, false, body) => format!("({body}) .*"),
        (false, true, body) => format!(".* ({body})"),
        (false, false, body) => format!(".* ({body}) .*"),
    })
}

/// The length of a range `[100-200]` or a number in brackets.
fn range(text: &str) -> Option<usize> {
    let close = text.find(']')?;
    let inside = text.get(1..close)?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let known = match inside.split_once('-') {
        Some((first, last)) => number(first) && number(last),
        None => number(inside),
    };
    known.then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_over_numbers_cover_the_whole_path() {
        let check =
            |text, expected: Option<&str>| assert_eq!(whole_numbers(text).as_deref(), expected, "{text}");
        check("_64512_", Some(".* (64512) .*"));
        check("^12076_", Some("(12076) .*"));
        check("^12076$", Some("(12076)"));
        check("_8075$", Some(".* (8075)"));
        check("^$", Some("()"));
        check(".*", Some(".* ( .*) .*").filter(|_| false).or(Some(".* (.*) .*")));
        check("_[64512-65534]_", Some(".* ([64512-65534]) .*"));
        check("_(174|701)_", Some(".* (( 174| 701)) .*"));
        check("6[0-9]", None);
        check("a", None);
        check("[^1]", None);
    }
}
