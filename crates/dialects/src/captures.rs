//! What a terminal wrote around configurations: prompts, output of other commands, banners, several devices.

use std::collections::BTreeMap;

use crate::atoms::keyword;
use crate::lines::{Line, Lines, Words};

/// The configuration lines of one device, in file order.
#[derive(Debug, Default)]
pub(crate) struct Capture<'a> {
    /// The name in front of `#` or `>`.
    pub prompt: Option<&'a str>,
    pub hostname: Option<&'a str>,
    pub lines: Vec<Line<'a>>,
}

/// What the command lines of platforms do not have in common.
pub(crate) struct Terminal {
    /// The commands that name the device.
    pub hostnames: &'static [&'static str],
    /// Returns the lines after a banner, if the line opens one that closes.
    pub banner_end: for<'a> fn(&Line<'a>, &Lines<'a>) -> Option<Lines<'a>>,
}

/// Separates a text into its devices. There is always at least one, which may be empty.
///
/// A new device begins where a prompt or a `hostname` names another one.
pub(crate) fn devices<'t>(text: &'t str, terminal: &Terminal) -> Vec<Capture<'t>> {
    read(text, terminal, u32::MAX).unwrap_or_default()
}

/// The same, but `None` where so many lines end like a program's or a braced configuration's: then the rest need not
/// be read to know that these are no commands.
pub(crate) fn unless_braced<'t>(text: &'t str, terminal: &Terminal, most: u32) -> Option<Vec<Capture<'t>>> {
    read(text, terminal, most)
}

/// So many such lines are no accident.
pub(crate) const BRACED: u32 = 3;

/// Whether no command ends so.
pub(crate) fn is_braced(line: &str) -> bool {
    line.ends_with(['{', ';']) || line == "}"
}

fn read<'t>(text: &'t str, terminal: &Terminal, most: u32) -> Option<Vec<Capture<'t>>> {
    let mut reader = Reader {
        braced: 0,
        hostnames: terminal.hostnames,
        devices: vec![Capture::default()],
        by_name: BTreeMap::new(),
        now: 0,
        showing: true,
        typed: None,
    };
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next() {
        reader.line(line);
        if let Some(end) = (terminal.banner_end)(&line, &lines) {
            lines = end;
        }
        if reader.braced >= most {
            return None;
        }
    }
    Some(reader.devices)
}

struct Reader<'a> {
    /// Lines, not typed at a prompt, that end as no command does.
    braced: u32,
    hostnames: &'static [&'static str],
    devices: Vec<Capture<'a>>,
    by_name: BTreeMap<&'a str, usize>,
    now: usize,
    /// Whether what comes is configuration, not the output of another command.
    showing: bool,
    /// The last line, where it was typed at a configuration prompt: the prompt and the command.
    typed: Option<(&'a str, &'a str)>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            return;
        }
        if let Some(prompt) = Prompt::read(line.text) {
            return self.prompt(prompt);
        }
        if let Some(name) = label(line.text) {
            self.typed = None;
            self.showing = true;
            return self.enter(name);
        }
        if !self.showing {
            return;
        }
        if OUTPUT.iter().any(|output| line.text.starts_with(output)) {
            self.showing = false;
            return;
        }
        if line.text.starts_with("% ") || line.text == "^" {
            // The device refused what was typed, so it is not part of its configuration.
            if line.text != "^" && self.typed.take().is_some() {
                self.lines().pop();
            }
            return;
        }
        self.typed = None;
        if let Some(name) = hostname(line.text, self.hostnames) {
            self.hostname(name);
        }
        self.braced = self.braced.saturating_add(u32::from(is_braced(line.text)));
        self.lines().push(line);
    }

    fn prompt(&mut self, prompt: Prompt<'a>) {
        self.enter(prompt.name);
        let mut words = Words::new(prompt.command);
        if prompt.mode.is_none() || words.eat("do") {
            self.typed = None;
            self.showing = words.is_empty() || shows_configuration(words);
            return;
        }
        self.showing = true;
        let command = words.rest();
        if command.is_empty() {
            return;
        }
        // A completed word is echoed twice: `set we`, then `set weight 1000`.
        let name = prompt.mode.unwrap_or("");
        if self
            .typed
            .is_some_and(|(mode, before)| mode == name && is_completion(before, command))
        {
            self.lines().pop();
        }
        if let Some(name) = hostname(command, self.hostnames) {
            self.by_name.insert(name, self.now);
            self.devices_now().hostname = Some(name);
        }
        self.typed = Some((name, command));
        self.lines().push(Line {
            text: command,
            indent: 0,
        });
    }

    /// Goes to the device of that prompt.
    fn enter(&mut self, name: &'a str) {
        if let Some(&known) = self.by_name.get(name) {
            self.now = known;
        } else {
            let device = self.devices_now();
            let same = device.prompt.is_none() && device.hostname.is_none_or(|hostname| hostname == name);
            if !same {
                self.begin();
            }
            self.by_name.insert(name, self.now);
        }
        let device = self.devices_now();
        device.prompt.get_or_insert(name);
    }

    fn hostname(&mut self, name: &'a str) {
        if self.devices_now().hostname.is_some_and(|known| known != name) {
            match self.by_name.get(name) {
                Some(&known) => self.now = known,
                None => self.begin(),
            }
        }
        self.by_name.insert(name, self.now);
        self.devices_now().hostname.get_or_insert(name);
    }

    fn begin(&mut self) {
        self.now = self.devices.len();
        self.devices.push(Capture::default());
    }

    /// `now` is only ever set to an index that exists.
    fn devices_now(&mut self) -> &mut Capture<'a> {
        &mut self.devices[self.now]
    }

    fn lines(&mut self) -> &mut Vec<Line<'a>> {
        &mut self.devices_now().lines
    }
}

