//! The configuration while it is lowered: where each word stands, and what became of each statement.

use std::cell::Cell;
use std::collections::BTreeMap;

use pairlint_model::network::{LineCounts, Owner, RefusedLine, UnreadLine};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::{Source, Span, Spanned};

use super::groups::Groups;
use crate::braces::{NodeId, Tree};

/// What became of a statement, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Mark {
    /// Known not to change which routes are accepted, or not in effect.
    Ignored,
    Read,
    #[default]
    None,
    Unread,
}

/// Which hierarchy a word belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The whole, a logical system, or the inside of a group.
    Root,
    Groups,
    LogicalSystems,
    Protocols,
    Instances,
    Instance,
    RoutingOptions,
    /// `policy-options` and `protocols bgp`: every statement counts.
    Relevant,
    Other,
}

/// Words that begin statements of `policy-options` in snippets that leave the hierarchy out.
pub(super) const POLICY_STATEMENTS: [&str; 10] = [
    "policy-statement",
    "prefix-list",
    "route-filter-list",
    "community",
    "as-path",
    "as-path-group",
    "as-list",
    "as-list-group",
    "condition",
    "damping",
];

pub(super) struct Config<'a> {
    pub source: &'a Source,
    pub tree: &'a Tree<'a>,
    groups: Groups,
    marks: Vec<Cell<Mark>>,
    scopes: Vec<Scope>,
}

impl<'a> Config<'a> {
    pub fn new(source: &'a Source, tree: &'a Tree<'a>, groups: Groups) -> Config<'a> {
        let mut scopes = Vec::with_capacity(tree.len());
        for node in tree.all() {
            let scope = match tree.parent(node) {
                None => Scope::Root,
                // Parents have smaller numbers, so their scope is known.
                Some(parent) => {
                    let above = scopes.get(parent.index()).copied().unwrap_or(Scope::Other);
                    below(above, tree.word(node))
                }
            };
            scopes.push(scope);
        }
        let config = Config {
            source,
            tree,
            marks: vec![Cell::default(); tree.len()],
            groups,
            scopes,
        };
        for &name in &config.groups.unresolved {
            config.unread(name);
        }
        config
    }

    /// The statement is interpreted, with all that stands under it.
    pub fn read(&self, node: NodeId) {
        self.mark(node, Mark::Read);
    }

    /// The statement has no effect on which routes are accepted.
    pub fn ignore(&self, node: NodeId) {
        self.mark(node, Mark::Ignored);
    }

    /// The statement is not interpreted, though something next to it is.
    pub fn unread(&self, node: NodeId) {
        self.mark(node, Mark::Unread);
    }

    fn mark(&self, node: NodeId, mark: Mark) {
        if let Some(cell) = self.marks.get(node.index())
            && cell.get() != Mark::Unread
        {
            cell.set(mark);
        }
    }

    pub fn word(&self, node: NodeId) -> &'a str {
        self.tree.word(node)
    }

    pub fn word_span(&self, node: NodeId) -> Span {
        self.tree.word_span(self.source, node)
    }

    /// The statement that names the node.
    pub fn statement(&self, node: NodeId) -> Span {
        self.tree.head_span(self.source, node)
    }

    pub fn name(&self, node: NodeId) -> Spanned<String> {
        Spanned::new(self.word_span(node), self.word(node).to_owned())
    }

    /// Returns the only value of a statement; where there are several, the one in effect. All are read.
    pub fn scalar(&self, node: NodeId) -> Option<NodeId> {
        self.read(node);
        self.tree.value(node)
    }

    pub fn is_relevant(&self, node: NodeId) -> bool {
        self.scopes.get(node.index()) == Some(&Scope::Relevant)
    }

