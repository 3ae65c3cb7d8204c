//! Named lists: prefixes, communities, AS paths.

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AsPathEntry, AsPathTest, CommunityEntry, CommunityRegex, CommunityRendering, CommunityTest, ListFamily,
    RegexSyntax, WellKnownNames,
};

use crate::atoms::{number, prefix_rule};
use crate::clauses::{Pattern, prefix_pattern};
use crate::community_lists::{
    Line, Named, as_paths, communities, expression, finish_as_paths, finish_communities, standard_values,
};
use crate::lines::Words;
use crate::lists::Lists;
use crate::notes::Notes;
use crate::prefix_lists::{self, PrefixLists};

#[derive(Default)]
pub(super) struct NamedLists<'a> {
    prefixes: PrefixLists<'a>,
    communities: Lists<'a, CommunityEntry>,
    as_paths: Lists<'a, AsPathEntry>,
    /// `bgp-community new-format`: communities are written `aa:nn`, not as one number.
    new_format: bool,
}

impl<'a> NamedLists<'a> {
    /// Reads a global command of one line; `words` are those after `no`.
    pub fn line(&mut self, text: &'a str, mut words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let family = match words.eat("ipv6") {
            true => Family::Ipv6,
            false => Family::Ipv4,
        };
        match words.next() {
            Some("prefix-list") => self.prefix_list(family, text, words, negated, notes),
            Some("community-list") => self.community_list(text, words, negated, notes),
            Some("as-path") => {
                words.next();
                let Some(name) = words.next() else {
                    return notes.unread(text, Owner::AsPathList(String::new()));
                };
                let line = Line {
                    name,
                    text,
                    words,
                    negated,
                };
                let test = |words: Words<'a>| {
                    Some(AsPathTest::Regex {
                        expression: unquoted(words.rest()).to_owned(),
                        syntax: RegexSyntax::Cisco,
                    })
                };
                as_paths(&mut self.as_paths, line, test, notes);
            }
            Some("bgp-community") => {
                self.new_format = !negated;
                notes.read();
            }
            _ => notes.unread(text, Owner::Bgp),
        }
    }

    /// Reads `NAME [seq N] permit|deny P/L [ge N] [le N]`, `NAME description …`, `sequence-number`.
    fn prefix_list(
        &mut self,
        family: Family,
        text: &'a str,
        mut words: Words<'a>,
        negated: bool,
        notes: &mut Notes<'_>,
    ) {
        let Some(name) = words.next() else {
            return notes.unread(text, Owner::PrefixList(ListFamily::of(family), String::new()));
        };
        if words.is_empty() {
            return match (negated, name) {
                // Whether numbers are shown.
                (_, "sequence-number") => notes.ignored(),
                (true, _) => {
                    self.prefixes.remove(family, name);
                    notes.read();
                }
                (false, _) => notes.unread(text, Owner::PrefixList(ListFamily::of(family), name.to_owned())),
            };
        }
        let line = prefix_lists::Line {
            family,
            name,
            text,
            words,
            negated,
        };
        self.prefixes.line(line, pattern, notes);
    }

    /// Reads `standard NAME`, `expanded NAME`, or a number: 1 to 99 is standard, 100 to 500 expanded.
    fn community_list(&mut self, text: &'a str, mut words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let (regex, name) = match words.next() {
            Some("standard") => (false, words.next()),
            Some("expanded") => (true, words.next()),
            Some(name) => match number::<u32>(name) {
                Some(1..=99) => (false, Some(name)),
                Some(100..=500) => (true, Some(name)),
                _ => {
                    let effect =
                        "the device refuses the line (a name needs `standard` or `expanded` in front of it)";
                    return notes.refused(text, Owner::CommunityList(name.to_owned()), effect);
                }
            },
            None => (false, None),
        };
        let Some(name) = name else {
            return notes.unread(text, Owner::CommunityList(String::new()));
        };
        let line = Line {
            name,
            text,
            words,
            negated,
        };
        let values = |words: Words<'a>, notes: &Notes<'_>| match regex {
            false => standard_values(words, text, named, notes),
            true => {
                let written = unquoted(words.rest());
                let regex = CommunityRegex {
                    expression: written.to_owned(),
                    syntax: RegexSyntax::Cisco,
                    // Settled at the end, when the whole text has been seen.
                    rendering: CommunityRendering::Numbers,
                };
                expression(written, text, regex, notes)
            }
        };
        communities(&mut self.communities, line, Owner::CommunityList, values, notes);
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        self.prefixes.finish(device, notes);
        // As on IOS: without new-format it is not certain what an expression sees.
        let rendering = match self.new_format {
            true => CommunityRendering::Names(WellKnownNames::Ios),
            false => CommunityRendering::NumbersOrPacked,
        };
        device.community_lists = finish_communities(self.communities);
        let lists = device.community_lists.values_mut();
        for entry in lists.flat_map(|list| &mut list.entries) {
            if let CommunityTest::Text(regex) = &mut entry.test {
                regex.value.rendering = rendering;
            }
        }
        device.as_path_lists = finish_as_paths(self.as_paths);
    }
}

fn pattern(text: &str, family: Family) -> Pattern {
    match prefix_rule(text) {
        Ok(("", rule)) if rule.eq.is_none() => prefix_pattern(&rule, family),
        _ => Pattern::Unread,
    }
}

/// Quotes around an expression are no part of it.
fn unquoted(text: &str) -> &str {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(text)
}

/// The community that a name stands for ("set community", "community-list").
pub(super) fn well_known(word: &str) -> Option<Community> {
    match word.to_ascii_lowercase().as_str() {
        "internet" => Some(Community::new(0, 0)),
        "local-as" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export" => Some(Community::NO_EXPORT),
        "gshut" => Some(Community::GRACEFUL_SHUTDOWN),
        _ => None,
    }
}

/// `internet` stands for any route, as on IOS.
fn named(word: &str) -> Option<Named> {
    let community = well_known(word)?;
    Some(match community.packed() {
        0 => Named::Always,
        _ => Named::Value(community),
    })
}
