//! From lines to blocks: policies and sets as free text, and which line of `router bgp` stands in which block.
//!
//! `show running-config` indents, and closes blocks with `!`; typed and pasted text does neither. A line goes by its
//! indentation where there is one, else to the innermost open block that knows its first word. Blocks may also be
//! opened in the line itself, as `show running-config formal` does throughout.

use super::words::{self, NEIGHBOR_BLOCK};
use crate::lines::{Line, Words};

/// A policy or a set: its lines, the first one included.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub lines: Vec<&'a str>,
    /// Whether its end was seen (`end-policy`).
    pub closed: bool,
}

/// What a line of `router bgp`, an interface or a VRF belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Scope<'a> {
    pub area: Area<'a>,
    pub vrf: Option<&'a str>,
    pub place: Place<'a>,
    /// The family's two words.
    pub family: Option<(&'a str, &'a str)>,
    /// In a block of its own that says nothing about which routes are accepted.
    pub aside: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Area<'a> {
    #[default]
    Bgp,
    Interface(&'a str),
    /// `vrf NAME` of the global mode.
    Vrf(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Place<'a> {
    #[default]
    Process,
    Neighbor(&'a str),
    NeighborGroup(&'a str),
    SessionGroup(&'a str),
    AfGroup(&'a str),
}

/// A line with what it belongs to.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub scope: Scope<'a>,
    /// The whole line.
    pub line: &'a str,
    /// What is left of it where blocks are opened in front; empty for a line that only opens blocks.
    pub rest: &'a str,
    /// The AS number, where the line opens the process.
    pub process: Option<&'a str>,
}

/// A device's configuration as far as it concerns routes and the interfaces they come in on.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub policies: Vec<Text<'a>>,
    pub sets: Vec<Text<'a>>,
    pub globals: Vec<Text<'a>>,
    pub entries: Vec<Entry<'a>>,
    /// Neither blank nor comment.
    pub total: u32,
    /// A host name, the system's header or a closing `end` was seen.
    pub whole: bool,
}

impl Tree<'_> {
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.sets.is_empty() && self.globals.is_empty() && self.entries.is_empty()
    }
}

pub(super) fn read<'a>(lines: &[Line<'a>]) -> Tree<'a> {
    let mut reader = Reader::default();
    for line in lines {
        reader.line(line);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    tree: Tree<'a>,
    text: Option<(Shape, Text<'a>)>,
    /// Outermost first.
    open: Vec<Block<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Policy,
    Set,
    Globals,
}

struct Block<'a> {
    kind: Kind,
    scope: Scope<'a>,
    indent: u32,
    /// Some line stood further right than the line that opened the block.
    indented: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bgp,
    BgpVrf,
    /// Neighbor or group.
    Peer,
    Family,
    Interface,
    Vrf,
    VrfFamily,
    /// A block of `router bgp` that does not matter.
    Aside,
    /// A block of the global mode that is none of ours.
    Other,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        let comment = line.text.starts_with('!');
        if line.text.starts_with("!! IOS XR") {
            self.tree.whole = true;
        }
        if comment {
            if line.text == "!" && self.text.is_none() {
                self.close_at(line.indent);
            }
            return;
        }
        let first = line.words().next().unwrap_or("");
        if let Some((shape, text)) = &mut self.text {
            if !first.starts_with('#') {
                if begins_another(line, *shape) {
                    self.end_text(false);
                    return self.line(line);
                }
                self.tree.total += 1;
                text.lines.push(line.text);
                if ends(line.text, *shape) {
                    self.end_text(true);
                }
            }
            return;
        }
        if first.starts_with('#') {
            return;
        }
        self.tree.total += 1;
        if let Some(shape) = self.begins(line) {
            self.open.clear();
            self.text = Some((
                shape,
                Text {
                    lines: vec![line.text],
                    closed: false,
                },
            ));
            if ends(line.text, shape) {
                self.end_text(true);
            }
            return;
        }
        self.place(line, first);
        self.command(line);
    }

    /// Whether a policy or set begins here. In an address family `route-policy X in` attaches one.
    fn begins(&self, line: &Line<'a>) -> Option<Shape> {
        let mut words = line.words();
        let first = words.next()?;
        if first.eq_ignore_ascii_case("policy-global") {
            return Some(Shape::Globals);
        }
        if words::SETS.iter().any(|set| set.eq_ignore_ascii_case(first)) {
            return Some(Shape::Set);
        }
        if !first.eq_ignore_ascii_case("route-policy") || words.is_empty() {
            return None;
        }
        let attached = matches!(words.last_word(), Some("in" | "out"));
        let inside = self.open.last().is_some_and(|block| {
            let mode = matches!(block.kind, Kind::Family | Kind::Peer);
            mode && (line.indent > block.indent || (!block.indented && attached))
        });
        (!inside).then_some(Shape::Policy)
    }

    fn end_text(&mut self, closed: bool) {
        let Some((shape, mut text)) = self.text.take() else {
            return;
        };
        text.closed = closed;
        match shape {
            Shape::Policy => self.tree.policies.push(text),
            Shape::Set => self.tree.sets.push(text),
            Shape::Globals => self.tree.globals.push(text),
        }
    }

    /// `!` closes what was opened at its own column or further right.
    fn close_at(&mut self, indent: u32) {
        while self
            .open
            .pop_if(|block| block.indented && block.indent >= indent)
            .is_some()
        {}
        while self
            .open
            .pop_if(|block| indent > 0 && block.indent >= indent)
            .is_some()
        {}
    }

    /// Closes the blocks that the line does not belong to.
    fn place(&mut self, line: &Line<'a>, word: &str) {
        while let Some(block) = self.open.last_mut() {
            if line.indent > block.indent {
                block.indented = true;
                return;
            }
            if line.indent == block.indent && !block.indented && block.kind.knows(word) {
                return;
            }
            self.open.pop();
        }
    }

    fn command(&mut self, line: &Line<'a>) {
        let mut words = line.words();
        let first = words.peek().unwrap_or("");
        match first {
            "end" if line.words().count() == 1 => {
                self.open.clear();
                self.tree.whole = true;
                return;
            }
            "root" if self.open.first().is_some_and(|block| block.kind == Kind::Bgp) => {
                self.open.clear();
                return;
            }
            "exit" => {
                self.open.pop();
                return;
            }
            "commit" => return,
            _ => {}
        }
        if self.open.is_empty() && words.eat("no") {
            return self.removed(words);
        }
        let before = self.open.len();
        let mut process = None;
        while let Some((kind, scope, asn)) = self.opener(&mut words) {
            process = asn.or(process);
            self.open.push(Block {
                kind,
                scope,
                indent: line.indent,
                indented: false,
            });
            if words.is_empty() {
                break;
            }
        }
        let Some(block) = self.open.last() else {
            self.tree.whole |= first.eq_ignore_ascii_case("hostname");
            self.open.push(Block {
                kind: Kind::Other,
                scope: Scope::default(),
                indent: line.indent,
                indented: false,
            });
            return;
        };
        if block.kind != Kind::Other {
            self.tree.entries.push(Entry {
                scope: block.scope,
                line: line.text,
                rest: words.rest(),
                process,
            });
        }
        // What was opened in front of the rest of a line ends with it.
        let aside = self.open.last().is_some_and(|block| block.kind == Kind::Aside);
        if !words.is_empty() && self.open.len() > before && !aside {
            let keep = match self.open.get(before).map(|block| block.kind) {
                // `neighbor A remote-as 1` in a block stays in that block.
                Some(_) => before,
                None => self.open.len(),
            };
            self.open.truncate(keep);
        }
    }

    /// Takes the words that open a block here.
    fn opener(&self, words: &mut Words<'a>) -> Option<(Kind, Scope<'a>, Option<&'a str>)> {
        let mut ahead = words.ahead();
        let outer = self.open.last();
        let scope = outer.map(|block| block.scope).unwrap_or_default();
        let word = ahead.next()?.to_ascii_lowercase();
        let mut asn = None;
        let opened = match (outer.map(|block| block.kind), word.as_str()) {
            (None, "router") if ahead.eat("bgp") => {
                asn = ahead.next();
                if ahead.eat("instance") {
                    ahead.next();
                }
                (Kind::Bgp, scope)
            }
            (None, "interface") => {
                ahead.eat("preconfigure");
                let name = ahead.next()?;
                let area = Area::Interface(name);
                // A sub-interface or a kind may follow (`l2transport`).
                ahead.eat("l2transport");
                (Kind::Interface, Scope { area, ..scope })
            }
            (None, "vrf") => {
                let area = Area::Vrf(ahead.next()?);
                (Kind::Vrf, Scope { area, ..scope })
            }
            (Some(Kind::Vrf), "address-family") => {
                let family = Some((ahead.next()?, ahead.next()?));
                (Kind::VrfFamily, Scope { family, ..scope })
            }
            (Some(Kind::Bgp), "vrf") => {
                let vrf = Some(ahead.next()?);
                (Kind::BgpVrf, Scope { vrf, ..scope })
            }
            (Some(Kind::Bgp | Kind::BgpVrf), "neighbor") => {
                let place = Place::Neighbor(ahead.next()?);
                (Kind::Peer, Scope { place, ..scope })
            }
            (Some(Kind::Bgp), "neighbor-group") => {
                let place = Place::NeighborGroup(ahead.next()?);
                (Kind::Peer, Scope { place, ..scope })
            }
            (Some(Kind::Bgp), "session-group") => {
                let place = Place::SessionGroup(ahead.next()?);
                (Kind::Peer, Scope { place, ..scope })
            }
            (Some(Kind::Bgp), "af-group") => {
                let place = Place::AfGroup(ahead.next()?);
                ahead.eat("address-family");
                let family = Some((ahead.next()?, ahead.next().unwrap_or("")));
                (
                    Kind::Family,
                    Scope {
                        place,
                        family,
                        ..scope
                    },
                )
            }
            (Some(Kind::Bgp | Kind::BgpVrf | Kind::Peer), "address-family") => {
                let family = Some((ahead.next()?, ahead.next().unwrap_or("")));
                (Kind::Family, Scope { family, ..scope })
            }
            (Some(Kind::Bgp | Kind::BgpVrf), _) if words::BGP_ASIDE.contains(&word.as_str()) => {
                (Kind::Aside, Scope { aside: true, ..scope })
            }
            _ => return None,
        };
        if opened.0 != Kind::Aside {
            *words = ahead;
        } else if words.is_empty() {
            return None;
        }
        Some((opened.0, opened.1, asn))
    }

    /// `no route-policy X` and the like.
    fn removed(&mut self, mut words: Words<'a>) {
        let Some(kind) = words.next() else { return };
        let Some(name) = words.last_word() else { return };
        let texts = match kind.to_ascii_lowercase().as_str() {
            "route-policy" => &mut self.tree.policies,
            kind if words::SETS.contains(&kind) => &mut self.tree.sets,
            _ => return,
        };
        texts.retain(|text| {
            let head = text.lines.first().copied().unwrap_or("");
            let same_kind = head
                .get(..kind.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(kind));
            let named = head.split([' ', '(', '\t']).any(|word| word == name);
            !(same_kind && named)
        });
    }

    fn finish(mut self) -> Tree<'a> {
        self.end_text(false);
        self.tree
    }
}