/// Beginnings of what other commands print, for captures whose prompts were cut out.
const OUTPUT: &[&str] = &[
    "BGP table version is ",
    "BGP router identifier ",
    "BGP neighbor is ",
    "Codes: L - local",
];

/// Returns the name in a line like `CE2:`, by which documents head a device's part.
fn label(text: &str) -> Option<&str> {
    let name = text.strip_suffix(':')?;
    let plain = name.len() <= 32
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let telling = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    (plain && name.bytes().any(telling)).then_some(name)
}

fn hostname<'a>(text: &'a str, commands: &[&str]) -> Option<&'a str> {
    let mut words = Words::new(text);
    let named = commands.iter().any(|command| words.eat(command));
    words.only().filter(|_| named)
}

/// A prompt and what was typed after it: `edge1(config-router)#neighbor …`.
#[derive(Debug, PartialEq, Eq)]
struct Prompt<'a> {
    name: &'a str,
    /// `config-router`; none where commands are executed, not configured.
    mode: Option<&'a str>,
    command: &'a str,
}

impl<'a> Prompt<'a> {
    /// A host name has at most 63 characters (RFC 1035), a prompt some more.
    fn read(text: &'a str) -> Option<Prompt<'a>> {
        let named = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
        let bytes = text.as_bytes().get(..text.len().min(80))?;
        let end = bytes.iter().position(|&c| !named(c))?;
        let (name, rest) = text.split_at_checked(end)?;
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('(') {
            let close = inside.bytes().take(60).position(|c| c == b')')?;
            let (mode, rest) = inside.split_at_checked(close)?;
            let command = rest.strip_prefix(")#")?;
            let mode = mode.starts_with("config").then_some(mode)?;
            return Some(Prompt {
                name,
                mode: Some(mode),
                command,
            });
        }
        let command = match rest.strip_prefix('#') {
            Some(command) => command,
            // Without privileges there is little that can be typed; anything else is text with a `>` in it.
            None => rest.strip_prefix('>').filter(|command| {
                let word = Words::new(command).next().unwrap_or("");
                word.is_empty() || keyword(word, EXEC).is_some()
            })?,
        };
        Some(Prompt {
            name,
            mode: None,
            command,
        })
    }
}

#[rustfmt::skip]
const EXEC: &[&str] = &[
    "enable", "exit", "logout", "ping", "quit", "show", "ssh", "telnet", "terminal", "traceroute",
];

/// Whether the output of an executed command is configuration.
fn shows_configuration(mut words: Words<'_>) -> bool {
    match words.next().and_then(|word| keyword(word, EXEC_CONFIGURATION)) {
        Some("show") => {
            let what = words.next().unwrap_or("");
            let shown = ["running-config", "startup-config", "configuration"];
            what.len() > 1 && keyword(what, &shown).is_some()
        }
        Some(_) => true,
        None => false,
    }
}

const EXEC_CONFIGURATION: &[&str] = &["show", "more", "write", "configure"];

/// Whether a typed line is the beginning of the next one, with its last word unfinished.
fn is_completion(before: &str, after: &str) -> bool {
    let words = Words::new(before);
    words.count() <= 2
        && before.ends_with(|c: char| c.is_ascii_alphabetic())
        && after.strip_prefix(before).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        })
}

/// Longer banners are not skipped; what stands in them is then read as commands and not understood.
const LONGEST_BANNER: usize = 500;

