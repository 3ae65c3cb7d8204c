//! Devices in a file, and what a terminal leaves around their lines.

use crate::lines::{Line, Lines};

/// The lines of one device.
#[derive(Default)]
pub(super) struct Capture<'a> {
    pub lines: Vec<Line<'a>>,
    /// From `hostname NAME`.
    pub hostname: Option<&'a str>,
    /// The name in a prompt.
    pub prompt: Option<&'a str>,
    /// Words that only begin a configuration were seen.
    begun: bool,
}

/// Splits a text where another device's configuration begins.
pub(super) fn devices(text: &str) -> Vec<Capture<'_>> {
    let mut done = Vec::new();
    let mut current = Capture::default();
    for line in Lines::new(text) {
        if line.text.is_empty() {
            continue;
        }
        let (prompt, line) = typed(line);
        let begins = ["Building configuration", "Current configuration", "frr version "]
            .iter()
            .any(|head| line.text.starts_with(head));
        let hostname = line.text.strip_prefix("hostname ").map(str::trim);
        let other_name = hostname.is_some_and(|name| current.hostname.is_some_and(|known| known != name));
        let other_prompt = prompt.is_some_and(|name| current.prompt.is_some_and(|known| known != name));
        let ended = current.lines.last().is_some_and(|last| last.text == "end");
        if other_name || other_prompt || (begins && (ended || current.begun) && !current.in_header()) {
            done.push(std::mem::take(&mut current));
        }
        current.begun |= begins;
        current.hostname = current.hostname.or(hostname);
        current.prompt = current.prompt.or(prompt);
        if !line.text.is_empty() {
            current.lines.push(line);
        }
    }
    done.push(current);
    done.retain(|capture| !capture.lines.is_empty());
    done
}

impl Capture<'_> {
    /// Nothing but the head of a configuration was seen so far.
    fn in_header(&self) -> bool {
        self.lines.iter().take(12).all(|line| {
            let text = line.text;
            text.starts_with(['!', '#'])
                || [
                    "Building", "Current", "frr ", "show ", "sh ", "vtysh", "sudo", "cat ",
                ]
                .iter()
                .any(|head| text.starts_with(head))
        }) && self.lines.len() <= 12
    }
}

/// Takes a prompt off: `leaf1(config-router)# neighbor …`, `cumulus@leaf1:~$ net add …`.
fn typed(line: Line<'_>) -> (Option<&str>, Line<'_>) {
    let Some((name, length)) = prompt(line.text) else {
        return (None, line);
    };
    let text = line.text.get(length..).unwrap_or("").trim_start();
    let line = Line {
        text,
        indent: line.indent,
    };
    (Some(name), line)
}

/// Returns the host's name and the length of a prompt that begins the line.
fn prompt(text: &str) -> Option<(&str, usize)> {
    let end = text
        .bytes()
        .take(80)
        .position(|b| matches!(b, b'#' | b'>' | b'$' | b' '))?;
    let (before, sign) = (text.get(..end)?, text.as_bytes().get(end)?);
    let follows = text.as_bytes().get(end + 1).is_none_or(|&b| b == b' ');
    if before.is_empty() || *sign == b' ' || !follows {
        return None;
    }
    let shell = before.split_once('@');
    let name = match shell {
        Some((_, rest)) => rest.split(':').next().unwrap_or(rest),
        None if *sign == b'$' => return None,
        None => match before.split_once('(') {
            Some((name, mode)) => Some(name).filter(|_| mode.starts_with("config") && mode.ends_with(')'))?,
            None => before,
        },
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (!name.is_empty() && name.bytes().all(plain)).then_some((name, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts() {
        let check = |text, expected| assert_eq!(prompt(text).map(|(name, _)| name), expected, "{text}");
        check("leaf1# show running-config", Some("leaf1"));
        check("leaf1(config-router)# neighbor 192.0.2.2", Some("leaf1"));
        check("cumulus@leaf01:mgmt:~$ net show", Some("leaf01"));
        check("leaf1#", Some("leaf1"));
        check("# a comment", None);
        check("description a# b", None);
        check("neighbor 192.0.2.2 remote-as 1", None);
        check("price$ 5", None);
    }

    #[test]
    fn devices_of_one_file() {
        let names = |text| -> Vec<_> {
            devices(text)
                .into_iter()
                .map(|c| c.hostname.or(c.prompt))
                .collect()
        };
        assert_eq!(
            names("frr version 8.4\nhostname a\nend\nfrr version 8.4\nhostname b\n"),
            [Some("a"), Some("b")]
        );
        assert_eq!(
            names(
                "a# show running-config\nBuilding configuration...\n\nCurrent configuration:\n!\nfrr version 8.4\nhostname a\n"
            ),
            [Some("a")]
        );
        assert_eq!(names("router bgp 1\n"), [None]);
        assert_eq!(names("\n"), Vec::<Option<&str>>::new());
    }
}
