//! How traces are printed.

use pairlint_eval::{Decision, Route};
use pairlint_model::bgp::Origin;
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::policy::{PolicyChain, PolicyExpression, SessionFilter};
use pairlint_model::source::{Sources, Span};
use serde::Serialize;

use super::{Through, Traced};
use crate::args::Direction;
use crate::commands::json;
use crate::output::{Look, printable};
use crate::secrets::Secrets;

pub struct Shower<'a> {
    pub sources: &'a Sources,
    pub secrets: &'a Secrets,
}

#[derive(Serialize)]
struct TraceList<'a> {
    schema: &'static str,
    traces: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    device: &'a str,
    #[serde(flatten)]
    through: Named<'a>,
    family: String,
    direction: &'static str,
    verdict: &'static str,
    route: RouteEntry,
    /// False where what the route looks like afterwards hangs on something not known or not interpreted.
    route_is_certain: bool,
    steps: Vec<StepEntry<'a>>,
    /// What an unsure verdict hangs on.
    because: Vec<ReasonEntry<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Named<'a> {
    Session {
        neighbor: &'a str,
        vrf: Option<&'a str>,
        policies: Vec<String>,
    },
    Policy {
        policy: String,
        policies: &'a [String],
    },
    List {
        list: &'a str,
        kind: &'static str,
    },
}

#[derive(Serialize)]
struct RouteEntry {
    prefix: String,
    communities: Vec<String>,
    large_communities: Vec<String>,
    as_path: String,
    local_preference: Option<u32>,
    med: Option<u32>,
    origin: Option<&'static str>,
    weight: Option<u32>,
}

#[derive(Serialize)]
struct StepEntry<'a> {
    file: &'a str,
    line: usize,
    text: String,
    effect: &'a str,
}

#[derive(Serialize)]
struct ReasonEntry<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    text: &'a str,
}

impl Shower<'_> {
    pub fn json(&self, traces: &[Traced<'_>]) -> String {
        json(&TraceList {
            schema: "pairlint.trace/1",
            traces: traces.iter().map(|trace| self.entry(trace)).collect(),
        })
    }

    fn entry<'t>(&'t self, trace: &'t Traced<'_>) -> Entry<'t> {
        let decision = &trace.decision;
        let steps = decision.steps.iter().map(|step| {
            let (file, line) = self.place(step.span);
            StepEntry {
                file,
                line,
                text: self.line(step.span),
                effect: &step.effect,
            }
        });
        let because = decision.because.iter().map(|reason| {
            let place = reason.span.map(|span| self.place(span));
            ReasonEntry {
                file: place.map(|(file, _)| file),
                line: place.map(|(_, line)| line),
                text: &reason.text,
            }
        });
        Entry {
            device: &trace.device.name,
            through: match &trace.through {
                Through::Session(peer, chain) => Named::Session {
                    neighbor: &peer.address.value,
                    vrf: peer.vrf.as_ref().map(|vrf| vrf.value.as_str()),
                    policies: attached(chain),
                },
                Through::Policies(names) => Named::Policy {
                    policy: names.join(" "),
                    policies: names,
                },
                Through::List { kind, name } => Named::List { list: name, kind },
            },
            family: trace.family.to_string(),
            direction: direction(trace.direction),
            verdict: verdict(&trace.through, decision),
            route: route(&decision.route),
            route_is_certain: decision.route_is_certain && decision.verdict != RouteVerdict::Unsure,
            steps: steps.collect(),
            because: because.collect(),
        }
    }

    pub fn human(&self, traces: &[Traced<'_>], look: Look) -> String {
        let traces: Vec<String> = traces.iter().map(|trace| self.paragraph(trace, look)).collect();
        traces.join("\n")
    }

    fn paragraph(&self, trace: &Traced<'_>, look: Look) -> String {
        let decision = &trace.decision;
        let arrow = if look.unicode { "→" } else { "->" };
        let mut text = format!("{}\n", heading(trace));
        let mut rows: Vec<(String, String, &str)> = Vec::new();
        for step in &decision.steps {
            let (file, line) = self.place(step.span);
            rows.push((format!("{file}:{line}"), self.line(step.span), &step.effect));
        }
        let place_width = width(rows.iter().map(|row| &row.0));
        let line_width = width(rows.iter().map(|row| &row.1)).min(WIDEST);
        for (place, line, effect) in &rows {
            text.push_str(&format!(
                "  {place:place_width$}  {line:line_width$}  {arrow} {effect}\n"
            ));
        }
        text.push_str(&format!("  {}\n", verdict(&trace.through, decision)));
        for reason in &decision.because {
            let place = reason.span.map_or_else(String::new, |span| {
                let (file, line) = self.place(span);
                format!(" ({file}:{line}: {})", self.line(span))
            });
            text.push_str(&format!("    hangs on: {}{place}\n", reason.text));
        }
        let is_list = matches!(trace.through, Through::List { .. });
        if decision.verdict == RouteVerdict::Accept && !is_list {
            text.push_str(&format!("  {}\n", attributes(&decision.route)));
            if !decision.route_is_certain {
                text.push_str("  its attributes hang on something that is not known or not interpreted\n");
            }
        }
        printable(&text, if look.unicode { '\u{fffd}' } else { '?' })
    }

    fn place(&self, span: Span) -> (&str, usize) {
        let source = self.sources.get(span.source);
        (&source.name, source.line_of(span.start) + 1)
    }

    fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let line = self.secrets.masked_line(source, source.line_of(span.start));
        line.trim().to_owned()
    }
}

