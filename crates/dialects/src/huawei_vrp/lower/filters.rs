//! `ip community-filter`, `large-community-filter`, `extcommunity-filter` and `as-path-filter`, and Comware's lists.

use std::collections::BTreeMap;

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, CommunityEntry, CommunityList, CommunityPattern, CommunityRegex,
    CommunityRendering, CommunityTest, RegexSyntax, Verdict,
};
use pairlint_model::source::Spanned;

use super::list::{self, Entry, Lists};
use crate::atoms::{self, CommunityWord, keyword, number};
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Filters<'a> {
    community: Lists<'a, CommunityEntry>,
    large: Lists<'a, CommunityEntry>,
    extended: Lists<'a, CommunityEntry>,
    as_path: Lists<'a, AsPathEntry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Basic,
    Advanced,
}

/// What a line's values turned out to be.
enum Values {
    Test(CommunityTest),
    Refused(String),
    Unread(CommunityTest),
}

/// Takes `basic` or `advanced`, which named filters have in front; numbers say by themselves which they are (Huawei:
/// 1 to 99 and 100 to 199).
fn shape(words: &mut Words<'_>) -> Option<Shape> {
    if words.eat("basic") || words.eat("soo") || words.eat("encapsulation") {
        words.eat("basic");
        return Some(Shape::Basic);
    }
    if words.eat("advanced") {
        return Some(Shape::Advanced);
    }
    match words.peek().and_then(number::<u32>)? {
        1..=99 => Some(Shape::Basic),
        100..=500 => Some(Shape::Advanced),
        _ => None,
    }
}

impl<'a> Filters<'a> {
    pub fn community(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let values = |shape, words: Words<'a>, notes: &Notes<'_>| match shape {
            Shape::Basic => basic(words, text, notes),
            Shape::Advanced => advanced(words.rest(), text, notes),
        };
        collect(&mut self.community, text, Owner::CommunityList, values, notes);
    }

    pub fn large(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let values = |shape, words: Words<'a>, notes: &Notes<'_>| match shape {
            Shape::Basic => large(words, text, notes),
            Shape::Advanced => Values::Test(CommunityTest::Unsupported(notes.span(text))),
        };
        collect(&mut self.large, text, Owner::LargeCommunityList, values, notes);
    }

    /// Extended communities are not modelled: values are some other kind, expressions are not interpreted.
    pub fn extended(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let values = |shape, words: Words<'a>, notes: &Notes<'_>| {
            if shape == Shape::Advanced || words.is_empty() {
                return Values::Test(CommunityTest::Unsupported(notes.span(text)));
            }
            let other = Spanned::new(notes.span(words.rest()), CommunityPattern::Other);
            Values::Test(CommunityTest::Line(vec![other]))
        };
        collect(
            &mut self.extended,
            text,
            Owner::ExtendedCommunityList,
            values,
            notes,
        );
    }

    /// Reads `[undo] ip as-path-filter NAME [index N] permit|deny EXPRESSION`.
    pub fn as_path(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let mut words = Words::new(text);
        let negated = words.eat("undo");
        words.next();
        words.next();
        let Some(entry) = Entry::read(words) else {
            return notes.unread(text, Owner::AsPathList(String::new()));
        };
        if negated {
            list::remove(&mut self.as_path, &entry);
            return notes.read();
        }
        let expression = unquoted(entry.values.rest());
        let (verdicts, test) = match entry.verdict {
            Some(verdict) if !expression.is_empty() => {
                notes.read();
                let test = AsPathTest::Regex {
                    expression: expression.to_owned(),
                    syntax: RegexSyntax::PosixDelimiter,
                };
                (vec![verdict], test)
            }
            verdict => {
                notes.unread(text, Owner::AsPathList(entry.name.to_owned()));
                let both = vec![Verdict::Accept, Verdict::Reject];
                (
                    verdict.map_or(both, |verdict| vec![verdict]),
                    AsPathTest::Unsupported,
                )
            }
        };
        for verdict in verdicts {
            let value = AsPathEntry {
                verdict,
                test: test.clone(),
                span: notes.span(text),
            };
            list::add(&mut self.as_path, &entry, text, value, notes);
        }
    }

