//! Pairlint's side: the same policy and routes before the one-route judge and the symbolic program, and where
//! they and the daemon differ.

use std::collections::BTreeSet;
use std::fmt;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::{Coverage, Decision, Judge, Others, Prefixes, Program, Question, Route, Search};
use pairlint_model::bgp::{AsPathSegment, Community, Family};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Device;
use pairlint_model::policy::PolicyChain;
use pairlint_model::source::{Source, SourceId};

use crate::policies::Policy;
use crate::router::{self, Accepted, Outcome};

/// A case that can be pasted: into a router, or into a test.
#[derive(Debug)]
pub struct Difference {
    pub config: String,
    pub route: Option<Route>,
    pub frr: String,
    pub pairlint: String,
}

/// What was seen, beside the differences.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub pairs: usize,
    pub accepted: usize,
    pub refused_lines: usize,
    /// Policies that are not compared, because the daemon refused a good line after a bad one.
    pub confused: usize,
    /// Pairs on which the judge does not commit itself, about the verdict or the route's attributes.
    pub unsure: usize,
    /// Pairs on which the judge is certain and the program is not.
    pub open: usize,
}

/// The policy with its session, as a file that `show running-config` could have written.
pub fn config(version: &str, policy: &Policy) -> String {
    format!(
        "frr version {version}\nfrr defaults traditional\nhostname judge\n!\n{}{}end\n",
        policy.text(),
        router::session(policy, "")
    )
}

/// Compares on every route; the first difference ends it.
pub fn compare(
    version: &str,
    policy: &Policy,
    routes: &[Route],
    outcome: &Outcome,
    counts: &mut Counts,
) -> Option<Difference> {
    let config = config(version, policy);
    let dialect = pairlint_dialects::named("frr").expect("the dialect");
    let source = Source::new(SourceId(0), "frr.conf", config.as_str());
    let network = (dialect.parse)(&source);
    let different = |route: Option<&Route>, frr: String, pairlint: String| {
        Some(Difference {
            config: config.clone(),
            route: route.cloned(),
            frr,
            pairlint,
        })
    };
    let [device] = network.devices.as_slice() else {
        return different(
            None,
            "one router".to_owned(),
            format!("{} devices", network.devices.len()),
        );
    };
    counts.refused_lines += outcome.refused.len();
    let known = not_taken(&source, device);
    if let Some(at) = outcome
        .refused
        .iter()
        .position(|line| !known.contains(line.as_str()))
    {
        if at > 0 && version.starts_with("8.") {
            // Once 8.4 has refused a line, it sometimes refuses a change to another that it takes otherwise.
            counts.confused += 1;
            return None;
        }
        let line = &outcome.refused[at];
        return different(None, format!("refuses `{line}`"), "takes it".to_owned());
    }
    let judge = Judge::new(device);
    let named: BTreeSet<Community> = routes
        .iter()
        .flat_map(|route| route.communities.iter().copied())
        .collect();
    for family in [Family::Ipv4, Family::Ipv6] {
        let Some(chain) = chain(device, family) else {
            return different(None, format!("a session in {family:?}"), "none".to_owned());
        };
        let program = Program::new(
            device,
            chain,
            family,
            &[PrefixSet::all(family)],
            &named,
            Others::None,
        );
        for route in routes.iter().filter(|route| route.family() == family) {
            counts.pairs += 1;
            let real = outcome.accepted.get(&route.prefix);
            counts.accepted += usize::from(real.is_some());
            let decision = judge.session(chain, route);
            if !agrees(&decision, real, counts) {
                return different(Some(route), told(real), judged(&decision));
            }
            if let Some(wrong) = asked(&program, route, &decision, counts) {
                return different(Some(route), told(real), wrong);
            }
        }
    }
    None
}

/// The lines that are said to be refused, or to be of no effect because a later one replaces them, or not to be read.
fn not_taken<'s>(source: &'s Source, device: &Device) -> BTreeSet<&'s str> {
    let refused = device.refused.iter().map(|line| line.span);
    let lines = refused.chain(device.unread.iter().map(|line| line.span));
    lines
        .map(|span| source.line(source.line_of(span.start)).trim())
        .collect()
}

fn chain(device: &Device, family: Family) -> Option<&PolicyChain> {
    let families = &device.neighbors.first()?.families;
    families
        .iter()
        .find(|of| of.family == family)
        .map(|of| &of.import)
}

