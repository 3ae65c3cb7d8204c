//! The configuration while it is lowered: where each word stands, and what became of each statement.

use std::cell::Cell;

use pairlint_model::network::{LineCounts, Owner, UnreadLine};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::{Source, Span, Spanned};

use crate::braces::{NodeId, Tree};

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Mark {
    /// Known not to change which routes are accepted, or not in effect.
    Ignored,
    Read,
    #[default]
    None,
    Unread,
}

/// Which part of the configuration a word belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The whole, or the inside of a configuration group.
    Root,
    Groups,
    GroupNames,
    /// Under `router` or `vprn`: names follow.
    Instances,
    Instance,
    Service,
    /// `policy-options` and `bgp`: every statement counts.
    Relevant,
    Other,
}

/// Words that begin statements of `policy-options` in snippets that leave it out.
pub(super) const POLICY_WORDS: [&str; 5] = [
    "policy-statement",
    "prefix-list",
    "community",
    "as-path",
    "as-path-group",
];

/// Words that begin statements of `bgp` in snippets that leave it out.
pub(super) const BGP_WORDS: [&str; 2] = ["neighbor", "group"];

/// Statements that always stand inside a block. Where one stands outside of all, the text has lost its indentation,
/// and which block it belonged to is not known.
pub(super) const ORPHANS: [&str; 15] = [
    "action",
    "action-type",
    "default-action",
    "entry",
    "export",
    "expression",
    "from",
    "import",
    "member",
    "members",
    "named-entry",
    "peer-as",
    "prefix",
    "prefix-limit",
    "to",
];

pub(super) struct Config<'a> {
    pub source: &'a Source,
    pub tree: &'a Tree<'a>,
    marks: Vec<Cell<Mark>>,
    scopes: Vec<Scope>,
    /// Statements of groups that something inherits.
    pub inherited: Vec<bool>,
}

impl<'a> Config<'a> {
    pub fn new(source: &'a Source, tree: &'a Tree<'a>) -> Config<'a> {
        let mut scopes = Vec::with_capacity(tree.len());
        let mut inherited = vec![false; tree.len()];
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
            let origin = tree.origin(node);
            if origin != node
                && let Some(slot) = inherited.get_mut(origin.index())
            {
                *slot = true;
            }
        }
        let config = Config {
            source,
            tree,
            marks: vec![Cell::default(); tree.len()],
            scopes,
            inherited,
        };
        config.applied();
        config
    }

    /// A group that is not in the text may say anything about the place that applies it.
    fn applied(&self) {
        let groups = self.tree.path(NodeId::ROOT, &["groups", "group"]);
        for node in self.tree.all().filter(|&node| self.is(node, "apply-groups")) {
            for name in self.children(node) {
                match groups.and_then(|groups| self.tree.child(groups, self.word(name))) {
                    Some(_) => self.read(name),
                    None => self.unread(name),
                }
            }
        }
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

    pub fn span(&self, node: NodeId) -> Span {
        self.tree.span(self.source, node)
    }

    pub fn name(&self, node: NodeId) -> Spanned<String> {
        Spanned::new(self.word_span(node), self.word(node).to_owned())
    }

    /// Whether the node is this keyword, not a name in quotation marks.
    pub fn is(&self, node: NodeId, word: &str) -> bool {
        !self.tree.is_quoted(node) && self.word(node) == word
    }

    /// Returns the child that is this keyword.
    pub fn child(&self, node: NodeId, word: &str) -> Option<NodeId> {
        self.tree
            .child(node, word)
            .filter(|&child| !self.tree.is_quoted(child))
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.tree.children(node)
    }

    /// Returns the value after a word.
    pub fn value(&self, node: NodeId, word: &str) -> Option<NodeId> {
        self.tree.value(self.child(node, word)?)
    }

    /// Returns every word under a node in the order of the file: the items of a list, in brackets or not. What is
    /// written goes before what a group says.
    pub fn values(&self, node: NodeId) -> Vec<NodeId> {
        let own = self.every(node, 0);
        match own.is_empty() {
            true => self.every(node, u32::MAX),
            false => own,
        }
    }

    fn every(&self, node: NodeId, rank: u32) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut pending: Vec<NodeId> = self.children(node).collect();
        pending.reverse();
        while let Some(node) = pending.pop() {
            if self.tree.rank(node) > rank {
                continue;
            }
            found.push(node);
            let at = pending.len();
            pending.extend(self.children(node));
            if let Some(new) = pending.get_mut(at..) {
                new.reverse();
            }
        }
        found
    }

