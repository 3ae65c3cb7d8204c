//! The words by which commands and their blocks are told apart.

use super::syntax::Kind;
use super::tables::{BGP_BLOCK, GLOBAL, INTERFACE, NEIGHBOR, PEER_POLICY, PEER_SESSION, VRF};
use crate::atoms::keyword;
use crate::lines::Words;

/// What a global command begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    Block(Kind),
    Line(Kind),
    /// Tells that the text is a configuration, not a piece of one.
    Head,
}

/// Whether the line leaves a block, and which kind where it says so.
pub(super) fn leaves(text: &str) -> Option<Option<Kind>> {
    match text {
        "exit" => Some(None),
        "exit-address-family" => Some(Some(Kind::AddressFamily)),
        "exit-peer-policy" => Some(Some(Kind::PeerPolicy)),
        "exit-peer-session" => Some(Some(Kind::PeerSession)),
        "exit-scope" => Some(Some(Kind::Scope)),
        "exit-vrf" => Some(Some(Kind::Vrf)),
        _ => None,
    }
}

/// Whether a line of the block can be nothing else, wherever it stands.
pub(super) fn unmistakable(kind: Kind, word: &str) -> bool {
    match kind {
        Kind::Bgp => matches!(word, "neighbor" | "address-family"),
        Kind::RouteMap | Kind::PolicyList => matches!(word, "match" | "set" | "continue"),
        _ => false,
    }
}

/// Returns what a global command that concerns us begins; `rest` is what follows its first word.
pub(super) fn opener(word: &str, mut rest: Words<'_>) -> Option<Opener> {
    use Opener::{Block, Head, Line};
    match abbreviated(
        word,
        &[
            "access-list",
            "hostname",
            "interface",
            "ip",
            "ipv6",
            "route-map",
            "router",
            "version",
            "vrf",
        ],
    )? {
        "access-list" => Some(Line(Kind::AccessListLine)),
        "hostname" => Some(Head),
        "interface" => Some(Block(Kind::Interface)),
        "version" => rest
            .next()?
            .starts_with(|c: char| c.is_ascii_digit())
            .then_some(Head),
        "vrf" => abbreviated(rest.next()?, &["definition"]).map(|_| Block(Kind::Vrf)),
        "router" => match abbreviated(rest.next()?, &["bgp"]) {
            Some(_) => Some(Block(Kind::Bgp)),
            None => Some(Block(Kind::Other)),
        },
        "route-map" => {
            rest.next()?;
            let applied = rest.only().is_some_and(|word| matches!(word, "in" | "out"));
            (!applied).then_some(Block(Kind::RouteMap))
        }
        "ip" => ip_opener(rest),
        "ipv6" => match abbreviated(rest.next()?, &["prefix-list", "access-list"])? {
            "prefix-list" => Some(Line(Kind::Ipv6PrefixList)),
            _ => Some(Block(Kind::Ipv6AccessList)),
        },
        _ => None,
    }
}

fn ip_opener(mut rest: Words<'_>) -> Option<Opener> {
    use Opener::{Block, Line};
    let known = [
        "prefix-list",
        "community-list",
        "extcommunity-list",
        "large-community-list",
        "as-path",
        "policy-list",
        "access-list",
        "bgp-community",
        "vrf",
        // `ip bgp …` is for interfaces, and no abbreviation of the above.
        "bgp",
    ];
    match abbreviated(rest.next()?, &known)? {
        "prefix-list" => Some(Line(Kind::PrefixList)),
        "community-list" => Some(Line(Kind::CommunityList)),
        "extcommunity-list" => Some(Block(Kind::ExtendedCommunityList)),
        "large-community-list" => Some(Line(Kind::LargeCommunityList)),
        "as-path" => Some(Line(Kind::AsPathList)),
        "policy-list" => Some(Block(Kind::PolicyList)),
        "bgp-community" => Some(Line(Kind::NewFormat)),
        "bgp" => None,
        "access-list" => {
            let kinds = ["standard", "extended"];
            abbreviated(rest.next()?, &kinds).map(|_| Block(Kind::AccessList))
        }
        // `ip vrf forwarding X` puts an interface into one.
        _ => rest
            .next()
            .filter(|name| !matches!(*name, "forwarding" | "sitemap" | "receive" | "select"))
            .map(|_| Block(Kind::Vrf)),
    }
}

/// Completes words of at least three letters: shorter ones are rarely meant as commands.
fn abbreviated<'t>(word: &str, table: &[&'t str]) -> Option<&'t str> {
    let entry = keyword(word, table)?;
    (word.len() >= 3 || word.len() == entry.len()).then_some(entry)
}

