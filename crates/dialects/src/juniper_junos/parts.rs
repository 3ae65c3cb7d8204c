//! Several devices in one file: where each one's text stands.

use std::ops::Range;

use memchr::memchr;

use pairlint_model::source::{Source, Spanned};

use super::syntax::prompt;

/// The text of one device.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The host that prompts name.
    pub prompt: Option<Spanned<String>>,
    pub ranges: Vec<Range<usize>>,
}

/// A stretch of text that is one device's.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch<'a> {
    start: usize,
    prompt: Option<&'a str>,
    host_name: Option<&'a str>,
    has_version: bool,
}

impl<'a> Stretch<'a> {
    /// What tells its device from others.
    fn identity(&self) -> Option<&'a str> {
        self.host_name.or(self.prompt)
    }
}

/// Returns the devices of a file: another prompt, another `host-name`, or a second `version` begins another
/// device, unless it goes by the same name.
pub(super) fn parts(source: &Source) -> Vec<Part> {
    let text = source.text();
    let stretches = stretches(text);
    let mut parts: Vec<(Option<&str>, Part)> = Vec::new();
    for (index, stretch) in stretches.iter().enumerate() {
        let end = stretches.get(index + 1).map_or(text.len(), |next| next.start);
        let identity = stretch.identity();
        let known = parts
            .iter_mut()
            .find(|(other, _)| identity.is_some() && *other == identity);
        let range = stretch.start..end;
        match known {
            Some((_, part)) => part.ranges.push(range),
            None => {
                let prompt = stretch.prompt.map(|host| source.spanned(host, host.to_owned()));
                let ranges = vec![range];
                parts.push((identity, Part { prompt, ranges }));
            }
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut stretch = Stretch::default();
    // The line at the margin that what follows stands under, where it is `system {`.
    let mut system = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or(rest);
        let is_indented = line.starts_with([' ', '\t']);
        if let Some(host) = host_of_prompt(line) {
            let before = stretch.prompt.or(stretch.host_name);
            if before.is_some_and(|before| before != host) {
                found.push(stretch);
                stretch = Stretch {
                    start: at,
                    ..Stretch::default()
                };
            }
            stretch.prompt.get_or_insert(host);
            system = None;
        } else if is_version(line) {
            if stretch.has_version {
                found.push(stretch);
                stretch = Stretch {
                    start: at,
                    prompt: stretch.prompt,
                    ..Stretch::default()
                };
            }
            stretch.has_version = true;
            system = None;
        } else if let Some((name, start)) = host_name(line, at, system) {
            if stretch.host_name.is_some_and(|before| before != name) {
                found.push(stretch);
                stretch = Stretch {
                    start,
                    ..Stretch::default()
                };
            }
            stretch.host_name = Some(name);
        } else if !is_indented && !line.trim_end().is_empty() {
            system = line.starts_with("system {").then_some(at);
        }
        at += length;
    }
    found.push(stretch);
    found
}

/// Returns the host of `user@host> ` at the start of a line.
fn host_of_prompt(line: &str) -> Option<&str> {
    let length = prompt(line)?;
    let (_, host) = line.get(..length - 1)?.split_once('@')?;
    Some(host)
}

/// `version 22.4R3.11;` at the margin, or `set version 22.4R3.11`.
fn is_version(line: &str) -> bool {
    let value = line
        .strip_prefix("version ")
        .or_else(|| line.strip_prefix("set version "));
    value.is_some_and(|value| value.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns the name that a line gives the device, and where the device's text would begin.
fn host_name(line: &str, at: usize, system: Option<usize>) -> Option<(&str, usize)> {
    let (value, start) = match line.strip_prefix("set system host-name ") {
        Some(value) => (value, at),
        None => (line.trim_start().strip_prefix("host-name ")?, system?),
    };
    let name = value.trim().trim_end_matches(';').trim_matches('"');
    (!name.is_empty()).then_some((name, start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlint_model::source::SourceId;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new(SourceId(0), "x", text);
        let found: Vec<String> = parts(&source)
            .iter()
            .map(|part| part.ranges.iter().map(|range| &text[range.clone()]).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_device_is_one_part() {
        check("", &[""]);
        check("policy-options { }\n", &["policy-options { }\n"]);
        let twice = "ops@a> show\nversion 1;\nsystem {\n    host-name a;\n}\nops@a> show\nset version 1\nset system host-name a\n";
        check(twice, &[twice]);
        let engines = "groups {\n    re0 {\n        system {\n            host-name a0;\n        }\n    }\n}\nsystem {\n    host-name a;\n}\n";
        check(engines, &[engines]);
    }

    #[test]
    fn names_prompts_and_versions_tell_devices_apart() {
        check(
            "set system host-name a\nset x\nset system host-name b\nset y\n",
            &[
                "set system host-name a\nset x\n",
                "set system host-name b\nset y\n",
            ],
        );
        check(
            "version 1;\nsystem {\n    host-name a;\n}\nversion 2;\nsystem {\n    host-name b;\n}\n",
            &[
                "version 1;\nsystem {\n    host-name a;\n}\n",
                "version 2;\nsystem {\n    host-name b;\n}\n",
            ],
        );
        check(
            "ops@a> show\nx;\nops@b> show\ny;\n",
            &["ops@a> show\nx;\n", "ops@b> show\ny;\n"],
        );
        check(
            "ops@a> show\nx;\nops@b> show\ny;\nops@a# show\nz;\n",
            &["ops@a> show\nx;\nops@a# show\nz;\n", "ops@b> show\ny;\n"],
        );
        check(
            "system {\n host-name a;\n}\nx;\nsystem {\n host-name b;\n}\n",
            &["system {\n host-name a;\n}\nx;\n", "system {\n host-name b;\n}\n"],
        );
    }
}
