//! The configuration while it is lowered: where each word stands, and what became of each statement.

use std::cell::Cell;

use pairlint_model::network::{LineCounts, Owner, UnreadLine};
use pairlint_model::source::{Source, Span, Spanned};

use crate::braces::{Capture, Command, Ending, NodeId, Syntax, Tree};

/// PAN-OS CLI Quick Start: `set`, `delete`, and blocks that end with `;` (`show` in configuration mode).
pub(super) const SYNTAX: Syntax = Syntax {
    commands: &[
        ("set", Command::Set),
        ("delete", Command::Delete),
        ("rename", Command::Unknown),
        ("move", Command::Insert),
        ("copy", Command::Unknown),
        ("load", Command::Unknown),
        ("edit", Command::Edit),
        ("top", Command::Top),
        ("show", Command::Show),
        ("commit", Command::Nothing),
        ("configure", Command::Nothing),
        ("exit", Command::Nothing),
        ("quit", Command::Nothing),
        ("run", Command::Nothing),
    ],
    modifiers: &[],
    quotes: b"\"'",
    ending: Ending::Semicolon,
    capture,
};

/// `admin@fw1# set …`, `admin@fw1> show`.
fn capture(line: &str) -> Capture<'_> {
    if line == "[edit]" {
        return Capture::Noise;
    }
    let end = line.bytes().take(128).position(|b| matches!(b, b'>' | b'#'));
    let is_prompt = |end: &usize| {
        let host = line.get(..*end).unwrap_or("");
        let name = |text: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.()".contains(&b);
            !text.is_empty() && text.bytes().all(plain)
        };
        host.split_once('@')
            .is_some_and(|(user, host)| name(user) && name(host))
            && line.as_bytes().get(end + 1).is_none_or(|&b| b == b' ')
    };
    end.filter(is_prompt)
        .map_or(Capture::Text, |end| Capture::Prompt(end + 1))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Mark {
    Ignored,
    Read,
    #[default]
    None,
    Unread,
}

pub(super) struct Config<'a> {
    pub source: &'a Source,
    pub tree: &'a Tree<'a>,
    marks: Vec<Cell<Mark>>,
    /// Under `bgp` of a virtual or logical router.
    relevant: Vec<bool>,
    /// A command whose effect on rules or sessions is not known (`move … top`, `load`).
    pub rearranged: Option<Span>,
}

