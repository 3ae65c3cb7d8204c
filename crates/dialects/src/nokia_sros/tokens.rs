//! Words, strings and brackets of one line.

use crate::braces::Word;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(Word<'a>),
    Open,
    Close,
    ListOpen,
    ListClose,
}

#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Tokens<'a> {
        Tokens { rest: text }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\u{a0}', '\r']);
        let first = self.rest.chars().next()?;
        let sign = match first {
            '{' => Some(Token::Open),
            '}' => Some(Token::Close),
            '[' => Some(Token::ListOpen),
            ']' => Some(Token::ListClose),
            _ => None,
        };
        if let Some(sign) = sign {
            self.rest = self.rest.get(1..)?;
            return Some(sign);
        }
        // Word processors turn quotation marks.
        if matches!(first, '"' | '\u{201c}' | '\u{201d}') {
            let inner = self.rest.get(first.len_utf8()..)?;
            let (text, rest) = string(inner);
            self.rest = rest;
            return Some(Token::Word(Word { text, quoted: true }));
        }
        let stops = |c: char| matches!(c, ' ' | '\t' | '\u{a0}' | '\r' | '{' | '}' | ']');
        // A placeholder `<in brackets>` is one word.
        let end = match first {
            '<' => self.rest.find('>').map(|end| end + 1).filter(|&end| end < 120),
            _ => None,
        };
        let end = end.or_else(|| self.rest.find(stops)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(Token::Word(Word { text, quoted: false }))
    }
}

/// Reads up to the closing mark; without one, the string is the rest of the line.
fn string(inner: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '\u{201c}' | '\u{201d}' => {
                let rest = inner.get(at + c.len_utf8()..).unwrap_or("");
                return (inner.get(..at).unwrap_or(""), rest);
            }
            _ => {}
        }
    }
    (inner, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = Tokens::new(text)
            .map(|token| match token {
                Token::Word(word) if word.quoted => format!("\"{}\"", word.text),
                Token::Word(word) => word.text.to_owned(),
                Token::Open => "{".to_owned(),
                Token::Close => "}".to_owned(),
                Token::ListOpen => "[".to_owned(),
                Token::ListClose => "]".to_owned(),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_strings_and_brackets() {
        check("group \"a b\" {", &["group", "\"a b\"", "{"]);
        check("policy [\"A\" B]", &["policy", "[", "\"A\"", "B", "]"]);
        check("member \"65001:1\" { }", &["member", "\"65001:1\"", "{", "}"]);
        check(
            "expression \"[A] AND NOT [B]\"",
            &["expression", "\"[A] AND NOT [B]\""],
        );
        check("group \"A\u{201d}", &["group", "\"A\""]);
        check("name \"open", &["name", "\"open\""]);
        check("<your AS> x", &["<your AS>", "x"]);
        check("é{ü}", &["é", "{", "ü", "}"]);
    }
}
