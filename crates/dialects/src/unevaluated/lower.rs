//! Sessions by the lines that name them.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{
    BgpNeighbor, Device, ExactExpression, NeighborFamily, Network, Owner, Platform, RemoteAs, UnreadLine,
};
use pairlint_model::policy::{ChainDefault, PolicyChain, PolicyExpression, Truth};
use pairlint_model::source::{Source, Span, Spanned};

use super::{ACOS, GAIA, IMISH};
use crate::Dialect;
use crate::atoms::{address, asn};
use crate::lines::{Lines, Words};
use crate::notes::stem;

pub(super) fn gaia(source: &Source) -> Network {
    read(source, &GAIA, "Check Point Gaia", |words, _| {
        let hostname = named(words, &["set", "hostname"]);
        let mut ahead = words.ahead();
        if !(ahead.eat("set") && ahead.eat("bgp")) {
            return (hostname, None);
        }
        let asn = after(words, "remote-as").and_then(asn);
        let found = Found {
            address: after(words, "peer"),
            remote_as: asn,
        };
        (hostname, Some(found))
    })
}

pub(super) fn acos(source: &Source) -> Network {
    read(source, &ACOS, "A10 ACOS", like_ios)
}

pub(super) fn imish(source: &Source) -> Network {
    read(source, &IMISH, "F5 imish", like_ios)
}

/// What a line says about a session, or about BGP as a whole where it names none.
struct Found<'a> {
    address: Option<&'a str>,
    remote_as: Option<Asn>,
}

/// The hostname that a line gives, and what it says about BGP.
type Line<'a> = (Option<&'a str>, Option<Found<'a>>);

fn named<'a>(words: Words<'a>, start: &[&str]) -> Option<&'a str> {
    let mut ahead = words.ahead();
    start
        .iter()
        .all(|word| ahead.eat(word))
        .then(|| ahead.next())
        .flatten()
}

fn after<'a>(mut words: Words<'a>, word: &str) -> Option<&'a str> {
    while let Some(next) = words.next() {
        if next.eq_ignore_ascii_case(word) {
            return words.next();
        }
    }
    None
}

/// `router bgp 64500`, and lines in it that begin with `neighbor`.
fn like_ios(words: Words<'_>, in_bgp: bool) -> Line<'_> {
    let hostname = named(words, &["hostname"]);
    if let Some(address) = named(words, &["neighbor"]).filter(|_| in_bgp) {
        let remote_as = after(words, "remote-as").and_then(asn);
        let found = Found {
            address: Some(address),
            remote_as,
        };
        return (hostname, Some(found));
    }
    let is_head = named(words, &["router", "bgp"]).is_some();
    let found = Found {
        address: None,
        remote_as: None,
    };
    (hostname, (is_head || in_bgp).then_some(found))
}

/// The lines of one session.
struct Session {
    remote_as: Option<(Asn, Span)>,
    address: Span,
    line: Span,
}

fn read(
    source: &Source,
    dialect: &Dialect,
    platform: &'static str,
    line_of: for<'a> fn(Words<'a>, bool) -> Line<'a>,
) -> Network {
    let mut device = Device::new(stem(&source.name), source.id, dialect.name, unknown(platform));
    device.fragment = true;
    let mut sessions: BTreeMap<&str, Session> = BTreeMap::new();
    let mut in_bgp = false;
    for line in Lines::new(source.text()) {
        if line.text.is_empty() || line.text.starts_with(['!', '#']) {
            continue;
        }
        device.lines.total += 1;
        // A line at the margin ends the block before it.
        in_bgp &= line.indent > 0;
        let (hostname, found) = line_of(line.words(), in_bgp);
        if let Some(hostname) = hostname {
            hostname.clone_into(&mut device.name);
            device.hostname = Some(source.spanned(hostname, hostname.to_owned()));
            device.fragment = false;
        }
        let Some(found) = found else { continue };
        in_bgp |= line.indent == 0;
        device.lines.relevant += 1;
        let span = source.span(line.text);
        let owner = match found.address {
            Some(address) => Owner::Neighbors(vec![address.to_owned()]),
            None => Owner::Bgp,
        };
        device.unread.push(UnreadLine { span, owner });
        if let Some(address) = found.address {
            let session = sessions.entry(address).or_insert_with(|| Session {
                remote_as: None,
                address: source.span(address),
                line: span,
            });
            session.remote_as = session.remote_as.or(found.remote_as.map(|asn| (asn, span)));
        }
    }
    device.neighbors = sessions
        .into_iter()
        .map(|(address, session)| neighbor(address, &session))
        .collect();
    let mut network = Network::default();
    network.devices.push(device);
    network
}

fn neighbor(text: &str, session: &Session) -> BgpNeighbor {
    let open = PolicyChain {
        filters: Vec::new(),
        policies: vec![PolicyExpression::Unsupported(session.line)],
        default: ChainDefault {
            verdict: None,
            reason: "this platform is not evaluated",
            span: None,
        },
    };
    let ip = address(text);
    let family = ip.map_or(Family::Ipv4, Family::of_address);
    BgpNeighbor {
        address: Spanned::new(session.address, text.to_owned()),
        ip,
        remote_as: session
            .remote_as
            .map_or(RemoteAs::Unknown, |(asn, _)| RemoteAs::Asn(asn)),
        remote_as_span: session.remote_as.map(|(_, span)| span),
        local_as: None,
        vrf: None,
        group: None,
        description: None,
        shutdown: None,
        bfd: None,
        span: session.line,
        families: vec![NeighborFamily {
            family,
            active: true,
            active_span: session.line,
            import: open.clone(),
            export: open,
            maximum_prefix: None,
            own_as_allowed: 0,
            beyond: Vec::new(),
        }],
    }
}

fn unknown(name: &'static str) -> Platform {
    Platform {
        undefined_policy_accepts: Truth::Unknown,
        undefined_call_accepts: Truth::Unknown,
        undefined_prefix_list_matches: Truth::Unknown,
        undefined_community_list_matches: Truth::Unknown,
        undefined_as_path_list_matches: Truth::Unknown,
        undefined_access_list_matches: Truth::Unknown,
        undefined_session_filter_passes: Truth::Unknown,
        empty_prefix_list_matches: Truth::Unknown,
        empty_session_filter_passes: Truth::Unknown,
        exact_expression: ExactExpression::Unknown,
        ..Platform::new(name)
    }
}
