//! Configuration groups: what `apply-groups` adds to the configuration.
//!
//! Sources: Junos CLI User Guide, "Configuration Groups Overview" and "Use Configuration Groups to Quickly
//! Configure Devices" (read 2026): what is written at the place wins over what is inherited, the group
//! that is listed first wins over the next, a group applied further in wins over one applied further
//! out, `<pattern>` matches names that exist and makes none, and `apply-groups-except` keeps a group out
//! of the place and what is under it.

use std::collections::BTreeSet;

use crate::braces::{NodeId, Tree};

/// What became of the groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Statements of groups that were inherited somewhere, by [`NodeId::index`].
    pub inherited: BTreeSet<usize>,
    /// `apply-groups` statements whose group is not in the file, or that inherit more than can be held.
    pub unresolved: Vec<NodeId>,
}

/// More steps than this are not made; a real configuration takes a few thousand.
const MAX_STEPS: usize = 4_000_000;

/// The longest name and pattern that are compared.
const LONGEST_NAME: usize = 1024;

/// Adds to the tree what every `apply-groups` outside the groups themselves inherits.
pub(super) fn apply(tree: &mut Tree<'_>) -> Groups {
    let mut groups = Groups::default();
    let mut statements: Vec<(NodeId, Vec<NodeId>)> = tree
        .all()
        .filter(|&node| tree.word(node) == "apply-groups" && !tree.is_quoted(node))
        .filter_map(|node| Some((node, above(tree, node)?)))
        .collect();
    // Further in first, for it is preferred.
    statements.sort_by_key(|(_, path)| std::cmp::Reverse(path.len()));
    let mut inheritance = Inheritance {
        tree,
        groups: &mut groups,
        steps: 0,
        rank: 0,
    };
    for (statement, path) in statements {
        inheritance.apply(statement, &path);
    }
    groups
}

/// Returns the nodes from the first word down to the one that `node` stands under; `None` where one of
/// them is inactive, removed or the definition of a group.
fn above(tree: &Tree<'_>, node: NodeId) -> Option<Vec<NodeId>> {
    let mut path = Vec::new();
    let mut at = node;
    loop {
        if tree.is_inactive(at) || tree.is_removed(at) {
            return None;
        }
        match tree.parent(at) {
            None => break,
            Some(parent) => {
                if parent != NodeId::ROOT {
                    path.push(parent);
                }
                at = parent;
            }
        }
    }
    path.reverse();
    let in_groups = path.first().is_some_and(|&first| tree.word(first) == "groups");
    (!in_groups).then_some(path)
}

struct Inheritance<'t, 'a> {
    tree: &'t mut Tree<'a>,
    groups: &'t mut Groups,
    steps: usize,
    rank: u32,
}

/// Whether names that a pattern matches are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    NamesOnly,
    Patterns,
}

impl Inheritance<'_, '_> {
    fn apply(&mut self, statement: NodeId, path: &[NodeId]) {
        let names: Vec<NodeId> = self.tree.children(statement).collect();
        let first_rank = self.rank + 1;
        self.rank += names.len() as u32;
        let target = path.last().copied().unwrap_or(NodeId::ROOT);
        // Patterns match what other groups bring too, so names come first.
        for pass in [Pass::NamesOnly, Pass::Patterns] {
            for (name, rank) in names.iter().zip(first_rank..) {
                let group = self.tree.word(*name);
                let defined = self.tree.path(NodeId::ROOT, &["groups", group]);
                let Some(defined) = defined else {
                    // Groups of this prefix are built into Junos and hold no policies.
                    if pass == Pass::NamesOnly && !group.starts_with("junos-") {
                        self.groups.unresolved.push(*name);
                    }
                    continue;
                };
                for from in self.at_path(defined, path) {
                    if !self.merge(target, from, group, rank, pass) {
                        self.groups.unresolved.push(*name);
                        return;
                    }
                }
            }
        }
    }

