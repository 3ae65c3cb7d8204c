//! What a session announces: the device's own routes, and those it learned from Microsoft elsewhere.

use std::collections::BTreeSet;
use std::net::IpAddr;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Because, Coverage, Judge, Others, Prefixes, Program, Question, Route, Sample};
use pairlint_model::bgp::{AsPath, AsPathSegment, Community, Family, IpNet, MICROSOFT, Origin};
use pairlint_model::diagnostic::{RouteVerdict, Witness};
use pairlint_model::network::{
    AnnouncementKind, BgpNeighbor, Device, Originated, Origination, Protocol, RemoteAs,
};
use pairlint_model::policy::{PolicyChain, Truth, Verdict};
use pairlint_model::source::Span;

use crate::announced::{Bases, EVERY, PUBLIC};
use crate::context::Context;
use crate::judging::{arriving_paths, chain_key};
use crate::session_findings::{Judged, attachment, judged, judged_on};

/// An own route that goes out, or may.
pub(crate) struct Announced<'a> {
    pub route: &'a Originated,
    /// The statement or list that lets it out, where one does.
    pub place: Option<Span>,
    /// Why that is not certain; empty where it is.
    pub because: Vec<Because>,
}

impl Announced<'_> {
    pub fn is_certain(&self) -> bool {
        self.because.is_empty()
    }

    pub fn witness(&self) -> Witness {
        Witness {
            prefix: self.route.prefix,
            communities: Vec::new(),
            as_path: AsPath::default(),
            verdict: RouteVerdict::Accept,
        }
    }
}

/// The judged sessions over which something is announced to Microsoft. Microsoft peering has public link networks:
/// one with a private address is private peering in truth, and its circuit's export has the defect.
pub(crate) fn outward<'c, 'a>(cx: &'c Context<'a>) -> impl Iterator<Item = Judged<'c, 'a>> {
    judged(cx).filter(is_outward)
}

/// Those of one device.
fn outward_of<'c, 'a>(cx: &'c Context<'a>, device: usize) -> impl Iterator<Item = Judged<'c, 'a>> {
    judged_on(cx, device).filter(is_outward)
}

fn is_outward(session: &Judged<'_, '_>) -> bool {
    let ip = session.peer.neighbor.ip;
    !ip.is_some_and(|ip| is_private(&IpNet::from(ip)))
}

/// A session's outbound side.
pub(crate) struct Outbound<'a> {
    device: &'a Device,
    neighbor: &'a BgpNeighbor,
    family: Family,
    chain: &'a PolicyChain,
    /// The same for routes that only a policy lets out.
    by_policy: PolicyChain,
    judge: Judge<'a>,
}

