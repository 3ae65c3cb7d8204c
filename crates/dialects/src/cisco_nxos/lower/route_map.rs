//! Route maps: entries, what they test and do, and where they lead.

use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{Action, End, Outcome, RoutePolicy, Statement, Verdict};
use pairlint_model::source::Spanned;

use super::matching::Matches;
use super::setting;
use crate::atoms::keyword;
use crate::cisco_nxos::tables::MATCH_SET;
use crate::clauses::{Target, join_communities, target, without_removed};
use crate::lines::Words;
use crate::notes::Notes;
use crate::route_maps::{Entry, RouteMap, RouteMaps};

pub(super) fn finish(maps: RouteMaps<'_>, device: &mut Device, notes: &mut Notes<'_>) {
    for (name, map) in maps {
        device.policies.insert(name.to_owned(), policy(map, notes));
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
        // Conditions test the route as it came (Batfish).
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
        match keyword(word, MATCH_SET) {
            Some("match") => match matches.line(words, line, notes) {
                true => notes.read(),
                false => notes.unread(line, owner()),
            },
            Some("set") => {
                let action = setting::action(words, notes);
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
            None if word == "exit" => notes.ignored(),
            None => {
                matches.unread(line, notes);
                notes.unread(line, owner());
            }
        }
    }
    let mut actions = join_communities(actions, notes);
    let end = match verdict {
        Verdict::Accept => Outcome::Accept,
        Verdict::Reject => Outcome::Reject,
    };
    let outcome = match goes_on.map(|line| (line, target(line, sequence, sequences))) {
        None => end,
        // Permitting or denying, `continue` keeps the verdict pending: a later entry may change it (Batfish).
        Some((line, Some(to @ (Target::Next | Target::Statement(_))))) => {
            notes.read();
            actions.push(Spanned::new(notes.span(line), Action::Pending(verdict)));
            match to {
                Target::Statement(index) => Outcome::GoTo(index),
                _ => Outcome::Next,
            }
        }
        // What a target that is not there leads to is not certain.
        Some((_, Some(Target::Missing))) => {
            notes.read();
            Outcome::Unknown
        }
        Some((line, Some(Target::Backward))) => {
            let effect =
                "the device refuses the line: it leads to no later entry; the entry ends the route map";
            notes.refused(line, owner(), effect);
            end
        }
        Some((line, None)) => {
            notes.unread(line, owner());
            Outcome::Unknown
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
