//! The route as the command line describes it.

use std::collections::BTreeSet;

use pairlint_eval::Route;
use pairlint_model::bgp::{self, AsPath, Community, Family, IpNet, LargeCommunity, MICROSOFT, Origin};
use pairlint_model::network::{BgpNeighbor, RemoteAs};

use crate::args::{Direction, RouteOptions, TracedOrigin};
use crate::error::Error;

/// The route, but for an AS path that each session may have its own default for.
pub struct Wanted {
    route: Route,
    as_path: Option<AsPath>,
    pub direction: Direction,
}

impl Wanted {
    pub fn read(given: &RouteOptions) -> Result<Wanted, Error> {
        let prefix = prefix(&given.prefix)?;
        let as_path = given.as_path.as_deref().map(as_path).transpose()?;
        let communities = words(&given.community).map(community);
        let communities = communities.collect::<Result<BTreeSet<Community>, Error>>()?;
        let large = words(&given.large_community).map(large_community);
        let mut route = Route::new(prefix, AsPath::default(), communities);
        route.large_communities = large.collect::<Result<_, Error>>()?;
        route.med = given.med;
        route.local_preference = given.local_preference;
        route.origin = given.origin.map(|origin| match origin {
            TracedOrigin::Igp => Origin::Igp,
            TracedOrigin::Egp => Origin::Egp,
            TracedOrigin::Incomplete => Origin::Incomplete,
        });
        let direction = given.direction;
        Ok(Wanted {
            route,
            as_path,
            direction,
        })
    }

    /// A route that goes out and has no path yet.
    pub fn is_own(&self) -> bool {
        self.direction == Direction::Out && self.as_path.is_none()
    }

    pub fn family(&self) -> Family {
        self.route.family()
    }

    /// The route as it comes in on a session, or goes out.
    pub fn on(&self, peer: &BgpNeighbor) -> Route {
        self.with_default(|| match peer.remote_as {
            RemoteAs::Asn(asn) if asn != MICROSOFT && peer.local_as != Some(asn) => {
                AsPath::sequence([asn.0, MICROSOFT.0])
            }
            _ => AsPath::sequence([MICROSOFT.0]),
        })
    }

    /// The route where no session is known.
    pub fn alone(&self) -> Route {
        self.with_default(|| AsPath::sequence([MICROSOFT.0]))
    }

    fn with_default(&self, received: impl Fn() -> AsPath) -> Route {
        let as_path = match (&self.as_path, self.direction) {
            (Some(path), _) => path.clone(),
            (None, Direction::In) => received(),
            // What goes out is one's own.
            (None, Direction::Out) => AsPath::default(),
        };
        Route {
            as_path,
            ..self.route.clone()
        }
    }
}

fn words(given: &[String]) -> impl Iterator<Item = &str> {
    given
        .iter()
        .flat_map(|text| text.split(|letter: char| letter == ',' || letter.is_whitespace()))
        .filter(|word| !word.is_empty())
}

fn prefix(text: &str) -> Result<IpNet, Error> {
    let wrong = |why: String| Error::usage(format!("`--prefix {text}`: {why}"));
    let net = bgp::prefix(text.trim());
    let net = net.map_err(|_| wrong("expected an address and a length, as `198.51.100.0/24`".to_owned()))?;
    if net != net.trunc() {
        let why = format!(
            "the address has bits beyond the length; the prefix is `{}`",
            net.trunc()
        );
        return Err(wrong(why));
    }
    Ok(net)
}

fn as_path(text: &str) -> Result<AsPath, Error> {
    text.parse().map_err(|_| {
        let why = "expected AS numbers with spaces between, as `12076 8075`";
        Error::usage(format!("`--as-path {text}`: {why}"))
    })
}

/// Reads `asn:value` or a well-known name, as some platform spells it (IANA "BGP Well-known Communities";
/// `internet` is 0:0 on the platforms that know it).
fn community(text: &str) -> Result<Community, Error> {
    const NAMES: &[(&str, Community)] = &[
        ("no-export", Community::NO_EXPORT),
        ("no-advertise", Community::NO_ADVERTISE),
        ("local-as", Community::LOCAL_AS),
        ("no-export-subconfed", Community::LOCAL_AS),
        ("no-peer", Community::NO_PEER),
        ("nopeer", Community::NO_PEER),
        ("graceful-shutdown", Community::GRACEFUL_SHUTDOWN),
        ("gshut", Community::GRACEFUL_SHUTDOWN),
        ("accept-own", Community::ACCEPT_OWN),
        ("blackhole", Community::BLACKHOLE),
        ("internet", Community::new(0, 0)),
    ];
    let key = text.to_ascii_lowercase().replace('_', "-");
    let named = NAMES.iter().find(|(name, _)| *name == key);
    named
        .map(|&(_, value)| value)
        .or_else(|| text.parse().ok())
        .ok_or_else(|| {
            let why = "expected `asn:value`, as `12076:51002`, or a well-known name, as `no-export`";
            Error::usage(format!("`--community {text}`: {why}"))
        })
}

fn large_community(text: &str) -> Result<LargeCommunity, Error> {
    text.parse().map_err(|_| {
        let why = "expected three numbers, as `65010:1:2`";
        Error::usage(format!("`--large-community {text}`: {why}"))
    })
}