/// Returns the lines after a banner's closing delimiter, if the line opens one of these kinds and it closes.
pub(crate) fn delimited_banner<'a>(line: &Line<'a>, ahead: &Lines<'a>, kinds: &[&str]) -> Option<Lines<'a>> {
    let mut words = line.words();
    if !words.eat("banner") {
        return None;
    }
    words.next().filter(|word| keyword(word, kinds).is_some())?;
    // `show` writes the control character as two: `^C`.
    let text = words.rest();
    let delimiter = match text.strip_prefix("^C") {
        Some(_) => "^C",
        None => text.get(..text.chars().next()?.len_utf8())?,
    };
    if text.get(delimiter.len()..)?.contains(delimiter) {
        return None;
    }
    let mut ahead = ahead.clone();
    (&mut ahead)
        .take(LONGEST_BANNER)
        .any(|line| line.text.contains(delimiter))
        .then_some(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Terminal = Terminal {
        hostnames: &["hostname"],
        banner_end: |line, ahead| delimited_banner(line, ahead, &["exec", "motd"]),
    };

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let devices = devices(text, &TERMINAL);
        let found: Vec<_> = devices
            .iter()
            .map(|device| {
                let name = device.hostname.or(device.prompt).unwrap_or("");
                (
                    name,
                    device.lines.iter().map(|line| line.text).collect::<Vec<_>>(),
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, lines)| (*name, lines.to_vec()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn output_of_other_commands_is_no_configuration() {
        check(
            "ce1#sh run\nrouter bgp 65001\n neighbor 192.0.2.1 remote-as 12076\n\nce1#sh ip bgp\n*> 10.0.0.0/8\nce1#\n",
            &[("ce1", &["router bgp 65001", "neighbor 192.0.2.1 remote-as 12076"])],
        );
        check(
            "ce1# ping 192.0.2.1\nrouter bgp 1\nce1#show run | s bgp\nend",
            &[("ce1", &["end"])],
        );
    }

    #[test]
    fn typed_commands_are_configuration() {
        check(
            "ce1(config)#route-map X permit 10\nce1(config-route-map)#set we\nce1(config-route-map)#set weight 1000\n\
             ce1(config-route-map)#match comunity 1\n                            ^\n% Invalid input detected at '^' marker.\n\
             ce1(config-route-map)#do sh run\nce1#clear ip bgp *\nnot this",
            &[("ce1", &["route-map X permit 10", "set weight 1000"])],
        );
        check(
            "r(config)#ip prefix-list A permit 10.0.0.0/8\nr(config)#ip prefix-list A permit 10.0.0.0/8 le 24",
            &[(
                "r",
                &[
                    "ip prefix-list A permit 10.0.0.0/8",
                    "ip prefix-list A permit 10.0.0.0/8 le 24",
                ],
            )],
        );
    }

    #[test]
    fn prompts_and_hostnames_separate_devices() {
        check(
            "R1#sh run\nhostname R1\na\nend\nR2#sh run\nhostname R2\nb\nR1#sh run\nc\n",
            &[
                ("R1", &["hostname R1", "a", "end", "c"]),
                ("R2", &["hostname R2", "b"]),
            ],
        );
        check(
            "hostname a\nx\nend\nhostname b\ny",
            &[("a", &["hostname a", "x", "end"]), ("b", &["hostname b", "y"])],
        );
        check("hostname a\nx\na#\n", &[("a", &["hostname a", "x"])]);
        check(
            "Router(config)#hostname R1\nR1(config)#end\n",
            &[("R1", &["hostname R1", "end"])],
        );
        check("x\nhostname a", &[("a", &["x", "hostname a"])]);
        check("", &[("", &[])]);
    }

    #[test]
    fn labels_and_output_without_prompts() {
        check(
            "R1:\nrouter bgp 1\n\nR2:\nrouter bgp 2\nBGP table version is 7\n*> 10.0.0.0/8\n",
            &[("R1", &["router bgp 1"]), ("R2", &["router bgp 2"])],
        );
        check("interfaces:\nend", &[("", &["interfaces:", "end"])]);
    }

    #[test]
    fn banners_are_skipped() {
        check(
            "banner exec ^C\nhostname x\nrouter bgp 1\n****^C\nhostname y",
            &[("y", &["banner exec ^C", "hostname y"])],
        );
        check(
            "banner motd #hello#\nhostname y",
            &[("y", &["banner motd #hello#", "hostname y"])],
        );
        check(
            "banner motd ^C\nhostname y",
            &[("y", &["banner motd ^C", "hostname y"])],
        );
    }

    #[test]
    fn what_is_no_prompt() {
        for text in [
            "neighbor <IP#2_used> remote-as 1",
            "####truncated",
            "a>b",
            "description to R1#2",
            "R1(backup)#x",
            "(config)#x",
            "10.0.0.0/8",
            "",
        ] {
            assert_eq!(Prompt::read(text), None, "{text}");
        }
        assert!(Prompt::read("SW2# sh run").is_some() && Prompt::read("edge-1>").is_some());
    }
}