    /// Returns what became of every statement, those that were not interpreted under the root they belong to.
    pub fn account(&self) -> Account {
        let fates = self.fates();
        let fate = |node: NodeId| fates.get(node.index()).copied().unwrap_or_default();
        let mut account = Account {
            lines: LineCounts::default(),
            end: self.source.end(),
            roots: BTreeMap::new(),
        };
        // Each item of a list has an entry of its own; they follow one another.
        for items in self.tree.written.chunk_by(|a, b| a.start == b.start) {
            account.lines.total += 1;
            let Some(first) = items.first().filter(|first| self.is_relevant(first.node)) else {
                continue;
            };
            account.lines.relevant += 1;
            let worst = items.iter().map(|item| fate(item.node)).max();
            match worst.unwrap_or_default() {
                Mark::Read => account.lines.read += 1,
                Mark::Ignored => account.lines.ignored += 1,
                Mark::None | Mark::Unread => {
                    let span = self.source.range(first.start as usize, first.end as usize);
                    account.unread(self.tree, first.node, span);
                }
            }
        }
        for &(start, end, node) in &self.tree.skipped {
            if node == NodeId::ROOT || self.is_relevant(node) {
                account.unread(self.tree, node, self.source.range(start as usize, end as usize));
            }
        }
        for &name in &self.groups.unresolved {
            if self.reaches_policies(name) && !self.is_relevant(name) {
                account.unread(self.tree, name, self.statement(name));
            }
        }
        for unended in &self.tree.unended {
            if self.is_relevant(unended.node) {
                let line = RefusedLine {
                    span: self.source.range(unended.start as usize, unended.end as usize),
                    owner: owner(self.tree, unended.node),
                    effect: "the device does not load the configuration: a `;` is missing".to_owned(),
                };
                account.root(self.tree, unended.node).refused.push(line);
            }
        }
        account
    }

    /// Returns whether an `apply-groups` at this place may change policies or sessions.
    fn reaches_policies(&self, name: NodeId) -> bool {
        let group = self.word(name);
        if group.contains("${") {
            // One group per routing engine; both are in the file, and only one is applied.
            let Some(groups) = self.tree.child(NodeId::ROOT, "groups") else {
                return true;
            };
            return self.tree.children(groups).any(|group| {
                [
                    "policy-options",
                    "protocols",
                    "routing-instances",
                    "routing-options",
                ]
                .iter()
                .any(|word| self.tree.child(group, word).is_some())
            });
        }
        let place = self.tree.parent(name).and_then(|node| self.tree.parent(node));
        let scope = place.and_then(|place| self.scopes.get(place.index()));
        !matches!(scope, None | Some(Scope::Other | Scope::RoutingOptions))
    }

    /// Returns what became of each node: what was said of it or of what it stands under, else what became
    /// of what stands under it.
    fn fates(&self) -> Vec<Mark> {
        let mut fates: Vec<Mark> = Vec::with_capacity(self.marks.len());
        for node in self.tree.all() {
            let parent = self.tree.parent(node);
            let above = parent
                .and_then(|p| fates.get(p.index()).copied())
                .unwrap_or_default();
            let own = self.marks.get(node.index()).map(Cell::get).unwrap_or_default();
            let out_of_effect = self.tree.is_inactive(node) || self.tree.is_removed(node);
            fates.push(match (own, above) {
                _ if out_of_effect => Mark::Ignored,
                (Mark::None, above) => above,
                (own, _) => own,
            });
        }
        // What became of a copy became of what it was inherited from, the worst of several.
        for node in self.tree.all() {
            let origin = self.tree.origin(node);
            let fate = fates.get(node.index()).copied().unwrap_or_default();
            if origin != node
                && fate != Mark::None
                && let Some(slot) = fates.get_mut(origin.index())
            {
                *slot = if *slot == Mark::None {
                    fate
                } else {
                    (*slot).max(fate)
                };
            }
        }
        // A group's statement that nothing inherits has no effect.
        let in_groups = self.tree.child(NodeId::ROOT, "groups").is_some();
        let mut inside: Vec<bool> = Vec::new();
        if in_groups {
            inside.reserve(fates.len());
            for node in self.tree.all() {
                let is_groups = self.scopes.get(node.index()) == Some(&Scope::Groups);
                let parent = self.tree.parent(node);
                let above = parent.is_some_and(|p| inside.get(p.index()).copied().unwrap_or(false));
                inside.push(is_groups || above);
                if above
                    && !self.groups.inherited.contains(&node.index())
                    && let Some(fate @ Mark::None) = fates.get_mut(node.index())
                {
                    *fate = Mark::Ignored;
                }
            }
        }
        // What only groups other statements is understood, whatever they are; unless it has no effect as they have.
        let mut from_below: Vec<Mark> = vec![Mark::None; fates.len()];
        for node in self.tree.all().rev() {
            let below = from_below.get(node.index()).copied().unwrap_or_default();
            let Some(fate) = fates.get_mut(node.index()) else {
                continue;
            };
            if *fate == Mark::None {
                *fate = below;
            }
            let shown = if *fate == Mark::Ignored {
                Mark::Ignored
            } else {
                Mark::Read
            };
            let parent = self.tree.parent(node);
            if let Some(slot) = parent.and_then(|parent| from_below.get_mut(parent.index())) {
                *slot = if *slot == Mark::None {
                    shown
                } else {
                    (*slot).max(shown)
                };
            }
        }
        fates
    }
}

/// So many statements that were not interpreted are listed one by one; the rest of the file is one more.
const MAX_LISTED: usize = 10_000;

