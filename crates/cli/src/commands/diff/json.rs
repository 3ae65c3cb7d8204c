//! The differences for programs, schema `pairlint.diff/1`: see `docs/diff.md`.

use pairlint_eval::Because;
use pairlint_lint::diff::{Fate, FilterChange, PeeringChange, Presence, SessionChange, Subject, Witness};
use pairlint_model::source::Span;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;

/// Returns the JSON Schema of the report.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}

/// What two states of a network do differently.
#[derive(Serialize, JsonSchema)]
struct Report<'a> {
    /// Always `pairlint.diff/1`; new fields may appear within a version.
    schema: &'static str,
    tool: Tool,
    /// The paths that were compared.
    old: &'a str,
    new: &'a str,
    summary: Numbers,
    sessions: Vec<Session<'a>>,
    route_filters: Vec<Filter<'a>>,
    /// Which route filter stands at which Microsoft peering, and whether the peering is up.
    peerings: Vec<Peering<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Something differs or may differ; the exit code is 1 then.
    differs: bool,
    /// Found on both sides, per address family.
    compared_sessions: usize,
    compared_route_filters: usize,
}

/// A session to Microsoft in one address family.
#[derive(Serialize, JsonSchema)]
struct Session<'a> {
    /// `device[/vrf]/neighbor`.
    name: &'a str,
    #[schemars(extend("enum" = ["ipv4", "ipv6"]))]
    family: String,
    #[schemars(extend("enum" = ["absent", "inactive", "active"]))]
    old: &'static str,
    #[schemars(extend("enum" = ["absent", "inactive", "active"]))]
    new: &'static str,
    old_place: Option<Place>,
    new_place: Option<Place>,
    routes: Vec<Routes<'a>>,
    settings: Vec<Setting<'a>>,
    /// What may make a difference and is not interpreted.
    unsure: Vec<Reason>,
}

/// A kind of routes that fares differently.
#[derive(Serialize, JsonSchema)]
struct Routes<'a> {
    #[schemars(extend("enum" = ["community", "untagged", "default-route", "private", "other"]))]
    kind: &'static str,
    /// Where the kind is `community`.
    community: Option<String>,
    /// What the community stands for.
    name: Option<&'a str>,
    /// `all`, `some`, `none` or `unsure` of these routes are accepted.
    before: String,
    after: String,
    newly_accepted: Option<Example>,
    newly_rejected: Option<Example>,
    /// Whether there are others hangs on this.
    unsure: Vec<Reason>,
}

/// One concrete route and what becomes of it on both sides.
#[derive(Serialize, JsonSchema)]
struct Example {
    /// Null where no table knows a route with the community.
    prefix: Option<String>,
    communities: Vec<String>,
    as_path: String,
    old: Side,
    new: Side,
}

#[derive(Serialize, JsonSchema)]
struct Side {
    #[schemars(extend("enum" = ["accept", "reject", "unsure"]))]
    verdict: String,
    /// The lines that decided, in order; empty where the session or filter is not there.
    steps: Vec<Step>,
}

#[derive(Serialize, JsonSchema)]
struct Step {
    file: String,
    line: usize,
    text: String,
    effect: String,
}

#[derive(Serialize, JsonSchema)]
struct Setting<'a> {
    what: &'a str,
    old: &'a str,
    new: &'a str,
    old_place: Option<Place>,
    new_place: Option<Place>,
}

#[derive(Serialize, JsonSchema)]
struct Filter<'a> {
    name: &'a str,
    #[schemars(extend("enum" = ["absent", "present"]))]
    old: &'static str,
    #[schemars(extend("enum" = ["absent", "present"]))]
    new: &'static str,
    communities: Vec<Passing<'a>>,
    unsure: Vec<Reason>,
}

/// A community that only one state of the filter lets through.
#[derive(Serialize, JsonSchema)]
struct Passing<'a> {
    community: String,
    name: Option<&'a str>,
    newly_accepted: Option<Example>,
    newly_rejected: Option<Example>,
}

#[derive(Serialize, JsonSchema)]
struct Peering<'a> {
    circuit: &'a str,
    #[schemars(extend("enum" = ["ipv4", "ipv6"]))]
    family: String,
    old: &'a str,
    new: &'a str,
    old_place: Option<Place>,
    new_place: Option<Place>,
    /// The state of one side is not known.
    unsure: bool,
}

