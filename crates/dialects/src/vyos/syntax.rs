//! The shapes of VyOS: blocks without semicolons, `set` commands, prompts and banners.

use crate::braces::{Capture, Command, Ending, Syntax};

/// VyOS documentation, "Command Line Interface: Configuration Mode".
pub(super) const SYNTAX: Syntax = Syntax {
    commands: &[
        ("set", Command::Set),
        ("delete", Command::Delete),
        ("edit", Command::Edit),
        ("top", Command::Top),
        ("show", Command::Show),
        ("commit", Command::Nothing),
        ("commit-confirm", Command::Nothing),
        ("configure", Command::Nothing),
        ("save", Command::Nothing),
        ("comment", Command::Nothing),
        ("run", Command::Nothing),
        ("exit", Command::Nothing),
        ("rename", Command::Unknown),
        ("copy", Command::Unknown),
        ("load", Command::Unknown),
        ("merge", Command::Unknown),
        ("up", Command::Unknown),
    ],
    modifiers: &[],
    quotes: b"\"'",
    ending: Ending::Line,
    capture,
};

/// Tells what a terminal and the file's trailer add from what the configuration says.
fn capture(line: &str) -> Capture<'_> {
    if line.starts_with("//") {
        return Capture::Noise;
    }
    match line.strip_prefix("[edit").and_then(|rest| rest.strip_suffix(']')) {
        Some(path) if path.is_empty() || path.starts_with(' ') => Capture::Within(path),
        _ => prompt(line).map_or(Capture::Text, Capture::Prompt),
    }
}

/// Returns the length of a prompt, `vyos@edge:~$ ` or `vyos@edge# `, that begins the line.
pub(super) fn prompt(line: &str) -> Option<usize> {
    let end = line.bytes().take(128).position(|b| matches!(b, b'$' | b'#'))?;
    let (user, host) = line.get(..end)?.split_once('@')?;
    let host = host.split(':').next().unwrap_or(host);
    let is_name = |name: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        !name.is_empty() && name.bytes().all(plain)
    };
    let ends = line.as_bytes().get(end + 1).is_none_or(|&b| b == b' ');
    (is_name(user) && is_name(host) && ends).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_and_banners_are_not_configuration() {
        assert_eq!(capture("vyos@edge:~$ show configuration"), Capture::Prompt(12));
        assert_eq!(capture("vyos@edge# set protocols"), Capture::Prompt(10));
        assert_eq!(capture("[edit protocols bgp]"), Capture::Within(" protocols bgp"));
        assert_eq!(capture("// Release version: 1.4.0"), Capture::Noise);
        assert_eq!(capture("description a@b"), Capture::Text);
    }
}