impl<'a> Outbound<'a> {
    pub fn new(session: &Judged<'_, 'a>) -> Outbound<'a> {
        let chain = &session.family.export;
        let mut by_policy = chain.clone();
        by_policy.default.verdict = Some(Verdict::Reject);
        Outbound {
            device: session.peer.device,
            neighbor: session.peer.neighbor,
            family: session.family.family,
            chain,
            by_policy,
            judge: Judge::new(session.peer.device),
        }
    }

    /// The line that attaches the first policy or filter, else the one that names the neighbor.
    pub fn attachment(&self) -> Span {
        attachment(self.chain).unwrap_or(self.neighbor.span)
    }

    /// The device's own routes in the session's table that the session announces, or may, of those wanted.
    pub fn own_routes(&self, wanted: impl Fn(&IpNet) -> bool) -> Vec<Announced<'a>> {
        let vrf = vrf(self.neighbor);
        let here = self
            .device
            .originated
            .iter()
            .filter(|route| route.vrf.as_deref() == vrf && Family::of(&route.prefix) == self.family);
        let summaries: BTreeSet<IpNet> = here
            .clone()
            .filter(|route| matches!(route.how, Origination::Aggregate { suppresses: true }))
            .map(|route| route.prefix)
            .collect();
        let suppressed = |net: &IpNet| {
            let shorter = (0..net.prefix_len()).filter_map(|length| IpNet::new(net.addr(), length).ok());
            !summaries.is_empty()
                && shorter
                    .into_iter()
                    .any(|above| summaries.contains(&above.trunc()))
        };
        let mut seen = BTreeSet::new();
        here.filter(|route| wanted(&route.prefix) && !suppressed(&route.prefix))
            .filter_map(|route| self.announced(route))
            .filter(|announced| seen.insert(announced.route.prefix))
            .collect()
    }

    fn announced(&self, own: &'a Originated) -> Option<Announced<'a>> {
        let left = self.judge.announced(own, self.chain, &Route::own(own));
        (left.verdict != RouteVerdict::Reject).then(|| Announced {
            route: own,
            place: left.steps.last().map(|step| step.span),
            because: left.because,
        })
    }

    /// The line by which the neighbor is told the default route, whatever its policies say.
    pub fn default_originate(&self) -> Option<Span> {
        self.told(AnnouncementKind::DefaultRoute)
    }

    fn told(&self, kind: AnnouncementKind) -> Option<Span> {
        self.device.announcement(self.neighbor, kind)
    }

    /// The policies let every route out, whatever it is and wherever it comes from: they have no condition.
    pub fn is_open(&self) -> bool {
        let bases = Bases::new(self.family);
        let none = BTreeSet::new();
        let program = Program::new(
            self.device,
            self.chain,
            self.family,
            &bases.sets,
            &none,
            Others::Any,
        );
        let path = PathLanguage {
            first: Vec::new(),
            without: Vec::new(),
            open: true,
        };
        let answer = program.ask(&Question {
            prefixes: Prefixes::Base {
                base: EVERY,
                also: &[],
            },
            present: &[],
            optional: &[],
            others: Others::Any,
            path: &path,
        });
        // The program's routes are BGP's; others are asked for one by one.
        answer.coverage == Coverage::All && self.takes_every_protocol()
    }

    fn takes_every_protocol(&self) -> bool {
        let protocols = [Protocol::Static, Protocol::Connected, Protocol::Other];
        protocols.into_iter().all(|protocol| {
            let route = Route {
                protocol,
                ..Route::new(self.family.default_route(), AsPath::default(), [])
            };
            self.judge.session(self.chain, &route).verdict == RouteVerdict::Accept
        })
    }

    /// The policies let the default route out, and not the halves of the address space: somebody meant it.
    pub fn names_default(&self) -> Option<Span> {
        let judged = |prefix: IpNet| {
            let mut route = Route::new(prefix, AsPath::default(), []);
            (route.med, route.origin) = (Some(0), Some(Origin::Igp));
            // On a platform that takes routes from the table, a default route is a static one.
            let protocols = [Protocol::Bgp, Protocol::Static];
            let decisions = protocols.map(|protocol| {
                let route = Route {
                    protocol,
                    ..route.clone()
                };
                self.judge.session(&self.by_policy, &route)
            });
            decisions
                .into_iter()
                .find(|decision| decision.verdict == RouteVerdict::Accept)
        };
        let default = self.family.default_route();
        let accepted = judged(default)?;
        let half = IpNet::new(default.addr(), 1).ok()?;
        if judged(half).is_some() {
            return None;
        }
        accepted.steps.last().map(|step| step.span)
    }

    /// Whether routes whose path holds the neighbor's AS are sent to it.
    fn sends_back(&self) -> bool {
        if self.told(AnnouncementKind::PeerAs { sent: true }).is_some() {
            return true;
        }
        self.told(AnnouncementKind::PeerAs { sent: false }).is_none()
            && self.device.platform.sends_to_as_in_path == Truth::Yes
    }

    /// A route that another session brings from Microsoft and that this one announces, with the statement that
    /// lets it out.
    pub fn readvertised(&self, cx: &Context<'a>, session: &Judged<'_, 'a>) -> Option<Readvertised<'a>> {
        if self.neighbor.remote_as == RemoteAs::Asn(MICROSOFT) && !self.sends_back() {
            return None;
        }
        let mut seen = BTreeSet::new();
        let sources = outward_of(cx, session.peer.device_index).filter(|other| {
            other.verdicts.peer != session.verdicts.peer
                && other.family.family == self.family
                && vrf(other.peer.neighbor) == vrf(self.neighbor)
        });
        for source in sources {
            // Sessions that take the same routes the same way bring the same.
            let mut key = format!("{:?} ", source.peer.neighbor.remote_as);
            chain_key(&source.family.import, &mut key);
            if !seen.insert(key) {
                continue;
            }
            let mut samples = samples(&source);
            samples.extend(self.wanted(&source));
            for sample in samples {
                if let Some(place) = self.passes_on(&source, &sample) {
                    return Some(Readvertised {
                        from: source.peer.neighbor,
                        place,
                        sample,
                    });
                }
            }
        }
        None
    }

    /// Where the route is let out, if it comes in on the source for certain and goes out here.
    fn passes_on(&self, source: &Judged<'_, 'a>, sample: &Sample) -> Option<Option<Span>> {
        let route = sample.route();
        let back = match self.neighbor.remote_as {
            RemoteAs::Asn(asn) => route.as_path.0.contains(&AsPathSegment::As(asn)),
            _ => false,
        };
        if back && !self.sends_back() {
            return None;
        }
        let entered = self.judge.session(&source.family.import, &route);
        if entered.verdict != RouteVerdict::Accept || !entered.route_is_certain {
            return None;
        }
        if entered.route.stays_inside() {
            return None;
        }
        let left = self.judge.session(self.chain, &entered.route);
        (left.verdict == RouteVerdict::Accept).then(|| left.steps.last().map(|step| step.span))
    }

    /// Routes from Microsoft that this session's policies let out as they are.
    fn wanted(&self, source: &Judged<'_, 'a>) -> Vec<Sample> {
        let bases = Bases::new(self.family);
        let communities: BTreeSet<Community> = source.verdicts.answers.keys().copied().collect();
        let program = Program::new(
            self.device,
            self.chain,
            self.family,
            &bases.sets,
            &communities,
            Others::None,
        );
        let path = arriving_paths(source.peer.neighbor, source.family);
        let each = communities.iter().map(std::slice::from_ref);
        let present = each.chain([&[][..]]);
        present
            .filter_map(|present| {
                let prefixes = Prefixes::Base {
                    base: PUBLIC,
                    also: &[],
                };
                program
                    .ask(&Question {
                        prefixes,
                        present,
                        optional: &[],
                        others: Others::None,
                        path: &path,
                    })
                    .accepted
            })
            .collect()
    }
}

/// A route that goes from one session to another.
pub(crate) struct Readvertised<'a> {
    pub from: &'a BgpNeighbor,
    pub place: Option<Span>,
    pub sample: Sample,
}

