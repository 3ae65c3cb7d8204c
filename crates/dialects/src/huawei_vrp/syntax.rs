//! From lines to blocks: which command stands in which view.
//!
//! The command line goes by view, and what it shows is indented. A line that stands further right than a block's
//! head belongs to it; where a text has no indentation at all, the first word says whether the open block knows the
//! line. `quit` leaves a view; a `#` ends what stands as far right or further.

use super::tables::{BGP, INTERFACE, VPN};
use crate::lines::{Line, Words};

/// A command with the lines of its block, by their places in [`Tree::commands`].
#[derive(Debug)]
pub(super) struct Command<'a> {
    pub kind: Kind,
    /// Empty where a block was cut off from the command that opened it.
    pub text: &'a str,
    pub body: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    RoutePolicy,
    Bgp,
    /// `ipv4-family …`, `ipv6-family …`, Comware's `address-family …`, and the families that are not ours.
    Family,
    /// `vpn-instance X` inside `bgp`; Comware's `ip vpn-instance X` there.
    BgpVpn,
    Vpn,
    Interface,
    Acl,
    /// `xpl …` up to its `end-…`.
    Xpl,
    /// `ip ip-prefix …` and the other lists, one line each.
    List,
    Line,
    Other,
}

#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub commands: Vec<Command<'a>>,
    /// Those outside every block.
    pub top: Vec<usize>,
    /// Neither blank nor comment.
    pub total: u32,
}

impl<'a> Tree<'a> {
    pub fn body(&self, command: &Command<'a>) -> impl Iterator<Item = &Command<'a>> {
        command.body.iter().filter_map(|at| self.commands.get(*at))
    }
}

struct Open {
    at: usize,
    kind: Kind,
    indent: u32,
    /// Some line of the block stands further right than its head.
    deep: bool,
}

#[derive(Default)]
struct Reader<'a> {
    tree: Tree<'a>,
    open: Vec<Open>,
    last_bgp: Option<usize>,
}

pub(super) fn read<'a>(lines: &[Line<'a>]) -> Tree<'a> {
    let mut reader = Reader::default();
    for line in lines {
        reader.line(line);
    }
    reader.tree
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        let text = line.text;
        if text.starts_with('#') {
            while self.open.last().is_some_and(|open| open.indent >= line.indent) {
                self.open.pop();
            }
            return;
        }
        if text.starts_with('!') {
            return;
        }
        self.tree.total += 1;
        let mut words = Words::new(text);
        let first = words.next().unwrap_or("");
        if self.open.last().is_some_and(|open| open.kind == Kind::Xpl) {
            self.add(Kind::Line, text, line.indent);
            if first.starts_with("end-") {
                self.open.pop();
            }
            return;
        }
        match first {
            "quit" => {
                self.open.pop();
                return;
            }
            "return" | "system-view" | "commit" if words.is_empty() => {
                self.open.clear();
                return;
            }
            _ => {}
        }
        while self.open.last().is_some_and(|open| !accepts(open, line)) {
            self.open.pop();
        }
        if let Some(open) = self.open.last_mut() {
            open.deep |= line.indent > open.indent;
        }
        let inside = self.open.last().map(|open| open.kind);
        let kind = kind(text, inside);
        if inside.is_none() && matches!(kind, Kind::Family | Kind::Line) && is_bgp(text) {
            // What was cut off from its process goes on with the last one.
            self.reopen_bgp(line.indent);
        }
        self.add(kind, text, line.indent);
    }

    fn reopen_bgp(&mut self, indent: u32) {
        let at = match self.last_bgp {
            Some(at) => at,
            None => {
                self.tree.commands.push(Command {
                    kind: Kind::Bgp,
                    text: "",
                    body: Vec::new(),
                });
                let at = self.tree.commands.len() - 1;
                self.tree.top.push(at);
                self.last_bgp = Some(at);
                at
            }
        };
        self.open.push(Open {
            at,
            kind: Kind::Bgp,
            indent,
            deep: false,
        });
    }

    fn add(&mut self, kind: Kind, text: &'a str, indent: u32) {
        let at = self.tree.commands.len();
        self.tree.commands.push(Command {
            kind,
            text,
            body: Vec::new(),
        });
        match self
            .open
            .last()
            .and_then(|open| self.tree.commands.get_mut(open.at))
        {
            Some(block) => block.body.push(at),
            None => self.tree.top.push(at),
        }
        if kind == Kind::Bgp {
            self.last_bgp = Some(at);
        }
        let one_line = matches!(kind, Kind::List | Kind::Line) || text.starts_with("undo ");
        if !one_line {
            self.open.push(Open {
                at,
                kind,
                indent,
                deep: false,
            });
        }
    }
}

/// Whether a line belongs to the open block.
fn accepts(open: &Open, line: &Line<'_>) -> bool {
    if line.indent > open.indent {
        return true;
    }
    !open.deep && knows(open.kind, line.text)
}

