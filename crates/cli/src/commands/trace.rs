//! `pairlint trace`: one route through sessions, policies or a list, and the lines that decided.

pub(super) mod find;
mod route;
mod show;

use pairlint_eval::{Because, Decision, Judge, Route, Step};
use pairlint_model::bgp::{AsPathSegment, Asn, Family};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::{AnnouncementKind, BgpNeighbor, Device, NeighborFamily, RemarkKind};
use pairlint_model::policy::{Condition, PolicyChain, PolicyExpression};
use pairlint_model::source::{Span, Spanned};

use crate::args::{Direction, Global, ListFormat, Trace};
use crate::error::Error;
use crate::gather::{Gathered, gather};
use crate::output::counted;
use crate::secrets::Secrets;
use crate::{Code, Streams};
use route::Wanted;
use show::Shower;

/// One route through one thing.
struct Traced<'a> {
    device: &'a Device,
    family: Family,
    direction: Direction,
    through: Through<'a>,
    decision: Decision,
}

/// What the route went through.
enum Through<'a> {
    Session(&'a BgpNeighbor, &'a PolicyChain),
    Policies(&'a [String]),
    List { kind: &'static str, name: &'a str },
}

pub fn trace(streams: &mut Streams<'_>, global: &Global, given: &Trace) -> Result<Code, Error> {
    let wanted = Wanted::read(&given.route)?;
    let gathered = gather(
        streams.world,
        &given.inputs,
        None,
        Vec::new(),
        streams.err,
        global.verbose,
    )?;
    let code = complaints(streams, &gathered);
    if !gathered.errors.is_empty() {
        return Ok(code);
    }
    let devices = find::devices(&gathered.network, given.through.device.as_deref())?;
    let through = &given.through;
    let traces = if !through.policy.is_empty() {
        find::policies(&devices, &through.policy)?;
        devices
            .iter()
            .filter_map(|&device| along(device, &through.policy, &wanted))
            .collect()
    } else if let Some(name) = &through.list {
        let traces: Vec<_> = devices
            .iter()
            .flat_map(|&device| against(device, name, &wanted))
            .collect();
        if traces.is_empty() {
            return Err(find::no_list(&devices, name));
        }
        traces
    } else {
        sessions(&devices, through.neighbor.as_deref(), &wanted)?
    };
    let secrets = Secrets::of(&gathered.network);
    let look = streams.look(global);
    let shower = Shower {
        sources: &gathered.sources,
        secrets: &secrets,
    };
    let text = match given.format {
        ListFormat::Json => shower.json(&traces),
        ListFormat::Human => shower.human(&traces, look),
    };
    streams.print(&text)?;
    Ok(code)
}

/// Says what was not read or not read whole: the trace may lack it.
pub(super) fn complaints(streams: &mut Streams<'_>, gathered: &Gathered) -> Code {
    let name = |id| &gathered.sources.get(id).name;
    let mut lines: Vec<String> = gathered.errors.iter().map(ToString::to_string).collect();
    let unreadable = gathered.unreadable.iter();
    lines.extend(unreadable.map(|(id, why)| Error::read(name(*id), why).to_string()));
    for (id, panic) in &gathered.defects {
        lines.push(format!("`{}`: {}", name(*id), Error::Defect(panic.clone())));
    }
    for remark in &gathered.network.remarks {
        if let RemarkKind::Truncated { what, instead } = &remark.kind {
            lines.push(format!("`{}` is {what}: {instead}", name(remark.span.source)));
        }
    }
    for line in &lines {
        streams.complain(line);
    }
    match gathered.errors.is_empty() && gathered.defects.is_empty() {
        true => Code::Clean,
        false => Code::Failed,
    }
}

/// The route through every session that matches, in the prefix's family.
fn sessions<'a>(
    devices: &[&'a Device],
    neighbor: Option<&str>,
    wanted: &Wanted,
) -> Result<Vec<Traced<'a>>, Error> {
    let (mut traces, mut found) = (Vec::new(), 0);
    for &device in devices {
        let judge = Judge::new(device);
        let matching = device.neighbors.iter();
        for peer in matching.filter(|peer| neighbor.is_none_or(|name| find::is_named(peer, name))) {
            found += 1;
            let families = peer
                .families
                .iter()
                .filter(|family| family.family == wanted.family());
            traces.extend(families.map(|family| session(&judge, device, peer, family, wanted)));
        }
    }
    match (found, traces.is_empty()) {
        (0, _) => Err(find::no_session(devices, neighbor)),
        (_, true) => Err(Error::usage(format!(
            "{} {} {} routes",
            counted(found, "session"),
            if found == 1 {
                "matches, but does not carry"
            } else {
                "match, but none carries"
            },
            wanted.family(),
        ))),
        (_, false) => Ok(traces),
    }
}