    pub fn texts(&self, nodes: &[NodeId]) -> Vec<&'a str> {
        nodes.iter().map(|&node| self.word(node)).collect()
    }

    pub fn is_relevant(&self, node: NodeId) -> bool {
        self.scopes.get(node.index()) == Some(&Scope::Relevant)
    }

    /// Returns what became of every statement.
    pub fn account(&self) -> (LineCounts, Vec<UnreadLine>) {
        let fates = self.fates();
        let mut lines = LineCounts::default();
        let mut unread = Unread {
            config: self,
            found: Vec::new(),
        };
        // Each item of a list has an entry of its own, and so has each part of a line with braces.
        for items in self.tree.written.chunk_by(|a, b| a.start == b.start) {
            lines.total += 1;
            let relevant = items.iter().filter(|item| self.is_relevant(item.node));
            let fate = |node: NodeId| fates.get(node.index()).copied().unwrap_or_default();
            let Some(worst) = relevant.max_by_key(|item| fate(item.node)) else {
                continue;
            };
            lines.relevant += 1;
            match fate(worst.node) {
                Mark::Read => lines.read += 1,
                Mark::Ignored => lines.ignored += 1,
                Mark::None | Mark::Unread => unread.push(worst.start, worst.end, worst.node),
            }
        }
        for &(start, end, node) in &self.tree.skipped {
            if node == NodeId::ROOT || self.is_relevant(node) {
                unread.push(start, end, node);
            }
        }
        (lines, unread.found)
    }

    /// Returns what became of each node: what was said of it or of what it stands under, else what became of what
    /// stands under it.
    fn fates(&self) -> Vec<Mark> {
        let tree = self.tree;
        let mut fates: Vec<Mark> = Vec::with_capacity(self.marks.len());
        let mut in_groups: Vec<bool> = Vec::with_capacity(self.marks.len());
        for node in tree.all() {
            let parent = tree.parent(node).map(NodeId::index);
            let above = parent.and_then(|p| fates.get(p).copied()).unwrap_or_default();
            let own = self.marks.get(node.index()).map(Cell::get).unwrap_or_default();
            fates.push(match (own, above) {
                _ if tree.is_removed(node) => Mark::Ignored,
                (Mark::None, above) => above,
                (own, _) => own,
            });
            let is_groups = self.scopes.get(node.index()) == Some(&Scope::Groups);
            in_groups.push(is_groups || parent.is_some_and(|p| in_groups.get(p) == Some(&true)));
        }
        // What became of a copy became of what it was inherited from, the worst of several.
        for node in tree.all() {
            let origin = tree.origin(node).index();
            let fate = fates.get(node.index()).copied().unwrap_or_default();
            if origin != node.index()
                && fate != Mark::None
                && let Some(slot) = fates.get_mut(origin)
            {
                *slot = if *slot == Mark::None {
                    fate
                } else {
                    (*slot).max(fate)
                };
            }
        }
        let mut below: Vec<bool> = vec![false; fates.len()];
        for node in tree.all().rev() {
            let at = node.index();
            let Some(fate) = fates.get_mut(at) else { continue };
            // What only groups other statements is understood, whatever they are.
            if *fate == Mark::None && below.get(at) == Some(&true) {
                *fate = Mark::Read;
            }
            // A group's statement that nothing inherits has no effect.
            if *fate == Mark::None
                && in_groups.get(at) == Some(&true)
                && self.inherited.get(at) == Some(&false)
            {
                *fate = Mark::Ignored;
            }
            if let Some(slot) = tree.parent(node).and_then(|parent| below.get_mut(parent.index())) {
                *slot = true;
            }
        }
        fates
    }
}

/// So many statements that were not interpreted are listed one by one; the rest of the file is one more.
const MAX_LISTED: usize = 10_000;

