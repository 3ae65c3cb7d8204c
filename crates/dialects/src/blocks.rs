//! From lines to a small tree: which command stands in which block.
//!
//! A command line decides by mode, not by indentation: a line goes to the innermost open block that knows it, else
//! it is a global command and closes the blocks. Indentation settles what no block knows, so that text without any
//! (typed, pasted, flattened) reads as a device would read it. The modes and their commands are the dialect's.

use crate::lines::{Line, Words};

/// What a block makes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known<K> {
    /// It has no such command.
    No,
    Line,
    /// The command opens a block of its own.
    Opens(K),
}

/// A command with the lines of its block.
#[derive(Debug)]
pub(crate) struct Block<'a, K> {
    pub kind: K,
    /// Empty where a block was cut off from the command that opened it.
    pub text: &'a str,
    pub body: Vec<Block<'a, K>>,
}

impl<'a, K> Block<'a, K> {
    pub fn words(&self) -> Words<'a> {
        Words::new(self.text)
    }
}

/// The modes of one command line.
pub(crate) struct Modes<K: 'static> {
    /// The kind of a plain line.
    pub line: K,
    /// The kind of a block that says nothing here; its lines are counted and forgotten.
    pub other: K,
    /// What the global mode makes of a line: its first word without `no`, and what follows.
    pub global: fn(&str, Words<'_>) -> Known<K>,
    /// The same for the mode of a block.
    pub inside: fn(K, &str, Words<'_>) -> Known<K>,
    /// Whether a word that no block knows begins a global command; else, without indentation, it is a line of the
    /// innermost block that is not known.
    pub elsewhere: fn(&str) -> bool,
    /// The block that a line belongs to, where the command that opens it was cut off.
    pub bare: fn(&str, Words<'_>) -> Option<K>,
}

/// A text as far as it concerns routes and the interfaces they come in on.
#[derive(Debug)]
pub(crate) struct Tree<'a, K> {
    pub blocks: Vec<Block<'a, K>>,
    /// Neither blank nor comment.
    pub total: u32,
    /// A closing `end` was seen.
    pub ended: bool,
}

/// No mode is deeper on any platform; further blocks are lines of the one they stand in.
const DEEPEST: usize = 8;

pub(crate) fn read<'a, K: Copy + PartialEq>(lines: &[Line<'a>], modes: &Modes<K>) -> Tree<'a, K> {
    let mut reader = Reader {
        modes,
        open: Vec::new(),
        tree: Tree {
            blocks: Vec::new(),
            total: 0,
            ended: false,
        },
    };
    for line in lines {
        if !line.text.starts_with(['!', '#']) {
            reader.tree.total += 1;
            reader.line(line);
        }
    }
    reader.close(0);
    reader.tree
}

struct Reader<'a, 'm, K: 'static> {
    modes: &'m Modes<K>,
    /// Outermost first.
    open: Vec<Open<'a, K>>,
    tree: Tree<'a, K>,
}

struct Open<'a, K> {
    block: Block<'a, K>,
    indent: u32,
    /// Some line stood further right than the command that opened the block.
    indented: bool,
    /// Some line did not.
    flat: bool,
}

impl<'a, K: Copy + PartialEq> Reader<'a, '_, K> {
    fn line(&mut self, line: &Line<'a>) {
        let mut rest = line.words();
        let Some(mut word) = rest.next() else { return };
        let negated = ["no", "default"].iter().any(|no| word.eq_ignore_ascii_case(no)) && !rest.is_empty();
        if negated {
            word = rest.next().unwrap_or("");
        }
        if rest.is_empty() && word.eq_ignore_ascii_case("end") {
            self.tree.ended = true;
            return self.close(0);
        }
        if rest.is_empty() && (word == "exit" || word.starts_with("exit-")) {
            return self.exit(line);
        }
        let global = (self.modes.global)(word, rest);
        for depth in (0..self.open.len()).rev() {
            if let Some(known) = self.claims(depth, line, word, rest, global) {
                self.close(depth + 1);
                return self.put(line, known, negated);
            }
        }
        self.close(0);
        match (global, (self.modes.bare)(word, rest)) {
            (Known::No, Some(kind)) => {
                // A piece of a configuration without the command that opens its block.
                let head = line.text.get(..0).unwrap_or("");
                self.begin(line, kind, head);
                let known = (self.modes.inside)(kind, word, rest);
                self.put(line, known, negated);
            }
            (Known::No, None) => self.begin(line, self.modes.other, line.text),
            (known, _) => self.put(line, known, negated),
        }
    }

    /// Leaves the innermost block; inside a block that says nothing here, some inner one.
    fn exit(&mut self, line: &Line<'a>) {
        let Some(open) = self.open.last_mut() else { return };
        let inner = line.indent > open.indent && open.block.kind == self.modes.other;
        open.push(line, self.modes.line, self.modes.other);
        if !inner {
            self.close(self.open.len() - 1);
        }
    }

    /// What an open block makes of the line, if the line is its.
    fn claims(
        &self,
        depth: usize,
        line: &Line<'a>,
        word: &str,
        rest: Words<'a>,
        global: Known<K>,
    ) -> Option<Known<K>> {
        let open = self.open.get(depth)?;
        let inside = line.indent > open.indent;
        let known = (self.modes.inside)(open.block.kind, word, rest);
        if known != Known::No {
            // Indentation that went back to where the block began has left it.
            return (inside || !open.indented || open.flat).then_some(known);
        }
        // A deeper line that no outer block knows either belongs here, understood or not.
        let outer = self
            .open
            .iter()
            .take(depth)
            .any(|outer| (self.modes.inside)(outer.block.kind, word, rest) != Known::No);
        let global_here = global != Known::No && open.block.kind != self.modes.other;
        if open.block.kind == self.modes.other {
            return inside.then_some(Known::Line);
        }
        let innermost = depth + 1 == self.open.len();
        let flat = innermost && open.flat && !outer && global == Known::No && !(self.modes.elsewhere)(word);
        (flat || inside && (open.indented || !outer) && !global_here).then_some(Known::Line)
    }

    fn put(&mut self, line: &Line<'a>, known: Known<K>, negated: bool) {
        let kind = match known {
            Known::Opens(kind) if !negated && self.open.len() < DEEPEST => {
                if let Some(open) = self.open.last_mut() {
                    open.mark(line);
                }
                return self.begin(line, kind, line.text);
            }
            // What a negated command would have opened tells what is taken away.
            Known::Opens(kind) => kind,
            _ => self.modes.line,
        };
        match self.open.last_mut() {
            Some(open) => open.push(line, kind, self.modes.other),
            None => self.tree.blocks.push(Block {
                kind,
                text: line.text,
                body: Vec::new(),
            }),
        }
    }

    fn begin(&mut self, line: &Line<'a>, kind: K, text: &'a str) {
        self.open.push(Open {
            block: Block {
                kind,
                text,
                body: Vec::new(),
            },
            indent: line.indent,
            indented: false,
            flat: text.is_empty(),
        });
    }

    /// Closes the innermost blocks until `depth` are left.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            match self.open.last_mut() {
                Some(outer) => outer.block.body.push(open.block),
                None if open.block.kind == self.modes.other => {}
                None => self.tree.blocks.push(open.block),
            }
        }
    }
}

