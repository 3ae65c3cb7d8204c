//! The differences as a comment on a pull request: a short table, with the routes that show them folded.

use std::fmt::Write;

use pairlint_lint::diff::{Fate, Presence, Witness};

use super::Shown;
use super::view;
use crate::output::counted;
use crate::output::markup::{code, markdown, preformatted};

/// GitHub takes comments of 65,536 characters.
const LONGEST: usize = 60_000;

/// A line of the table, and what is folded under it.
struct Entry {
    what: String,
    object: String,
    routes: String,
    before: String,
    after: String,
    /// Plain text.
    details: String,
}

pub fn write(shown: &Shown<'_>) -> String {
    let mut out = String::from("### pairlint: changes of behaviour\n\n");
    let _ = writeln!(out, "{}", markdown(&shown.summary()));
    let entries = merged(entries(shown));
    if entries.is_empty() {
        return out;
    }
    out.push_str("\n| | where | what | before | after |\n|---|---|---|---|---|\n");
    let mut left = entries.len();
    for entry in &entries {
        let row = format!(
            "| {} | {} | {} | {} | {} |\n",
            entry.what, entry.object, entry.routes, entry.before, entry.after
        );
        if out.len() + row.len() > LONGEST / 2 {
            break;
        }
        out.push_str(&row);
        left -= 1;
    }
    if left > 0 {
        let _ = writeln!(out, "\nand {}", counted(left, "more line"));
    }
    for entry in entries.iter().filter(|entry| !entry.details.is_empty()) {
        let details = format!(
            "\n<details><summary>{} {}: {}</summary>\n\n{}\n\n</details>\n",
            entry.object,
            entry.what,
            entry.routes,
            preformatted(&entry.details)
        );
        if out.len() + details.len() > LONGEST {
            out.push_str("\nFurther details are left out.\n");
            break;
        }
        out.push_str(&details);
    }
    out
}

/// Puts objects together that change in the same way: the two sessions of a circuit usually do.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        let same = merged.iter_mut().find(|other| {
            (&other.what, &other.routes, &other.before, &other.after)
                == (&entry.what, &entry.routes, &entry.before, &entry.after)
                && !entry.details.is_empty()
                && other.details == entry.details
        });
        match same {
            Some(other) => {
                other.object.push_str(", ");
                other.object.push_str(&entry.object);
            }
            None => merged.push(entry),
        }
    }
    merged
}

fn entries(shown: &Shown<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let places = |spans: &[(&str, Option<pairlint_model::source::Span>)]| -> String {
        let mut text = String::new();
        for (side, span) in spans {
            if let Some(span) = span {
                let line = shown.line(*span, "");
                let _ = writeln!(text, "{side}: {}  {}", line.place, line.text);
            }
        }
        text
    };
    let because = |reasons: &[pairlint_eval::Because]| -> String {
        let reasons = reasons
            .iter()
            .map(|reason| format!("hangs on: {}\n", shown.because(reason)));
        reasons.collect()
    };
    let state = |presence: Presence| {
        match presence {
            Presence::Absent => "not there",
            Presence::Inactive(_) => "inactive",
            Presence::Active(_) => "active",
        }
        .to_owned()
    };
    for change in &shown.diff.sessions {
        let object = format!("{} {}", code(&change.name), change.family);
        let word = view::session_word(change);
        if word != "changed" {
            entries.push(Entry {
                what: word.to_owned(),
                object: object.clone(),
                routes: "the session".to_owned(),
                before: state(change.old),
                after: state(change.new),
                details: places(&[("old", change.old.span()), ("new", change.new.span())]),
            });
        }
        for setting in &change.settings {
            entries.push(Entry {
                what: "changed".to_owned(),
                object: object.clone(),
                routes: setting.what.to_owned(),
                before: markdown(&setting.old),
                after: markdown(&setting.new),
                details: places(&[("old", setting.old_span), ("new", setting.new_span)]),
            });
        }
        for group in view::groups(&change.routes) {
            let (named, more) = group.names();
            let names = named
                .iter()
                .map(|(value, words)| format!("{} {}", code(value), markdown(words)).trim().to_owned());
            let mut routes = names.collect::<Vec<_>>().join(", ");
            if more > 0 {
                let _ = write!(routes, " and {more} more");
            }
            let witness = group
                .witness
                .map_or_else(String::new, |found| witness(shown, found));
            entries.push(Entry {
                what: group.what.to_owned(),
                object: object.clone(),
                routes,
                before: group.before.to_string(),
                after: group.after.to_string(),
                details: format!("{witness}{}", because(group.because)),
            });
        }
        if !change.unsure.is_empty() {
            entries.push(unsure(object, because(&change.unsure)));
        }
    }
    for change in &shown.diff.filters {
        let object = format!("route filter {}", code(&change.name));
        let word = view::filter_word(change);
        let there = |presence: Presence| {
            if presence.is_active() {
                "there"
            } else {
                "not there"
            }
            .to_owned()
        };
        if word != "changed" {
            entries.push(Entry {
                what: word.to_owned(),
                object: object.clone(),
                routes: "the filter".to_owned(),
                before: there(change.old),
                after: there(change.new),
                details: places(&[("old", change.old.span()), ("new", change.new.span())]),
            });
        }
        for entry in &change.communities {
            let meaning = entry.meaning.as_ref();
            let meaning = meaning.map_or_else(String::new, |meaning| format!(" ({})", markdown(meaning)));
            let passes = |passes: bool| if passes { "passes" } else { "does not pass" }.to_owned();
            let what = if entry.gained {
                "newly accepted"
            } else {
                "newly rejected"
            };
            let route = entry.prefix.map_or_else(String::new, |prefix| {
                format!("for example {prefix} [{}] path 12076\n", entry.community)
            });
            let lines = places(&[("old", entry.old), ("new", entry.new)]);
            entries.push(Entry {
                what: what.to_owned(),
                object: object.clone(),
                routes: format!("{}{meaning}", code(&entry.community.to_string())),
                before: passes(!entry.gained),
                after: passes(entry.gained),
                details: format!("{route}{lines}"),
            });
        }
        if !change.unsure.is_empty() {
            entries.push(unsure(object, because(&change.unsure)));
        }
    }
    for change in &shown.diff.peerings {
        entries.push(Entry {
            what: if change.unsure { "unsure" } else { "changed" }.to_owned(),
            object: format!("circuit {} {}", code(&change.circuit), change.family),
            routes: "Microsoft peering".to_owned(),
            before: markdown(&change.old),
            after: markdown(&change.new),
            details: places(&[("old", change.old_span), ("new", change.new_span)]),
        });
    }
    entries
}

fn unsure(object: String, details: String) -> Entry {
    Entry {
        what: "unsure".to_owned(),
        object,
        routes: "whether the routes are the same".to_owned(),
        before: String::new(),
        after: String::new(),
        details,
    }
}

fn witness(shown: &Shown<'_>, witness: &Witness) -> String {
    let mut text = format!("for example {}\n", view::route(&witness.route));
    let sides: [(&str, &Fate); 2] = [("old", &witness.old), ("new", &witness.new)];
    for (side, fate) in sides {
        let _ = writeln!(text, "{side}: {}", fate.verdict);
        for line in shown.steps(fate) {
            let _ = writeln!(text, "  {}  {}  -> {}", line.place, line.text, line.effect);
        }
    }
    text
}
