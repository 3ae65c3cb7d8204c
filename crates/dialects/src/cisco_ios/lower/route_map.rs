//! `route-map` and `ip policy-list`.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{Action, End, ListFamily, Outcome, PolicyList, RoutePolicy, Statement, Verdict};
use pairlint_model::source::Spanned;

use super::entry::Entry;
use super::matching::Defined;
use super::{Command, Notes};
use crate::atoms::{keyword, number, verdict};
use crate::clauses::{Target, join_communities, target};
use crate::lines::Words;

#[derive(Default)]
pub(super) struct RouteMaps<'a> {
    maps: BTreeMap<&'a str, RouteMap<'a>>,
    policy_lists: BTreeMap<&'a str, (&'a str, Entry<'a>)>,
}

struct RouteMap<'a> {
    /// Where it is named first.
    name: &'a str,
    entries: BTreeMap<u32, Entry<'a>>,
}

/// The head of an entry: `route-map NAME [permit|deny] [10]`.
struct Head<'a> {
    name: &'a str,
    verdict: Option<Verdict>,
    sequence: Option<u32>,
    /// Words that were not understood follow.
    doubtful: bool,
}

fn head<'a>(mut words: Words<'a>) -> Option<Head<'a>> {
    let name = words.next()?;
    let verdict = words.eat_if(verdict);
    let sequence = words.eat_if(number);
    Some(Head {
        name,
        verdict,
        sequence,
        doubtful: !words.is_empty(),
    })
}

impl<'a> RouteMaps<'a> {
    pub fn route_map(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        let Some(head) = head(words) else {
            return notes.unread(command.text, Owner::Policy(String::new()));
        };
        if negated {
            self.remove(&head);
            return notes.read();
        }
        let map = self.maps.entry(head.name).or_insert_with(|| RouteMap {
            name: head.name,
            entries: BTreeMap::new(),
        });
        let highest = map.entries.keys().next_back().copied();
        let sequence = match (head.sequence, map.entries.len()) {
            (Some(sequence), _) => sequence,
            // Cisco IOS IP Routing: BGP Command Reference, "route-map", sequence-number: the first entry gets 10,
            // an only one is meant again, among several the command is refused.
            (None, 0) => 10,
            (None, 1) if !head.doubtful => highest.unwrap_or(10),
            (None, _) if head.doubtful => highest.map_or(10, |highest| highest.saturating_add(10)),
            (None, _) => {
                let effect =
                    "the device refuses the line: the route map has several entries, and a number is missing";
                notes.refused(command.text, Owner::Policy(head.name.to_owned()), effect);
                for line in &command.body {
                    notes.unread(line.text, Owner::Policy(head.name.to_owned()));
                }
                return;
            }
        };
        match head.doubtful {
            true => notes.unread(command.text, Owner::Policy(head.name.to_owned())),
            false => notes.read(),
        }
        let verdict = head.verdict.unwrap_or(Verdict::Accept);
        let entry = map
            .entries
            .entry(sequence)
            .or_insert_with(|| Entry::new(command, verdict));
        entry.verdict = verdict;
        entry.doubtful |= head.doubtful;
        entry.add(command);
    }

    pub fn policy_list(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        words.next();
        let Some(head) = head(words) else {
            return notes.unread(command.text, Owner::PolicyList(String::new()));
        };
        if negated {
            self.policy_lists.remove(head.name);
            return notes.read();
        }
        let doubtful = head.doubtful || head.sequence.is_some() || head.verdict.is_none();
        match doubtful {
            true => notes.unread(command.text, Owner::PolicyList(head.name.to_owned())),
            false => notes.read(),
        }
        let verdict = head.verdict.unwrap_or(Verdict::Accept);
        let (_, entry) = self
            .policy_lists
            .entry(head.name)
            .or_insert_with(|| (head.name, Entry::new(command, verdict)));
        entry.verdict = verdict;
        entry.doubtful |= doubtful;
        entry.add(command);
    }

    fn remove(&mut self, head: &Head<'a>) {
        if let (Some(sequence), Some(map)) = (head.sequence, self.maps.get_mut(head.name)) {
            map.entries.remove(&sequence);
            if !map.entries.is_empty() {
                return;
            }
        }
        self.maps.remove(head.name);
    }

