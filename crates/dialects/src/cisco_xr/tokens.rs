//! Words of the routing policy language: policies and sets are free text, where line ends hardly matter.

use std::borrow::Cow;

use pairlint_model::source::{Source, Span};

/// A word, an expression in quotes, or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Without the quotes.
    pub text: &'a str,
    pub kind: Kind,
    /// Which line of the block it stands on.
    pub line: u32,
    /// With quotes; for text from elsewhere (an argument), the place that asked for it.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Quoted,
    Open,
    Close,
    Comma,
}

impl Token<'_> {
    /// Whether it is this word, in any case.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub fn is_one_of(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.iter().any(|word| self.text.eq_ignore_ascii_case(word))
    }
}

/// Where the words of a text stand.
#[derive(Clone, Copy)]
pub(super) enum Place<'s> {
    /// The text is a part of the source.
    Source(&'s Source),
    /// All of it counts as this place.
    At(Span),
}

impl Place<'_> {
    fn of(self, part: &str) -> Span {
        match self {
            Place::Source(source) => source.span(part),
            Place::At(span) => span,
        }
    }
}

/// Takes a line apart. A remark begins with `#` and goes to the end of the line (Cisco IOS XR Routing Configuration
/// Guide, "Implementing Routing Policy": Remark).
pub(super) fn line<'a>(text: &'a str, number: u32, place: Place<'_>, into: &mut Vec<Token<'a>>) {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        let Some(first) = rest.chars().next() else { return };
        let (kind, length, inner) = match first {
            '#' => return,
            '(' => (Kind::Open, 1, 0..1),
            ')' => (Kind::Close, 1, 0..1),
            ',' => (Kind::Comma, 1, 0..1),
            // Documents print straight quotes as curly ones.
            '\'' | '"' | '\u{2018}' | '\u{2019}' => {
                let open = first.len_utf8();
                let ends = |c: char| match first {
                    '\'' | '"' => c == first,
                    _ => c == '\u{2019}',
                };
                let body = rest.get(open..).unwrap_or("");
                match body.char_indices().find(|(_, c)| ends(*c)) {
                    Some((at, close)) => (Kind::Quoted, open + at + close.len_utf8(), open..open + at),
                    None => (Kind::Quoted, rest.len(), open..rest.len()),
                }
            }
            _ => {
                let length = word_length(rest);
                (Kind::Word, length, 0..length)
            }
        };
        let (whole, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        into.push(Token {
            text: whole.get(inner).unwrap_or(whole),
            kind,
            line: number,
            span: place.of(whole),
        });
        rest = after;
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

/// A range `[10 .. 20]` is part of one word, blanks inside included; a placeholder `<like this>` too.
fn word_length(text: &str) -> usize {
    let mut inside = None;
    for (at, c) in text.char_indices() {
        match (c, inside) {
            ('[', None) => inside = closes(text, at, ']'),
            ('<', None) if at == 0 => inside = closes(text, at, '>'),
            (_, Some(end)) if at < end => {}
            (_, Some(_)) => inside = None,
            (c, None) if is_blank(c) || matches!(c, '(' | ')' | ',' | '\'' | '"') => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where a bracket closes, if soon.
fn closes(text: &str, at: usize, close: char) -> Option<usize> {
    let near = text.get(at..)?.char_indices().take(60);
    near.take_while(|(_, c)| !matches!(c, ',' | '(' | ')'))
        .find(|(_, c)| *c == close)
        .map(|(offset, _)| at + offset)
}

/// All the words of a text that is no part of the source.
pub(super) fn all(text: &str, span: Span) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    line(text, 0, Place::At(span), &mut tokens);
    tokens
}

/// Splits at the commas that stand in no parentheses; empty parts are left out.
pub(super) fn elements<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t [Token<'a>]> {
    let mut depth = 0u32;
    tokens
        .split(move |token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token.kind == Kind::Comma
        })
        .filter(|part| !part.is_empty())
}

/// How many tokens a parenthesis at the start holds, both signs included; all where it does not close.
pub(super) fn parenthesis(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0u32;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// From the first token to the last.
pub(super) fn span(tokens: &[Token<'_>]) -> Option<Span> {
    Some(tokens.first()?.span.to(tokens.last()?.span))
}

/// Puts the values of parameters into a text; what has none stays as it is. `None` where that is longer than allowed.
pub(super) fn substitute<'t, 'v>(
    text: &'t str,
    longest: usize,
    values: &dyn Fn(&str) -> Option<&'v str>,
) -> Option<Cow<'t, str>> {
    if !text.contains('$') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = from
            .char_indices()
            .skip(1)
            .find(|(_, c)| !named(*c))
            .map_or(from.len(), |(end, _)| end);
        let (name, after) = from.split_at(end);
        out.push_str(values(name).unwrap_or(name));
        if out.len() > longest {
            return None;
        }
        rest = after;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let found: Vec<_> = all(text, span).iter().map(|token| token.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_signs_and_quotes() {
        check(
            "if(community matches-any (12076:5*,[10 .. 20]:1)) then # why",
            &[
                "if",
                "(",
                "community",
                "matches-any",
                "(",
                "12076:5*",
                ",",
                "[10 .. 20]:1",
                ")",
                ")",
                "then",
            ],
        );
        check(
            "ios-regex '_1 (2|3)_', ios-regex \"x\"",
            &["ios-regex", "_1 (2|3)_", ",", "ios-regex", "x"],
        );
        check("as-path in ('open", &["as-path", "in", "(", "open"]);
        check("<rest of policy>", &["<rest of policy>"]);
        check("\u{2019}^1_\u{2019}, [1", &["^1_", ",", "[1"]);
        check("# remark", &[]);
        check("", &[]);
    }

    #[test]
    fn parameters() {
        let values = |name: &str| (name == "$as").then_some("12076");
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(substitute(text, 20, &values).as_deref(), expected);
        };
        check("$as:$value", Some("12076:$value"));
        check("[$as..3] $as", Some("[12076..3] 12076"));
        check("^$", Some("^$"));
        check("$as$as$as$as", Some("12076120761207612076"));
        check("$as$as$as$as$as", None);
    }
}
