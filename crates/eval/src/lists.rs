//! Which entries of a list nothing can reach, because entries before them take all that they stand for.
//!
//! Prefixes are exact. Standard community lines are conjunctions of values, so a line is dead exactly if the values of
//! one before it are among its own. Expressions over AS paths are searched for a path that gets past all before;
//! expressions over communities are compared one by one, over every text that communities can make.

use std::collections::{HashMap, HashSet};

use pairlint_model::bgp::{Community, Family};
use pairlint_model::policy::{
    AccessList, AsPathList, AsPathTest, CommunityList, CommunityPattern, CommunityRegex, CommunityRendering,
    CommunityTest, PrefixList, RegexSyntax,
};
use rustc_hash::FxBuildHasher;

use crate::expressions::{Expression, PathLanguage, PathSearch, StateId, Subject, find_path};
use crate::prefixes::{access_shadows, prefix_shadows};
use crate::search::Fate;

/// States that the searches for one list may visit.
const STATES: usize = 200_000;
/// States of one search for an AS path.
const PATH_STATES: usize = 5_000;
/// Pairs of entries of one list that are compared.
const PAIRS: usize = 20_000;
/// A line with more values than this is not looked up by its subsets.
const MOST_VALUES: usize = 8;

/// Decides for each entry of a prefix list whether any route reaches it.
pub fn prefix_fates(list: &PrefixList) -> Vec<Fate> {
    both(|family| prefix_shadows(list.entries.iter().map(|entry| &entry.pattern), family))
}

/// The same for an access list that is used on routes.
pub fn access_fates(list: &AccessList) -> Vec<Fate> {
    both(|family| access_shadows(list.entries.iter().map(|entry| &entry.pattern), family))
}

fn both(fates: impl Fn(Family) -> Vec<Fate>) -> Vec<Fate> {
    let (v4, v6) = (fates(Family::Ipv4), fates(Family::Ipv6));
    v4.into_iter().zip(v6).map(|(v4, v6)| v4.and(v6)).collect()
}

/// Decides for each entry of a community list whether any set of communities reaches it. With `first_match` the list
/// is only used so that the first entry whose test holds decides; else only what is written twice is dead.
pub fn community_fates(list: &CommunityList, first_match: bool) -> Vec<Fate> {
    let mut fates = Vec::with_capacity(list.entries.len());
    let mut lines: HashMap<Vec<Community>, usize, FxBuildHasher> = HashMap::default();
    let mut written: HashMap<String, usize> = HashMap::new();
    let mut texts: Vec<(usize, Text)> = Vec::new();
    let mut everything = None;
    let (mut states, mut pairs) = (STATES, PAIRS);
    for (at, entry) in list.entries.iter().enumerate() {
        let mut by = everything;
        if by.is_none() {
            by = match &entry.test {
                CommunityTest::Always => None,
                CommunityTest::Line(patterns) => {
                    match values(patterns.iter().map(|pattern| &pattern.value)) {
                        Some(values) if values.is_empty() => None,
                        Some(values) => {
                            let earlier = match first_match {
                                true => subset(&values, &lines),
                                false => lines.get(&values).copied(),
                            };
                            lines.entry(values).or_insert(at);
                            earlier
                        }
                        None => twice(&entry.test, at, &mut written),
                    }
                }
                CommunityTest::Text(regex) => {
                    let twice = twice(&entry.test, at, &mut written);
                    let text = Text::of(&regex.value);
                    let earlier = twice.or_else(|| {
                        let text = text.as_ref().filter(|_| first_match)?;
                        let mut known = texts.iter();
                        known
                            .find(|(_, known)| text.is_inside(known, &mut states, &mut pairs))
                            .map(|(at, _)| *at)
                    });
                    // What is dead takes nothing that others do not take.
                    if let (None, Some(text)) = (earlier, text) {
                        texts.push((at, text));
                    }
                    earlier
                }
                _ => None,
            };
        }
        let holds_always = match &entry.test {
            CommunityTest::Always => true,
            CommunityTest::Line(patterns) => patterns.is_empty(),
            _ => false,
        };
        if first_match && holds_always && everything.is_none() {
            everything = Some(at);
        }
        fates.push(by.map_or(Fate::Reached, |by| Fate::Taken(vec![by])));
    }
    fates
}

