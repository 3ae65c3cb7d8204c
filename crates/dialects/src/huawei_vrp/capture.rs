//! What a terminal wrote around configurations: prompts, answers of the device, several devices.

use std::collections::BTreeMap;

use crate::lines::{Line, Lines, Words};

/// The configuration lines of one device, in file order.
#[derive(Debug, Default)]
pub(super) struct Capture<'a> {
    /// The name between `<` and `>`.
    pub prompt: Option<&'a str>,
    pub sysname: Option<&'a str>,
    /// A header or a closing `return` was seen.
    pub whole: bool,
    pub lines: Vec<Line<'a>>,
}

/// Separates a text into its devices. There is always at least one, which may be empty.
pub(super) fn devices(text: &str) -> Vec<Capture<'_>> {
    let mut reader = Reader {
        devices: vec![Capture::default()],
        by_name: BTreeMap::new(),
        now: 0,
        showing: true,
        typed: false,
    };
    for line in Lines::new(text) {
        reader.line(line);
    }
    reader.devices
}

struct Reader<'a> {
    devices: Vec<Capture<'a>>,
    by_name: BTreeMap<&'a str, usize>,
    now: usize,
    /// Whether what comes is configuration, not the output of another command.
    showing: bool,
    /// The last line was typed at a prompt of the system view.
    typed: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            return;
        }
        if let Some((name, command)) = user_prompt(line.text) {
            self.enter(name, |device| &mut device.prompt);
            self.showing = shows(command);
            self.typed = false;
            return;
        }
        if let Some(command) = system_prompt(line.text) {
            self.showing = shows(command);
            self.typed = self.showing && !command.is_empty() && !command.starts_with("display");
            if self.typed {
                self.take(Line {
                    text: command,
                    indent: 0,
                });
            }
            return;
        }
        let text = line.text;
        if text.starts_with("Info:") || text.starts_with("Warning:") {
            return;
        }
        if text.starts_with("Error:") || text.starts_with("% ") {
            // The device refused what was typed before.
            if std::mem::take(&mut self.typed)
                && let Some(device) = self.devices.get_mut(self.now)
            {
                device.lines.pop();
            }
            return;
        }
        self.typed = false;
        if self.showing {
            self.take(line);
        }
    }

    fn take(&mut self, line: Line<'a>) {
        let mut words = line.words();
        match words.next() {
            Some("sysname") => {
                if let Some(name) = words.next() {
                    self.enter(name, |device| &mut device.sysname);
                }
            }
            Some("return") if words.is_empty() => self.whole(),
            Some("!Software" | "version") => self.whole(),
            _ => {}
        }
        if let Some(device) = self.devices.get_mut(self.now) {
            device.lines.push(line);
        }
    }

    fn whole(&mut self) {
        if let Some(device) = self.devices.get_mut(self.now) {
            device.whole = true;
        }
    }

    /// Goes on with the device of that name; a new one begins where the present one has another.
    fn enter(&mut self, name: &'a str, slot: for<'c> fn(&'c mut Capture<'a>) -> &'c mut Option<&'a str>) {
        let known = self.by_name.get(name).copied();
        let other = self.devices.get(self.now).is_some_and(|device| {
            let own = device.sysname.or(device.prompt);
            own.is_some_and(|own| own != name)
        });
        if let Some(known) = known {
            self.now = known;
        } else if other {
            self.devices.push(Capture::default());
            self.now = self.devices.len() - 1;
        }
        self.by_name.insert(name, self.now);
        if let Some(device) = self.devices.get_mut(self.now) {
            *slot(device) = Some(name);
        }
    }
}

/// Reads `<R1>` or `<R1> display current-configuration`.
fn user_prompt(text: &str) -> Option<(&str, &str)> {
    let (name, command) = text.strip_prefix('<')?.split_once('>')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let is_name = name.bytes().all(plain) && name.bytes().any(|b| b.is_ascii_alphanumeric());
    let command = command.trim();
    // A placeholder stands in front of further words of a line, not of a command.
    let first = command.split(' ').next().unwrap_or("");
    let commands = [
        "",
        "system-view",
        "sys",
        "save",
        "quit",
        "screen-length",
        "terminal",
    ];
    (is_name && (commands.contains(&first) || first.starts_with("dis"))).then_some((name, command))
}

/// Reads `[R1-bgp] peer …`, `[~R1]`, `[*R1-bgp-af-ipv4]`.
fn system_prompt(text: &str) -> Option<&str> {
    let (name, command) = text.strip_prefix('[')?.split_once(']')?;
    (!name.is_empty() && !name.contains(' ')).then_some(command.trim())
}

/// Whether what follows a command is configuration.
fn shows(command: &str) -> bool {
    let mut words = Words::new(command);
    if !words.next().is_some_and(|word| word.starts_with("dis")) {
        return true;
    }
    words
        .next()
        .is_some_and(|word| word.starts_with("cu") || word.starts_with("th") || word.starts_with("sa"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(Option<&str>, &[&str])]) {
        let devices = devices(text);
        let found: Vec<_> = devices
            .iter()
            .map(|device| {
                let lines: Vec<&str> = device.lines.iter().map(|line| line.text).collect();
                (device.sysname.or(device.prompt), lines)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, lines)| (*name, lines.to_vec()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn prompts_and_answers() {
        check(
            "<ams>display bgp peer\n 192.0.2.2 4 12076\n<ams>display current-configuration\n#\nbgp 1\n<ams>",
            &[(Some("ams"), &["#", "bgp 1"])],
        );
        check(
            "<ams> system-view\nEnter system view, return user view with return command.\n[~ams] bgp 1\n\
             [*ams-bgp] peer 192.0.2.2 as-nmber 2\nError: Unrecognized command.\n[*ams-bgp] quit\n",
            &[(
                Some("ams"),
                &[
                    "Enter system view, return user view with return command.",
                    "bgp 1",
                    "quit",
                ],
            )],
        );
    }

    #[test]
    fn several_devices() {
        check(
            "sysname a\nbgp 1\nsysname b\nbgp 2\n",
            &[
                (Some("a"), &["sysname a", "bgp 1"]),
                (Some("b"), &["sysname b", "bgp 2"]),
            ],
        );
    }
}