impl<'a, K: Copy + PartialEq> Open<'a, K> {
    fn mark(&mut self, line: &Line<'a>) {
        if line.indent > self.indent {
            self.indented = true;
        } else {
            self.flat = true;
        }
    }

    fn push(&mut self, line: &Line<'a>, kind: K, other: K) {
        self.mark(line);
        if self.block.kind != other {
            self.block.body.push(Block {
                kind,
                text: line.text,
                body: Vec::new(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::Lines;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Kind {
        Line,
        Other,
        Bgp,
        Peer,
        Family,
        Map,
    }

    const MODES: Modes<Kind> = Modes {
        line: Kind::Line,
        other: Kind::Other,
        global: |word, _| match word {
            "router" => Known::Opens(Kind::Bgp),
            "map" => Known::Opens(Kind::Map),
            "list" => Known::Line,
            _ => Known::No,
        },
        inside: |kind, word, _| match (kind, word) {
            (Kind::Bgp, "peer") => Known::Opens(Kind::Peer),
            (Kind::Peer | Kind::Bgp, "family") => Known::Opens(Kind::Family),
            (Kind::Peer, "as") | (Kind::Family, "map") | (Kind::Map, "match") | (Kind::Bgp, "timers") => {
                Known::Line
            }
            _ => Known::No,
        },
        elsewhere: |word| word == "logging",
        bare: |word, _| (word == "peer").then_some(Kind::Bgp),
    };

    fn show(blocks: &[Block<'_, Kind>], level: usize, out: &mut String) {
        for block in blocks {
            out.push_str(&format!(
                "{}{:?}: {}\n",
                " ".repeat(level),
                block.kind,
                block.text
            ));
            show(&block.body, level + 1, out);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines: Vec<_> = Lines::new(text).filter(|line| !line.text.is_empty()).collect();
        let mut out = String::new();
        show(&read(&lines, &MODES).blocks, 0, &mut out);
        assert_eq!(out, expected);
    }

    const NESTED: &str = "\
Bgp: router 1
 Peer: peer a
  Line: as 2
  Family: family x
   Line: map M in
 Peer: peer b
  Line: as 3
 Line: timers 1
Map: map M
 Line: match 1
";

    #[test]
    fn the_same_tree_with_any_indentation() {
        check(
            "router 1\n  peer a\n    as 2\n    family x\n      map M in\n  peer b\n      as 3\n  timers 1\nmap M\n  match 1\n",
            NESTED,
        );
        check(
            "router 1\npeer a\nas 2\nfamily x\nmap M in\npeer b\nas 3\ntimers 1\nend\nmap M\nmatch 1\n",
            NESTED,
        );
    }

    #[test]
    fn unknown_lines_stay_where_they_stand() {
        check(
            "router 1\n  peer a\n    frob\n  frob\nfrob\n  match 1\n  map M\nmap M\n  frob\n",
            "Bgp: router 1\n Peer: peer a\n  Line: frob\n Line: frob\nMap: map M\n Line: frob\n",
        );
    }

    #[test]
    fn unknown_lines_without_indentation() {
        check(
            "map M\nmatch 1\nfrob\nlogging\nfrob\nmatch 1\n",
            "Map: map M\n Line: match 1\n Line: frob\n",
        );
    }

    #[test]
    fn exits_negations_and_pieces() {
        check(
            "router 1\n peer a\n  family x\n  exit\n  as 2\n no peer b\nno map M\n",
            "Bgp: router 1\n Peer: peer a\n  Family: family x\n   Line: exit\n  Line: as 2\n Peer: no peer b\nMap: no map M\n",
        );
        check("peer a\nas 2\n", "Bgp: \n Peer: peer a\n  Line: as 2\n");
        check("list 1\n", "Line: list 1\n");
    }

    #[test]
    fn depth_is_bounded() {
        let text = "router 1\n".to_owned() + &"peer a\nfamily x\n".repeat(1000);
        let lines: Vec<_> = Lines::new(&text).collect();
        assert_eq!(read(&lines, &MODES).total, 2001);
    }
}
