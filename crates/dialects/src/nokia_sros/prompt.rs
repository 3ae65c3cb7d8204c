//! What a terminal adds: banners that say where the user stands, prompts, and what was typed after them.

use crate::braces::Word;

/// What a typed command does to the text that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// It prints configuration, or nothing (`info`, `admin display-config`, `exit`).
    Prints,
    /// It prints something else (`show router bgp summary`).
    Other,
    Statement,
}

/// Reads `[ex:/configure router "Base"]`, `(gl)[configure policy-options]` or `[]`: the path below `configure`, or
/// `None` where it is not a place of the configuration.
pub(super) fn banner(line: &str) -> Option<Option<&str>> {
    let line = line.trim_start_matches(['*', '!']);
    let line = match line.strip_prefix('(') {
        Some(rest) => rest.split_once(')').filter(|(mode, _)| mode.len() == 2)?.1,
        None => line,
    };
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let path = match inner.split_once(':') {
        Some((mode, path)) if ["ex", "gl", "pr", "ro"].contains(&mode) => path,
        _ => inner,
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(Some(""));
    }
    if let Some(rest) = path.strip_prefix("configure") {
        return (rest.is_empty() || rest.starts_with(' ')).then_some(Some(rest));
    }
    let first = path.split(' ').next().unwrap_or("");
    [
        "admin",
        "bof",
        "clear",
        "debug",
        "environment",
        "file",
        "li",
        "show",
        "state",
        "tools",
    ]
    .contains(&first)
    .then_some(None)
}

/// Splits `*A:pe1>config>router>bgp# info` into the path below `config` and the command. MD-CLI prompts
/// (`A:admin@pe1# info`) have no path of their own.
pub(super) fn prompt(line: &str) -> Option<(Option<&str>, &str)> {
    let rest = line.trim_start_matches(['*', '!']);
    let mut bytes = rest.bytes();
    let (slot, colon) = (bytes.next()?, bytes.next()?);
    if !matches!(slot, b'A'..=b'D') || colon != b':' {
        return None;
    }
    let end = rest
        .bytes()
        .take(200)
        .position(|b| matches!(b, b'#' | b'$' | b' '))?;
    if rest.as_bytes().get(end) == Some(&b' ') {
        return None;
    }
    let host = rest.get(2..end)?;
    let command = rest.get(end + 1..)?.trim_start();
    match host.split_once('>') {
        Some((_, path)) => {
            let path = path
                .strip_prefix("config")
                .or_else(|| path.strip_prefix("configure"));
            Some((path.or(Some("")), command))
        }
        None if host.contains('@') => Some((None, command)),
        None => Some((Some(""), command)),
    }
}

/// Blocks with a name, which classic prompts leave out.
const NAMED: [&str; 11] = [
    "as-path",
    "as-path-group",
    "community",
    "entry",
    "group",
    "ies",
    "interface",
    "neighbor",
    "policy-statement",
    "prefix-list",
    "vprn",
];

/// Returns the words of a classic path, `>router>bgp>group`. What has a name there goes by the word itself.
pub(super) fn context(path: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let quoted = true;
    for part in path.split('>').filter(|part| !part.is_empty()) {
        words.push(Word {
            text: part,
            quoted: false,
        });
        match part {
            "router" => words.push(Word { text: "Base", quoted }),
            _ if NAMED.contains(&part) => words.push(Word { text: part, quoted }),
            _ => {}
        }
    }
    words
}

pub(super) fn typed(command: &str) -> Typed {
    match command.split(' ').next().unwrap_or("") {
        "" | "admin" | "abort" | "back" | "begin" | "commit" | "compare" | "discard" | "edit-config"
        | "exclusive" | "exit" | "global" | "info" | "private" | "quit-config" | "top" | "validate" => {
            Typed::Prints
        }
        "clear" | "debug" | "environment" | "file" | "history" | "logout" | "monitor" | "oam" | "ping"
        | "show" | "ssh" | "telnet" | "tools" | "traceroute" | "bof" | "state" => Typed::Other,
        _ => Typed::Statement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banners() {
        assert_eq!(banner("[]"), Some(Some("")));
        assert_eq!(
            banner("[gl:configure policy-options]"),
            Some(Some(" policy-options"))
        );
        assert_eq!(
            banner("*(ex)[/configure router \"Base\"]"),
            Some(Some(" router \"Base\""))
        );
        assert_eq!(banner("[ex:/configure]"), Some(Some("")));
        assert_eq!(banner("[/show]"), Some(None));
        assert_eq!(banner("[\"A\" \"B\"]"), None);
        assert_eq!(banner("policy [A]"), None);
    }

    #[test]
    fn prompts() {
        assert_eq!(prompt("A:admin@pe1# info"), Some((None, "info")));
        assert_eq!(
            prompt("*A:pe1>config>router>bgp# info"),
            Some((Some(">router>bgp"), "info"))
        );
        assert_eq!(prompt("A:pe1#"), Some((Some(""), "")));
        assert_eq!(prompt("A: text # more"), None);
        assert_eq!(prompt("address 192.0.2.1/30"), None);
        let words: Vec<_> = context(">router>bgp>group")
            .iter()
            .map(|word| word.text)
            .collect();
        assert_eq!(words, ["router", "Base", "bgp", "group", "group"]);
    }
}
