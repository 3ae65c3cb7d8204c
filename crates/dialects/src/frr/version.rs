//! Which release a configuration is for, and what its header changes.

use super::syntax::{Command, Kind};
use crate::bgpd::Version;
use crate::bgpd::resolve::RequiresPolicy;
use crate::lines::Words;

/// The header of a configuration: `frr version 8.4.4`, `frr defaults traditional`.
#[derive(Default)]
pub(super) struct Header<'a> {
    release: Option<(u32, u32)>,
    version_line: Option<&'a str>,
    datacenter: Option<&'a str>,
}

impl<'a> Header<'a> {
    pub fn read(commands: &[Command<'a>]) -> Header<'a> {
        let mut header = Header::default();
        for command in commands.iter().filter(|command| command.kind == Kind::Global) {
            let mut words = Words::new(command.text);
            if words.eat("net") && words.eat("add") && words.eat("routing") {
                if words.eat("defaults") && words.eat("datacenter") {
                    header.datacenter = Some(command.text);
                }
                continue;
            }
            let mut words = Words::new(command.text);
            if !words.eat("frr") {
                continue;
            }
            match (words.next(), words.next()) {
                (Some("version"), Some(release)) => {
                    header.release = numbers(release);
                    header.version_line = Some(command.text);
                }
                (Some("defaults"), Some(profile)) => {
                    header.datacenter = (profile == "datacenter").then_some(command.text);
                }
                _ => {}
            }
        }
        header
    }

    /// The behaviours to read the text with. What changed between 8.4 and 10 changed in releases that were not
    /// observed, so those in between are read as both.
    pub fn versions(&self) -> &'static [Version] {
        match self.release {
            Some(release) if release <= (8, 4) => &[Version::V8],
            Some(release) if release >= (10, 0) => &[Version::V10],
            _ => &[Version::V8, Version::V10],
        }
    }

    /// RFC 8212 is on by default for the traditional profile from 7.4 on (FRR user guide,
    /// "bgp ebgp-requires-policy"; 7.5.1, 8.4.4 and 10.3 observed without a header).
    pub fn requires_policy(&self) -> RequiresPolicy<'a> {
        if let Some(line) = self.datacenter {
            return RequiresPolicy {
                required: false,
                line: Some(line),
            };
        }
        match (self.release, self.version_line) {
            (Some(release), line @ Some(_)) if release < (7, 4) => RequiresPolicy {
                required: false,
                line,
            },
            _ => RequiresPolicy {
                required: true,
                line: None,
            },
        }
    }
}

/// Reads `8.4.4`, `10.4-dev_git`, `7.2.1-sonic`.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let digits = |part: &str| {
        let end = part
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(part.len());
        part.get(..end)?.parse::<u32>().ok()
    };
    let mut parts = text.split('.');
    let major = digits(parts.next()?)?;
    Some((major, parts.next().and_then(digits).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases() {
        assert_eq!(numbers("8.4.4"), Some((8, 4)));
        assert_eq!(numbers("10.4-dev_git"), Some((10, 4)));
        assert_eq!(numbers("7.2.1-sonic"), Some((7, 2)));
        assert_eq!(numbers("10"), Some((10, 0)));
        assert_eq!(numbers("latest"), None);
    }
}