    /// Returns the places in a group that correspond to a path of the configuration.
    fn at_path(&self, group: NodeId, path: &[NodeId]) -> Vec<NodeId> {
        let mut here = vec![group];
        for &step in path {
            let word = self.tree.word(step);
            let mut next = Vec::new();
            for node in here {
                next.extend(self.tree.child(node, word));
                let patterns = self.tree.children(node);
                next.extend(
                    patterns.filter(|&c| pattern(self.tree.word(c)).is_some_and(|p| matches(p, word))),
                );
            }
            here = next;
        }
        here
    }

    /// Adds what stands under `from` to what stands under `target`; false where that is too much.
    fn merge(&mut self, target: NodeId, from: NodeId, group: &str, rank: u32, pass: Pass) -> bool {
        let mut pending = vec![(target, from)];
        while let Some((target, from)) = pending.pop() {
            if self.is_excepted(target, group) {
                continue;
            }
            let children: Vec<NodeId> = self.tree.children(from).collect();
            // Names before patterns, so that a pattern meets what its own group brings.
            for &child in &children {
                let word = self.tree.word(child);
                self.steps += 1;
                if pattern(word).is_some() || word == "apply-groups" || word == "apply-groups-except" {
                    continue;
                }
                let Some(inherited) = self.tree.inherit(target, child, rank) else {
                    return false;
                };
                self.groups.inherited.insert(self.tree.origin(child).index());
                if !self.tree.is_inactive(inherited) {
                    pending.push((inherited, child));
                }
            }
            if pass == Pass::Patterns {
                for &child in &children {
                    let Some(pattern) = pattern(self.tree.word(child)) else {
                        continue;
                    };
                    self.groups.inherited.insert(self.tree.origin(child).index());
                    let names = self.tree.children(target);
                    let matching = names.filter(|&name| matches(pattern, self.tree.word(name)));
                    let before = pending.len();
                    pending.extend(matching.map(|name| (name, child)));
                    self.steps += pending.len() - before;
                }
            }
            if self.steps > MAX_STEPS {
                return false;
            }
        }
        true
    }

    fn is_excepted(&self, target: NodeId, group: &str) -> bool {
        let except = self.tree.child(target, "apply-groups-except");
        except.is_some_and(|except| self.tree.child(except, group).is_some())
    }
}

/// Returns what stands between the angle brackets of a wildcard.
pub(super) fn pattern(word: &str) -> Option<&str> {
    word.strip_prefix('<')?.strip_suffix('>')
}

/// Returns whether a name matches a wildcard of `*`, `?` and `[…]`. An empty one matches every name.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if pattern.is_empty() {
        return true;
    }
    if pattern.len() > LONGEST_NAME || name.len() > LONGEST_NAME {
        return false;
    }
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Where to go on when what follows the last `*` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match (pattern.get(p), name.get(n)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                retry = Some((p + 1, n));
                Some((p + 1, n))
            }
            (Some(b'?'), Some(_)) => Some((p + 1, n + 1)),
            (Some(b'['), Some(&byte)) => in_class(pattern, p, byte).map(|after| (after, n + 1)),
            (Some(a), Some(b)) if a == b => Some((p + 1, n + 1)),
            _ => None,
        };
        (p, n) = match (step, retry) {
            (Some(next), _) => next,
            (None, Some((after_star, from))) if from < name.len() => {
                retry = Some((after_star, from + 1));
                (after_star, from + 1)
            }
            _ => return false,
        };
    }
}

