//! `router community-list`, `extcommunity-list` and `aspath-list`.

use std::collections::BTreeMap;

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, CommunityEntry, CommunityList, CommunityPattern, CommunityRegex,
    CommunityRendering, CommunityTest, RegexSyntax, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::Tables;
use super::objects::{Object, objects, setting};
use crate::atoms::{self, CommunityWord, keyword, number};
use crate::notes::Notes;

/// A rule before it is known what its list is.
struct Rule<'a> {
    /// The `edit` line.
    line: &'a str,
    verdict: Option<Verdict>,
    /// The line and its value.
    matches: Option<(&'a str, &'a str)>,
    regexp: Option<(&'a str, &'a str)>,
    doubtful: bool,
    span: Span,
}

impl Rule<'_> {
    /// Takes down that the rule leaves something open, unless a line of it did already.
    fn note(&self, unsupported: bool, owner: Owner, notes: &mut Notes<'_>) {
        if !self.doubtful && (unsupported || self.verdict.is_none()) {
            notes.doubtful_line(self.line, owner);
        }
    }

    /// The manuals name no default action, and a rule without one was cut off: it may be either.
    fn verdicts(&self) -> Vec<Verdict> {
        let both = vec![Verdict::Accept, Verdict::Reject];
        self.verdict.map_or(both, |verdict| vec![verdict])
    }
}

pub(super) fn communities(tables: &Tables<'_, '_>, device: &mut Device, notes: &mut Notes<'_>) {
    for (path, extended) in [
        ("router community-list", false),
        ("router extcommunity-list", true),
    ] {
        let blocks = tables.get(path);
        blocks.iter().for_each(|_| notes.read());
        for object in objects(blocks) {
            let name = object.name.to_owned();
            let owner = || match extended {
                true => Owner::ExtendedCommunityList(object.name.to_owned()),
                false => Owner::CommunityList(object.name.to_owned()),
            };
            notes.read();
            let expanded = expanded(&object, &owner, notes);
            let rules = rules(&object, &owner, notes);
            let entries = rules.into_iter().flat_map(|rule| {
                let test = match (extended, expanded) {
                    (true, _) => other(&rule, notes),
                    (false, Some(true)) => expression(&rule, notes),
                    (false, Some(false)) => values(&rule, &owner, notes),
                    (false, None) => CommunityTest::Unsupported(rule.span),
                };
                let span = rule.span;
                // An expanded list is of expressions (FortiOS CLI Reference, "config router community-list").
                let lacks_expression = !extended
                    && expanded == Some(true)
                    && !rule.doubtful
                    && rule.regexp.is_none()
                    && rule.matches.is_some();
                match lacks_expression {
                    true => notes.replaced(
                        rule.line,
                        owner(),
                        "the command line does not take the rule: an expanded list wants `regexp`",
                    ),
                    false => rule.note(matches!(test, CommunityTest::Unsupported(_)), owner(), notes),
                }
                let entries: Vec<CommunityEntry> = rule
                    .verdicts()
                    .into_iter()
                    .map(|verdict| CommunityEntry {
                        verdict,
                        test: test.clone(),
                        span,
                    })
                    .collect();
                entries
            });
            let list = CommunityList {
                entries: entries.collect(),
                name: notes.name(object.name),
                span: notes.span(object.line),
            };
            let lists = match extended {
                true => &mut device.extended_community_lists,
                false => &mut device.community_lists,
            };
            lists.insert(name, list);
        }
    }
}

pub(super) fn as_paths(tables: &Tables<'_, '_>, device: &mut Device, notes: &mut Notes<'_>) {
    let blocks = tables.get("router aspath-list");
    blocks.iter().for_each(|_| notes.read());
    for object in objects(blocks) {
        let owner = || Owner::AsPathList(object.name.to_owned());
        notes.read();
        for line in &object.lines {
            notes.unread(line, owner());
        }
        let mut entries = Vec::new();
        for rule in rules(&object, &owner, notes) {
            let test = match rule.regexp {
                Some((_, expression)) if !rule.doubtful && rule.matches.is_none() => AsPathTest::Regex {
                    expression: expression.to_owned(),
                    syntax: RegexSyntax::PosixDelimiter,
                },
                _ => AsPathTest::Unsupported,
            };
            rule.note(matches!(test, AsPathTest::Unsupported), owner(), notes);
            entries.extend(rule.verdicts().into_iter().map(|verdict| AsPathEntry {
                verdict,
                test: test.clone(),
                span: rule.span,
            }));
        }
        let list = AsPathList {
            name: notes.name(object.name),
            entries,
            span: notes.span(object.line),
        };
        device.as_path_lists.insert(object.name.to_owned(), list);
    }
}