impl Kind {
    /// Whether the block has lines that begin so; asked where indentation does not tell.
    fn knows(self, word: &str) -> bool {
        let word = word.to_ascii_lowercase();
        let word = word.as_str();
        match self {
            Kind::Bgp => words::BGP_BLOCK.contains(&word),
            Kind::BgpVrf => words::BGP_VRF_BLOCK.contains(&word),
            Kind::Peer => NEIGHBOR_BLOCK.contains(&word),
            Kind::Family => words::FAMILY_BLOCK.contains(&word),
            Kind::Interface => words::INTERFACE_BLOCK.contains(&word),
            Kind::Vrf => matches!(word, "address-family" | "description" | "rd" | "mode" | "vpn"),
            Kind::VrfFamily => matches!(word, "import" | "export" | "maximum"),
            Kind::Aside | Kind::Other => false,
        }
    }
}

/// Whether a line inside a policy or set that has not ended begins something else: its end is missing.
fn begins_another(line: &Line<'_>, shape: Shape) -> bool {
    let mut words = line.words();
    let first = words.next().unwrap_or("").to_ascii_lowercase();
    let second = words.next();
    match first.as_str() {
        "router" => second.is_some_and(|word| words::ROUTERS.contains(&word)),
        "hostname" | "interface" => second.is_some(),
        "end" => second.is_none(),
        "route-policy" | "policy-global" => true,
        set if words::SETS.contains(&set) => shape != Shape::Policy || second.is_some(),
        _ => false,
    }
}

fn ends(text: &str, shape: Shape) -> bool {
    let end = match shape {
        Shape::Policy => "end-policy",
        Shape::Set => "end-set",
        Shape::Globals => "end-global",
    };
    let text = text.split('#').next().unwrap_or("");
    text.split_whitespace()
        .next_back()
        .is_some_and(|word| word.eq_ignore_ascii_case(end))
        || text
            .split_whitespace()
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(end))
}