/// The values of a line that consists of nothing else, ascending.
fn values<'a>(patterns: impl Iterator<Item = &'a CommunityPattern>) -> Option<Vec<Community>> {
    let values = patterns.map(|pattern| match pattern {
        CommunityPattern::Exactly(community) => Some(*community),
        _ => None,
    });
    let mut values: Vec<Community> = values.collect::<Option<_>>()?;
    values.sort_unstable();
    values.dedup();
    Some(values)
}

/// The first earlier line whose values are all among these.
fn subset(values: &[Community], lines: &HashMap<Vec<Community>, usize, FxBuildHasher>) -> Option<usize> {
    if values.len() > MOST_VALUES {
        return lines.get(values).copied();
    }
    let subsets = (1_u32..1 << values.len()).filter_map(|chosen| {
        let chosen = values.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        let subset: Vec<Community> = chosen.map(|(_, community)| *community).collect();
        lines.get(&subset).copied()
    });
    subsets.min()
}

/// The entry that says the same before this one, where a test is only text and values.
fn twice(test: &CommunityTest, at: usize, written: &mut HashMap<String, usize>) -> Option<usize> {
    let key = match test {
        CommunityTest::Text(regex) => format!("{:?}", regex.value),
        CommunityTest::Line(patterns) => {
            let known = |pattern: &CommunityPattern| {
                !matches!(pattern, CommunityPattern::Other | CommunityPattern::Unsupported)
            };
            if !patterns.iter().all(|pattern| known(&pattern.value)) {
                return None;
            }
            let mut words: Vec<String> = patterns
                .iter()
                .map(|pattern| format!("{:?}", pattern.value))
                .collect();
            words.sort_unstable();
            words.dedup();
            words.join(" ")
        }
        _ => return None,
    };
    match written.get(&key) {
        Some(&earlier) => Some(earlier),
        None => {
            written.insert(key, at);
            None
        }
    }
}

/// An expression over the text of a set of communities.
struct Text {
    expression: Expression,
    rendering: CommunityRendering,
}

impl Text {
    fn of(regex: &CommunityRegex) -> Option<Text> {
        let expression =
            Expression::compile(&regex.expression, regex.syntax, Subject::Communities, false).ok()?;
        Some(Text {
            expression,
            rendering: regex.rendering,
        })
    }

    /// Whether the other matches every text that this one matches, where that is proven within the budgets.
    fn is_inside(&self, other: &Text, states: &mut usize, pairs: &mut usize) -> bool {
        if *pairs == 0 || self.rendering != other.rendering {
            return false;
        }
        *pairs -= 1;
        let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        // Any text over these, so also every text that communities can make: more than there is, never less.
        let letters: Vec<String> = ('a'..='z')
            .chain('A'..='Z')
            .chain(['-', '_'])
            .map(String::from)
            .collect();
        let named = matches!(self.rendering, CommunityRendering::Names(_));
        let numbers = matches!(self.rendering, CommunityRendering::Numbers);
        let start = (self.expression.start(), other.expression.start(), Place::Start);
        let mut seen: HashSet<(StateId, StateId, Place), FxBuildHasher> = HashSet::default();
        seen.insert(start);
        let mut open = vec![start];
        while let Some((own, theirs, place)) = open.pop() {
            if place.may_end(numbers)
                && self.expression.accepts_at_end(own)
                && !other.expression.accepts_at_end(theirs)
            {
                return false;
            }
            if self.expression.is_settled(own) == Some(false)
                || other.expression.is_settled(theirs) == Some(true)
            {
                continue;
            }
            let letters = letters.iter().map(String::as_str).filter(|_| named);
            for sign in digits.into_iter().chain([":", " "]).chain(letters) {
                let Some(place) = place.after(sign, numbers) else {
                    continue;
                };
                let next = (
                    self.expression.step(own, sign),
                    other.expression.step(theirs, sign),
                    place,
                );
                if seen.insert(next) {
                    if *states == 0 {
                        return false;
                    }
                    *states -= 1;
                    open.push(next);
                }
            }
        }
        true
    }
}

/// Where in a text of `12076:51002 12076:51003` a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Start,
    /// Before the first digit of a half.
    Before {
        second: bool,
    },
    Inside {
        second: bool,
    },
}

impl Place {
    fn may_end(self, numbers: bool) -> bool {
        !numbers || matches!(self, Place::Start | Place::Inside { second: true })
    }