/// Routes that a session is known to accept.
fn samples(source: &Judged<'_, '_>) -> Vec<Sample> {
    let verdicts = source.verdicts;
    let answers = verdicts
        .answers
        .values()
        .filter_map(|answer| answer.accepted.clone());
    let unneeded = verdicts.unneeded.iter().map(|(_, sample)| sample.clone());
    answers
        .chain(verdicts.untagged_accepted.clone())
        .chain(unneeded)
        .collect()
}

fn vrf(neighbor: &BgpNeighbor) -> Option<&str> {
    neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str())
}

/// Space that no network announces to another: RFC 1918, RFC 6598, link-local, loopback, and unique local. The
/// documentation prefixes are not meant: examples use them.
pub(crate) fn is_private(net: &IpNet) -> bool {
    if net.prefix_len() == 0 {
        return false;
    }
    match net.addr() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unique_local() || v6.is_loopback(),
    }
}

/// `10.0.0.0/8`, `192.168.0.0/16` and 3 more.
pub(crate) fn listed(prefixes: &[IpNet]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = prefixes
        .iter()
        .take(SHOWN)
        .map(|prefix| format!("`{prefix}`"))
        .collect();
    match prefixes.len() {
        0..=SHOWN => crate::words::and(&shown),
        more => format!("{} and {} more", shown.join(", "), more - SHOWN),
    }
}
