//! Lists of communities and of AS paths, line by line.

use std::collections::BTreeMap;

use pairlint_model::bgp::Community;
use pairlint_model::network::Owner;
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, CommunityEntry, CommunityList, CommunityPattern, CommunityRegex,
    CommunityTest,
};
use pairlint_model::source::Spanned;

use crate::atoms::{self, CommunityWord};
use crate::lines::Words;
use crate::lists::{Building, Lists, Tail, remove};
use crate::notes::Notes;

/// What follows a list's name in one line, with the line.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub words: Words<'a>,
    pub negated: bool,
}

/// What a line's values turned out to be.
pub(crate) enum Values {
    Test(CommunityTest),
    /// The device answers with an error; why, in its words.
    Refused(String),
    Unread(CommunityTest),
}

/// What a name in the place of a community stands for.
pub(crate) enum Named {
    Value(Community),
    /// Any route.
    Always,
    /// Either the value or any route: sources differ.
    ValueOrAlways(Community),
}

/// Reads `[seq N] permit|deny VALUES` and adds the entry, or takes it away.
pub(crate) fn communities<'a>(
    lists: &mut Lists<'a, CommunityEntry>,
    line: Line<'a>,
    owner: fn(String) -> Owner,
    values: impl FnOnce(Words<'a>, &Notes<'_>) -> Values,
    notes: &mut Notes<'_>,
) {
    let Line {
        name, text, words, ..
    } = line;
    if line.negated {
        remove(lists, name, words);
        return notes.read();
    }
    let tail = Tail::read(words);
    let span = notes.span(text);
    let Some((verdict, rest)) = tail.and_then(Tail::verdict) else {
        let list = lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
        list.add_unknown(text, |verdict| CommunityEntry {
            verdict,
            test: CommunityTest::Unsupported(span),
            span,
        });
        return notes.unread(text, owner(name.to_owned()));
    };
    let test = match values(rest, notes) {
        Values::Test(test) => {
            notes.read();
            test
        }
        Values::Unread(test) => {
            notes.unread(text, owner(name.to_owned()));
            test
        }
        Values::Refused(why) => {
            let effect = format!("the device refuses the line ({why}), so the list has no such entry");
            return notes.refused(text, owner(name.to_owned()), effect);
        }
    };
    let (sequence, written) = tail.map_or((None, ""), |tail| (tail.sequence, tail.text));
    let list = lists
        .entry(name)
        .or_insert_with(|| Building::new(name, text, notes));
    list.add(sequence, 1, written, CommunityEntry { verdict, test, span });
}

/// Reads the values of a standard entry: all must be present.
pub(crate) fn standard_values(
    words: Words<'_>,
    line: &str,
    named: impl Fn(&str) -> Option<Named>,
    notes: &Notes<'_>,
) -> Values {
    let mut patterns = Vec::new();
    let mut either = Vec::new();
    let mut unread = words.is_empty();
    for word in words {
        let exactly = |community| Spanned::new(notes.span(word), CommunityPattern::Exactly(community));
        match atoms::community(word) {
            CommunityWord::Value(community) => patterns.push(exactly(community)),
            CommunityWord::OutOfRange => return Values::Refused(format!("`{word}` is out of range")),
            CommunityWord::Other => match named(word) {
                Some(Named::Value(community)) => patterns.push(exactly(community)),
                Some(Named::Always) => {}
                Some(Named::ValueOrAlways(community)) => either.push(CommunityTest::Any(vec![
                    CommunityTest::Line(vec![exactly(community)]),
                    CommunityTest::Unsupported(notes.span(word)),
                ])),
                None if word.starts_with('<') => {
                    unread = true;
                    patterns.push(Spanned::new(notes.span(word), CommunityPattern::Unsupported));
                }
                None => {
                    let why = format!("`{word}` is no community, and a standard list takes no expressions");
                    return Values::Refused(why);
                }
            },
        }
    }
    let mut test = match patterns.is_empty() {
        true => CommunityTest::Always,
        false => CommunityTest::Line(patterns),
    };
    if !either.is_empty() {
        either.push(test);
        test = CommunityTest::All(either);
    }
    match (unread, words.is_empty()) {
        (false, _) => Values::Test(test),
        // What a line without any value means is not documented.
        (true, true) => Values::Unread(CommunityTest::Unsupported(notes.span(line))),
        (true, false) => Values::Unread(test),
    }
}

/// Reads an expression over the text of all communities.
pub(crate) fn expression(text: &str, line: &str, regex: CommunityRegex, notes: &Notes<'_>) -> Values {
    match text.is_empty() {
        true => Values::Unread(CommunityTest::Unsupported(notes.span(line))),
        false => Values::Test(CommunityTest::Text(Spanned::new(notes.span(text), regex))),
    }
}

pub(crate) fn large_values(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
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

/// Extended communities are not modelled: values are some other kind.
pub(crate) fn extended_values(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
    if words.is_empty() {
        return Values::Unread(CommunityTest::Unsupported(notes.span(line)));
    }
    let other = Spanned::new(notes.span(words.rest()), CommunityPattern::Other);
    Values::Test(CommunityTest::Line(vec![other]))
}

pub(crate) fn finish_communities(lists: Lists<'_, CommunityEntry>) -> BTreeMap<String, CommunityList> {
    let finished = |(name, list): (&str, Building<'_, CommunityEntry>)| {
        let list = CommunityList {
            name: list.name.clone(),
            span: list.span,
            entries: list.in_order().map(|numbered| numbered.entry).collect(),
        };
        (name.to_owned(), list)
    };
    lists.into_iter().map(finished).collect()
}

/// Reads `[seq N] permit|deny EXPRESSION` and adds the entry, or takes it away.
pub(crate) fn as_paths<'a>(
    lists: &mut Lists<'a, AsPathEntry>,
    line: Line<'a>,
    test: impl FnOnce(Words<'a>) -> Option<AsPathTest>,
    notes: &mut Notes<'_>,
) {
    let Line {
        name, text, words, ..
    } = line;
    if line.negated {
        remove(lists, name, words);
        return notes.read();
    }
    let span = notes.span(text);
    let tail = Tail::read(words);
    let verdict = tail.and_then(Tail::verdict).filter(|(_, rest)| !rest.is_empty());
    let list = lists
        .entry(name)
        .or_insert_with(|| Building::new(name, text, notes));
    let Some((verdict, rest)) = verdict else {
        list.add_unknown(text, |verdict| AsPathEntry {
            verdict,
            test: AsPathTest::Unsupported,
            span,
        });
        return notes.unread(text, Owner::AsPathList(name.to_owned()));
    };
    let test = test(rest);
    match test {
        Some(_) => notes.read(),
        None => notes.unread(text, Owner::AsPathList(name.to_owned())),
    }
    let (sequence, written) = tail.map_or((None, ""), |tail| (tail.sequence, tail.text));
    let entry = AsPathEntry {
        verdict,
        test: test.unwrap_or(AsPathTest::Unsupported),
        span,
    };
    list.add(sequence, 1, written, entry);
}

pub(crate) fn finish_as_paths(lists: Lists<'_, AsPathEntry>) -> BTreeMap<String, AsPathList> {
    let finished = |(name, list): (&str, Building<'_, AsPathEntry>)| {
        let list = AsPathList {
            name: list.name.clone(),
            span: list.span,
            entries: list.in_order().map(|numbered| numbered.entry).collect(),
        };
        (name.to_owned(), list)
    };
    lists.into_iter().map(finished).collect()
}
