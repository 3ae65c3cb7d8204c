//! Named lists: prefixes, communities, AS paths.

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AsPathEntry, AsPathTest, CommunityEntry, CommunityRegex, CommunityRendering, CommunityTest, ListFamily,
    PrefixPattern, RegexSyntax,
};

use super::family;
use crate::atoms::{keyword, prefix_rule};
use crate::clauses::{Pattern, prefix_pattern};
use crate::community_lists::{
    Line, Named, Values, as_paths, communities, expression, extended_values, finish_as_paths,
    finish_communities, large_values, standard_values,
};
use crate::lines::Words;
use crate::lists::Lists;
use crate::notes::Notes;
use crate::prefix_lists::{self, PrefixLists};

#[derive(Default)]
pub(super) struct NamedLists<'a> {
    prefixes: PrefixLists<'a>,
    standard: Lists<'a, CommunityEntry>,
    large: Lists<'a, CommunityEntry>,
    extended: Lists<'a, CommunityEntry>,
    as_paths: Lists<'a, AsPathEntry>,
}

impl<'a> NamedLists<'a> {
    /// Reads a global command of one line; `words` are those after `no`.
    pub fn line(&mut self, text: &'a str, mut words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let first = words.next();
        let family = family(first);
        if first == Some("route-map") {
            // `route-map X pbr-statistics` counts packets.
            return notes.ignored();
        }
        match words.next() {
            Some("prefix-list") => self.prefix_list(family, text, words, negated, notes),
            Some("community-list") => {
                let values = |regex: bool, words: Words<'a>, notes: &Notes<'_>| match regex {
                    false => standard_values(words, text, named, notes),
                    true => {
                        let expression = unquoted(words.rest());
                        let regex = CommunityRegex {
                            expression: expression.to_owned(),
                            syntax: RegexSyntax::Cisco,
                            rendering: CommunityRendering::Numbers,
                        };
                        self::expression(expression, text, regex, notes)
                    }
                };
                let line = (text, words, negated);
                collect(&mut self.standard, line, Owner::CommunityList, values, notes);
            }
            Some("large-community-list") => {
                let values = |regex: bool, words: Words<'a>, notes: &Notes<'_>| match regex {
                    false => large_values(words, text, notes),
                    true => Values::Test(CommunityTest::Unsupported(notes.span(text))),
                };
                let line = (text, words, negated);
                collect(&mut self.large, line, Owner::LargeCommunityList, values, notes);
            }
            Some("extcommunity-list") => {
                let values = |regex: bool, words: Words<'a>, notes: &Notes<'_>| match regex {
                    false => extended_values(words, text, notes),
                    true => Values::Test(CommunityTest::Unsupported(notes.span(text))),
                };
                let line = (text, words, negated);
                collect(
                    &mut self.extended,
                    line,
                    Owner::ExtendedCommunityList,
                    values,
                    notes,
                );
            }
            Some("as-path") => {
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
                let regex = |words: Words<'a>| {
                    Some(AsPathTest::Regex {
                        expression: unquoted(words.rest()).to_owned(),
                        syntax: RegexSyntax::Cisco,
                    })
                };
                as_paths(&mut self.as_paths, line, regex, notes);
            }
            _ => {}
        }
    }

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
            match negated {
                true => self.prefixes.remove(family, name),
                false => self.prefixes.open(family, name, text, notes),
            }
            return notes.read();
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

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        self.prefixes.finish(device, notes);
        device.community_lists = finish_communities(self.standard);
        device.large_community_lists = finish_communities(self.large);
        device.extended_community_lists = finish_communities(self.extended);
        device.as_path_lists = finish_as_paths(self.as_paths);
    }
}

/// Reads `permit 10.0.0.0/8 [eq N] [ge N] [le N] [mask M]` (NX-OS unicast routing command reference, "ip prefix-list").
fn pattern(text: &str, family: Family) -> Pattern {
    let rule = match prefix_rule(text) {
        Ok((rest, rule)) => (rest, prefix_pattern(&rule, family)),
        Err(_) => return Pattern::Unread,
    };
    let (rest, Pattern::Is(PrefixPattern::Range { prefix, lengths })) = rule else {
        return rule.1;
    };
    if rest.is_empty() {
        return Pattern::Is(PrefixPattern::Range { prefix, lengths });
    }
    let mut words = Words::new(rest);
    let mask = words
        .eat("mask")
        .then(|| words.only()?.parse::<std::net::IpAddr>().ok())
        .flatten();
    match mask.filter(|mask| Family::of_address(*mask) == family) {
        // The bits to compare, in the place of the prefix's length; which lengths match is said by the rest.
        Some(mask) => Pattern::Is(PrefixPattern::Masked {
            address: prefix.addr(),
            mask,
            lengths,
        }),
        None => Pattern::Unread,
    }
}

/// Expressions may stand in quotes.
fn unquoted(text: &str) -> &str {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(text)
}

/// Reads `standard|expanded NAME` and the entry.
fn collect<'a>(
    lists: &mut Lists<'a, CommunityEntry>,
    (text, mut words, negated): (&'a str, Words<'a>, bool),
    owner: fn(String) -> Owner,
    values: impl FnOnce(bool, Words<'a>, &Notes<'_>) -> Values,
    notes: &mut Notes<'_>,
) {
    let kind = words
        .next()
        .and_then(|word| keyword(word, &["standard", "expanded"]));
    let (Some(kind), Some(name)) = (kind, words.next()) else {
        let effect = "the device refuses the line (`standard` or `expanded` and a name are missing), so there is no such list";
        return notes.refused(text, owner(String::new()), effect);
    };
    let line = Line {
        name,
        text,
        words,
        negated,
    };
    communities(
        lists,
        line,
        owner,
        |words, notes| values(kind == "expanded", words, notes),
        notes,
    );
}

/// Returns the community a name stands for where it is set (NX-OS command reference, "set community").
pub(super) fn well_known(word: &str) -> Option<Community> {
    match word.to_ascii_lowercase().as_str() {
        "graceful-shutdown" | "gshut" => Some(Community::GRACEFUL_SHUTDOWN),
        "internet" => Some(Community::new(0, 0)),
        "local-as" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export" => Some(Community::NO_EXPORT),
        "blackhole" => Some(Community::BLACKHOLE),
        _ => None,
    }
}

/// `internet` is every route ("ip community-list": used for an implicit permit at the end).
fn named(word: &str) -> Option<Named> {
    let community = well_known(word)?;
    Some(match community.packed() {
        0 => Named::Always,
        _ => Named::Value(community),
    })
}
