//! The differences for the eyes.

use pairlint_eval::Because;
use pairlint_lint::diff::{Fate, FilterChange, PeeringChange, SessionChange, SettingChange, Witness};
use pairlint_model::source::Span;

use super::Shown;
use super::view::{self, Line};
use crate::output::{Look, printable};

/// Lines longer than that do not push the effects of the others to the right.
const WIDEST: usize = 60;

pub fn write(shown: &Shown<'_>, look: Look, quiet: bool) -> String {
    let arrow = if look.unicode { "→" } else { "->" };
    let writer = Writer { shown, arrow };
    let mut text = String::new();
    // Sessions that change in the same way stand together: the two of a circuit usually do.
    let mut sessions: Vec<(Vec<String>, &str, String)> = Vec::new();
    for change in &shown.diff.sessions {
        let mut body = String::new();
        writer.session(change, &mut body);
        let word = view::session_word(change);
        let name = format!("{} {}", change.name, change.family);
        let same = sessions
            .iter_mut()
            .find(|(_, other, known)| *other == word && *known == body);
        match same {
            Some((names, ..)) => names.push(name),
            None => sessions.push((vec![name], word, body)),
        }
    }
    for (names, word, body) in sessions {
        let noun = if names.len() == 1 { "session" } else { "sessions" };
        text.push_str(&format!("{noun} {}: {word}\n{body}\n", names.join(", ")));
    }
    for change in &shown.diff.filters {
        writer.filter(change, &mut text);
        text.push('\n');
    }
    for change in &shown.diff.peerings {
        writer.peering(change, &mut text);
        text.push('\n');
    }
    if !quiet {
        text.push_str(&shown.summary());
        text.push('\n');
    }
    printable(&text, if look.unicode { '\u{fffd}' } else { '?' })
}

struct Writer<'s, 'a> {
    shown: &'s Shown<'a>,
    arrow: &'static str,
}

impl Writer<'_, '_> {
    fn session(&self, change: &SessionChange, text: &mut String) {
        if view::session_word(change) != "changed" {
            let spans = [("old", change.old.span()), ("new", change.new.span())];
            self.places(&spans, text);
        }
        for setting in &change.settings {
            self.setting(setting, text);
        }
        for group in view::groups(&change.routes) {
            let coverage = format!("{} {} {}", group.before, self.arrow, group.after);
            text.push_str(&format!("  {}: {}: {coverage}\n", group.what, group.words()));
            if let Some(witness) = group.witness {
                self.witness(witness, text);
            }
            self.because(group.because, text);
        }
        self.unsure(&change.unsure, text);
    }

    fn unsure(&self, because: &[Because], text: &mut String) {
        if !because.is_empty() {
            text.push_str("  unsure whether the routes are the same\n");
            self.because(because, text);
        }
    }

    fn because(&self, because: &[Because], text: &mut String) {
        for reason in because {
            text.push_str(&format!("    hangs on: {}\n", self.shown.because(reason)));
        }
    }

    fn setting(&self, setting: &SettingChange, text: &mut String) {
        let (old, new) = (&setting.old, &setting.new);
        text.push_str(&format!("  {}: {old} {} {new}\n", setting.what, self.arrow));
        self.places(&[("old", setting.old_span), ("new", setting.new_span)], text);
    }

    fn places(&self, spans: &[(&str, Option<Span>)], text: &mut String) {
        for (side, span) in spans {
            let Some(span) = span else { continue };
            let line = self.shown.line(*span, "");
            text.push_str(&format!("    {side}: {}  {}\n", line.place, line.text));
        }
    }

    fn witness(&self, witness: &Witness, text: &mut String) {
        text.push_str(&format!("    for example {}\n", view::route(&witness.route)));
        let sides: [(&str, &Fate); 2] = [("old", &witness.old), ("new", &witness.new)];
        let lines = sides.map(|(_, fate)| self.shown.steps(fate));
        let all = || lines.iter().flatten();
        let width = |part: fn(&Line) -> &str| all().map(|line| part(line).chars().count()).max().unwrap_or(0);
        let place_width = width(|line| &line.place);
        let line_width = width(|line| &line.text).min(WIDEST);
        for ((side, fate), lines) in sides.iter().zip(&lines) {
            let absent = if lines.is_empty() {
                " (it is not there)"
            } else {
                ""
            };
            text.push_str(&format!("      {side}: {}{absent}\n", fate.verdict));
            for line in lines {
                text.push_str(&format!(
                    "        {:place_width$}  {:line_width$}  {} {}\n",
                    line.place, line.text, self.arrow, line.effect
                ));
            }
        }
    }

    fn filter(&self, change: &FilterChange, text: &mut String) {
        let word = view::filter_word(change);
        text.push_str(&format!("route filter {}: {word}\n", change.name));
        for (gained, title) in [(false, "no longer lets through"), (true, "newly lets through")] {
            for community in change.communities.iter().filter(|entry| entry.gained == gained) {
                let meaning = community.meaning.as_ref();
                let meaning = meaning.map_or_else(String::new, |meaning| format!(" ({meaning})"));
                text.push_str(&format!("  {title} {}{meaning}\n", community.community));
                if let Some(prefix) = community.prefix {
                    text.push_str(&format!(
                        "    for example {prefix} [{}] path 12076\n",
                        community.community
                    ));
                }
                self.places(&[("old", community.old), ("new", community.new)], text);
            }
        }
        self.unsure(&change.unsure, text);
    }

    fn peering(&self, change: &PeeringChange, text: &mut String) {
        let unsure = if change.unsure { "unsure: " } else { "" };
        text.push_str(&format!(
            "circuit {} {}: {unsure}{} {} {}\n",
            change.circuit, change.family, change.old, self.arrow, change.new
        ));
        self.places(&[("old", change.old_span), ("new", change.new_span)], text);
    }
}