/// Whether a block knows a line that is not indented, by its first word.
fn knows(block: Kind, text: &str) -> bool {
    let mut words = Words::new(text);
    words.eat("undo");
    let first = words.next().unwrap_or("");
    match block {
        Kind::RoutePolicy => ["if-match", "apply", "goto", "continue", "description"].contains(&first),
        Kind::Bgp | Kind::BgpVpn => is_family(first, words) || is_bgp_line(first),
        Kind::Family => !is_family(first, words) && is_bgp_line(first) && first != "vpn-instance",
        Kind::Vpn => VPN.contains(&first),
        Kind::Interface => {
            INTERFACE.contains(&first)
                || (matches!(first, "ip" | "ipv6")
                    && matches!(words.next(), Some("address" | "binding" | "enable")))
        }
        Kind::Acl => ["rule", "step"].contains(&first),
        Kind::Xpl | Kind::List | Kind::Line | Kind::Other => false,
    }
}

fn is_bgp_line(first: &str) -> bool {
    BGP.contains(&first) && !["bgp", "ip", "import", "enable"].contains(&first)
}

fn is_family(first: &str, words: Words<'_>) -> bool {
    match first {
        "ipv4-family" | "ipv6-family" | "address-family" => true,
        "vpn-instance" => !words.is_empty(),
        _ => first.ends_with("-family"),
    }
}

/// Whether a line outside every block can only be one of `bgp`.
fn is_bgp(text: &str) -> bool {
    let mut words = Words::new(text);
    words.eat("undo");
    match words.next() {
        Some("ipv4-family" | "ipv6-family" | "address-family") => true,
        Some("peer" | "group") => words.count() >= 2,
        _ => false,
    }
}

fn kind(text: &str, inside: Option<Kind>) -> Kind {
    let mut words = Words::new(text);
    words.eat("undo");
    let first = words.next().unwrap_or("");
    let second = words.peek().unwrap_or("");
    match inside {
        Some(Kind::Bgp) => match first {
            "vpn-instance" => Kind::BgpVpn,
            "ip" if second == "vpn-instance" => Kind::BgpVpn,
            _ if is_family(first, words) => Kind::Family,
            _ => Kind::Line,
        },
        Some(Kind::BgpVpn) if is_family(first, words) => Kind::Family,
        Some(_) => Kind::Line,
        None => match first {
            "route-policy" => Kind::RoutePolicy,
            "bgp" => Kind::Bgp,
            "interface" => Kind::Interface,
            "acl" => Kind::Acl,
            "xpl" => Kind::Xpl,
            "ip" | "ipv6" => match second {
                "vpn-instance" => Kind::Vpn,
                // Values to set, one a line below it (Huawei, "apply community community-list").
                "community-list" if words.count() == 2 => Kind::Other,
                "ip-prefix"
                | "ipv6-prefix"
                | "prefix-list"
                | "community-filter"
                | "community-list"
                | "as-path-filter"
                | "as-path"
                | "as-path-acl"
                | "extcommunity-filter"
                | "extcommunity-list"
                | "large-community-filter" => Kind::List,
                _ => Kind::Other,
            },
            "ipv4-family" | "ipv6-family" | "address-family" => Kind::Family,
            "peer" | "group" => Kind::Line,
            // The views of a policy that was cut off from its head.
            "if-match" | "apply" => Kind::Line,
            _ => Kind::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::Lines;

    fn write(tree: &Tree<'_>, of: &[usize], out: &mut String) {
        for at in of {
            let command = &tree.commands[*at];
            out.push_str(&format!("{:?}:{}", command.kind, command.text));
            if !command.body.is_empty() {
                out.push('{');
                write(tree, &command.body, out);
                out.push('}');
            }
            out.push(' ');
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines: Vec<_> = Lines::new(text).filter(|line| !line.text.is_empty()).collect();
        let tree = read(&lines);
        let mut out = String::new();
        write(&tree, &tree.top, &mut out);
        assert_eq!(out.trim_end(), expected);
    }

    #[test]
    fn indented() {
        check(
            "#\nbgp 1\n peer A as-number 2\n #\n ipv4-family unicast\n  peer A enable\n #\n ipv6-family unicast\n#\nroute-policy X permit node 10\n if-match tag 1\n#\n",
            "Bgp:bgp 1{Line:peer A as-number 2 Family:ipv4-family unicast{Line:peer A enable } \
             Family:ipv6-family unicast } RoutePolicy:route-policy X permit node 10{Line:if-match tag 1 }",
        );
        // A line of the process after a family whose lines are indented.
        check(
            "bgp 1\n ipv4-family unicast\n  peer A enable\n peer B as-number 2\n",
            "Bgp:bgp 1{Family:ipv4-family unicast{Line:peer A enable } Line:peer B as-number 2 }",
        );
    }

    #[test]
    fn flat() {
        check(
            "bgp 1\npeer A as-number 2\n#\nipv4-family unicast\npeer A enable\nquit\npeer B as-number 3\nroute-policy X permit node 10\nif-match tag 1\nip ip-prefix P permit 10.0.0.0 8\n",
            "Bgp:bgp 1{Line:peer A as-number 2 Family:ipv4-family unicast{Line:peer A enable } Line:peer B as-number 3 } \
             RoutePolicy:route-policy X permit node 10{Line:if-match tag 1 } List:ip ip-prefix P permit 10.0.0.0 8",
        );
        check("peer A as-number 2\n", "Bgp:{Line:peer A as-number 2 }");
    }
}