    /// The place behind one more sign; texts that are not only numbers may be anything.
    fn after(self, sign: &str, numbers: bool) -> Option<Place> {
        if !numbers {
            return Some(self);
        }
        match (self, sign) {
            (Place::Inside { second: false }, ":") => Some(Place::Before { second: true }),
            (Place::Inside { second: true }, " ") => Some(Place::Before { second: false }),
            (_, ":" | " ") => None,
            (Place::Start, _) => Some(Place::Inside { second: false }),
            (Place::Before { second } | Place::Inside { second }, _) => Some(Place::Inside { second }),
        }
    }
}

/// Decides for each entry of an AS-path list whether any AS path reaches it.
pub fn as_path_fates(list: &AsPathList) -> Vec<Fate> {
    let language = PathLanguage {
        first: Vec::new(),
        without: Vec::new(),
        open: true,
    };
    let mut fates = Vec::with_capacity(list.entries.len());
    let mut written: HashMap<String, usize> = HashMap::new();
    let mut known: Vec<(usize, Expression)> = Vec::new();
    let mut pairs = PAIRS;
    for (at, entry) in list.entries.iter().enumerate() {
        let key = format!("{:?}", entry.test);
        // What is not interpreted may mean something else each time.
        let earlier = match key.contains("Unsupported") {
            true => None,
            false => written.get(&key).copied(),
        };
        if let Some(earlier) = earlier {
            fates.push(Fate::Taken(vec![earlier]));
            continue;
        }
        written.insert(key, at);
        let Some(expression) = path_expression(&entry.test) else {
            fates.push(Fate::Reached);
            continue;
        };
        let fate = past(&language, &expression, &known, &mut pairs);
        if fate == Fate::Reached {
            known.push((at, expression));
        }
        fates.push(fate);
    }
    fates
}

/// Whether a path that meets the expression gets past all that are known.
fn past(
    language: &PathLanguage,
    expression: &Expression,
    known: &[(usize, Expression)],
    pairs: &mut usize,
) -> Fate {
    let search = |others: &[&Expression]| {
        let mut wanted: Vec<(&Expression, bool)> = vec![(expression, true)];
        wanted.extend(others.iter().map(|other| (*other, false)));
        find_path(language, &wanted, PATH_STATES)
    };
    if *pairs <= known.len() {
        return Fate::Reached;
    }
    *pairs -= known.len() + 1;
    match search(&known.iter().map(|(_, other)| other).collect::<Vec<_>>()) {
        PathSearch::Found(_) => return Fate::Reached,
        PathSearch::None | PathSearch::Spent => {}
    }
    if search(&[]) == PathSearch::None {
        // A path with sets or confederations may still meet it.
        return Fate::Reached;
    }
    let alone = known
        .iter()
        .find(|(_, other)| search(&[other]) == PathSearch::None);
    if let Some((at, _)) = alone {
        return Fate::Taken(vec![*at]);
    }
    match search(&known.iter().map(|(_, other)| other).collect::<Vec<_>>()) {
        PathSearch::None => {
            let meets = |other: &Expression| {
                let both = find_path(language, &[(expression, true), (other, true)], PATH_STATES);
                both != PathSearch::None
            };
            let by = known.iter().filter(|(_, other)| meets(other)).map(|(at, _)| *at);
            Fate::Taken(by.collect())
        }
        PathSearch::Found(_) | PathSearch::Spent => Fate::Reached,
    }
}

/// One expression for a test that is one.
fn path_expression(test: &AsPathTest) -> Option<Expression> {
    let range = |r: &std::ops::RangeInclusive<u32>| match r.start() == r.end() {
        true => r.start().to_string(),
        false => format!("[{}-{}]", r.start(), r.end()),
    };
    let (text, syntax) = match test {
        AsPathTest::Regex { expression, syntax } => (expression.clone(), *syntax),
        AsPathTest::PassesThrough(r) => (format!(".* {} .*", range(r)), RegexSyntax::AsTokens),
        AsPathTest::Neighbor(r) => (format!("{} .*", range(r)), RegexSyntax::AsTokens),
        AsPathTest::Origin(r) => (format!(".* {}", range(r)), RegexSyntax::AsTokens),
        _ => return None,
    };
    Expression::compile(&text, syntax, Subject::AsPath, false).ok()
}
