//! The shape of a route policy: its parameters, and its statements in a row, with the words of each.
//!
//! Nothing here is nested: `if`, `elseif`, `else` and `endif` are steps of their own, so that no text is too deep.

use std::ops::Range;

use pairlint_model::source::{Source, Span};

use super::syntax::Text;
use super::tokens::{self, Kind, Place, Token, parenthesis};

/// `route-policy NAME($a, $b) … end-policy`.
#[derive(Debug)]
pub(super) struct Policy<'a> {
    pub name: Token<'a>,
    /// With the `$`.
    pub parameters: Vec<&'a str>,
    pub tokens: Vec<Token<'a>>,
    pub steps: Vec<Step>,
    /// Whether its end was seen.
    pub closed: bool,
}

/// Ranges are into the policy's tokens.
#[derive(Debug, Clone)]
pub(super) enum Step {
    If(Range<usize>),
    ElseIf(Range<usize>),
    Else(usize),
    EndIf(usize),
    /// Any other statement, from its first word.
    Do(Range<usize>),
}

/// Words that begin a statement of one word.
const SINGLE: &[&str] = &["pass", "drop", "done", "suppress-route", "unsuppress-route"];

/// Words by which a statement on the same line as another is told. They are written in lower case, names of
/// policies and sets like these rarely are.
const BEGIN: &[&str] = &[
    "if", "elseif", "else", "endif", "pass", "drop", "done", "set", "apply", "prepend", "delete",
];

/// Words that a name must follow.
const BEFORE_NAME: &[&str] = &[
    "in",
    "apply",
    "community",
    "large-community",
    "rt",
    "soo",
    "cost",
    "route-policy",
    "is",
];

/// Takes a policy apart; `None` where it has no name.
pub(super) fn policy<'a>(text: &Text<'a>, source: &Source) -> Option<Policy<'a>> {
    let mut all = Vec::new();
    for (number, line) in text.lines.iter().enumerate() {
        tokens::line(line, number as u32, Place::Source(source), &mut all);
    }
    let name = *all.get(1).filter(|token| token.kind == Kind::Word)?;
    let mut start = 2;
    let mut parameters = Vec::new();
    if all.get(2).is_some_and(|token| token.kind == Kind::Open) {
        let length = parenthesis(all.get(2..)?);
        let inside = all.get(3..2 + length)?;
        parameters.extend(
            inside
                .iter()
                .filter(|token| token.text.starts_with('$'))
                .map(|token| token.text),
        );
        start += length;
    }
    let end = all
        .iter()
        .rposition(|token| token.is("end-policy"))
        .filter(|_| text.closed)
        .unwrap_or(all.len());
    let mut policy = Policy {
        name,
        parameters,
        steps: Vec::new(),
        closed: text.closed,
        tokens: all,
    };
    let mut at = start;
    while at < end {
        let (step, next) = step(policy.tokens.get(..end).unwrap_or_default(), at);
        policy.steps.push(step);
        at = next.max(at + 1);
    }
    Some(policy)
}

/// Reads one step; returns where the next begins.
fn step(tokens: &[Token<'_>], at: usize) -> (Step, usize) {
    let Some(first) = tokens.get(at) else {
        return (Step::Do(at..at), at + 1);
    };
    if first.is("if") || first.is("elseif") {
        let then = tokens
            .get(at..)
            .unwrap_or_default()
            .iter()
            .position(|token| token.is("then"));
        return match then {
            Some(then) if first.is("if") => (Step::If(at..at + then), at + then + 1),
            Some(then) => (Step::ElseIf(at..at + then), at + then + 1),
            None => (Step::Do(at..tokens.len()), tokens.len()),
        };
    }
    if first.is("else") {
        return (Step::Else(at), at + 1);
    }
    if first.is("endif") {
        return (Step::EndIf(at), at + 1);
    }
    if first.is_one_of(SINGLE) {
        return (Step::Do(at..at + 1), at + 1);
    }
    let mut end = at + 1;
    let mut line = first.line;
    while let Some(token) = tokens.get(end) {
        if token.kind == Kind::Open {
            // A set in parentheses may go over several lines.
            let length = parenthesis(tokens.get(end..).unwrap_or_default());
            let last = tokens.get(end + length - 1).map_or(line, |token| token.line);
            if token.line > line && !first.is_one_of(&["set", "delete", "apply", "prepend"]) {
                break;
            }
            line = last;
            end += length;
            continue;
        }
        if token.line > line {
            break;
        }
        let named = tokens
            .get(end - 1)
            .is_some_and(|before| before.is_one_of(BEFORE_NAME));
        if end > at + 1 && !named && token.kind == Kind::Word && BEGIN.contains(&token.text) {
            break;
        }
        end += 1;
    }
    (Step::Do(at..end), end)
}

impl<'a> Policy<'a> {
    pub fn words(&self, range: &Range<usize>) -> &[Token<'a>] {
        self.tokens.get(range.clone()).unwrap_or_default()
    }

    pub fn span(&self, range: &Range<usize>) -> Span {
        tokens::span(self.words(range)).unwrap_or(self.name.span)
    }

    /// Names of the policies that it applies, as statement or condition; of arguments nothing.
    pub fn applied(&self) -> impl Iterator<Item = &'a str> {
        let pairs = self.tokens.iter().zip(self.tokens.iter().skip(1));
        pairs
            .filter(|(apply, name)| apply.is("apply") && name.kind == Kind::Word)
            .map(|(_, name)| name.text)
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new(SourceId(0), "x", text);
        let block = Text {
            lines: source.text().lines().collect(),
            closed: true,
        };
        let policy = policy(&block, &source).unwrap();
        let write = |step: &Step| match step {
            Step::If(range) | Step::ElseIf(range) | Step::Do(range) => {
                let words: Vec<_> = policy.words(range).iter().map(|token| token.text).collect();
                words.join(" ")
            }
            Step::Else(_) => "else".to_owned(),
            Step::EndIf(_) => "endif".to_owned(),
        };
        let found: Vec<_> = policy.steps.iter().map(write).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn statements_in_a_row() {
        check(
            "route-policy P($a, $b)\n  if community matches-any S and\n   destination in (10.0.0.0/8,\n 11.0.0.0/8) then\n    \
             set local-preference 200\n    pass\n  elseif a then drop else done endif\nend-policy",
            &[
                "if community matches-any S and destination in ( 10.0.0.0/8 , 11.0.0.0/8 )",
                "set local-preference 200",
                "pass",
                "elseif a",
                "drop",
                "else",
                "done",
                "endif",
            ],
        );
        check(
            "route-policy P\n  set community (1:1,\n   2:2) additive\n  apply drop\n  apply Q(1, 2) pass\n  what is this\nend-policy",
            &[
                "set community ( 1:1 , 2:2 ) additive",
                "apply drop",
                "apply Q ( 1 , 2 )",
                "pass",
                "what is this",
            ],
        );
        check("route-policy P pass end-policy", &["pass"]);
    }
}
