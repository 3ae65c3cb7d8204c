//! `route-policy`, and `xpl route-filter`, which is not interpreted.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{Action, Condition, End, Outcome, RoutePolicy, Statement, Verdict};
use pairlint_model::source::Spanned;

use super::acl::Used;
use super::apply::{Applied, apply};
use super::clauses::Clauses;
use super::take_name;
use crate::atoms::{number, verdict};
use crate::huawei_vrp::syntax::{Command, Tree};
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct RoutePolicies<'a> {
    policies: BTreeMap<&'a str, Policy<'a>>,
    /// Route filters of the other policy language: name and head.
    filters: BTreeMap<&'a str, &'a str>,
}

struct Policy<'a> {
    /// Where it is named first.
    name: &'a str,
    nodes: BTreeMap<u32, Node<'a>>,
    /// The line `route-policy X address-family mismatch-deny`.
    mismatch_denies: bool,
}

struct Node<'a> {
    head: &'a str,
    /// The last line of the block that is written first.
    end: &'a str,
    verdict: Verdict,
    lines: Vec<&'a str>,
    /// Something of its head was not understood.
    doubtful: bool,
}

impl<'a> RoutePolicies<'a> {
    /// Reads `route-policy NAME permit|deny node N` and its lines; true where it is written as only Comware does.
    pub fn block(&mut self, tree: &Tree<'a>, command: &Command<'a>, notes: &mut Notes<'_>) -> bool {
        let mut words = Words::new(command.text);
        let negated = words.eat("undo");
        words.next();
        // Settings of all policies: how long changes wait, what may be referred to.
        if matches!(words.peek(), Some("nonexistent-config-check" | "change")) {
            notes.ignored();
            return false;
        }
        let Some(name) = take_name(&mut words) else {
            notes.unread(command.text, Owner::Policy(String::new()));
            return false;
        };
        let policy = self.policies.entry(name).or_insert_with(|| Policy {
            name,
            nodes: BTreeMap::new(),
            mismatch_denies: false,
        });
        if words.eat("address-family") && words.peek() == Some("mismatch-deny") {
            policy.mismatch_denies = !negated;
            notes.read();
            return false;
        }
        let verdict = words.eat_if(verdict);
        words.eat("node");
        let number = words.eat_if(number::<u32>);
        if negated {
            match number {
                Some(number) => {
                    policy.nodes.remove(&number);
                }
                None => policy.nodes.clear(),
            }
            if policy.nodes.is_empty() {
                self.policies.remove(name);
            }
            notes.read();
            return false;
        }
        let doubtful = !words.is_empty() || number.is_none() || verdict.is_none();
        match doubtful {
            true => notes.unread(command.text, Owner::Policy(name.to_owned())),
            false => notes.read(),
        }
        let highest = policy.nodes.keys().next_back().copied().unwrap_or(0);
        let verdict = verdict.unwrap_or(Verdict::Accept);
        let node = policy
            .nodes
            .entry(number.unwrap_or(highest.saturating_add(10)))
            .or_insert_with(|| Node {
                head: command.text,
                end: tree.body(command).last().map_or(command.text, |line| line.text),
                verdict,
                lines: Vec::new(),
                doubtful,
            });
        node.verdict = verdict;
        node.doubtful |= doubtful;
        node.lines.extend(tree.body(command).map(|line| line.text));
        let comware = |line: &str| {
            let mut words = Words::new(line);
            words.eat("if-match")
                && (words.eat("community")
                    || words.eat("extcommunity")
                    || words.eat("as-path") && words.peek() != Some("length")
                    || words.eat("ip") && words.eat("address"))
        };
        tree.body(command).any(|line| comware(line.text))
    }

    /// Reads `xpl route-filter NAME … end-filter`: what it does is not interpreted.
    pub fn xpl(&mut self, tree: &Tree<'a>, command: &Command<'a>, notes: &mut Notes<'_>) {
        let mut words = Words::new(command.text);
        words.next();
        let kind = words.next();
        let name = take_name(&mut words).map(|name| name.split('(').next().unwrap_or(name));
        let owner = Owner::Policy(name.unwrap_or("").to_owned());
        if let (Some("route-filter"), Some(name)) = (kind, name) {
            self.filters.insert(name, command.text);
        }
        notes.unread(command.text, owner.clone());
        for line in tree.body(command) {
            if line.text.starts_with("end-") {
                notes.ignored();
            } else {
                notes.unread(line.text, owner.clone());
            }
        }
    }

