//! From lines to a small tree: which command stands in which block.
//!
//! The daemons decide by mode, not by indentation: a line goes to the innermost open block that has such a command,
//! else to one around it. Indentation only settles what no block knows.

use crate::bgpd::abbreviation::{ENTRY, complete};
use crate::bgpd::is_placeholder;
use crate::lines::{Line, Words};

/// A command with the lines of its block.
#[derive(Debug)]
pub(super) struct Command<'a> {
    pub kind: Kind,
    /// Empty where a block was cut off from the command that opened it.
    pub text: &'a str,
    pub body: Vec<Command<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    RouteMap,
    Bgp,
    AddressFamily,
    Interface,
    Vrf,
    /// A command outside blocks that concerns us.
    Global,
    /// A line of a block.
    Line,
    /// A command or block that is none of ours; its lines are counted and forgotten.
    Other,
    /// `router ospf` and its like, which have neighbors and networks of their own.
    Igp,
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
        if !line.text.starts_with(['!', '#']) {
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
    /// Outermost first; at most two deep.
    open: Vec<Block<'a>>,
}

struct Block<'a> {
    command: Command<'a>,
    indent: u32,
    /// Some line did not stand further right than the command that opened the block.
    flat: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        let mut rest = line.words();
        let Some(mut word) = rest.next() else { return };
        let negated = word == "no" && !rest.is_empty();
        if negated {
            word = rest.next().unwrap_or("");
        }
        match line.text {
            "end" => {
                self.tree.whole = true;
                return self.close(0);
            }
            "exit" | "quit" | "exit-vrf" => {
                // An inner block that is none of ours (`vni 10`) ends with its own word.
                let depth = self.open.len().saturating_sub(1);
                self.leave(line);
                return self.close(depth);
            }
            "exit-address-family" => {
                let inside = self
                    .open
                    .last()
                    .is_some_and(|block| block.command.kind == Kind::AddressFamily);
                self.leave(line);
                if inside {
                    self.close(1);
                }
                return;
            }
            _ => {}
        }
        let mut opener = opener(word, rest, negated);
        // Inside an interface it says which one the interface is in.
        if opener == Some(Kind::Vrf)
            && self
                .open
                .last()
                .is_some_and(|block| block.command.kind == Kind::Interface && line.indent > block.indent)
        {
            opener = None;
        }
        if opener.is_none() {
            let claims = |block: &Block<'a>| block.claims(line, word);
            if let Some(depth) = self.open.iter().rposition(claims) {
                self.close(depth + 1);
                return self.body(line, word, negated);
            }
        }
        self.close(0);
        self.global(line, word, opener, negated);
    }

    fn leave(&mut self, line: &Line<'a>) {
        if let Some(block) = self.open.last_mut() {
            block.push(line, Command::new(Kind::Line, line.text));
        }
    }

    fn body(&mut self, line: &Line<'a>, word: &str, negated: bool) {
        let Some(block) = self.open.last_mut() else { return };
        if block.command.kind == Kind::Bgp && bgp_word(word) == Some("address-family") && !negated {
            block.flat |= line.indent <= block.indent;
            return self.begin(line, Command::new(Kind::AddressFamily, line.text));
        }
        block.push(line, Command::new(Kind::Line, line.text));
    }

    fn global(&mut self, line: &Line<'a>, word: &str, opener: Option<Kind>, negated: bool) {
        let head = matches!(word, "hostname" | "frr")
            || line.text.starts_with("Current configuration")
            || line.text.starts_with("Building configuration");
        self.tree.whole |= head && !negated;
        match opener {
            Some(Kind::Global) => self.tree.commands.push(Command::new(Kind::Global, line.text)),
            Some(kind) if negated => self.tree.commands.push(Command::new(kind, line.text)),
            Some(kind) => self.begin(line, Command::new(kind, line.text)),
            None if is_bare_bgp(line.text) => {
                // A piece of a configuration without its `router bgp`.
                let head = line.text.get(..0).unwrap_or("");
                self.begin(line, Command::new(Kind::Bgp, head));
                self.body(line, word, negated);
            }
            None => self.begin(line, Command::new(Kind::Other, line.text)),
        }
    }

    fn begin(&mut self, line: &Line<'a>, command: Command<'a>) {
        self.open.push(Block {
            command,
            indent: line.indent,
            flat: false,
        });
    }

    /// Closes the innermost blocks until `depth` are left.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(block) = self.open.pop() else { return };
            if matches!(block.command.kind, Kind::Other | Kind::Igp) {
                continue;
            }
            match self.open.last_mut() {
                Some(outer) => outer.command.body.push(block.command),
                None => self.tree.commands.push(block.command),
            }
        }
    }
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

impl<'a> Block<'a> {
    fn push(&mut self, line: &Line<'a>, command: Command<'a>) {
        self.flat |= line.indent <= self.indent;
        if !matches!(self.command.kind, Kind::Other | Kind::Igp) {
            self.command.body.push(command);
        }
    }