fn agrees(decision: &Decision, real: Option<&Accepted>, counts: &mut Counts) -> bool {
    match (decision.verdict, real) {
        (RouteVerdict::Unsure, _) => {
            counts.unsure += 1;
            true
        }
        (RouteVerdict::Reject, None) => true,
        (RouteVerdict::Accept, Some(_)) if !decision.route_is_certain => {
            counts.unsure += 1;
            true
        }
        (RouteVerdict::Accept, Some(real)) => imported(&decision.route) == *real,
        (RouteVerdict::Accept, None) | (RouteVerdict::Reject, Some(_)) => false,
    }
}

/// A route as the daemon stores it: the import itself adds to what the policy made of it.
fn imported(route: &Route) -> Accepted {
    let mut communities = route.communities.clone();
    // RFC 7999, 3.2: a route for the black hole is not passed on (FRR `bgp_update`).
    if communities.contains(&Community::BLACKHOLE) {
        communities.insert(Community::NO_EXPORT);
    }
    // RFC 8326, 4.3: a route that is about to go is preferred least.
    let going = communities.contains(&Community::GRACEFUL_SHUTDOWN);
    let hops = route.as_path.0.iter().map(|segment| match segment {
        AsPathSegment::As(asn) => asn.0.to_string(),
        AsPathSegment::Set(_) => "{}".to_owned(),
    });
    Accepted {
        communities,
        large_communities: route.large_communities.clone(),
        as_path: hops.collect::<Vec<_>>().join(" "),
        local_preference: if going { Some(0) } else { route.local_preference },
        med: route.med.unwrap_or(0),
    }
}

/// Asks the program about this one route, and says what is wrong with the answer.
fn asked(program: &Program<'_>, route: &Route, decision: &Decision, counts: &mut Counts) -> Option<String> {
    if !route.large_communities.is_empty() {
        // Questions are about routes as Microsoft sends them: without.
        return None;
    }
    let hops = route.as_path.0.iter().filter_map(|segment| match segment {
        AsPathSegment::As(asn) => Some(*asn),
        AsPathSegment::Set(_) => None,
    });
    let path = PathLanguage {
        first: hops.collect(),
        without: Vec::new(),
        open: false,
    };
    let present: Vec<Community> = route.communities.iter().copied().collect();
    let question = Question {
        prefixes: Prefixes::Exactly(&[route.prefix]),
        present: &present,
        optional: &[],
        others: Others::None,
        path: &path,
    };
    let mut ways = Vec::new();
    program.ways(&question, |way| {
        ways.push(way);
        Search::GoOn
    });
    let answer = program.ask(&question);
    let holds = match (answer.coverage, decision.verdict) {
        (Coverage::All, verdict) => verdict == RouteVerdict::Accept,
        (Coverage::None, verdict) => verdict == RouteVerdict::Reject,
        (Coverage::Some, _) => false,
        (Coverage::Unsure, RouteVerdict::Unsure) => true,
        (Coverage::Unsure, _) => {
            counts.open += 1;
            true
        }
    };
    // A question does not tell the MED and the origin; where they do not matter there is one way.
    let preference = match (ways.as_slice(), decision.verdict) {
        ([way], RouteVerdict::Accept) if way.assumed.is_empty() && decision.route_is_certain => {
            way.local_preference == decision.route.local_preference
        }
        _ => true,
    };
    if holds && preference {
        return None;
    }
    Some(format!(
        "judge: {}\n  program: {:?}, {ways:?}",
        judged(decision),
        answer.coverage
    ))
}

fn told(real: Option<&Accepted>) -> String {
    match real {
        Some(accepted) => format!("accepts: {accepted}"),
        None => "rejects".to_owned(),
    }
}

fn judged(decision: &Decision) -> String {
    match decision.verdict {
        RouteVerdict::Accept => format!("accepts: {}", imported(&decision.route)),
        RouteVerdict::Reject => "rejects".to_owned(),
        RouteVerdict::Unsure => format!("unsure: {:?}", decision.because),
    }
}

fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(" ")
    }
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "communities {}, large {}, path {}, local preference {}, med {}",
            listed(&self.communities),
            listed(&self.large_communities),
            self.as_path,
            listed(self.local_preference),
            self.med
        )
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "---- configuration\n{}---- route", self.config)?;
        match &self.route {
            Some(route) => writeln!(
                f,
                "{} {} origin {:?}",
                route.prefix,
                imported(route),
                route.origin
            )?,
            None => writeln!(f, "(any)")?,
        }
        write!(f, "---- FRR\n  {}\n---- pairlint\n  {}", self.frr, self.pairlint)
    }
}
