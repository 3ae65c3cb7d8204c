//! What a terminal wrote around configurations: prompts, time stamps, output of other commands, several devices.

use std::collections::BTreeMap;

use crate::lines::{Line, Lines, Words};

/// The configuration lines of one device, in file order.
#[derive(Debug, Default)]
pub(super) struct Capture<'a> {
    /// The name in front of `#`.
    pub prompt: Option<&'a str>,
    pub hostname: Option<&'a str>,
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
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next() {
        reader.line(line);
        if let Some(end) = banner_end(&line, &lines) {
            lines = end;
        }
    }
    reader.devices
}

struct Reader<'a> {
    devices: Vec<Capture<'a>>,
    by_name: BTreeMap<&'a str, usize>,
    now: usize,
    /// Whether what comes is configuration, not the output of another command.
    showing: bool,
    /// The last line was typed at a configuration prompt.
    typed: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            return;
        }
        if let Some((name, mode, command)) = prompt(line.text) {
            self.enter(name);
            self.command(mode, command);
            return;
        }
        if !self.showing || line.text.starts_with("Building configuration") || is_time_stamp(line.text) {
            return;
        }
        if line.text.starts_with("% ") || line.text == "^" {
            // The device refused what was typed, so it is not part of its configuration.
            if line.text != "^" && std::mem::take(&mut self.typed) {
                self.lines().pop();
            }
            return;
        }
        self.typed = false;
        if let Some(name) = hostname(line.text) {
            self.hostname(name);
        }
        self.lines().push(line);
    }

    fn command(&mut self, mode: Option<&'a str>, command: &'a str) {
        let mut words = Words::new(command);
        if mode.is_none() || words.eat("do") {
            self.typed = false;
            self.showing = words.is_empty() || shows_configuration(words);
            return;
        }
        let text = words.rest();
        self.showing = !words.eat("show") || shows_configuration(Words::new(text));
        if text.is_empty() || !self.showing || text.starts_with("show") {
            return;
        }
        if let Some(name) = hostname(text) {
            self.by_name.insert(name, self.now);
            self.devices_now().hostname = Some(name);
        }
        self.typed = true;
        self.lines().push(Line { text, indent: 0 });
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
        self.devices_now().prompt.get_or_insert(name);
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
        // The header that names the system stands above the host name.
        let header = self.lines().pop_if(|line| line.text.starts_with("!!"));
        self.now = self.devices.len();
        self.devices.push(Capture::default());
        self.lines().extend(header);
    }

    /// `now` is only ever set to an index that exists.
    fn devices_now(&mut self) -> &mut Capture<'a> {
        &mut self.devices[self.now]
    }

    fn lines(&mut self) -> &mut Vec<Line<'a>> {
        &mut self.devices_now().lines
    }
}

fn hostname(text: &str) -> Option<&str> {
    let mut words = Words::new(text);
    if words.eat("hostname") { words.only() } else { None }
}

/// Reads `RP/0/RSP0/CPU0:edge1(config-bgp)#neighbor …` or `edge1#show run`: the name, the mode, and what was typed.
pub(super) fn prompt(text: &str) -> Option<(&str, Option<&str>, &str)> {
    let near = text.get(..text.len().min(120)).or_else(|| text.get(..100))?;
    let after_place = match near.strip_prefix("RP/") {
        // The place of the route processor, which answers: `RP/0/RP0/CPU0:`.
        Some(_) => text.split_once(':')?.1,
        None => text,
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = after_place.find(|c: char| !named(c)).filter(|end| *end <= 63)?;
    let (name, rest) = after_place.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(inside) = rest.strip_prefix('(') {
        let (mode, command) = inside.split_once(")#")?;
        return (mode.starts_with("config") && mode.len() <= 60).then_some((name, Some(mode), command));
    }
    Some((name, None, rest.strip_prefix('#')?))
}

fn shows_configuration(mut words: Words<'_>) -> bool {
    match words.next() {
        Some(word) if "show".starts_with(word) && word.len() > 1 => {
            let what = words.next().unwrap_or("");
            let shown = ["running-config", "startup-config", "configuration"];
            what.len() > 1 && (shown.iter().any(|name| name.starts_with(what)) || what == "rpl")
        }
        Some(word) => word.len() > 3 && "configure".starts_with(word),
        None => false,
    }
}

/// `Thu Nov 26 10:20:30.123 UTC`, which the system writes above each answer.
fn is_time_stamp(text: &str) -> bool {
    let days = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];
    let digits = |word: &str| word.split(':').count() == 3 && word.starts_with(|c: char| c.is_ascii_digit());
    days.iter().any(|day| text.starts_with(day)) && text.split_whitespace().nth(3).is_some_and(digits)
}

/// Longer banners are not skipped; what stands in them is then read as commands and not understood.
const LONGEST_BANNER: usize = 500;

/// Returns the lines after a banner's closing delimiter, if the line opens one that closes.
fn banner_end<'a>(line: &Line<'a>, ahead: &Lines<'a>) -> Option<Lines<'a>> {
    let mut words = line.words();
    if !words.eat("banner") {
        return None;
    }
    words.next()?;
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

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let devices = devices(text);
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
    fn prompts_and_output() {
        check(
            "RP/0/RSP0/CPU0:edge1#show run router bgp\nThu Nov 26 10:20:30.123 UTC\nrouter bgp 65001\n!\n\
             RP/0/RSP0/CPU0:edge1#show bgp summary\nBGP router identifier 10.0.0.1\n",
            &[("edge1", &["router bgp 65001", "!"])],
        );
        check(
            "RP/0/RP0/CPU0:a(config)#route-policy X\nRP/0/RP0/CPU0:a(config-rpl)#pas\n% Invalid input detected\n\
             RP/0/RP0/CPU0:a(config-rpl)#pass\nRP/0/RP0/CPU0:a(config-rpl)#end-policy\nRP/0/RP0/CPU0:a(config)#show configuration\n\
             Building configuration...\nend\nRP/0/RP0/CPU0:a(config)#commit\n",
            &[("a", &["route-policy X", "pass", "end-policy", "end", "commit"])],
        );
    }

    #[test]
    fn hostnames_separate_devices() {
        check(
            "!! IOS XR Configuration 7.3\nhostname a\nx\n!! IOS XR Configuration 7.3\nhostname b\ny\n",
            &[
                ("a", &["!! IOS XR Configuration 7.3", "hostname a", "x"]),
                ("b", &["!! IOS XR Configuration 7.3", "hostname b", "y"]),
            ],
        );
        check("", &[("", &[])]);
    }
}