    /// Whether the line belongs to this block; it is no command that begins something.
    fn claims(&self, line: &Line<'a>, word: &str) -> bool {
        let inside = line.indent > self.indent;
        let fallback = inside || (self.flat && !is_global(word));
        match self.command.kind {
            Kind::RouteMap => (word.len() > 1 && complete(word, ENTRY).is_some()) || fallback,
            Kind::Bgp => bgp_word(word).is_some() || fallback,
            Kind::AddressFamily => {
                let known = bgp_word(word);
                known != Some("address-family")
                    && (FAMILY_LINES.contains(&word) || known == Some("neighbor") || inside)
            }
            Kind::Interface | Kind::Vrf => inside || !is_global(word) || matches!(word, "ip" | "ipv6"),
            Kind::Igp => inside || !is_global(word),
            _ => inside,
        }
    }
}

/// Returns what a command outside blocks begins, where it concerns us.
fn opener(word: &str, mut rest: Words<'_>, negated: bool) -> Option<Kind> {
    let next = rest.next();
    let (word, next) = full(word, next, rest);
    match (word, next) {
        ("route-map", Some(_)) => match rest.next() {
            Some("optimization") => Some(Kind::Global),
            _ => Some(Kind::RouteMap),
        },
        ("router", Some("bgp")) => Some(Kind::Bgp),
        ("router", Some(_)) if !negated => Some(Kind::Igp),
        ("interface", Some(_)) if !negated => Some(Kind::Interface),
        ("vrf", Some(_)) if rest.is_empty() => Some(Kind::Vrf),
        ("bgp", Some("community-list" | "large-community-list" | "extcommunity-list" | "as-path")) => {
            Some(Kind::Global)
        }
        ("bgp", Some("community")) if rest.peek() == Some("alias") => Some(Kind::Global),
        (
            "ip",
            Some(
                "prefix-list"
                | "community-list"
                | "large-community-list"
                | "extcommunity-list"
                | "as-path"
                | "protocol",
            ),
        ) => Some(Kind::Global),
        ("ip" | "ipv6", Some("access-list")) => Some(Kind::Global),
        ("ipv6", Some("prefix-list" | "protocol")) => Some(Kind::Global),
        ("access-list", Some(_)) => Some(Kind::Global),
        ("hostname" | "frr", Some(_)) => Some(Kind::Global),
        ("net", Some("add" | "del")) => Some(Kind::Global),
        _ => None,
    }
}

/// Writes the first two words of a command outside blocks in full. Short beginnings are rarely meant.
pub(super) fn full<'a>(
    first: &'a str,
    second: Option<&'a str>,
    rest: Words<'_>,
) -> (&'a str, Option<&'a str>) {
    let first = long(first, &["access-list", "interface", "route-map", "router"]);
    let second = second.map(|second| match first {
        "ip" | "ipv6" => long(second, LISTS_OF_IP),
        // `bgp community alias …` stands beside `bgp community-list …`.
        "bgp" if second == "community" && rest.peek() == Some("alias") => second,
        "bgp" => long(second, LISTS_OF_BGP),
        _ => second,
    });
    (first, second)
}

fn long<'a>(word: &'a str, table: &[&'static str]) -> &'a str {
    match word.len() >= 4 {
        true => complete(word, table).unwrap_or(word),
        false => word,
    }
}

#[rustfmt::skip]
const LISTS_OF_IP: &[&str] = &[
    "access-list", "as-path", "community-list", "extcommunity-list", "large-community-list", "prefix-list", "protocol",
];

const LISTS_OF_BGP: &[&str] = &[
    "as-path",
    "community-list",
    "extcommunity-list",
    "large-community-list",
];

/// Whether a line without a block around it can only be one of BGP's.
fn is_bare_bgp(text: &str) -> bool {
    let mut words = Words::new(text);
    words.eat("no");
    match words.next() {
        Some("neighbor") => {
            let name = words.next();
            let known = [
                "remote-as",
                "peer-group",
                "route-map",
                "prefix-list",
                "filter-list",
                "distribute-list",
                "activate",
                "interface",
                "maximum-prefix",
            ];
            name.is_some() && words.next().is_some_and(|option| known.contains(&option))
        }
        Some("address-family") => words
            .next()
            .is_some_and(|family| matches!(family, "ipv4" | "ipv6" | "l2vpn") || is_placeholder(family)),
        _ => false,
    }
}

/// Whether the word begins a command outside blocks.
fn is_global(word: &str) -> bool {
    GLOBAL.binary_search(&word).is_ok()
}

#[rustfmt::skip]
const GLOBAL: &[&str] = &[
    "Building", "Current", "access-list", "affinity-map", "agentx", "allow-external-route-update", "babel", "banner",
    "bfd", "configure", "debug", "domainname", "dump", "enable", "fabricd", "fpm", "frr", "hostname", "interface", "ip",
    "ipv6", "key", "l2vpn", "ldp", "line", "log", "mac", "mpls", "net", "nexthop-group", "password", "pbr-map", "pseudowire",
    "pw", "route-map", "router", "router-id", "rpki", "service", "show", "username", "vrf", "zebra",
];

/// Lines of `router bgp`.
#[rustfmt::skip]
pub(super) const BGP_LINES: &[&str] = &[
    "address-family", "aggregate-address", "bgp", "bmp", "coalesce-time", "distance", "exit-vnc", "exit-vrf-policy",
    "import", "maximum-paths", "neighbor", "network", "read-quanta", "redistribute", "rfp", "segment-routing", "sid",
    "subgroup-pkt-queue-max", "table-map", "timers", "update-delay", "vnc", "vrf-policy", "write-quanta",
];

/// Returns the line of `router bgp` that a word begins.
pub(super) fn bgp_word(word: &str) -> Option<&'static str> {
    match BGP_LINES.iter().find(|known| **known == word) {
        Some(known) => Some(known),
        None => (word.len() >= 3).then(|| complete(word, BGP_LINES)).flatten(),
    }
}