#[derive(Serialize, JsonSchema)]
struct Place {
    file: String,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
struct Reason {
    text: String,
    place: Option<Place>,
}

pub fn write(shown: &Shown<'_>) -> String {
    let diff = shown.diff;
    super::super::json(&Report {
        schema: "pairlint.diff/1",
        tool: Tool {
            name: "pairlint",
            version: env!("CARGO_PKG_VERSION"),
        },
        old: &shown.old,
        new: &shown.new,
        summary: Numbers {
            differs: !diff.is_empty(),
            compared_sessions: diff.compared_sessions,
            compared_route_filters: diff.compared_filters,
        },
        sessions: diff
            .sessions
            .iter()
            .map(|change| session(shown, change))
            .collect(),
        route_filters: diff.filters.iter().map(|change| filter(shown, change)).collect(),
        peerings: diff
            .peerings
            .iter()
            .map(|change| peering(shown, change))
            .collect(),
    })
}

fn place(shown: &Shown<'_>, span: Span) -> Place {
    let (file, line) = shown.place(span);
    Place {
        file: file.to_owned(),
        line,
    }
}

fn reasons(shown: &Shown<'_>, because: &[Because]) -> Vec<Reason> {
    let reason = |because: &Because| Reason {
        text: because.text.clone(),
        place: because.span.map(|span| place(shown, span)),
    };
    because.iter().map(reason).collect()
}

fn session<'a>(shown: &'a Shown<'_>, change: &'a SessionChange) -> Session<'a> {
    let state = |presence: Presence| match presence {
        Presence::Absent => "absent",
        Presence::Inactive(_) => "inactive",
        Presence::Active(_) => "active",
    };
    let routes = change.routes.iter().map(|change| Routes {
        kind: match change.subject {
            Subject::Community(_) => "community",
            Subject::Untagged => "untagged",
            Subject::DefaultRoute => "default-route",
            Subject::Private => "private",
            Subject::Other => "other",
        },
        community: match change.subject {
            Subject::Community(community) => Some(community.to_string()),
            _ => None,
        },
        name: change.meaning.as_deref(),
        before: change.before.to_string(),
        after: change.after.to_string(),
        newly_accepted: change.gained.as_ref().map(|witness| example(shown, witness)),
        newly_rejected: change.lost.as_ref().map(|witness| example(shown, witness)),
        unsure: reasons(shown, &change.because),
    });
    let settings = change.settings.iter().map(|setting| Setting {
        what: setting.what,
        old: &setting.old,
        new: &setting.new,
        old_place: setting.old_span.map(|span| place(shown, span)),
        new_place: setting.new_span.map(|span| place(shown, span)),
    });
    Session {
        name: &change.name,
        family: change.family.to_string(),
        old: state(change.old),
        new: state(change.new),
        old_place: change.old.span().map(|span| place(shown, span)),
        new_place: change.new.span().map(|span| place(shown, span)),
        routes: routes.collect(),
        settings: settings.collect(),
        unsure: reasons(shown, &change.unsure),
    }
}

fn example(shown: &Shown<'_>, witness: &Witness) -> Example {
    let side = |fate: &Fate| Side {
        verdict: fate.verdict.to_string(),
        steps: fate
            .steps
            .iter()
            .map(|known| step(shown, known.span, &known.effect))
            .collect(),
    };
    let route = &witness.route;
    Example {
        prefix: Some(route.prefix.to_string()),
        communities: route.communities.iter().map(ToString::to_string).collect(),
        as_path: route.as_path.to_string(),
        old: side(&witness.old),
        new: side(&witness.new),
    }
}

fn step(shown: &Shown<'_>, span: Span, effect: &str) -> Step {
    let (file, line) = shown.place(span);
    Step {
        file: file.to_owned(),
        line,
        text: shown.text(span),
        effect: effect.to_owned(),
    }
}

fn filter<'a>(shown: &'a Shown<'_>, change: &'a FilterChange) -> Filter<'a> {
    let state = |presence: Presence| match presence {
        Presence::Absent => "absent",
        _ => "present",
    };
    let communities = change.communities.iter().map(|entry| {
        let side = |span: Option<Span>, passes: bool| Side {
            verdict: if passes { "accept" } else { "reject" }.to_owned(),
            steps: span
                .map(|span| {
                    let effect = if passes {
                        "lets it through"
                    } else {
                        "does not list it"
                    };
                    step(shown, span, effect)
                })
                .into_iter()
                .collect(),
        };
        let example = Example {
            prefix: entry.prefix.map(|prefix| prefix.to_string()),
            communities: vec![entry.community.to_string()],
            as_path: "12076".to_owned(),
            old: side(entry.old, !entry.gained),
            new: side(entry.new, entry.gained),
        };
        let (newly_accepted, newly_rejected) = match entry.gained {
            true => (Some(example), None),
            false => (None, Some(example)),
        };
        Passing {
            community: entry.community.to_string(),
            name: entry.meaning.as_deref(),
            newly_accepted,
            newly_rejected,
        }
    });
    Filter {
        name: &change.name,
        old: state(change.old),
        new: state(change.new),
        communities: communities.collect(),
        unsure: reasons(shown, &change.unsure),
    }
}

fn peering<'a>(shown: &'a Shown<'_>, change: &'a PeeringChange) -> Peering<'a> {
    Peering {
        circuit: &change.circuit,
        family: change.family.to_string(),
        old: &change.old,
        new: &change.new,
        old_place: change.old_span.map(|span| place(shown, span)),
        new_place: change.new_span.map(|span| place(shown, span)),
        unsure: change.unsure,
    }
}