impl<'a> Config<'a> {
    pub fn new(source: &'a Source, tree: &'a Tree<'a>) -> Config<'a> {
        let mut relevant: Vec<bool> = Vec::with_capacity(tree.len());
        for node in tree.all() {
            let parent = tree.parent(node);
            let above = parent.is_some_and(|parent| relevant.get(parent.index()) == Some(&true));
            let is_bgp = tree.word(node) == "bgp"
                && parent.is_some_and(|parent| {
                    let is_vrf = tree.parent(parent).is_some_and(|list| tree.word(list) == "vrf");
                    tree.word(parent) == "protocol" || is_vrf
                });
            relevant.push(above || is_bgp);
        }
        let rearranged = tree.skipped.iter().find_map(|&(start, end, _)| {
            let span = source.range(start as usize, end as usize);
            is_rearranging(source.slice(span)).then_some(span)
        });
        Config {
            source,
            tree,
            marks: vec![Cell::default(); tree.len()],
            relevant,
            rearranged,
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

    /// The statement is not interpreted.
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

    pub fn statement(&self, node: NodeId) -> Span {
        self.tree.head_span(self.source, node)
    }

    pub fn name(&self, node: NodeId) -> Spanned<String> {
        Spanned::new(self.tree.word_span(self.source, node), self.word(node).to_owned())
    }

    pub fn child(&self, node: NodeId, word: &str) -> Option<NodeId> {
        self.tree.child(node, word)
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.tree.children(node)
    }

    /// Returns the entries of a list below a node.
    pub fn list(&self, node: NodeId, word: &str) -> Vec<NodeId> {
        self.child(node, word)
            .into_iter()
            .flat_map(|list| self.children(list))
            .collect()
    }

    pub fn value(&self, node: NodeId, word: &str) -> Option<NodeId> {
        self.tree.value(self.child(node, word)?)
    }

    /// Returns whether a switch says `no`, and where.
    pub fn off(&self, node: NodeId, word: &str) -> Option<Span> {
        let value = self.value(node, word).filter(|&value| self.word(value) == "no")?;
        Some(self.statement(value))
    }

    /// Returns what became of every statement.
    pub fn account(&self) -> (LineCounts, Vec<UnreadLine>) {
        const MAX_LISTED: usize = 10_000;
        let mut fates: Vec<Mark> = Vec::with_capacity(self.marks.len());
        for node in self.tree.all() {
            let above = self.tree.parent(node).and_then(|p| fates.get(p.index()).copied());
            let own = self.marks.get(node.index()).map(Cell::get).unwrap_or_default();
            fates.push(match own {
                _ if self.tree.is_removed(node) => Mark::Ignored,
                Mark::None => above.unwrap_or_default(),
                own => own,
            });
        }
        let mut lines = LineCounts::default();
        let mut unread = Vec::new();
        let mut list = |start: u32, end: u32, node: NodeId| {
            if unread.len() < MAX_LISTED {
                unread.push(UnreadLine {
                    span: self.source.range(start as usize, end as usize),
                    owner: self.owner(node),
                });
            }
        };
        for items in self.tree.written.chunk_by(|a, b| a.start == b.start) {
            lines.total += 1;
            let relevant = items
                .iter()
                .filter(|item| self.relevant.get(item.node.index()) == Some(&true));
            let fate = |node: NodeId| fates.get(node.index()).copied().unwrap_or_default();
            let Some(item) = relevant.max_by_key(|item| fate(item.node)) else {
                continue;
            };
            lines.relevant += 1;
            let is_group = !self.tree.is_leaf(item.node);
            match fate(item.node) {
                Mark::Read => lines.read += 1,
                Mark::Ignored => lines.ignored += 1,
                // What only groups other statements is understood.
                Mark::None if is_group => lines.read += 1,
                Mark::None | Mark::Unread => list(item.start, item.end, item.node),
            }
        }
        for &(start, end, node) in &self.tree.skipped {
            let text = self.source.slice(self.source.range(start as usize, end as usize));
            if self.relevant.get(node.index()) == Some(&true) || is_rearranging(text) {
                list(start, end, node);
            }
        }
        (lines, unread)
    }

    /// Returns the sessions that a statement concerns, by the innermost peer or group around it.
    fn owner(&self, node: NodeId) -> Owner {
        let mut at = node;
        while let Some(parent) = self.tree.parent(at) {
            match self.word(parent) {
                "peer" => return Owner::Neighbors(self.address(at).into_iter().collect()),
                "peer-group" => {
                    let peers = self.list(at, "peer");
                    return Owner::Neighbors(
                        peers.into_iter().filter_map(|peer| self.address(peer)).collect(),
                    );
                }
                _ => at = parent,
            }
        }
        Owner::Bgp
    }

    /// Returns a peer's address as the session has it.
    pub fn address(&self, peer: NodeId) -> Option<String> {
        let place = self.child(peer, "peer-address")?;
        let value = self.value(place, "ip").or_else(|| self.value(place, "fqdn"))?;
        let text = self.word(value);
        let plain = text.strip_suffix("/32").or_else(|| text.strip_suffix("/128"));
        Some(plain.unwrap_or(text).to_owned())
    }
}

/// Whether a line that was not placed may be about BGP: `move network virtual-router … rules A top`, `load …`.
fn is_rearranging(text: &str) -> bool {
    text.starts_with("load ") || text.contains(" bgp ")
}
