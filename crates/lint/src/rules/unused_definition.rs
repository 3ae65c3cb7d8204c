//! `unused-definition`: a policy or list that nothing in its file uses.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Device, Owner};
use pairlint_model::source::Source;

use super::Rule;
use crate::Context;
use crate::hygiene::{Definition, coverage, definitions};
use crate::reach::reach_all;
use crate::session_findings::kind_and_name;
use crate::settings::Absence;

pub(super) static RULE: Rule = Rule {
    name: "unused-definition",
    severity: Severity::Note,
    summary: "nothing in the file uses a policy or list",
    page: include_str!("../../../../docs/rules/unused-definition.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if cx.settings.absence == Absence::NamedFiles {
        return;
    }
    for (index, device) in cx.network.devices.iter().enumerate() {
        if device.fragment || coverage(cx, index).is_none() {
            continue;
        }
        let mut unused = definitions(device);
        let families = device.neighbors.iter().flat_map(|neighbor| &neighbor.families);
        let used = reach_all(device, families.flat_map(|family| [&family.import, &family.export])).used;
        unused.retain(|owner, _| !used.contains(owner));
        keep_unnamed(cx.sources.get(device.source), &mut unused);
        found.extend(unused.iter().map(|(owner, definition)| finding(device, owner, definition)));
    }
}

/// Keeps the definitions whose names stand nowhere in the text but where they are defined: whatever a line means that
/// names one, an interface's or a redistribution's, it may be a use.
fn keep_unnamed(source: &Source, unused: &mut BTreeMap<Owner, Definition<'_>>) {
    let text = source.text();
    // The lines that belong to each definition, and how they begin up to its name.
    let mut own_lines: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    unused.retain(|_, definition| {
        let name = definition.name;
        let plain = !name.value.is_empty() && !name.value.contains(is_separator);
        if !plain {
            return false;
        }
        // A name that a reader made up, or that stands elsewhere, proves nothing.
        let written = source.slice(name.span);
        if !written.trim_matches(is_separator).eq_ignore_ascii_case(&name.value) {
            return false;
        }
        let lines = own_lines.entry(name.value.to_ascii_lowercase()).or_default();
        for span in &definition.spans {
            let last = source.line_of(span.end.saturating_sub(1).max(span.start));
            lines.extend(source.line_of(span.start)..=last);
        }
        true
    });
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        for word in line.split(is_separator).filter(|word| !word.is_empty()) {
            let Some((name, lines)) = own_lines.get_key_value(&word.to_ascii_lowercase()) else { continue };
            if !lines.contains(&number) {
                named.insert(name.clone());
            }
        }
    }
    unused.retain(|_, definition| !named.contains(&definition.name.value.to_ascii_lowercase()));
}

fn is_separator(sign: char) -> bool {
    sign.is_whitespace() || "\"'`()[]{}<>,;:=&|!@".contains(sign)
}

fn finding(device: &Device, owner: &Owner, definition: &Definition<'_>) -> Diagnostic {
    let what = kind_and_name(owner);
    RULE.at(format!("nothing in this configuration uses {what}"))
        .label(definition.name.span, "defined here, and named nowhere else")
        .help("remove it, or attach it where it was meant to be")
        .object(format!("{}/{}", device.name, definition.name.value))
        .identity(format!("{}/{what}", device.name).to_lowercase())
}
