//! From lines to a small tree: which command stands in which block.
//!
//! The command line decides by mode, not by indentation: a line goes to the innermost open block that
//! knows its first word, else it is a global command and closes the blocks. Indentation only settles what
//! no block knows, so text without any (typed, pasted, flattened) reads as the device would read it.

use super::words::{self, Opener};
use crate::lines::{Line, Words};

/// A command with the lines of its block.
#[derive(Debug)]
pub(super) struct Command<'a> {
    pub kind: Kind,
    /// Empty where a block was cut off from the command that opened it.
    pub text: &'a str,
    pub body: Vec<Command<'a>>,
}

impl<'a> Command<'a> {
    fn new(kind: Kind, text: &'a str) -> Command<'a> {
        Command {
            kind,
            text,
            body: Vec::new(),
        }
    }

    pub fn words(&self) -> Words<'a> {
        Words::new(self.text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    RouteMap,
    PolicyList,
    /// `ip access-list standard|extended NAME` with its entries.
    AccessList,
    Ipv6AccessList,
    /// `access-list 10 permit …`
    AccessListLine,
    Bgp,
    AddressFamily,
    PeerSession,
    PeerPolicy,
    Scope,
    Interface,
    Vrf,
    PrefixList,
    Ipv6PrefixList,
    CommunityList,
    /// With or without a block of entries.
    ExtendedCommunityList,
    LargeCommunityList,
    AsPathList,
    NewFormat,
    /// A line of a block.
    Line,
    /// A block that is none of ours; its lines are counted and forgotten.
    Other,
}

/// A device's configuration as far as it concerns routes and the interfaces they come in on.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub commands: Vec<Command<'a>>,
    /// Neither blank nor comment.
    pub total: u32,
    /// A host name, version or closing `end` was seen.
    pub whole: bool,
}

pub(super) fn read<'a>(lines: &[Line<'a>]) -> Tree<'a> {
    let mut reader = Reader::default();
    for line in lines {
        if !line.text.starts_with('!') {
            reader.tree.total += 1;
            reader.line(line);
        }
    }
    reader.close(0);
    reader.tree
}

#[derive(Default)]
struct Reader<'a> {
    tree: Tree<'a>,
    /// Outermost first; at most three deep.
    open: Vec<Block<'a>>,
}

struct Block<'a> {
    command: Command<'a>,
    indent: u32,
    /// Some line stood further right than the command that opened the block.
    indented: bool,
    /// Some line did not.
    flat: bool,
    /// Opened by `router ospf` and its like, which have neighbors and address families of their own.
    igp: bool,
}

