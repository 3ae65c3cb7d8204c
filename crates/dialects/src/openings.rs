//! Whether a text may be a router's: what is not is known by the first words of its lines.
//!
//! Every line that tells a platform begins with one of the words below, or with what a terminal or a tool writes in
//! front. A text without such a line is in none of their languages, and need not be held against the tables of each.

use memchr::{memchr, memchr2, memmem};

/// As far as any platform's own look reaches, its last line included.
const LOOKED_AT: usize = (1 << 20) + 4096;
/// A trailer may name the release behind what is looked at.
const TRAILER: usize = 4096;
/// No look goes further into a line.
const LONGEST_LINE: usize = 256 * 1024;

/// In order, and in lower case.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "aaa", "access-list", "acl", "action-type", "activate", "address-family", "advertise-all-vni", "af-group", "agentx",
    "apply", "as-path", "as-path-list", "as-path-set", "asa", "asdm", "bgp", "bgp-community", "boot",
    "boot-start-marker", "call-home", "community-list", "community-set", "config", "configure", "copp", "current",
    "daemon", "deactivate", "delete", "deviceconfig", "echo", "enable", "end-global", "end-policy", "end-set", "entry",
    "exit-peer-policy", "exit-peer-session", "extcommunity-set", "feature", "frr", "goto", "if-match", "inherit",
    "install", "interface", "ip", "ipv4", "ipv4-family", "ipv4-unicast", "ipv6", "ipv6-family", "ipv6-unicast",
    "large-community-list", "large-community-set", "limit-resource", "line", "log", "logical-systems", "management",
    "match", "maximum-paths", "mgt-config", "mlag", "multilink", "named-entry", "nameif", "names", "neighbor",
    "neighbor-group", "net", "no", "object", "on-match", "pager", "password", "peer", "peer-filter", "policy-list",
    "policy-options", "policy-statement", "prefix", "prefix-list", "prefix-list6", "prefix-set", "protocols",
    "remote-as", "remove-private-as", "route-map", "route-policy", "router", "routing-instances", "routing-options",
    "rule", "same-security-traffic", "security-level", "send-community-ebgp", "service", "session-group", "set",
    "sub-route-map", "sysname", "system-as", "template", "threat-detection", "transceiver", "undo", "use", "username",
    "vdc", "version", "vlan", "vprn", "vrf", "xpl",
];

/// In front of a block that is set apart; what is behind another colon is a value.
const MARKED: &[&str] = &["inactive", "protect", "replace"];

/// What tools write into comments.
const HEADS: &[&str] = &[
    "RANCID",
    "## Last c",
    "# TiMOS-",
    " by RouterOS ",
    "config-version",
];

/// What a configuration in JSON has.
const FORMS: &[&str] = &["\"cmds\"", "\"bgp\""];

fn holds(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Whether a line begins as one of a router's may. In doubt it does.
pub(crate) fn may_be_of_a_router(text: &str) -> bool {
    let head = up_to(text, LOOKED_AT);
    // A terminal drew over lines, or files were joined within one.
    if memchr2(0x08, 0x1b, head.as_bytes()).is_some()
        || memmem::find(head.as_bytes(), "\u{feff}".as_bytes()).is_some()
    {
        return true;
    }
    let tail = text
        .get(text.len().saturating_sub(TRAILER)..)
        .filter(|_| head.len() < text.len());
    lines(head).chain(tail.into_iter().flat_map(lines)).any(may_tell)
        || (head.trim_start().starts_with('{') && FORMS.iter().any(|word| holds(head, word)))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or("");
        rest = rest.get(end + 1..).unwrap_or("");
        Some(line)
    })
}