fn session<'a>(
    judge: &Judge<'_>,
    device: &'a Device,
    peer: &'a BgpNeighbor,
    family: &'a NeighborFamily,
    wanted: &Wanted,
) -> Traced<'a> {
    let route = wanted.on(peer);
    let chain = match wanted.direction {
        Direction::In => &family.import,
        Direction::Out => &family.export,
    };
    let decision = match before_policy(peer, family, &route, wanted.direction) {
        Some(step) => rejected(route, step),
        None => {
            let mut decision = match wanted.is_own() {
                true => announced(judge, device, peer, chain, route),
                false => judge.session(chain, &route),
            };
            if decision.verdict == RouteVerdict::Accept && wanted.direction == Direction::In {
                decision.steps.extend(family.beyond.iter().map(|&span| {
                    step(
                        span,
                        "applies after the policies, and may still keep the route out",
                    )
                }));
            }
            decision
        }
    };
    Traced {
        device,
        family: family.family,
        direction: wanted.direction,
        through: Through::Session(peer, chain),
        decision,
    }
}

/// What becomes of a route of one's own: as the device brings it into BGP, where the file shows that.
fn announced(
    judge: &Judge<'_>,
    device: &Device,
    peer: &BgpNeighbor,
    chain: &PolicyChain,
    route: Route,
) -> Decision {
    let told = device.announcement(peer, Family::of(&route.prefix), AnnouncementKind::DefaultRoute);
    if let Some(span) = told.filter(|_| route.prefix.prefix_len() == 0) {
        return Decision {
            verdict: RouteVerdict::Accept,
            ..rejected(route, step(span, "sent whatever the policies say"))
        };
    }
    match device.own_route(peer, &route.prefix) {
        Some(own) => {
            let route = Route {
                protocol: own.protocol,
                med: route.med.or(Some(0)),
                origin: route.origin.or(Route::own(own).origin),
                ..route
            };
            judge.announced(own, chain, &route)
        }
        None => judge.session(chain, &route),
    }
}

/// What stops a route before any policy sees it.
fn before_policy(
    peer: &BgpNeighbor,
    family: &NeighborFamily,
    route: &Route,
    direction: Direction,
) -> Option<Step> {
    if let Some(span) = peer.shutdown {
        return Some(step(span, "the session is shut down: no route passes"));
    }
    if !family.active {
        let effect = format!("the session is not active for {}: no route passes", family.family);
        return Some(step(family.active_span, effect));
    }
    let own = peer.local_as.filter(|_| direction == Direction::In)?;
    let times = occurrences(own, route);
    // RFC 4271, 9.1.2: a path with our own AS in it is a loop.
    (times > family.own_as_allowed as usize).then(|| {
        let effect = format!(
            "our AS {own} is in the path {}, and may be there {}: rejected as a loop before any policy",
            counted(times, "time"),
            counted(family.own_as_allowed as usize, "time"),
        );
        step(peer.span, effect)
    })
}

fn occurrences(own: Asn, route: &Route) -> usize {
    let here = |segment: &AsPathSegment| match segment {
        AsPathSegment::As(asn) => *asn == own,
        AsPathSegment::Set(set) => set.contains(&own),
    };
    route.as_path.0.iter().filter(|segment| here(segment)).count()
}

/// The route through named policies, one after the other; `None` where the device lacks one of them.
fn along<'a>(device: &'a Device, names: &'a [String], wanted: &Wanted) -> Option<Traced<'a>> {
    let policy = |name: &String| {
        let policy = device.policies.get(name)?;
        Some(PolicyExpression::Policy(policy.name.clone()))
    };
    let chain: Vec<PolicyExpression> = names.iter().map(policy).collect::<Option<_>>()?;
    Some(Traced {
        device,
        family: wanted.family(),
        direction: wanted.direction,
        through: Through::Policies(names),
        decision: Judge::new(device).policies(&chain, &wanted.alone()),
    })
}

/// The route against every list of that name.
fn against<'a>(device: &'a Device, name: &'a str, wanted: &Wanted) -> Vec<Traced<'a>> {
    let judge = Judge::new(device);
    let lists = find::lists(device, name, wanted.family());
    let test = |list: find::List| {
        let decision = match &list.condition {
            Some(condition) => on_list(&judge, condition, &list.name, wanted.alone()),
            None => rejected(
                wanted.alone(),
                step(list.name.span, "is of the other address family: no match"),
            ),
        };
        Traced {
            device,
            family: wanted.family(),
            direction: wanted.direction,
            through: Through::List {
                kind: list.kind,
                name,
            },
            decision,
        }
    };
    lists.into_iter().map(test).collect()
}

fn on_list(judge: &Judge<'_>, condition: &Condition, name: &Spanned<String>, route: Route) -> Decision {
    let mut decision = judge.test(condition, &route);
    if decision.steps.is_empty() {
        let effect = match decision.verdict {
            RouteVerdict::Accept => "matches",
            RouteVerdict::Reject => "no entry permits the route",
            RouteVerdict::Unsure => "hangs on what is not known",
        };
        decision.steps.push(step(name.span, effect));
    }
    decision
}

fn rejected(route: Route, why: Step) -> Decision {
    Decision {
        verdict: RouteVerdict::Reject,
        route,
        route_is_certain: true,
        steps: vec![why],
        because: Vec::<Because>::new(),
    }
}

fn step(span: Span, effect: impl Into<String>) -> Step {
    Step {
        span,
        effect: effect.into(),
    }
}