/// A line as the reader looks at it.
struct Look<'l, 'a> {
    line: &'l Line<'a>,
    /// `no` or `default` in front.
    negated: bool,
    word: &'a str,
    rest: Words<'a>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        let mut rest = line.words();
        let Some(mut word) = rest.next() else { return };
        let negated = ["no", "default"].iter().any(|no| word.eq_ignore_ascii_case(no)) && !rest.is_empty();
        if negated {
            word = rest.next().unwrap_or("");
        }
        let look = Look {
            line,
            negated,
            word,
            rest,
        };
        if look.is("end") {
            self.tree.whole = true;
            return self.close(0);
        }
        if let Some(left) = words::leaves(look.line.text) {
            return self.leave(left, line);
        }
        let opener = words::opener(word, rest);
        for depth in (0..self.open.len()).rev() {
            if self
                .open
                .get(depth)
                .is_some_and(|block| block.claims(&look, opener))
            {
                self.close(depth + 1);
                return self.body(&look);
            }
        }
        // An interface below a routing protocol is not IOS's, and what follows it is not BGP.
        let bare = self
            .open
            .first()
            .is_none_or(|block| block.command.kind != Kind::Interface);
        self.close(0);
        self.global(&look, opener, bare);
    }

    /// Leaves the innermost block, or the one that the command is for.
    fn leave(&mut self, left: Option<Kind>, line: &Line<'a>) {
        let Some(block) = self.open.last_mut() else { return };
        block.push(line, Command::new(Kind::Line, line.text));
        let inside = line.indent > block.indent && block.command.kind == Kind::Other;
        if left.map_or(!inside, |kind| kind == block.command.kind) {
            self.close(self.open.len() - 1);
        }
    }

    /// Puts a line into the innermost block, and opens a block inside it where it begins one.
    fn body(&mut self, look: &Look<'_, 'a>) {
        let Some(block) = self.open.last_mut() else { return };
        let inner = (block.command.kind == Kind::Bgp || block.command.kind == Kind::Scope)
            .then(|| words::bgp_block(look.word, look.rest))
            .flatten();
        match inner {
            Some(kind) if !look.negated => {
                block.mark(look.line);
                self.begin(look.line, Command::new(kind, look.line.text));
            }
            _ => block.push(look.line, Command::new(Kind::Line, look.line.text)),
        }
    }

    fn global(&mut self, look: &Look<'_, 'a>, opener: Option<Opener>, bare: bool) {
        let line = look.line;
        match opener {
            Some(Opener::Head) => self.tree.whole |= !look.negated,
            Some(Opener::Line(kind)) => self.tree.commands.push(Command::new(kind, line.text)),
            Some(Opener::Block(kind)) if look.negated => {
                self.tree.commands.push(Command::new(kind, line.text));
            }
            Some(Opener::Block(kind)) => self.begin(line, Command::new(kind, line.text)),
            None if bare && words::is_bare_bgp(look.word, look.rest) => {
                // A piece of a configuration without its `router bgp`.
                let head = line.text.get(..0).unwrap_or("");
                self.begin(line, Command::new(Kind::Bgp, head));
                self.body(look);
            }
            None => self.begin(line, Command::new(Kind::Other, line.text)),
        }
        let igp = look.word.eq_ignore_ascii_case("router");
        if let Some(block) = self.open.last_mut() {
            block.igp = igp && block.command.kind == Kind::Other;
        }
    }

    fn begin(&mut self, line: &Line<'a>, command: Command<'a>) {
        self.open.push(Block {
            command,
            indent: line.indent,
            indented: false,
            flat: false,
            igp: false,
        });
    }

    /// Closes the innermost blocks until `depth` are left.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(block) = self.open.pop() else { return };
            if block.command.kind == Kind::Other {
                continue;
            }
            match self.open.last_mut() {
                Some(outer) => outer.command.body.push(block.command),
                None => self.tree.commands.push(block.command),
            }
        }
    }
}

impl Look<'_, '_> {
    /// The line is this one word.
    fn is(&self, word: &str) -> bool {
        !self.negated && self.rest.is_empty() && self.word.eq_ignore_ascii_case(word)
    }
}

impl<'a> Block<'a> {
    fn mark(&mut self, line: &Line<'a>) {
        if line.indent > self.indent {
            self.indented = true;
        } else {
            self.flat = true;
        }
    }

    fn push(&mut self, line: &Line<'a>, command: Command<'a>) {
        self.mark(line);
        if self.command.kind != Kind::Other {
            self.command.body.push(command);
        }
    }