    pub fn finish(self, device: &mut Device, plain_as_numbers: bool) {
        device.community_lists = finish(self.community);
        device.large_community_lists = finish(self.large);
        device.extended_community_lists = finish(self.extended);
        for (name, list) in self.as_path {
            let mut finished = AsPathList {
                name: list.name.clone(),
                span: list.span,
                entries: list.into_entries(),
            };
            if !plain_as_numbers {
                // "The AS number in the regular expression must be in the same format as the 4-byte AS number of
                // BGP" (Huawei, "ip as-path-filter"), and which that is without `as-notation plain` differs.
                let dotted = finished.entries.iter_mut().filter(|entry| match &entry.test {
                    AsPathTest::Regex { expression, .. } => sees_format(expression),
                    _ => false,
                });
                dotted.for_each(|entry| entry.test = AsPathTest::Unsupported);
            }
            device.as_path_lists.insert(name.to_owned(), finished);
        }
    }
}

/// Whether an expression spells an AS number above 65535, or one with a dot.
fn sees_format(expression: &str) -> bool {
    let mut numbers = expression.split(|c: char| !c.is_ascii_digit());
    expression.contains("\\.")
        || numbers.any(|digits| digits.parse::<u64>().is_ok_and(|number| number > 65535))
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

fn finish(lists: Lists<'_, CommunityEntry>) -> BTreeMap<String, CommunityList> {
    let finished = lists.into_iter().map(|(name, list)| {
        let finished = CommunityList {
            name: list.name.clone(),
            span: list.span,
            entries: list.into_entries(),
        };
        (name.to_owned(), finished)
    });
    finished.collect()
}

/// Reads one list command and adds its entry.
fn collect<'a>(
    lists: &mut Lists<'a, CommunityEntry>,
    text: &'a str,
    owner: fn(String) -> Owner,
    values: impl FnOnce(Shape, Words<'a>, &Notes<'_>) -> Values,
    notes: &mut Notes<'_>,
) {
    let mut words = Words::new(text);
    let negated = words.eat("undo");
    words.next();
    words.next();
    let shape = shape(&mut words);
    let Some(entry) = Entry::read(words) else {
        return notes.unread(text, owner(String::new()));
    };
    if negated {
        list::remove(lists, &entry);
        return notes.read();
    }
    let span = notes.span(text);
    let (verdicts, values) = match (entry.verdict, shape) {
        (Some(verdict), Some(shape)) => (vec![verdict], values(shape, entry.values, notes)),
        (verdict, _) => {
            let both = vec![Verdict::Accept, Verdict::Reject];
            let verdicts = verdict.map_or(both, |verdict| vec![verdict]);
            (verdicts, Values::Unread(CommunityTest::Unsupported(span)))
        }
    };
    let test = match values {
        Values::Test(test) => {
            notes.read();
            test
        }
        Values::Unread(test) => {
            notes.unread(text, owner(entry.name.to_owned()));
            test
        }
        Values::Refused(why) => {
            let effect = format!("the device refuses the line ({why}), so the filter has no such entry");
            return notes.refused(text, owner(entry.name.to_owned()), effect);
        }
    };
    for verdict in verdicts {
        let value = CommunityEntry {
            verdict,
            test: test.clone(),
            span,
        };
        list::add(lists, &entry, text, value, notes);
    }
}

/// Returns the community a name stands for. `internet` is every route's (Huawei, "apply community").
pub(super) fn well_known(word: &str) -> Option<Community> {
    let names = [
        "internet",
        "no-advertise",
        "no-export",
        "no-export-subconfed",
        "graceful-shutdown",
        "g-shut",
    ];
    match keyword(word, &names)? {
        "internet" => Some(Community::new(0, 0)),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export" => Some(Community::NO_EXPORT),
        "no-export-subconfed" => Some(Community::LOCAL_AS),
        _ => Some(Community::GRACEFUL_SHUTDOWN),
    }
}

