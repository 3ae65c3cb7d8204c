//! Lists of communities, and of large and extended ones.

use std::collections::BTreeMap;

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityPattern, CommunityRegex, CommunityRendering, CommunityTest,
    RegexSyntax, WellKnownNames,
};
use pairlint_model::source::Spanned;

use super::{Command, Notes};
use crate::atoms::{self, CommunityWord, keyword, number};
use crate::lines::Words;
use crate::lists::{Building, Lists, Tail, remove};

#[derive(Default)]
pub(super) struct CommunityLists<'a> {
    standard: Lists<'a, CommunityEntry>,
    large: Lists<'a, CommunityEntry>,
    extended: Lists<'a, CommunityEntry>,
    /// `ip bgp-community new-format`: communities are written `aa:nn`, not as one number.
    new_format: bool,
}

/// Whether a list holds values or expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListKind {
    Standard,
    Expanded,
}

/// The beginning of a list command: `standard NAME`, `expanded NAME` or a number.
enum Head<'a> {
    List(ListKind, &'a str),
    /// No release takes it (Cisco-IOS-XE-bgp.yang 17.9: 1–99, 100–500, or a keyword and a name).
    Refused(&'a str, &'static str),
    None,
}

fn head<'a>(words: &mut Words<'a>) -> Head<'a> {
    let Some(word) = words.next() else {
        return Head::None;
    };
    match keyword(word, &["standard", "expanded"]).filter(|_| word.len() > 2) {
        Some("standard") => words
            .next()
            .map_or(Head::None, |name| Head::List(ListKind::Standard, name)),
        Some(_) => words
            .next()
            .map_or(Head::None, |name| Head::List(ListKind::Expanded, name)),
        None => match number::<u32>(word) {
            Some(1..=99) => Head::List(ListKind::Standard, word),
            Some(100..=500) => Head::List(ListKind::Expanded, word),
            Some(_) => Head::Refused(word, "numbers go from 1 to 500"),
            None if word.starts_with('<') => Head::None,
            None => Head::Refused(word, "a name needs `standard` or `expanded` in front of it"),
        },
    }
}

/// What a line's values turned out to be.
enum Values {
    Test(CommunityTest),
    Refused(String),
    Unread(CommunityTest),
}

impl<'a> CommunityLists<'a> {
    pub fn new_format(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let mut words = Words::new(text);
        let negated = words.eat("no");
        let named = words
            .nth(2)
            .is_some_and(|word| keyword(word, &["new-format"]).is_some());
        if !named {
            return notes.unread(text, Owner::Bgp);
        }
        self.new_format = !negated;
        notes.read();
    }

    /// Reads `[no] ip community-list standard|expanded NAME|NUMBER permit|deny …`.
    pub fn standard(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let values = |kind, words: Words<'a>, notes: &Notes<'_>| match kind {
            ListKind::Standard => standard_values(words, text, notes),
            // The rendering is settled at the end, when the whole text has been seen.
            ListKind::Expanded => expression(words.rest(), text, CommunityRendering::Numbers, notes),
        };
        collect(&mut self.standard, text, Owner::CommunityList, values, notes);
    }

    pub fn large(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let values = |kind, words: Words<'a>, notes: &Notes<'_>| match kind {
            ListKind::Standard => large_values(words, text, notes),
            ListKind::Expanded => Values::Test(CommunityTest::Unsupported(notes.span(text))),
        };
        collect(&mut self.large, text, Owner::LargeCommunityList, values, notes);
    }

    /// Also the block form: `ip extcommunity-list standard NAME` with entries below.
    pub fn extended(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        let text = command.text;
        if command.body.is_empty() {
            let values = |kind, words, notes: &Notes<'_>| extended_values(kind, words, text, notes);
            return collect(
                &mut self.extended,
                text,
                Owner::ExtendedCommunityList,
                values,
                notes,
            );
        }
        let mut words = command.words();
        words.next();
        words.next();
        let Head::List(kind, name) = head(&mut words) else {
            return notes.unread(text, Owner::ExtendedCommunityList(String::new()));
        };
        notes.read();
        for line in &command.body {
            let tail = Tail::read(line.words());
            let read = tail.and_then(|tail| tail.verdict().map(|entry| (tail, entry)));
            let Some((tail, (verdict, words))) = read else {
                notes.unread(line.text, Owner::ExtendedCommunityList(name.to_owned()));
                continue;
            };
            let Values::Test(test) = extended_values(kind, words, line.text, notes) else {
                continue;
            };
            let span = notes.span(line.text);
            let list = self
                .extended
                .entry(name)
                .or_insert_with(|| Building::new(name, text, notes));
            let entry = CommunityEntry { verdict, test, span };
            list.add(tail.sequence, 1, tail.text, entry);
            notes.read();
        }
    }