    /// Whether the line belongs to this block or to one inside it that is closed by it.
    fn claims(&self, look: &Look<'_, 'a>, opener: Option<Opener>) -> bool {
        let inside = look.line.indent > self.indent;
        let kind = self.command.kind;
        if words::belongs(kind, look.word, look.rest, opener) {
            // Indentation that went back to where the block began has left it, but for what can be nothing else:
            // pasting often eats the blanks of a first line.
            return inside || !self.indented || self.flat || words::unmistakable(kind, look.word);
        }
        if opener.is_some() {
            return false;
        }
        match kind {
            Kind::AddressFamily | Kind::PeerSession | Kind::PeerPolicy | Kind::Scope
                if words::belongs(Kind::Bgp, look.word, look.rest, opener) =>
            {
                false
            }
            Kind::Other if self.igp => inside || words::is_igp(look.word),
            _ if inside => true,
            // Without indentation, what is no global command is a line of the block that we do not know.
            Kind::Other => false,
            _ => self.flat && !words::is_global(look.word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::Lines;

    /// Writes the tree with one space per level and each command's kind.
    fn show(commands: &[Command<'_>], level: usize, out: &mut String) {
        for command in commands {
            let text = command.text;
            out.push_str(&format!("{}{:?}: {text}\n", " ".repeat(level), command.kind));
            show(&command.body, level + 1, out);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines: Vec<_> = Lines::new(text).filter(|line| !line.text.is_empty()).collect();
        let mut out = String::new();
        show(&read(&lines).commands, 0, &mut out);
        assert_eq!(out, expected);
    }

    const NESTED: &str = "\
Bgp: router bgp 65001
 Line: neighbor 192.0.2.1 remote-as 12076
 AddressFamily: address-family ipv4
  Line: neighbor 192.0.2.1 activate
  Line: exit-address-family
 Line: no auto-summary
RouteMap: route-map X permit 10
 Line: match community 1
";

    #[test]
    fn the_same_tree_with_any_indentation() {
        check(
            "router bgp 65001\n neighbor 192.0.2.1 remote-as 12076\n !\n address-family ipv4\n  neighbor 192.0.2.1 activate\n \
             exit-address-family\n no auto-summary\n!\nroute-map X permit 10\n match community 1\n",
            NESTED,
        );
        check(
            "router bgp 65001\nneighbor 192.0.2.1 remote-as 12076\naddress-family ipv4\nneighbor 192.0.2.1 activate\n\
             exit-address-family\nno auto-summary\nroute-map X permit 10\nmatch community 1\n",
            NESTED,
        );
        check(
            "   router bgp 65001\n\tneighbor 192.0.2.1 remote-as 12076\n\taddress-family ipv4\n\t  neighbor 192.0.2.1 activate\n\t\
             exit-address-family\n\tno auto-summary\n   route-map X permit 10\n    match community 1\n",
            NESTED,
        );
    }

    #[test]
    fn going_back_leaves_an_address_family() {
        check(
            "router bgp 1\n address-family ipv4 vrf A\n  neighbor 192.0.2.1 remote-as 2\n neighbor 192.0.2.9 remote-as 3\n \
             address-family ipv6\n",
            "Bgp: router bgp 1\n AddressFamily: address-family ipv4 vrf A\n  Line: neighbor 192.0.2.1 remote-as 2\n \
             Line: neighbor 192.0.2.9 remote-as 3\n AddressFamily: address-family ipv6\n",
        );
    }

    #[test]
    fn other_blocks_keep_their_lines() {
        check(
            "router ospf 1\n neighbor 192.0.2.1 priority 1\naddress-family ipv4\nclass-map A\n match community X\n\
             policy-map B\n set ip dscp 1\nip prefix-list P permit 10.0.0.0/8\ncrypto map X 10\n match address 101\n",
            "PrefixList: ip prefix-list P permit 10.0.0.0/8\n",
        );
    }

    #[test]
    fn templates_have_lines_that_look_global() {
        check(
            "router bgp 1\ntemplate peer-policy P\nroute-map X in\nprefix-list L in\nexit-peer-policy\ntemplate peer-session S\n\
             version 4\npassword 7 00\nexit-peer-session\nroute-map X permit 10\n",
            "Bgp: router bgp 1\n PeerPolicy: template peer-policy P\n  Line: route-map X in\n  Line: prefix-list L in\n  \
             Line: exit-peer-policy\n PeerSession: template peer-session S\n  Line: version 4\n  Line: password 7 00\n  \
             Line: exit-peer-session\nRouteMap: route-map X permit 10\n",
        );
    }

    #[test]
    fn unknown_lines_stay_where_they_stand() {
        check(
            "route-map X permit 10\n frobnicate\nroute-map Y permit 10\nmatch tag 1\nfrobnicate\nlogging buffered\nfrobnicate\n",
            "RouteMap: route-map X permit 10\n Line: frobnicate\nRouteMap: route-map Y permit 10\n Line: match tag 1\n \
             Line: frobnicate\n",
        );
    }

    #[test]
    fn pieces_without_their_router_line() {
        check(
            "   route-map T permit 10\n    set community 1:1\n   address-family ipv4 vrf A\n    neighbor 192.0.2.1 activate\n",
            "RouteMap: route-map T permit 10\n Line: set community 1:1\nBgp: \n AddressFamily: address-family ipv4 vrf A\n  \
             Line: neighbor 192.0.2.1 activate\n",
        );
        check(
            "ip cef\nneighbor 192.0.2.1 route-map X in\nneighbor 192.0.2.1 activate\nend\n",
            "Bgp: \n Line: neighbor 192.0.2.1 route-map X in\n Line: neighbor 192.0.2.1 activate\n",
        );
    }
}