struct Unread<'c, 'a> {
    config: &'c Config<'a>,
    found: Vec<UnreadLine>,
}

impl Unread<'_, '_> {
    fn push(&mut self, start: u32, end: u32, node: NodeId) {
        let span = self.config.source.range(start as usize, end as usize);
        match self.found.len() {
            MAX_LISTED => self.found.push(UnreadLine {
                span: span.to(self.config.source.end()),
                owner: Owner::Bgp,
            }),
            count if count > MAX_LISTED => {}
            _ => {
                let owner = owner(self.config.tree, node);
                self.found.push(UnreadLine { span, owner });
            }
        }
    }
}

fn below(above: Scope, word: &str) -> Scope {
    match (above, word) {
        (Scope::Relevant, _) => Scope::Relevant,
        (Scope::Root | Scope::Instance, "policy-options" | "bgp") => Scope::Relevant,
        (Scope::Instance, "autonomous-system") => Scope::Relevant,
        (Scope::Root, "groups") => Scope::Groups,
        (Scope::Root, "router" | "vprn") | (Scope::Service, "vprn") => Scope::Instances,
        (Scope::Root, "service") => Scope::Service,
        (Scope::Root, word) if begins_snippet(word) => Scope::Relevant,
        (Scope::Groups, "group") => Scope::GroupNames,
        (Scope::GroupNames, _) => Scope::Root,
        (Scope::Instances, _) => Scope::Instance,
        (Scope::Root | Scope::Instance | Scope::Service, "apply-groups") => Scope::Relevant,
        _ => Scope::Other,
    }
}

/// Returns the words from the first down to the node.
pub(super) fn path(tree: &Tree<'_>, node: NodeId) -> Vec<NodeId> {
    let mut path = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        path.push(at);
        at = parent;
    }
    path.reverse();
    path
}

/// Returns what a statement belongs to.
pub(super) fn owner(tree: &Tree<'_>, node: NodeId) -> Owner {
    let path = path(tree, node);
    for pair in path.windows(2) {
        let [key, name] = pair else { continue };
        let text = || tree.word(*name).to_owned();
        match tree.word(*key) {
            "policy-statement" => return Owner::Policy(text()),
            "prefix-list" => return Owner::PrefixList(ListFamily::Both, text()),
            "community" => return Owner::CommunityList(text()),
            "as-path" | "as-path-group" => return Owner::AsPathList(text()),
            "bgp" | "neighbor" => return bgp_owner(tree, &path),
            _ => {}
        }
    }
    Owner::Bgp
}

/// Returns the sessions that a statement under `bgp` concerns.
fn bgp_owner(tree: &Tree<'_>, path: &[NodeId]) -> Owner {
    for pair in path.windows(2).rev() {
        let [key, name] = pair else { continue };
        match tree.word(*key) {
            "neighbor" => return Owner::Neighbors(vec![tree.word(*name).to_owned()]),
            "group" if tree.parent(*key).is_some_and(|parent| tree.word(parent) == "bgp") => {
                return Owner::Neighbors(members(tree, *key, *name));
            }
            _ => {}
        }
    }
    Owner::Bgp
}

/// Returns the neighbors of a group: those in it, and those beside it that name it.
pub(super) fn members(tree: &Tree<'_>, key: NodeId, group: NodeId) -> Vec<String> {
    let inside = tree.child(group, "neighbor");
    let beside = tree.parent(key).and_then(|bgp| tree.child(bgp, "neighbor"));
    let named = |neighbor: &NodeId| {
        let value = tree.child(*neighbor, "group").and_then(|key| tree.value(key));
        value.is_some_and(|value| tree.word(value) == tree.word(group))
    };
    let inside = inside.into_iter().flat_map(|list| tree.children(list));
    let beside = beside
        .into_iter()
        .flat_map(|list| tree.children(list))
        .filter(named);
    inside
        .chain(beside)
        .map(|node| tree.word(node).to_owned())
        .collect()
}

/// Whether a word at the root belongs to policies or BGP all the same.
fn begins_snippet(word: &str) -> bool {
    POLICY_WORDS.contains(&word) || BGP_WORDS.contains(&word) || ORPHANS.contains(&word)
}
