//! What a session announces: the device's own routes, and those it learned from Microsoft elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Because, Coverage, Judge, Others, Prefixes, Program, Question, Route, Sample};
use pairlint_model::bgp::{AsPath, AsPathSegment, Community, Family, IpNet, MICROSOFT, Origin};
use pairlint_model::diagnostic::{RouteVerdict, Witness};
use pairlint_model::network::{
    AnnouncementKind, BgpNeighbor, Device, NeighborFamily, Originated, Origination, Protocol, RemoteAs,
};
use pairlint_model::policy::{PolicyChain, Truth, Verdict};
use pairlint_model::source::Span;

use crate::announced::{Bases, EVERY, PUBLIC};
use crate::context::Context;
use crate::judging::{arriving_paths, chain_key};
use crate::peers::in_reading;
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

/// A session's outbound side, in every reading of the text: what they do not agree on is not certain.
pub(crate) struct Outbound<'a> {
    first: View<'a>,
    others: Vec<View<'a>>,
    /// The session among those of the run.
    peer: usize,
}

impl<'a> Outbound<'a> {
    pub fn new(session: &Judged<'_, 'a>) -> Outbound<'a> {
        let (device, neighbor, family) = (session.peer.device, session.peer.neighbor, session.family);
        let others = device.readings.iter().filter_map(|reading| {
            let (neighbor, family) = in_reading(reading, neighbor, family.family)?;
            Some(View::new(reading, neighbor, family))
        });
        Outbound {
            first: View::new(device, neighbor, family),
            others: others.collect(),
            peer: session.verdicts.peer,
        }
    }

    /// The line that attaches the first policy or filter, else the one that names the neighbor.
    pub fn attachment(&self) -> Span {
        attachment(self.first.chain).unwrap_or(self.first.neighbor.span)
    }

    fn disagrees(&self, view: &View<'_>) -> Because {
        let platform = |view: &View<'_>| view.device.platform.name;
        Because {
            span: Some(self.first.neighbor.span),
            text: format!(
                "no line tells the platform or its version, and as {} and as {} it announces different routes",
                platform(&self.first),
                platform(view)
            ),
        }
    }

    /// The device's own routes in the session's table that the session announces, or may, of those wanted.
    pub fn own_routes(&self, wanted: impl Fn(&IpNet) -> bool) -> Vec<Announced<'a>> {
        let mut routes = self.first.own_routes(&wanted);
        for view in &self.others {
            let also = view.own_routes(&wanted);
            let mut also: BTreeMap<IpNet, Announced<'a>> = also
                .into_iter()
                .map(|announced| (announced.route.prefix, announced))
                .collect();
            for route in &mut routes {
                match also.remove(&route.route.prefix) {
                    Some(other) => route.because.extend(other.because),
                    None => route.because.push(self.disagrees(view)),
                }
            }
            routes.extend(also.into_values().map(|mut announced| {
                announced.because.push(self.disagrees(view));
                announced
            }));
        }
        routes
    }

    /// The line by which the neighbor is told the default route, whatever its policies say.
    pub fn default_originate(&self) -> Option<Span> {
        let told = |view: &View<'_>| {
            let kind = AnnouncementKind::DefaultRoute;
            view.device.announcement(view.neighbor, view.family, kind)
        };
        told(&self.first).filter(|_| self.others.iter().all(|view| told(view).is_some()))
    }

    /// The policies let every route out, whatever it is and wherever it comes from: they have no condition.
    pub fn is_open(&self) -> bool {
        self.first.is_open() && self.others.iter().all(View::is_open)
    }

    /// The policies let the default route out, and not the halves of the address space: somebody meant it.
    pub fn names_default(&self) -> Option<Named> {
        let first = self.first.names_default();
        let others = self.others.iter().map(|view| (view, view.names_default()));
        let others: Vec<_> = others.collect();
        let place = first.or_else(|| others.iter().find_map(|(_, place)| *place))?;
        let apart = others
            .iter()
            .filter(|(_, place)| place.is_some() != first.is_some());
        Some(Named {
            place,
            because: apart.map(|(view, _)| self.disagrees(view)).collect(),
        })
    }

    /// A route that another session brings from Microsoft and that this one announces, or may, with the statement
    /// that lets it out.
    pub fn readvertised(&self, cx: &Context<'a>, session: &Judged<'_, 'a>) -> Option<Readvertised<'a>> {
        let mut passed = self.first.readvertised(cx, session, self.peer);
        for view in &self.others {
            let also = view.readvertised(cx, session, self.peer);
            match (&mut passed, also) {
                (Some(passed), Some(also)) => passed.because.extend(also.because),
                (Some(passed), None) => passed.because.push(self.disagrees(view)),
                (None, Some(mut also)) => {
                    also.because.push(self.disagrees(view));
                    passed = Some(also);
                }
                (None, None) => {}
            }
        }
        passed
    }
}