    /// A line of a node whose head was cut off.
    pub fn orphan(&mut self, line: &'a str, notes: &mut Notes<'_>) {
        notes.unread(line, Owner::Policy(String::new()));
    }

    /// The access lists that some node tests.
    pub fn used_acls(&self) -> Used<'a> {
        let nodes = self.policies.values().flat_map(|policy| policy.nodes.values());
        nodes
            .flat_map(|node| node.lines.iter())
            .filter_map(|line| acl(line))
            .collect()
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        for (name, policy) in self.policies {
            device.policies.insert(name.to_owned(), policy.finish(notes));
        }
        for (name, head) in self.filters {
            let span = notes.span(head);
            let statement = Statement {
                label: "not interpreted".to_owned(),
                head: span,
                span,
                condition: Condition::ALWAYS,
                actions: vec![Spanned::new(span, Action::Unsupported)],
                outcome: Outcome::Unknown,
            };
            let policy = RoutePolicy {
                name: notes.name(name),
                statements: vec![statement],
                sees_sets: true,
                failed_match_rejects_pending: false,
                end: End::Unknown,
            };
            device.policies.insert(name.to_owned(), policy);
        }
    }
}

/// The access list in an `if-match` line about addresses.
fn acl(line: &str) -> Option<(Family, &str)> {
    let mut words = Words::new(line);
    if !words.eat("if-match") {
        return None;
    }
    let family = match words.eat("ipv6") {
        true => Family::Ipv6,
        false => Family::Ipv4,
    };
    words.eat("ip");
    words.eat("address");
    (words.eat("acl") || words.eat("acl6")).then(|| words.last_word().map(|name| (family, name)))?
}

impl<'a> Policy<'a> {
    fn finish(self, notes: &mut Notes<'_>) -> RoutePolicy {
        let numbers: Vec<u32> = self.nodes.keys().copied().collect();
        let (name, mismatch_denies) = (self.name, self.mismatch_denies);
        let owner = || Owner::Policy(name.to_owned());
        let nodes = self.nodes.into_iter();
        let mut statements: Vec<Statement> = nodes
            .map(|(number, node)| node.finish(number, &numbers, mismatch_denies, &owner, notes))
            .collect();
        doubt_edits(&mut statements);
        RoutePolicy {
            name: notes.name(name),
            statements,
            sees_sets: true,
            failed_match_rejects_pending: false,
            // "The device considers that each unmatched route fails to match the route-policy by default" (Huawei,
            // "route-policy").
            end: End::Reject,
        }
    }
}

impl<'a> Node<'a> {
    fn finish(
        self,
        number: u32,
        numbers: &[u32],
        mismatch_denies: bool,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) -> Statement {
        let mut clauses = Clauses::default();
        let mut actions: Vec<Spanned<Action>> = Vec::new();
        let mut goes_on = None;
        if self.doubtful {
            clauses.unsupported(self.head, notes);
        }
        for line in without_removed(self.lines, notes) {
            let mut words = Words::new(line);
            match words.next() {
                Some("if-match") => match clauses.line(words, line, mismatch_denies, notes) {
                    true => notes.read(),
                    false => notes.unread(line, owner()),
                },
                Some("apply") => {
                    let action = match apply(words, notes) {
                        Applied::Action(Action::Inert) => {
                            notes.ignored();
                            Action::Inert
                        }
                        Applied::Action(action) => {
                            notes.read();
                            action
                        }
                        Applied::Refused(why) => {
                            notes.refused(line, owner(), format!("the device refuses the line: {why}"));
                            continue;
                        }
                        Applied::Unread => {
                            notes.unread(line, owner());
                            Action::Unsupported
                        }
                    };
                    actions.push(Spanned::new(notes.span(line), action));
                }
                // Comware says `continue [N]`.
                Some("goto" | "continue") => {
                    notes.read();
                    words.eat("next-node");
                    goes_on = Some(words);
                }
                Some("description") => notes.ignored(),
                _ => {
                    clauses.unsupported(line, notes);
                    notes.unread(line, owner());
                }
            }
        }
        // "The system does not care about the configuration sequence and deletes" first (Huawei, "apply comm-filter
        // delete").
        actions.sort_by_key(|action| !matches!(action.value, Action::DeleteCommunityList { .. }));
        let outcome = match (self.verdict, goes_on) {
            (Verdict::Reject, None) => Outcome::Reject,
            (Verdict::Accept, None) => Outcome::Accept,
            // What a deny node that goes on decides is not documented.
            (Verdict::Reject, Some(_)) => Outcome::Unknown,
            (Verdict::Accept, Some(words)) => goto(words, number, numbers),
        };
        Statement {
            label: number.to_string(),
            head: notes.span(self.head),
            span: notes.across(self.head, self.end),
            condition: clauses.condition(),
            actions,
            outcome,
        }
    }
}