/// What became of a file's statements, counted over all, listed per logical system.
#[derive(Debug)]
pub(super) struct Account {
    pub lines: LineCounts,
    /// The end of the file.
    end: Span,
    roots: BTreeMap<String, Listed>,
}

#[derive(Debug, Default)]
pub(super) struct Listed {
    pub unread: Vec<UnreadLine>,
    pub refused: Vec<RefusedLine>,
}

impl Account {
    /// Returns what belongs to a logical system, or to the whole where there is none.
    pub fn take(&mut self, logical_system: &str) -> Listed {
        self.roots.remove(logical_system).unwrap_or_default()
    }

    fn root(&mut self, tree: &Tree<'_>, node: NodeId) -> &mut Listed {
        let path = words(tree, node);
        let name = match path.as_slice() {
            ["logical-systems", name, ..] => (*name).to_owned(),
            _ => String::new(),
        };
        self.roots.entry(name).or_default()
    }

    fn unread(&mut self, tree: &Tree<'_>, node: NodeId, span: Span) {
        let end = self.end;
        let listed = self.root(tree, node);
        match listed.unread.len() {
            MAX_LISTED => {
                let rest = span.to(end);
                listed.unread.push(UnreadLine {
                    span: rest,
                    owner: Owner::Bgp,
                });
            }
            count if count > MAX_LISTED => {}
            _ => {
                let owner = owner(tree, node);
                listed.unread.push(UnreadLine { span, owner });
            }
        }
    }
}

fn below(above: Scope, word: &str) -> Scope {
    match (above, word) {
        (Scope::Relevant, _) => Scope::Relevant,
        (Scope::Root, "groups") => Scope::Groups,
        (Scope::Root, "logical-systems") => Scope::LogicalSystems,
        (Scope::Root | Scope::Instance, "protocols") => Scope::Protocols,
        (Scope::Root, "routing-instances") => Scope::Instances,
        (Scope::Root | Scope::Instance, "routing-options") => Scope::RoutingOptions,
        (Scope::Root, "policy-options") | (Scope::Protocols, "bgp") => Scope::Relevant,
        (Scope::Root, word) if POLICY_STATEMENTS.contains(&word) => Scope::Relevant,
        (Scope::RoutingOptions, "autonomous-system") => Scope::Relevant,
        (Scope::Groups | Scope::LogicalSystems, _) => Scope::Root,
        (Scope::Instances, "apply-groups" | "apply-groups-except") => Scope::Other,
        (Scope::Instances, _) => Scope::Instance,
        _ => Scope::Other,
    }
}

/// Returns the words from the first down to the node.
fn words<'a>(tree: &Tree<'a>, node: NodeId) -> Vec<&'a str> {
    let mut path = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        path.push(tree.word(at));
        at = parent;
    }
    path.reverse();
    path
}

/// Returns what a statement belongs to.
fn owner(tree: &Tree<'_>, node: NodeId) -> Owner {
    let path = words(tree, node);
    let mut rest = path.as_slice();
    while let [first, tail @ ..] = rest {
        let name = || tail.first().map(|name| (*name).to_owned());
        let list = |make: fn(String) -> Owner| name().map_or(Owner::Bgp, make);
        match *first {
            "policy-statement" => return list(Owner::Policy),
            "prefix-list" | "route-filter-list" => {
                return list(|name| Owner::PrefixList(ListFamily::Both, name));
            }
            "community" => return list(Owner::CommunityList),
            "as-path" | "as-path-group" | "as-list" | "as-list-group" => return list(Owner::AsPathList),
            "bgp" => return bgp_owner(tree, node),
            _ => rest = tail,
        }
    }
    Owner::Bgp
}

/// Returns the sessions that a statement under `protocols bgp` concerns.
fn bgp_owner(tree: &Tree<'_>, node: NodeId) -> Owner {
    let mut at = node;
    // The innermost `neighbor X` or `group X` around the statement.
    while let Some(parent) = tree.parent(at) {
        match tree.word(parent) {
            "neighbor" => return Owner::Neighbors(vec![tree.word(at).to_owned()]),
            "group" => {
                let neighbors = tree.any_child(at, "neighbor");
                let allowed = tree.any_child(at, "allow");
                let addresses = neighbors
                    .into_iter()
                    .chain(allowed)
                    .flat_map(|list| tree.every_child(list));
                return Owner::Neighbors(addresses.map(|node| tree.word(node).to_owned()).collect());
            }
            "bgp" => return Owner::Bgp,
            _ => {}
        }
        at = parent;
    }
    Owner::Bgp
}