/// Returns where the class that opens at `open` ends, if it holds the byte. A comma separates, as in
/// `<em[0,1]>`.
fn in_class(pattern: &[u8], open: usize, byte: u8) -> Option<usize> {
    let inside = pattern.get(open + 1..)?;
    let end = inside.iter().position(|&b| b == b']')?;
    let class = inside.get(..end)?;
    let (negated, class) = match class.split_first() {
        Some((b'!' | b'^', rest)) => (true, rest),
        _ => (false, class),
    };
    let mut found = false;
    let mut at = 0;
    while let Some(&low) = class.get(at) {
        match (class.get(at + 1), class.get(at + 2)) {
            (Some(b'-'), Some(&high)) => {
                found |= (low..=high).contains(&byte);
                at += 3;
            }
            _ => {
                found |= low == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(open + 1 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::braces;
    use crate::juniper_junos::syntax::SYNTAX;

    #[track_caller]
    fn check(text: &str, path: &str, expected: &[&str]) {
        let mut tree = braces::read(text, &SYNTAX);
        apply(&mut tree);
        let words: Vec<&str> = path.split(' ').collect();
        let node = tree.path(NodeId::ROOT, &words);
        let values: Vec<&str> = node
            .map(|node| tree.children(node).map(|child| tree.word(child)).collect())
            .unwrap_or_default();
        assert_eq!(values, expected, "{path}");
    }

    #[test]
    fn wildcards_are_shell_patterns() {
        for (pattern, name, expected) in [
            ("*", "anything", true),
            ("", "anything", true),
            ("EBGP-*", "EBGP-MS", true),
            ("EBGP-*", "IBGP-MS", false),
            ("*-*0", "ge-0/0/0", true),
            ("em[0,1]", "em1", true),
            ("em[0-1]", "em2", false),
            ("?[!0]", "a0", false),
            ("10.*.1", "10.2.1", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_group_is_inherited_where_it_is_applied() {
        let text = "set groups G protocols bgp group <MS*> import IN\n\
                    set groups G protocols bgp group NEW type external\n\
                    set protocols bgp group MS-1 peer-as 12076\n\
                    set protocols bgp group OTHER peer-as 1\n\
                    set apply-groups G\n";
        check(text, "protocols bgp group MS-1 import", &["IN"]);
        check(text, "protocols bgp group OTHER import", &[]);
        check(text, "protocols bgp group NEW type", &["external"]);
    }

    #[test]
    fn what_is_written_wins_then_what_is_applied_further_in_then_the_first_group() {
        let text = "set groups A protocols bgp group <*> peer-as 1\n\
                    set groups B protocols bgp group <*> peer-as 2\n\
                    set groups C protocols bgp group <*> peer-as 3\n\
                    set apply-groups [ A B ]\n\
                    set protocols bgp group X peer-as 9\n\
                    set protocols bgp group Y type external\n\
                    set protocols bgp group Z apply-groups C\n";
        let mut tree = braces::read(text, &SYNTAX);
        apply(&mut tree);
        let peer = |group: &str| {
            let node = tree.path(NodeId::ROOT, &["protocols", "bgp", "group", group, "peer-as"]);
            node.and_then(|node| tree.value(node))
                .map(|value| tree.word(value))
        };
        assert_eq!(
            (peer("X"), peer("Y"), peer("Z")),
            (Some("9"), Some("1"), Some("3"))
        );
    }

    #[test]
    fn exceptions_and_inactive_statements_keep_a_group_out() {
        let text = "set groups G protocols bgp group <*> import IN\n\
                    set apply-groups G\n\
                    set protocols bgp group A apply-groups-except G\n\
                    set protocols bgp group B peer-as 1\n";
        check(text, "protocols bgp group A import", &[]);
        check(text, "protocols bgp group B import", &["IN"]);
        check(
            &format!("{text}deactivate apply-groups\n"),
            "protocols bgp group B import",
            &[],
        );
        check(
            &format!("{text}deactivate groups G\n"),
            "protocols bgp group B import",
            &[],
        );
    }

    #[test]
    fn groups_that_are_not_in_the_file_are_told() {
        let mut tree = braces::read("set apply-groups [ GONE junos-defaults ]\n", &SYNTAX);
        let groups = apply(&mut tree);
        assert_eq!(groups.unresolved.len(), 1);
    }

    #[test]
    fn inheritance_is_bounded() {
        let mut text = String::new();
        for n in 0..3000 {
            text.push_str(&format!(
                "set groups G policy-options prefix-list <*> 10.0.{}.0/24\n",
                n % 256
            ));
            text.push_str(&format!("set policy-options prefix-list L{n} apply-groups G\n"));
        }
        let mut tree = braces::read(&text, &SYNTAX);
        apply(&mut tree);
        assert!(tree.len() <= braces::MAX_NODES);
    }
}