/// Returns the block that a line of `router bgp` begins.
pub(super) fn bgp_block(word: &str, mut rest: Words<'_>) -> Option<Kind> {
    match abbreviated(word, BGP_BLOCK)? {
        "address-family" => Some(Kind::AddressFamily),
        "scope" => Some(Kind::Scope),
        "template" => match abbreviated(rest.next()?, &["peer-policy", "peer-session"])? {
            "peer-policy" => Some(Kind::PeerPolicy),
            _ => Some(Kind::PeerSession),
        },
        _ => None,
    }
}

/// Whether the block knows the line as one of its own. `opener` tells what it would be as a global command.
pub(super) fn belongs(kind: Kind, word: &str, rest: Words<'_>, opener: Option<Opener>) -> bool {
    let known = |table: &[&str]| abbreviated(word, table).is_some();
    match kind {
        Kind::RouteMap => known(&["match", "set", "continue", "description"]),
        Kind::PolicyList => known(&["match", "description"]),
        Kind::AccessList | Kind::Ipv6AccessList | Kind::ExtendedCommunityList => {
            known(&[
                "permit",
                "deny",
                "remark",
                "sequence",
                "evaluate",
                "dynamic",
                "resequence",
            ]) || word.bytes().all(|b| b.is_ascii_digit())
        }
        Kind::Bgp | Kind::Scope => match abbreviated(word, BGP_BLOCK) {
            Some("template") => bgp_block(word, rest).is_some(),
            Some("scope") => kind == Kind::Bgp,
            known => known.is_some(),
        },
        Kind::AddressFamily => !matches!(
            abbreviated(word, BGP_BLOCK),
            None | Some("address-family" | "template" | "scope")
        ),
        Kind::PeerPolicy => known(PEER_POLICY),
        // `version 4` only: `version 15.2` begins a configuration.
        Kind::PeerSession => known(PEER_SESSION) && (opener.is_none() || rest.only() == Some("4")),
        Kind::Interface => opener.is_none() && known(INTERFACE),
        Kind::Vrf => opener.is_none() && known(VRF),
        _ => false,
    }
}

/// Whether a line without a block around it can only be one of BGP_BLOCK's.
pub(super) fn is_bare_bgp(word: &str, mut rest: Words<'_>) -> bool {
    match abbreviated(word, BGP_BLOCK) {
        Some("neighbor") => {
            rest.next();
            rest.next()
                .is_some_and(|option| keyword(option, NEIGHBOR).is_some())
        }
        Some("address-family") => rest
            .next()
            .is_some_and(|family| matches!(family, "ipv4" | "ipv6" | "vpnv4" | "vpnv6")),
        _ => false,
    }
}

/// Whether the word begins a line of an interior gateway protocol.
pub(super) fn is_igp(word: &str) -> bool {
    abbreviated(
        word,
        &[
            "address-family",
            "area",
            "auto-summary",
            "default-information",
            "default-metric",
            "distance",
            "distribute-list",
            "eigrp",
            "exit-address-family",
            "maximum-paths",
            "neighbor",
            "net",
            "network",
            "passive-interface",
            "redistribute",
            "router-id",
            "summary-address",
            "timers",
            "topology",
            "version",
            "is-type",
            "metric-style",
            "log-adjacency-changes",
        ],
    )
    .is_some()
}

/// Whether the word begins a global command.
pub(super) fn is_global(word: &str) -> bool {
    GLOBAL.binary_search_by(|known| (*known).cmp(word)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_words_are_sorted() {
        assert!(GLOBAL.is_sorted());
        assert!(is_global("logging") && !is_global("frobnicate"));
    }

    #[test]
    fn openers() {
        let check = |text, expected| {
            let mut words = Words::new(text);
            let word = words.next().unwrap();
            assert_eq!(opener(word, words), expected, "{text}");
        };
        check("route-map X permit 10", Some(Opener::Block(Kind::RouteMap)));
        check("route-map X", Some(Opener::Block(Kind::RouteMap)));
        check("route-map X in", None);
        check("int Gi0/0", Some(Opener::Block(Kind::Interface)));
        check(
            "ip prefix X permit 10.0.0.0/8",
            Some(Opener::Line(Kind::PrefixList)),
        );
        check("ip vrf forwarding X", None);
        check("ip vrf X", Some(Opener::Block(Kind::Vrf)));
        check("ip access-list X", None);
        check("version 15.2", Some(Opener::Head));
        check("in", None);
    }
}