fn up_to(text: &str, length: usize) -> &str {
    let mut end = text.len().min(length);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn may_tell(line: &str) -> bool {
    let line = up_to(line.trim(), LONGEST_LINE);
    begins(line)
        || memchr(b'\r', line.as_bytes()).is_some()
        // A prompt with blanks in it: `firewall (global) # config router bgp`.
        || (memchr(b'#', line.as_bytes()).is_some()
            && line.split_once(" # ").is_some_and(|(_, command)| begins(command.trim_start())))
}

fn begins(line: &str) -> bool {
    let bytes = line.as_bytes();
    let second = bytes.get(1).copied().unwrap_or(b' ');
    match bytes.first() {
        None | Some(b'"') => return false,
        Some(b'!' | b':' | b'<') => return true,
        Some(b'#' | b'*' | b'/') if HEADS.iter().any(|head| line.contains(head)) => return true,
        Some(b'/') if second.is_ascii_alphabetic() => return true,
        // Prompts and places; not a list of another language.
        Some(b'[' | b'(') => {
            return second.is_ascii_graphic() && !matches!(second, b'"' | b'\'' | b'[' | b']' | b'{' | b',');
        }
        // A pager's prompt.
        Some(b'-') if line.starts_with("--More--") => return true,
        Some(_) => {}
    }
    // A prompt ends so, and has a name in it.
    let end = memchr2(b' ', b'\t', bytes).unwrap_or(bytes.len());
    let word = line.get(..end).unwrap_or("");
    let named = word.trim_start_matches('#');
    if memchr::memchr3(b'#', b'>', b'$', named.as_bytes()).is_some()
        || memchr(b'%', named.as_bytes()).is_some()
        || (memchr(b'(', named.as_bytes()).is_some() && named.contains("(config"))
    {
        return true;
    }
    let part_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let end = bytes
        .iter()
        .position(|byte| !part_of_word(byte))
        .unwrap_or(bytes.len());
    let word = bytes.get(..end).unwrap_or_default();
    match bytes.get(end) {
        None | Some(b' ' | b'\t' | b'{' | b';') => is_among(WORDS, word),
        Some(b':') => is_among(MARKED, word),
        Some(_) => false,
    }
}

/// The words are in order, so those with the first letter stand together.
fn is_among(words: &[&str], word: &[u8]) -> bool {
    let Some(letter) = word.first().map(u8::to_ascii_lowercase) else {
        return false;
    };
    let start = words.partition_point(|other| other.as_bytes().first() < Some(&letter));
    let candidates = words.get(start..).unwrap_or_default();
    candidates
        .iter()
        .take_while(|other| other.as_bytes().first() == Some(&letter))
        .any(|other| other.as_bytes().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(WORDS.is_sorted() && MARKED.is_sorted());
        assert!(WORDS.iter().all(|word| *word == word.to_ascii_lowercase()));
    }

    /// Of every pattern in the tables of evidence that can speak for a platform, a line that fits it.
    #[test]
    fn every_line_that_proves_a_platform_begins_so() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).expect("the sources").flatten() {
            let Ok(text) = std::fs::read_to_string(entry.path().join("detect.rs")) else {
                continue;
            };
            for line in text.lines() {
                let line = line
                    .trim_start()
                    .trim_start_matches("(Sign::")
                    .trim_start_matches('(');
                if !line.starts_with("Own,") && !line.starts_with("Shared,") {
                    continue;
                }
                let pattern = line
                    .split_once('"')
                    .and_then(|(_, rest)| rest.rsplit_once("\"),"));
                let pattern = pattern.expect("a pattern").0.replace("\\\"", "\"");
                let (first, rest) = pattern.split_once(' ').unwrap_or((&pattern, ""));
                for choice in first.split('|') {
                    let word = match choice {
                        "*" => "word".to_owned(),
                        "#" => "1".to_owned(),
                        choice => choice.replace('~', ""),
                    };
                    let line = format!("  {word} {}\r\n", rest.replace('$', ""));
                    assert!(may_be_of_a_router(&line), "{}: {line}", entry.path().display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 250, "{seen} lines");
    }

    #[test]
    fn what_terminals_and_tools_write() {
        for text in [
            "[admin@edge] > /ip address print",
            "/routing/bgp",
            "*A:pe1>config>router# info",
            "A:admin@pe1# info",
            "[gl:/configure policy-options]",
            "(ex)[configure]",
            "<R1> display current-configuration",
            "[~R1-bgp] peer 192.0.2.1",
            "edge1(config-router)#neighbor 192.0.2.1",
            "RP/0/RSP0/CPU0:edge1#show run",
            "vyos@edge:~$ show",
            "ops@ce1> show",
            "firewall (global) # config router bgp",
            "inactive: policy-options {",
            "protocols{",
            "## Last commit: 2026-01-01",
            "# by hand, RANCID-CONTENT-TYPE: juniper",
            "// vyos-config-version: \"bgp@4\"",
            "x\x08y",
            "a\rb",
            "--More-- router bgp 1",
        ] {
            assert!(may_be_of_a_router(text), "{text}");
        }
        let late = format!("{}// vyos-config-version: \"bgp@4\"\n", "x\n".repeat(1 << 20));
        assert!(may_be_of_a_router(&late));
    }

    #[test]
    fn what_others_write() {
        for text in [
            "",
            "---\napiVersion: v1\nkind: Service\nspec:\n  - name: web\n    service: x\n",
            "{\n  \"set\": [\n    {\n      \"router\": 1\n    },\n    [\"a\"]\n  ]\n}\n",
            "# How\n\n## To\n\nThe router is set.\n* one\n",
            "export function step(input) {\n  return input;\n}\n// a comment\n",
            "2026-03-12T10:00:00Z INFO worker 1\n",
            "#!/bin/sh\naz network list\n",
        ] {
            assert!(!may_be_of_a_router(text), "{text}");
        }
        assert!(!may_be_of_a_router(&"x".repeat(3 << 20)));
    }
}