/// Lines longer than that do not push the effects of the others to the right.
const WIDEST: usize = 60;

fn width<'t>(texts: impl Iterator<Item = &'t String>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

fn heading(trace: &Traced<'_>) -> String {
    let device = &trace.device.name;
    let (family, direction) = (trace.family, direction(trace.direction));
    match &trace.through {
        Through::Session(peer, chain) => {
            let vrf = peer.vrf.as_ref();
            let vrf = vrf.map_or_else(String::new, |vrf| format!("{}/", vrf.value));
            let policies = match attached(chain) {
                names if names.is_empty() => "no policy".to_owned(),
                names => names.join(" "),
            };
            format!(
                "{device} {vrf}{} {family} {direction}: {policies}",
                peer.address.value
            )
        }
        Through::Policies(names) => format!("{device} {family} {direction}: policy {}", names.join(" ")),
        Through::List { kind, name } => format!("{device} {family}: {} {name}", kind.replace('-', " ")),
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
    }
}

fn verdict(through: &Through<'_>, decision: &Decision) -> &'static str {
    let is_list = matches!(through, Through::List { .. });
    match (decision.verdict, is_list) {
        (RouteVerdict::Accept, false) => "accept",
        (RouteVerdict::Reject, false) => "reject",
        (RouteVerdict::Accept, true) => "match",
        (RouteVerdict::Reject, true) => "no-match",
        (RouteVerdict::Unsure, _) => "unsure",
    }
}

fn route(route: &Route) -> RouteEntry {
    RouteEntry {
        prefix: route.prefix.to_string(),
        communities: route.communities.iter().map(ToString::to_string).collect(),
        large_communities: route.large_communities.iter().map(ToString::to_string).collect(),
        as_path: route.as_path.to_string(),
        local_preference: route.local_preference,
        med: route.med,
        origin: route.origin.map(|origin| match origin {
            Origin::Igp => "igp",
            Origin::Egp => "egp",
            Origin::Incomplete => "incomplete",
        }),
        weight: route.weight,
    }
}

fn attributes(given: &Route) -> String {
    let route = route(given);
    let mut parts = vec![route.prefix];
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            parts.push(format!("{name} {value}"));
        }
    };
    add("communities", route.communities.join(" "));
    add("large communities", route.large_communities.join(" "));
    add("AS path", route.as_path);
    let number = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
    add("local preference", number(route.local_preference));
    add("MED", number(route.med));
    add("origin", route.origin.unwrap_or_default().to_owned());
    add("weight", number(route.weight));
    format!("route {}", parts.join(", "))
}

/// What is attached to a session, in the order in which it is tried.
fn attached(chain: &PolicyChain) -> Vec<String> {
    let filters = chain.filters.iter().map(|filter| match &filter.value {
        SessionFilter::PrefixList { name, .. }
        | SessionFilter::AsPathList { name }
        | SessionFilter::AccessList { name, .. }
        | SessionFilter::CommunityList { name } => name.value.clone(),
        SessionFilter::Unsupported => "?".to_owned(),
    });
    filters.chain(chain.policies.iter().map(expression)).collect()
}

/// A policy expression in Junos's signs.
fn expression(given: &PolicyExpression) -> String {
    let joined = |parts: &[PolicyExpression], sign: &str| {
        let parts: Vec<String> = parts.iter().map(expression).collect();
        format!("({})", parts.join(sign))
    };
    match given {
        PolicyExpression::Policy(name) => name.value.clone(),
        PolicyExpression::And(parts) => joined(parts, " && "),
        PolicyExpression::Or(parts) => joined(parts, " || "),
        PolicyExpression::Not(part) => format!("!{}", expression(part)),
        PolicyExpression::Unsupported(_) => "?".to_owned(),
    }
}