/// Reads the values of a basic entry: all must be present.
fn basic(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
    let mut patterns = Vec::new();
    let mut unread = words.is_empty();
    for word in words {
        let pattern = match atoms::community(word) {
            CommunityWord::Value(community) => CommunityPattern::Exactly(community),
            CommunityWord::OutOfRange => return Values::Refused(format!("`{word}` is out of range")),
            CommunityWord::Other => match well_known(word) {
                Some(community) if community == Community::new(0, 0) => continue,
                Some(community) => CommunityPattern::Exactly(community),
                None if word.starts_with('<') => {
                    unread = true;
                    CommunityPattern::Unsupported
                }
                None => {
                    let why = format!("`{word}` is no community, and a basic filter takes no expressions");
                    return Values::Refused(why);
                }
            },
        };
        patterns.push(Spanned::new(notes.span(word), pattern));
    }
    match (unread, patterns.is_empty()) {
        (false, true) => Values::Test(CommunityTest::Always),
        (false, false) => Values::Test(CommunityTest::Line(patterns)),
        (true, false) => Values::Unread(CommunityTest::Line(patterns)),
        // The manual allows no value at all and does not say what that means.
        (true, true) => Values::Unread(CommunityTest::Unsupported(notes.span(line))),
    }
}

/// Reads an expression. One that a single community can satisfy means the same however the communities are joined. What
/// others see is not documented (`sort-match` says that an order has to be asked for): all in one text, or each by
/// itself; where the two differ it is not known.
fn advanced(text: &str, line: &str, notes: &Notes<'_>) -> Values {
    let expression = unquoted(text);
    if expression.is_empty() {
        return Values::Unread(CommunityTest::Unsupported(notes.span(line)));
    }
    let span = notes.span(expression);
    let whole = CommunityTest::Text(Spanned::new(
        span,
        CommunityRegex {
            expression: expression.to_owned(),
            syntax: RegexSyntax::PosixDelimiter,
            rendering: CommunityRendering::Numbers,
        },
    ));
    if is_of_one(expression) {
        return Values::Test(whole);
    }
    let pattern = CommunityPattern::Text {
        expression: expression.to_owned(),
        syntax: RegexSyntax::PosixDelimiter,
        anchored: false,
    };
    let each = CommunityTest::Line(vec![Spanned::new(span, pattern)]);
    let agree = CommunityTest::All(vec![whole.clone(), each.clone()]);
    let open = CommunityTest::All(vec![
        CommunityTest::Any(vec![whole, each]),
        CommunityTest::Unsupported(span),
    ]);
    Values::Test(CommunityTest::Any(vec![agree, open]))
}

/// Whether an expression holds for a text exactly where it holds for one community in it.
fn is_of_one(expression: &str) -> bool {
    let mut inner = expression;
    for end in [".*", "_"] {
        inner = inner.strip_suffix(end).unwrap_or(inner);
    }
    for start in ["_", ".*"] {
        inner = inner.strip_prefix(start).unwrap_or(inner);
    }
    let empty = inner.is_empty() || inner.split(['|', '(', ')']).any(str::is_empty) && inner.contains('|');
    !empty && !inner.contains(['^', '$', '.', ' ', '_', '*', '?', '{', '\\', ','])
}

fn large(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
    let mut patterns = Vec::new();
    for word in words {
        let Some(large) = atoms::large_community(word) else {
            return Values::Unread(CommunityTest::Unsupported(notes.span(line)));
        };
        patterns.push(Spanned::new(notes.span(word), CommunityPattern::Large(large)));
    }
    match patterns.is_empty() {
        true => Values::Unread(CommunityTest::Unsupported(notes.span(line))),
        false => Values::Test(CommunityTest::Line(patterns)),
    }
}