    /// Names of access lists that some entry tests.
    pub fn used_access_lists(&self) -> BTreeSet<(Family, &'a str)> {
        let entries = self.maps.values().flat_map(|map| map.entries.values());
        let entries = entries.chain(self.policy_lists.values().map(|(_, entry)| entry));
        let lines = entries.flat_map(|entry| entry.lines.iter());
        lines.flat_map(|line| access_lists(line)).collect()
    }

    /// Builds the policies; the device's lists must be there already.
    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        let mut defined = Defined::default();
        for family in Family::BOTH {
            let prefix_lists = device
                .prefix_lists
                .get(&ListFamily::of(family))
                .into_iter()
                .flatten();
            let access_lists = device.access_lists.get(&family).into_iter().flatten();
            defined
                .prefix_lists
                .extend(prefix_lists.map(|(name, _)| (family, name.clone())));
            defined
                .access_lists
                .extend(access_lists.map(|(name, _)| (family, name.clone())));
        }
        for (name, map) in self.maps {
            device
                .policies
                .insert(name.to_owned(), map.finish(&defined, notes));
        }
        for (name, (written, entry)) in self.policy_lists {
            let owner = || Owner::PolicyList(name.to_owned());
            let span = entry.span(notes);
            let verdict = entry.verdict;
            let read = entry.read(&owner, notes);
            // A policy list holds nothing but conditions.
            for (line, action) in &read.actions {
                if !matches!(action, Action::Inert) {
                    notes.doubtful(notes.span(line), owner());
                }
            }
            if let Some(line) = read.goes_on {
                notes.unread(line, owner());
            }
            let list = PolicyList {
                name: notes.name(written),
                verdict,
                condition: read.matches.condition(&defined, notes),
                span,
            };
            device.policy_lists.insert(name.to_owned(), list);
        }
    }
}

/// The access lists in one `match ip address` line.
fn access_lists(line: &str) -> Vec<(Family, &str)> {
    let mut words = Words::new(line);
    let is_match = words
        .next()
        .is_some_and(|word| keyword(word, &["match"]).is_some());
    let family = match words.next().filter(|_| is_match) {
        Some("ip") => Family::Ipv4,
        Some("ipv6") => Family::Ipv6,
        _ => return Vec::new(),
    };
    words.next();
    let lists = words.take_while(|word| !word.eq_ignore_ascii_case("prefix-list"));
    lists.map(|name| (family, name)).collect()
}

impl<'a> RouteMap<'a> {
    fn finish(self, defined: &Defined, notes: &mut Notes<'_>) -> RoutePolicy {
        let sequences: Vec<u32> = self.entries.keys().copied().collect();
        let name = self.name;
        let owner = || Owner::Policy(name.to_owned());
        let statements = self
            .entries
            .into_iter()
            .map(|(sequence, entry)| statement(sequence, entry, &sequences, &owner, defined, notes))
            .collect();
        RoutePolicy {
            name: notes.name(name),
            statements,
            // Conditions test the route as it came (Batfish, IOS route maps; "Set clauses are saved during the match
            // clause evaluation process and executed after": Cisco, BGP Route-Map Continue, 12.0S).
            sees_sets: false,
            failed_match_rejects_pending: false,
            end: End::Reject,
        }
    }
}