/// Lines of an address family inside it.
#[rustfmt::skip]
pub(super) const FAMILY_LINES: &[&str] = &[
    "advertise", "advertise-all-vni", "advertise-default-gw", "advertise-pip", "advertise-svi-ip",
    "aggregate-address", "autort", "default-originate", "disable-ead-evi-rx", "disable-ead-evi-tx", "distance",
    "dup-addr-detection", "ead-es-frag", "ead-es-route-target", "exit-vni", "export", "flooding", "import", "label",
    "local-install", "mac-vrf", "maximum-paths", "mup", "neighbor", "network", "nexthop", "rd", "redistribute",
    "retain", "route-target", "rt", "segment", "sid", "srv6-only", "table-map", "tunnel", "use-es-l3nhg", "vni",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::Lines;

    fn show(commands: &[Command<'_>], level: usize, out: &mut String) {
        for command in commands {
            out.push_str(&format!(
                "{}{:?}: {}\n",
                " ".repeat(level),
                command.kind,
                command.text
            ));
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
 AddressFamily: address-family ipv4 unicast
  Line: neighbor 192.0.2.1 activate
  Line: exit-address-family
 Line: exit
RouteMap: route-map X permit 10
 Line: match community C
Global: bgp community-list standard C permit 1:1
";

    #[test]
    fn the_same_tree_with_any_indentation() {
        check(
            "router bgp 65001\n neighbor 192.0.2.1 remote-as 12076\n !\n address-family ipv4 unicast\n  \
             neighbor 192.0.2.1 activate\n exit-address-family\nexit\n!\nroute-map X permit 10\n match community C\n\
             bgp community-list standard C permit 1:1\n",
            NESTED,
        );
        check(
            "router bgp 65001\nneighbor 192.0.2.1 remote-as 12076\naddress-family ipv4 unicast\nneighbor 192.0.2.1 \
             activate\nexit-address-family\nexit\nroute-map X permit 10\nmatch community C\nbgp community-list \
             standard C permit 1:1\n",
            NESTED,
        );
    }

    #[test]
    fn global_words_are_sorted() {
        assert!(GLOBAL.is_sorted());
    }

    #[test]
    fn other_blocks_keep_their_lines() {
        check(
            "router ospf\n network 10.0.0.0/8 area 0\nneighbor 192.0.2.9\nbfd\n peer 192.0.2.1\n exit\nvrf A\n ip route \
             10.0.0.0/8 192.0.2.1\nexit-vrf\ninterface eth0\n ip address 192.0.2.2/30\n ip ospf area 0\nip prefix-list P \
             permit any\n",
            "Vrf: vrf A\n Line: ip route 10.0.0.0/8 192.0.2.1\n Line: exit-vrf\nInterface: interface eth0\n Line: ip \
             address 192.0.2.2/30\n Line: ip ospf area 0\nGlobal: ip prefix-list P permit any\n",
        );
    }

    #[test]
    fn unknown_lines_stay_where_they_stand() {
        check(
            "route-map X permit 10\n match nonsense\n frobnicate\nroute-map Y permit 10\nset weight 1\nfrobnicate\n\
             log stdout\nfrobnicate\n",
            "RouteMap: route-map X permit 10\n Line: match nonsense\n Line: frobnicate\nRouteMap: route-map Y permit 10\n \
             Line: set weight 1\n Line: frobnicate\n",
        );
    }

    #[test]
    fn pieces_without_their_router_line() {
        check(
            "neighbor 192.0.2.1 remote-as 12076\naddress-family ipv4 unicast\n neighbor 192.0.2.1 activate\n",
            "Bgp: \n Line: neighbor 192.0.2.1 remote-as 12076\n AddressFamily: address-family ipv4 unicast\n  Line: \
             neighbor 192.0.2.1 activate\n",
        );
    }
}
