//! What changed, in the order and the words in which people read it: kinds of routes that fare alike stand together.

use pairlint_eval::{Because, Route};
use pairlint_lint::diff::{Fate, FilterChange, Presence, RouteChange, SessionChange, Subject, Witness};
use pairlint_lint::verdicts::CommunityVerdict;
use pairlint_model::source::Span;

use super::Shown;

/// So many kinds of routes are named; more are counted.
const NAMED: usize = 8;

/// Routes that changed in the same way.
pub struct Group<'d> {
    /// `newly accepted`, `newly rejected`, `unsure`.
    pub what: &'static str,
    pub subjects: Vec<(&'d Subject, Option<&'d str>)>,
    pub before: CommunityVerdict,
    pub after: CommunityVerdict,
    pub witness: Option<&'d Witness>,
    pub because: &'d [Because],
}

/// Groups what a session does differently: what is newly rejected first, then what is newly accepted, then what is
/// not certain.
pub fn groups(routes: &[RouteChange]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for what in ["newly rejected", "newly accepted", "unsure"] {
        for change in routes {
            let witness = match what {
                "newly rejected" => change.lost.as_ref(),
                "newly accepted" => change.gained.as_ref(),
                _ => None,
            };
            let certain = change.lost.is_some() || change.gained.is_some();
            let wanted = match what {
                "unsure" => !certain,
                _ => witness.is_some(),
            };
            if !wanted {
                continue;
            }
            let subject = (&change.subject, change.meaning.as_deref());
            let same = groups.iter_mut().find(|group| {
                group.what == what
                    && (group.before, group.after) == (change.before, change.after)
                    && group.because == change.because.as_slice()
            });
            match same {
                Some(group) => group.subjects.push(subject),
                None => groups.push(Group {
                    what,
                    subjects: vec![subject],
                    before: change.before,
                    after: change.after,
                    witness,
                    because: &change.because,
                }),
            }
        }
    }
    groups
}

impl Group<'_> {
    /// The kinds of routes, each as its parts: the value that is code, and the words around it.
    pub fn names(&self) -> (Vec<(String, String)>, usize) {
        let name = |(subject, meaning): &(&Subject, Option<&str>)| match subject {
            Subject::Community(community) => {
                let meaning = meaning.map_or_else(String::new, |meaning| format!("({meaning})"));
                (community.to_string(), meaning)
            }
            Subject::Untagged => (String::new(), "routes without a community".to_owned()),
            Subject::DefaultRoute => (String::new(), "the default route".to_owned()),
            Subject::Private => (String::new(), "routes to private space".to_owned()),
            Subject::Other => (
                String::new(),
                "routes without a community that nobody announces".to_owned(),
            ),
        };
        let named: Vec<_> = self.subjects.iter().take(NAMED).map(name).collect();
        let more = self.subjects.len() - named.len();
        (named, more)
    }

    /// `12076:51003 (North Europe), 12076:51002 (West Europe) and 3 more`.
    pub fn words(&self) -> String {
        let (named, more) = self.names();
        let names: Vec<String> = named
            .into_iter()
            .map(|(code, words)| format!("{code} {words}").trim().to_owned())
            .collect();
        match more {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        }
    }
}

/// What happened to the session as a whole.
pub fn session_word(change: &SessionChange) -> &'static str {
    match (change.old, change.new) {
        (Presence::Absent, _) => "appeared",
        (_, Presence::Absent) => "vanished",
        (Presence::Inactive(_), Presence::Active(_)) => "became active",
        (Presence::Active(_), Presence::Inactive(_)) => "became inactive",
        _ => "changed",
    }
}

pub fn filter_word(change: &FilterChange) -> &'static str {
    match (change.old, change.new) {
        (Presence::Absent, _) => "appeared",
        (_, Presence::Absent) => "vanished",
        _ => "changed",
    }
}

/// `1.0.0.0/8 [12076:51003] path 12076`.
pub fn route(route: &Route) -> String {
    let communities: Vec<String> = route.communities.iter().map(ToString::to_string).collect();
    format!(
        "{} [{}] path {}",
        route.prefix,
        communities.join(" "),
        route.as_path
    )
}

/// A place, the text of its line, and what it did.
pub struct Line {
    pub place: String,
    pub text: String,
    pub effect: String,
}

impl Shown<'_> {
    pub fn place(&self, span: Span) -> (&str, usize) {
        let source = self.sources.get(span.source);
        (&source.name, source.line_of(span.start) + 1)
    }

    /// The line without its secrets; both sides know their own.
    pub fn text(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let line = source.line_of(span.start);
        let [old, new] = &self.secrets;
        let masked = old.masked_line(source, line);
        match masked.as_str() == source.line(line) {
            true => new.masked_line(source, line).trim().to_owned(),
            false => masked.trim().to_owned(),
        }
    }

    pub fn line(&self, span: Span, effect: impl Into<String>) -> Line {
        let (file, line) = self.place(span);
        Line {
            place: format!("{file}:{line}"),
            text: self.text(span),
            effect: effect.into(),
        }
    }

    /// The statements that decided.
    pub fn steps(&self, fate: &Fate) -> Vec<Line> {
        let steps = fate.steps.iter();
        steps
            .map(|step| self.line(step.span, step.effect.as_str()))
            .collect()
    }

    /// `the policy holds … (new/edge1.cfg:12: match foo)`.
    pub fn because(&self, because: &Because) -> String {
        match because.span {
            Some(span) => {
                let line = self.line(span, "");
                format!("{} ({}: {})", because.text, line.place, line.text)
            }
            None => because.text.clone(),
        }
    }

    /// The line that closes the report.
    pub fn summary(&self) -> String {
        let diff = self.diff;
        let counted = crate::output::counted;
        let compared = format!(
            "{} and {} compared",
            counted(diff.compared_sessions, "session"),
            counted(diff.compared_filters, "route filter")
        );
        if diff.is_empty() {
            return format!("no difference in behaviour: {compared}");
        }
        let mut parts = Vec::new();
        for (number, noun) in [
            (diff.sessions.len(), "session"),
            (diff.filters.len(), "route filter"),
            (diff.peerings.len(), "peering"),
        ] {
            if number > 0 {
                parts.push(counted(number, noun));
            }
        }
        let one = diff.sessions.len() + diff.filters.len() + diff.peerings.len() == 1;
        let verb = if one { "differs" } else { "differ" };
        format!("{} {verb}; {compared}", pairlint_lint::words::and(&parts))
    }
}