fn statement(
    sequence: u32,
    entry: Entry<'_>,
    sequences: &[u32],
    owner: &dyn Fn() -> Owner,
    defined: &Defined,
    notes: &mut Notes<'_>,
) -> Statement {
    let head = notes.span(entry.head);
    let span = entry.span(notes);
    let verdict = entry.verdict;
    let read = entry.read(owner, notes);
    let mut actions = join_communities(read.actions, notes);
    let outcome = match (verdict, read.goes_on) {
        // What a deny entry matches is rejected at once, `continue` or not (Batfish).
        (Verdict::Reject, goes_on) => {
            if goes_on.is_some() {
                notes.read();
            }
            Outcome::Reject
        }
        (Verdict::Accept, None) => Outcome::Accept,
        (Verdict::Accept, Some(line)) => match target(line, sequence, sequences) {
            Some(Target::Next) => {
                notes.read();
                actions.push(Spanned::new(notes.span(line), Action::Pending(Verdict::Accept)));
                Outcome::Next
            }
            Some(Target::Statement(index)) => {
                notes.read();
                actions.push(Spanned::new(notes.span(line), Action::Pending(Verdict::Accept)));
                Outcome::GoTo(index)
            }
            // As if it were not there (Batfish).
            Some(Target::Missing) => {
                notes.read();
                Outcome::Accept
            }
            Some(Target::Backward) => {
                let effect =
                    "the device refuses the line: it leads to no later entry; the entry ends the route map";
                notes.refused(line, owner(), effect);
                Outcome::Accept
            }
            None => {
                notes.unread(line, owner());
                Outcome::Unknown
            }
        },
    };
    Statement {
        label: sequence.to_string(),
        head,
        span,
        condition: read.matches.condition(defined, notes),
        actions,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::Network;
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    /// Writes each statement as `label verdict`, and the lines not read and refused.
    fn lower(text: &str) -> String {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let network: Network = (crate::cisco_ios::DIALECT.parse)(&source);
        let device = &network.devices[0];
        let mut out = String::new();
        for (name, policy) in &device.policies {
            let statements = policy.statements.iter().map(|statement| {
                let actions = statement.actions.iter().map(|action| match &action.value {
                    Action::Pending(verdict) => format!(" pending {verdict:?}"),
                    other => format!(" {other:?}"),
                });
                format!(
                    "{} {:?}{}",
                    statement.label,
                    statement.outcome,
                    actions.collect::<String>()
                )
            });
            out.push_str(&format!(
                "{name}: {}\n",
                statements.collect::<Vec<_>>().join("; ")
            ));
        }
        for unread in &device.unread {
            out.push_str(&format!("unread {}\n", source.slice(unread.span)));
        }
        for refused in &device.refused {
            out.push_str(&format!("refused {}\n", source.slice(refused.span)));
        }
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(lower(text), expected);
    }

    #[test]
    fn entries_in_order_and_headers_merged() {
        check(
            "route-map X deny 30\nroute-map X permit 10\nroute-map X permit 30\nroute-map X 20\n",
            "X: 10 Accept; 20 Accept; 30 Accept\n",
        );
        check("route-map X deny\nroute-map X\n match tag 1\n", "X: 10 Accept\n");
        check(
            "route-map X permit 10\nroute-map X permit 20\nroute-map X deny\n",
            "X: 10 Accept; 20 Accept\nrefused route-map X deny\n",
        );
        check(
            "route-map X permit 10\nroute-map X permit 20\nno route-map X permit 10\nroute-map Y permit 10\nno route-map Y\n",
            "X: 20 Accept\n",
        );
    }

    #[test]
    fn continue_keeps_the_acceptance_pending() {
        check(
            "route-map X permit 10\n continue\nroute-map X permit 20\n continue 40\nroute-map X deny 30\n continue\n\
             route-map X permit 40\n continue 50\n",
            "X: 10 Next pending Accept; 20 GoTo(3) pending Accept; 30 Reject; 40 Accept\n",
        );
        check(
            "route-map X permit 10\n continue 10\nroute-map X permit 20\n continue x\n",
            "X: 10 Accept; 20 Unknown\nunread continue x\nrefused continue 10\n",
        );
    }

    #[test]
    fn several_set_community_lines_add_up() {
        check(
            "route-map X permit 10\n set community 1:1\n set community 1:2\n",
            "X: 10 Accept SetCommunities([Community { asn: 1, value: 1 }]) AddCommunities([Community { asn: 1, value: 2 }])\n",
        );
    }

    #[test]
    fn no_takes_lines_away() {
        check(
            "route-map X permit 10\n set weight 1\n set weight 2\n no set weight 1\n no set local-preference\n",
            "X: 10 Accept SetWeight(2)\nunread no set local-preference\n",
        );
    }

    #[test]
    fn heads_that_are_not_understood() {
        check(
            "route-map X permit <seq>\n set weight 1\nroute-map X permit 10 ordering-seq a\n",
            "X: 10 Accept SetWeight(1)\nunread route-map X permit <seq>\nunread route-map X permit 10 ordering-seq a\n",
        );
    }
}