/// Where `goto next-node [N]` leads: the node N, else the one after it; where there is none, and where no later node
/// matches, the route does not match the policy (Huawei, "goto next-node").
fn goto(words: Words<'_>, number: u32, numbers: &[u32]) -> Outcome {
    let wanted = match words.only() {
        None if words.is_empty() => number.saturating_add(1),
        word => match word.and_then(crate::atoms::number::<u32>) {
            Some(wanted) if wanted > number => wanted,
            _ => return Outcome::Unknown,
        },
    };
    Outcome::GoTo(numbers.partition_point(|known| *known < wanted))
}

/// Whether a node after a `goto` tests the route with or without the edits of the nodes before it is not documented: where
/// it could matter, the edit counts as not interpreted.
fn doubt_edits(statements: &mut [Statement]) {
    // From the back: which attributes the later nodes test.
    let mut tested = Tested::default();
    for statement in statements.iter_mut().rev() {
        if matches!(statement.outcome, Outcome::GoTo(_)) {
            let matters = statement
                .actions
                .iter()
                .find(|action| tested.sees(&action.value))
                .map(|action| action.span);
            if let Some(span) = matters {
                statement.actions.push(Spanned::new(span, Action::Unsupported));
            }
        }
        tested.add(&statement.condition);
    }
}

#[derive(Default)]
struct Tested {
    communities: bool,
    large: bool,
    path: bool,
    local_preference: bool,
    med: bool,
}

impl Tested {
    fn add(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.add(part)),
            Condition::CommunityList { .. } => self.communities = true,
            Condition::LargeCommunityList { .. } => self.large = true,
            Condition::AsPathList { .. } | Condition::AsPathLength { .. } => self.path = true,
            Condition::LocalPreference(_) => self.local_preference = true,
            Condition::Med(_) => self.med = true,
            _ => {}
        }
    }

    fn sees(&self, action: &Action) -> bool {
        match action {
            Action::SetCommunities(_) | Action::AddCommunities(_) | Action::DeleteCommunityList { .. } => {
                self.communities
            }
            Action::SetLargeCommunities(_) | Action::AddLargeCommunities(_) => self.large,
            Action::PrependAsPath(_) => self.path,
            Action::SetLocalPreference(_) => self.local_preference,
            Action::SetMed(_) => self.med,
            _ => false,
        }
    }
}

/// Takes away the lines that a later `undo` names, whole or by their first words. One that names nothing stays, and is
/// then not understood.
fn without_removed<'a>(lines: Vec<&'a str>, notes: &mut Notes<'_>) -> Vec<&'a str> {
    // Each `undo` looks through what came before; in a node of senseless length none is understood.
    if lines.len() > 256 || !lines.iter().any(|line| Words::new(line).eat("undo")) {
        return lines;
    }
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        let mut words = Words::new(line);
        if !words.eat("undo") {
            kept.push(line);
            continue;
        }
        let before = kept.len();
        kept.retain(|earlier| {
            let mut earlier = Words::new(earlier);
            !words.ahead().all(|word| earlier.eat(word))
        });
        match before - kept.len() {
            0 => kept.push(line),
            taken => (0..=taken).for_each(|_| notes.read()),
        }
    }
    kept
}
