//! Lists of communities, and of large and extended ones.

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    CommunityEntry, CommunityRegex, CommunityRendering, CommunityTest, RegexSyntax,
};

use crate::community_lists::{
    Line, Named, Values, communities, expression, extended_values, finish_communities, large_values,
    standard_values,
};
use crate::lines::Words;
use crate::lists::Lists;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct CommunityLists<'a> {
    standard: Lists<'a, CommunityEntry>,
    large: Lists<'a, CommunityEntry>,
    extended: Lists<'a, CommunityEntry>,
}

/// Reads `NAME`, `standard NAME` (up to 4.22), `regexp NAME` and `expanded NAME` (up to 4.22); one list may hold
/// lines of both kinds.
fn head<'a>(words: &mut Words<'a>) -> Option<(bool, &'a str)> {
    let several = words.ahead().count() > 1;
    if several && words.eat("standard") {
        return words.next().map(|name| (false, name));
    }
    if several && (words.eat("regexp") || words.eat("expanded")) {
        return words.next().map(|name| (true, name));
    }
    words.next().map(|name| (false, name))
}

impl<'a> CommunityLists<'a> {
    pub fn standard(&mut self, text: &'a str, words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let values = |regex: bool, words: Words<'a>, notes: &Notes<'_>| match regex {
            false => standard_values(words, text, named, notes),
            true => {
                let regex = CommunityRegex {
                    expression: words.rest().to_owned(),
                    syntax: RegexSyntax::PosixDelimiter,
                    rendering: CommunityRendering::Numbers,
                };
                expression(words.rest(), text, regex, notes)
            }
        };
        let line = (text, words, negated);
        collect(&mut self.standard, line, Owner::CommunityList, values, notes);
    }

    pub fn large(&mut self, text: &'a str, words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let values = |regex: bool, words: Words<'a>, notes: &Notes<'_>| match regex {
            false => large_values(words, text, notes),
            true => Values::Test(CommunityTest::Unsupported(notes.span(text))),
        };
        let line = (text, words, negated);
        collect(&mut self.large, line, Owner::LargeCommunityList, values, notes);
    }

    pub fn extended(&mut self, text: &'a str, words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
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

    pub fn finish(self, device: &mut Device) {
        device.community_lists = finish_communities(self.standard);
        device.large_community_lists = finish_communities(self.large);
        device.extended_community_lists = finish_communities(self.extended);
    }
}

fn collect<'a>(
    lists: &mut Lists<'a, CommunityEntry>,
    (text, mut words, negated): (&'a str, Words<'a>, bool),
    owner: fn(String) -> Owner,
    values: impl FnOnce(bool, Words<'a>, &Notes<'_>) -> Values,
    notes: &mut Notes<'_>,
) {
    let Some((regex, name)) = head(&mut words) else {
        return notes.unread(text, owner(String::new()));
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
        |words, notes| values(regex, words, notes),
        notes,
    );
}

/// Returns the community a name stands for where it is set (EOS User Manual, "set community").
pub(super) fn well_known(word: &str) -> Option<Community> {
    match word.to_ascii_lowercase().as_str() {
        "gshut" => Some(Community::GRACEFUL_SHUTDOWN),
        "internet" => Some(Community::new(0, 0)),
        "local-as" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export" => Some(Community::NO_EXPORT),
        "no-peer" => Some(Community::NO_PEER),
        "blackhole" => Some(Community::BLACKHOLE),
        _ => None,
    }
}

/// Whether `internet` in a list means any route, as on IOS, or 0:0 alone (Batfish) is not documented.
fn named(word: &str) -> Option<Named> {
    let community = well_known(word)?;
    Some(match community.packed() {
        0 => Named::ValueOrAlways(community),
        _ => Named::Value(community),
    })
}