/// A statement that lets the default route out by name.
pub(crate) struct Named {
    pub place: Span,
    /// Why that is not certain; empty where it is.
    pub because: Vec<Because>,
}

/// A session's outbound side as one reading has it.
struct View<'a> {
    device: &'a Device,
    neighbor: &'a BgpNeighbor,
    family: Family,
    chain: &'a PolicyChain,
    /// The same for routes that only a policy lets out.
    by_policy: PolicyChain,
    judge: Judge<'a>,
}

impl<'a> View<'a> {
    fn new(device: &'a Device, neighbor: &'a BgpNeighbor, family: &'a NeighborFamily) -> View<'a> {
        let chain = &family.export;
        let mut by_policy = chain.clone();
        by_policy.default.verdict = Some(Verdict::Reject);
        View {
            device,
            neighbor,
            family: family.family,
            chain,
            by_policy,
            judge: Judge::new(device),
        }
    }

    fn own_routes(&self, wanted: impl Fn(&IpNet) -> bool) -> Vec<Announced<'a>> {
        let here = self
            .device
            .originated
            .iter()
            .filter(|route| route.is_for(self.neighbor) && Family::of(&route.prefix) == self.family);
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

    fn is_open(&self) -> bool {
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

    fn names_default(&self) -> Option<Span> {
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

    /// Whether the route may go back to an AS in its path. A platform of which that is not known is asked only where
    /// a policy is attached: without one `no-export-policy` says that nothing keeps routes back.
    fn sends_back(&self) -> Truth {
        match self.device.sends_to_as_in_path(self.neighbor) {
            Truth::Unknown if self.chain.is_empty() => Truth::No,
            known => known,
        }
    }

    fn readvertised(
        &self,
        cx: &Context<'a>,
        session: &Judged<'_, 'a>,
        peer: usize,
    ) -> Option<Readvertised<'a>> {
        if self.neighbor.remote_as == RemoteAs::Asn(MICROSOFT) && self.sends_back() == Truth::No {
            return None;
        }
        let mut seen = BTreeSet::new();
        let sources = outward_of(cx, session.peer.device_index).filter(|other| {
            other.verdicts.peer != peer
                && other.family.family == self.family
                && vrf(other.peer.neighbor) == vrf(self.neighbor)
        });
        for source in sources {
            // As this reading has it.
            let Some((neighbor, family)) = in_reading(self.device, source.peer.neighbor, self.family) else {
                continue;
            };
            // Sessions that take the same routes the same way bring the same.
            let mut key = format!("{:?} ", neighbor.remote_as);
            chain_key(&family.import, &mut key);
            if !seen.insert(key) {
                continue;
            }
            let mut samples = samples(&source);
            samples.extend(self.wanted(&source));
            for sample in samples {
                if let Some((place, because)) = self.passes_on(&family.import, &sample) {
                    return Some(Readvertised {
                        from: source.peer.neighbor,
                        place,
                        sample,
                        because,
                    });
                }
            }
        }
        None
    }

    /// Where the route is let out, if it comes in by that chain for certain and goes out here, or goes out where the
    /// platform does not look at the path.
    fn passes_on(&self, import: &PolicyChain, sample: &Sample) -> Option<(Option<Span>, Vec<Because>)> {
        let route = sample.route();
        let back = match self.neighbor.remote_as {
            RemoteAs::Asn(asn) => route.as_path.0.contains(&AsPathSegment::As(asn)),
            _ => false,
        };
        let sent = if back { self.sends_back() } else { Truth::Yes };
        if sent == Truth::No {
            return None;
        }
        let entered = self.judge.session(import, &route);
        if entered.verdict != RouteVerdict::Accept || !entered.route_is_certain {
            return None;
        }
        if entered.route.stays_inside() {
            return None;
        }
        let left = self.judge.session(self.chain, &entered.route);
        let doubt = (sent == Truth::Unknown).then(|| Because {
            span: Some(self.neighbor.span),
            text: format!(
                "it is not certain that {} looks at the path before it sends a route",
                self.device.platform.name
            ),
        });
        let place = || left.steps.last().map(|step| step.span);
        (left.verdict == RouteVerdict::Accept).then(|| (place(), doubt.into_iter().collect()))
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
    /// Why that is not certain; empty where it is.
    pub because: Vec<Because>,
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