/// Whether the list is of expressions; `None` where its type is not understood.
fn expanded(object: &Object<'_, '_>, owner: &dyn Fn() -> Owner, notes: &mut Notes<'_>) -> Option<bool> {
    let mut expanded = Some(false);
    for line in &object.lines {
        let setting = setting(line);
        match setting.map(|setting| (setting.key, setting.value())) {
            Some(("type", value)) => {
                expanded = match value {
                    Some("standard") | None => Some(false),
                    Some("expanded") => Some(true),
                    Some(_) => None,
                };
                match expanded {
                    Some(_) => notes.read(),
                    None => notes.unread(line, owner()),
                }
            }
            Some(("name" | "comments", _)) => notes.ignored(),
            _ => notes.unread(line, owner()),
        }
    }
    expanded
}

/// Reads the rules in the order of their numbers.
fn rules<'a>(object: &Object<'_, 'a>, owner: &dyn Fn() -> Owner, notes: &mut Notes<'_>) -> Vec<Rule<'a>> {
    let mut sorted: BTreeMap<u64, Vec<Rule<'a>>> = BTreeMap::new();
    for rule in objects(&object.table("rule")) {
        let id: Option<u64> = number(rule.name);
        match id {
            Some(_) => notes.read(),
            None => notes.unread(rule.line, owner()),
        }
        let mut read = Rule {
            line: rule.line,
            verdict: None,
            matches: None,
            regexp: None,
            doubtful: id.is_none(),
            span: notes.span(rule.line),
        };
        for line in &rule.lines {
            let understood = setting(line).is_some_and(|setting| {
                // A list of values may stand in one pair of quotation marks or in none.
                let whole = setting
                    .value()
                    .or_else(|| setting.values.map(|words| words.rest()));
                match setting.key {
                    "action" => {
                        read.verdict = setting.value().and_then(atoms::verdict);
                        setting.values.is_none() || read.verdict.is_some()
                    }
                    "match" => {
                        read.matches = whole.map(|value| (*line, value));
                        !setting.adds
                    }
                    "regexp" => {
                        read.regexp = whole.map(|value| (*line, value));
                        !setting.adds
                    }
                    // The kind of an extended community.
                    "type" | "id" => true,
                    _ => false,
                }
            });
            match understood {
                true => notes.read(),
                false => {
                    read.doubtful = true;
                    notes.unread(line, owner());
                }
            }
        }
        sorted.entry(id.unwrap_or(u64::MAX)).or_default().push(read);
    }
    sorted.into_values().flatten().collect()
}

/// Returns the community a name stands for; `internet` is every route's.
pub(super) fn well_known(word: &str) -> Option<Community> {
    match keyword(word, &["internet", "local-AS", "no-advertise", "no-export"])? {
        "internet" => Some(Community::new(0, 0)),
        "local-AS" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        _ => Some(Community::NO_EXPORT),
    }
}

/// Reads the values of a standard rule: all must be present.
fn values(rule: &Rule<'_>, owner: &dyn Fn() -> Owner, notes: &mut Notes<'_>) -> CommunityTest {
    let Some((line, value)) = rule.matches.filter(|_| !rule.doubtful && rule.regexp.is_none()) else {
        return CommunityTest::Unsupported(rule.span);
    };
    let mut patterns = Vec::new();
    let mut always = false;
    for word in value.split([' ', '"']).filter(|word| !word.is_empty()) {
        let pattern = match atoms::community(word) {
            CommunityWord::Value(community) => CommunityPattern::Exactly(community),
            _ => match well_known(word) {
                Some(community) if community == Community::new(0, 0) => {
                    always = true;
                    continue;
                }
                Some(community) => CommunityPattern::Exactly(community),
                None => {
                    notes.doubtful_line(line, owner());
                    CommunityPattern::Unsupported
                }
            },
        };
        patterns.push(Spanned::new(notes.span(word), pattern));
    }
    match (patterns.is_empty(), always) {
        (false, _) => CommunityTest::Line(patterns),
        (true, true) => CommunityTest::Always,
        (true, false) => CommunityTest::Unsupported(rule.span),
    }
}

/// Reads an expression, which is searched in the text of all communities.
fn expression(rule: &Rule<'_>, notes: &Notes<'_>) -> CommunityTest {
    match rule.regexp {
        Some((_, expression)) if !rule.doubtful && rule.matches.is_none() && !expression.is_empty() => {
            let regex = CommunityRegex {
                expression: expression.to_owned(),
                syntax: RegexSyntax::PosixDelimiter,
                rendering: CommunityRendering::Numbers,
            };
            CommunityTest::Text(Spanned::new(notes.span(expression), regex))
        }
        _ => CommunityTest::Unsupported(rule.span),
    }
}

/// Extended communities are not modelled: values are some other kind, expressions are not interpreted.
fn other(rule: &Rule<'_>, notes: &Notes<'_>) -> CommunityTest {
    match rule.matches {
        Some((_, value)) if !rule.doubtful && rule.regexp.is_none() => {
            CommunityTest::Line(vec![Spanned::new(notes.span(value), CommunityPattern::Other)])
        }
        _ => CommunityTest::Unsupported(rule.span),
    }
}
