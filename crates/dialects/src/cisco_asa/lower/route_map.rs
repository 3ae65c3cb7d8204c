//! Route maps and policy lists: entries, what they test and do, and where they lead.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{Action, End, NumberEdit, Outcome, PolicyList, RoutePolicy, Statement, Verdict};
use pairlint_model::source::Spanned;

use super::Block;
use super::lists::well_known;
use super::matching::{Matches, access_lists};
use crate::atoms::{self, keyword, number, verdict};
use crate::cisco_asa::words::SET;
use crate::clauses::{
    Target, join_communities, number_edit, origin, set_communities, target, without_removed,
};
use crate::lines::Words;
use crate::notes::Notes;
use crate::route_maps::{Entry, RouteMap, RouteMaps};

/// Names of access lists that some entry or policy list tests.
pub(super) fn used_access_lists<'a>(
    maps: &RouteMaps<'a>,
    lists: &BTreeMap<&'a str, &'a Block<'a>>,
) -> BTreeSet<(Family, &'a str)> {
    let entries = maps.values().flat_map(|map| map.entries.values());
    let lines = entries.flat_map(|entry| entry.lines.iter().copied());
    let more = lists
        .values()
        .flat_map(|block| block.body.iter().map(|line| line.text));
    lines.chain(more).flat_map(access_lists).collect()
}

pub(super) fn finish(
    maps: RouteMaps<'_>,
    lists: &BTreeMap<&str, &Block<'_>>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    for (name, map) in maps {
        device.policies.insert(name.to_owned(), policy(map, notes));
    }
    for (name, block) in lists {
        let list = policy_list(name, block, notes);
        device.policy_lists.insert((*name).to_owned(), list);
    }
}

/// Reads `policy-list NAME permit|deny` with its conditions.
fn policy_list(name: &str, block: &Block<'_>, notes: &mut Notes<'_>) -> PolicyList {
    let owner = || Owner::PolicyList(name.to_owned());
    let mut matches = Matches::default();
    let mut words = block.words();
    let given = words.nth(2).and_then(verdict);
    if given.is_none() || !words.is_empty() {
        matches.unread(block.text, notes);
        notes.doubtful(notes.span(block.text), owner());
    }
    let lines: Vec<&str> = block.body.iter().map(|line| line.text).collect();
    let end = lines.last().copied().unwrap_or(block.text);
    for line in without_removed(lines, notes) {
        let mut words = Words::new(line);
        let is_match = words
            .next()
            .is_some_and(|word| keyword(word, &["match"]).is_some());
        if line == "exit" {
            notes.ignored();
        } else if is_match && matches.line(words, line, notes) {
            notes.read();
        } else {
            if !is_match {
                matches.unread(line, notes);
            }
            notes.unread(line, owner());
        }
    }
    PolicyList {
        name: notes.name(name),
        verdict: given.unwrap_or(Verdict::Accept),
        condition: matches.condition(),
        span: notes.across(block.text, end),
    }
}

fn policy(map: RouteMap<'_>, notes: &mut Notes<'_>) -> RoutePolicy {
    let sequences: Vec<u32> = map.entries.keys().copied().collect();
    let name = map.name;
    let statements = map
        .entries
        .into_iter()
        .map(|(sequence, entry)| statement(sequence, entry, &sequences, name, notes))
        .collect();
    RoutePolicy {
        name: notes.name(name),
        statements,
        // As on IOS: conditions test the route as it came.
        sees_sets: false,
        failed_match_rejects_pending: false,
        end: End::Reject,
    }
}

fn statement(
    sequence: u32,
    entry: Entry<'_>,
    sequences: &[u32],
    name: &str,
    notes: &mut Notes<'_>,
) -> Statement {
    let owner = || Owner::Policy(name.to_owned());
    let (head, span, verdict) = (notes.span(entry.head), entry.span(notes), entry.verdict);
    let mut matches = Matches::default();
    let mut actions: Vec<(&str, Action)> = Vec::new();
    let mut goes_on = None;
    if entry.doubtful {
        matches.unread(entry.head, notes);
    }
    for line in without_removed(entry.lines, notes) {
        let mut words = Words::new(line);
        let word = words.next().unwrap_or("");
        match keyword(word, &["match", "set", "continue", "description", "exit"]) {
            Some("match") => match matches.line(words, line, notes) {
                true => notes.read(),
                false => notes.unread(line, owner()),
            },
            Some("set") => {
                let action = action(words);
                match action {
                    Some(Action::Inert) => notes.ignored(),
                    Some(_) => notes.read(),
                    None => notes.unread(line, owner()),
                }
                actions.push((line, action.unwrap_or(Action::Unsupported)));
            }
            Some("continue") => {
                if goes_on.replace(line).is_some() {
                    notes.read();
                }
            }
            Some(_) => notes.ignored(),
            None => {
                matches.unread(line, notes);
                notes.unread(line, owner());
            }
        }
    }
    let mut actions = join_communities(actions, notes);
    let outcome = match (verdict, goes_on) {
        // What a deny entry matches is rejected at once, `continue` or not, as on IOS.
        (Verdict::Reject, goes_on) => {
            if goes_on.is_some() {
                notes.read();
            }
            Outcome::Reject
        }
        (Verdict::Accept, None) => Outcome::Accept,
        (Verdict::Accept, Some(line)) => {
            let to = target(line, sequence, sequences);
            match to {
                Some(_) => notes.read(),
                None => notes.unread(line, owner()),
            }
            if matches!(to, Some(Target::Next | Target::Statement(_))) {
                actions.push(Spanned::new(notes.span(line), Action::Pending(Verdict::Accept)));
            }
            match to {
                Some(Target::Next) => Outcome::Next,
                Some(Target::Statement(index)) => Outcome::GoTo(index),
                Some(Target::Missing | Target::Backward) | None => Outcome::Unknown,
            }
        }
    };
    Statement {
        label: sequence.to_string(),
        head,
        span,
        condition: matches.condition(),
        actions,
        outcome,
    }
}

/// Reads what follows `set`; nothing where it is not understood.
fn action(mut words: Words<'_>) -> Option<Action> {
    Some(match keyword(words.next()?, SET)? {
        "community" => return set_communities(words, well_known),
        "local-preference" => Action::SetLocalPreference(NumberEdit::To(number(words.only()?)?)),
        // Five values are for EIGRP.
        "metric" if words.count() == 5 => Action::Unsupported,
        "metric" => Action::SetMed(number_edit(words)?),
        "weight" => Action::SetWeight(number(words.only()?)?),
        "origin" => Action::SetOrigin(origin(words)?),
        "as-path" => match keyword(words.next()?, &["prepend", "tag"])? {
            "prepend" if !words.eat("last-as") => {
                let path: Option<Vec<Asn>> = words.map(atoms::asn).collect();
                path.filter(|path| !path.is_empty()).map(Action::PrependAsPath)?
            }
            _ => Action::Unsupported,
        },
        // Next hops, tags and other protocols' attributes.
        _ => Action::Inert,
    })
}