    pub fn finish(self, device: &mut Device) {
        // Without new-format `show` writes one number, and by the manual of a router with the same command line
        // (JunosE, "Community Lists") an expression then sees that number; IOS's own is silent.
        let rendering = match self.new_format {
            true => CommunityRendering::Names(WellKnownNames::Ios),
            false => CommunityRendering::NumbersOrPacked,
        };
        device.community_lists = finish(self.standard);
        let entries = device
            .community_lists
            .values_mut()
            .flat_map(|list| &mut list.entries);
        for entry in entries {
            if let CommunityTest::Text(regex) = &mut entry.test {
                regex.value.rendering = rendering;
            }
        }
        device.large_community_lists = finish(self.large);
        device.extended_community_lists = finish(self.extended);
    }
}

fn finish(lists: Lists<'_, CommunityEntry>) -> BTreeMap<String, CommunityList> {
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

/// Reads one list command and adds its entry.
fn collect<'a>(
    lists: &mut Lists<'a, CommunityEntry>,
    text: &'a str,
    owner: fn(String) -> Owner,
    values: impl FnOnce(ListKind, Words<'a>, &Notes<'_>) -> Values,
    notes: &mut Notes<'_>,
) {
    let mut words = Words::new(text);
    let negated = words.eat("no");
    words.next();
    words.next();
    let (kind, name) = match head(&mut words) {
        Head::List(kind, name) => (kind, name),
        Head::Refused(name, why) => {
            let effect = format!("the device refuses the line ({why}), so there is no such list");
            return notes.refused(text, owner(name.to_owned()), effect);
        }
        Head::None => return notes.unread(text, owner(String::new())),
    };
    if negated {
        remove(lists, name, words);
        return notes.read();
    }
    let tail = Tail::read(words);
    let Some((verdict, rest)) = tail.and_then(Tail::verdict) else {
        let span = notes.span(text);
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
    let test = match values(kind, rest, notes) {
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
    let entry = CommunityEntry {
        verdict,
        test,
        span: notes.span(text),
    };
    let (sequence, written) = tail.map_or((None, ""), |tail| (tail.sequence, tail.text));
    let list = lists
        .entry(name)
        .or_insert_with(|| Building::new(name, text, notes));
    list.add(sequence, 1, written, entry);
}

/// Returns the community a name stands for (Cisco-IOS-XE-types.yang 17.9, `community-well-known-type`).
/// `internet` is 0:0 where it is set, and any route where it is matched.
pub(super) fn well_known(word: &str) -> Option<Community> {
    match keyword(
        word,
        &["gshut", "internet", "local-AS", "no-advertise", "no-export"],
    )? {
        "gshut" => Some(Community::GRACEFUL_SHUTDOWN),
        "internet" => Some(Community::new(0, 0)),
        "local-AS" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        _ => Some(Community::NO_EXPORT),
    }
}

/// Reads the values of a standard entry: all must be present, and `internet` always is.
fn standard_values(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
    let mut patterns = Vec::new();
    let mut unread = words.is_empty();
    for word in words {
        let pattern = match atoms::community(word) {
            CommunityWord::Value(community) if community.packed() != 0 || word.contains(':') => {
                CommunityPattern::Exactly(community)
            }
            CommunityWord::Value(_) | CommunityWord::OutOfRange => {
                return Values::Refused(format!("`{word}` is out of range"));
            }
            CommunityWord::Other => match well_known(word) {
                Some(community) if community == Community::new(0, 0) => continue,
                Some(community) => CommunityPattern::Exactly(community),
                None if word.starts_with('<') => {
                    unread = true;
                    CommunityPattern::Unsupported
                }
                None => {
                    let why = format!("`{word}` is no community, and a standard list takes no expressions");
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
        // Without any value FRR's manual says any route; Cisco's does not say.
        (true, true) => Values::Unread(CommunityTest::Unsupported(notes.span(line))),
    }
}

fn expression(text: &str, line: &str, rendering: CommunityRendering, notes: &Notes<'_>) -> Values {
    if text.is_empty() {
        return Values::Unread(CommunityTest::Unsupported(notes.span(line)));
    }
    let regex = CommunityRegex {
        expression: text.to_owned(),
        syntax: RegexSyntax::Cisco,
        rendering,
    };
    Values::Test(CommunityTest::Text(Spanned::new(notes.span(text), regex)))
}

fn large_values(words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
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

/// Extended communities are not modelled: values are some other kind, expressions are not interpreted.
fn extended_values(kind: ListKind, words: Words<'_>, line: &str, notes: &Notes<'_>) -> Values {
    let span = notes.span(line);
    if kind == ListKind::Expanded || words.is_empty() {
        return Values::Test(CommunityTest::Unsupported(span));
    }
    let other = Spanned::new(notes.span(words.rest()), CommunityPattern::Other);
    Values::Test(CommunityTest::Line(vec![other]))
}

#[cfg(test)]
mod tests {
    use pairlint_model::policy::Verdict;
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    fn lower(text: &str) -> String {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let mut notes = Notes::new(&source, 0);
        let mut lists = CommunityLists::default();
        for line in source.text().lines() {
            lists.standard(line, &mut notes);
        }
        let mut out = String::new();
        for (name, list) in finish(lists.standard) {
            out.push_str(&name);
            for entry in list.entries {
                let sign = if entry.verdict == Verdict::Accept {
                    '+'
                } else {
                    '-'
                };
                let test = match entry.test {
                    CommunityTest::Always => "always".to_owned(),
                    CommunityTest::Line(patterns) => {
                        let values = patterns.iter().map(|pattern| match &pattern.value {
                            CommunityPattern::Exactly(community) => community.to_string(),
                            other => format!("{other:?}"),
                        });
                        values.collect::<Vec<_>>().join("&")
                    }
                    CommunityTest::Text(regex) => format!("/{}/", regex.value.expression),
                    _ => "?".to_owned(),
                };
                out.push_str(&format!(" {sign}{test}"));
            }
            out.push('\n');
        }
        for unread in &notes.unread {
            out.push_str(&format!("unread {}\n", source.slice(unread.span)));
        }
        for refused in &notes.refused {
            out.push_str(&format!("refused {}\n", source.slice(refused.span)));
        }
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(lower(text), expected);
    }

    #[test]
    fn values_names_and_packed_numbers() {
        check(
            "ip community-list standard EU permit 12076:51002 12076:51003\nip community-list standard EU deny 791463738\n\
             ip community-list 1 permit internet\nip community-list 1 deny no-export LOCAL-AS gshut internet",
            "1 +always -65535:65281&65535:65283&65535:0\nEU +12076:51002&12076:51003 -12076:51002\n",
        );
    }

    #[test]
    fn expressions_by_number_and_name() {
        check(
            "ip community-list 100 permit 12076:5100[23]\nip community-list expanded E deny _12076:.* 1$\n\
             ip community-list 500 permit 5010",
            "100 +/12076:5100[23]/\n500 +/5010/\nE -/_12076:.* 1$/\n",
        );
    }

    #[test]
    fn what_the_device_refuses_is_not_there() {
        for line in [
            "ip community-list standard A permit 12076:*",
            "ip community-list 10 permit 12076:5100[23]",
            "ip community-list standard A permit 12076:51002 12076:70000",
            "ip community-list 501 permit 12076:51002",
            "ip community-list A permit 12076:51002",
            "ip community-list standard A permit 0",
            "ip community-list standard A permit blackhole",
        ] {
            check(line, &format!("refused {line}\n"));
        }
    }

    #[test]
    fn what_is_not_understood() {
        check(
            "ip community-list standard A permit <region>",
            "A +Unsupported\nunread ip community-list standard A permit <region>\n",
        );
        check(
            "ip community-list 7 permit",
            "7 +?\nunread ip community-list 7 permit\n",
        );
        check(
            "ip community-list standard",
            "unread ip community-list standard\n",
        );
    }

    #[test]
    fn numbers_order_and_take_away() {
        check(
            "ip community-list standard A seq 20 permit 1:1\nip community-list standard A seq 10 deny 2:2\n\
             ip community-list 3 permit 3:3\nip community-list 3 permit 4:4\nno ip community-list 3 permit 3:3\n\
             ip community-list 4 permit 4:4\nno ip community-list 4",
            "3 +4:4\nA -2:2 +1:1\n",
        );
    }
}
