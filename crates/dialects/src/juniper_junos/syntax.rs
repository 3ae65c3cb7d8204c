//! The shapes of Junos: blocks with `;`, `set` commands, prompts and banners.

use crate::braces::{Capture, Command, Ending, Modifier, Syntax};

/// Junos CLI User Guide, "Configuration Mode Commands", and the marks that `show configuration` prints
/// before statements.
pub(super) const SYNTAX: Syntax = Syntax {
    commands: &[
        ("set", Command::Set),
        ("delete", Command::Delete),
        ("deactivate", Command::Deactivate),
        ("activate", Command::Activate),
        ("rename", Command::Rename),
        ("insert", Command::Insert),
        ("edit", Command::Edit),
        ("top", Command::Top),
        ("protect", Command::Nothing),
        ("unprotect", Command::Nothing),
        ("annotate", Command::Nothing),
        ("show", Command::Show),
        ("commit", Command::Nothing),
        ("configure", Command::Nothing),
        ("quit", Command::Nothing),
        ("run", Command::Nothing),
        ("rollback", Command::Nothing),
        ("load", Command::Unknown),
        ("copy", Command::Unknown),
        ("replace", Command::Unknown),
        ("wildcard", Command::Unknown),
        ("exit", Command::Unknown),
        ("up", Command::Unknown),
    ],
    modifiers: &[
        ("inactive:", Modifier::Inactive),
        ("active:", Modifier::Active),
        ("replace:", Modifier::Replace),
        ("delete:", Modifier::Delete),
        ("protect:", Modifier::Nothing),
        ("unprotect:", Modifier::Nothing),
    ],
    quotes: b"\"",
    ending: Ending::Semicolon,
    capture,
};

/// Tells what a terminal adds from what the configuration says.
fn capture(line: &str) -> Capture<'_> {
    match line.bytes().next() {
        Some(b'-') if line.starts_with("---(more") => Capture::Noise,
        // `{master:0}`, `{primary:node0}`: which routing engine answers.
        Some(b'{') if is_engine(line) => Capture::Noise,
        Some(b'[') => match line.strip_prefix("[edit").and_then(|rest| rest.strip_suffix(']')) {
            Some(path) if path.is_empty() || path.starts_with(' ') => Capture::Within(path),
            _ => Capture::Text,
        },
        _ => prompt(line).map_or(Capture::Text, Capture::Prompt),
    }
}

fn is_engine(line: &str) -> bool {
    let inner = line.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| {
        [
            "master",
            "backup",
            "primary",
            "secondary",
            "linecard",
            "hold",
            "disabled",
        ]
        .iter()
        .any(|name| inner == *name || inner.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    })
}

/// Returns the length of a prompt, `user@router> ` or `user@router# `, that begins the line.
pub(super) fn prompt(line: &str) -> Option<usize> {
    // Names are short; a line without `@` near its start is no prompt.
    let end = line
        .bytes()
        .take(128)
        .position(|b| matches!(b, b'>' | b'#' | b'%'))?;
    let (user, host) = line.get(..end)?.split_once('@')?;
    let is_name = |name: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
        !name.is_empty() && name.bytes().all(plain)
    };
    let ends = line.as_bytes().get(end + 1).is_none_or(|&b| b == b' ');
    (is_name(user) && is_name(host) && ends).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_banners_and_engines_are_not_configuration() {
        assert_eq!(capture("ops@ce1> show configuration"), Capture::Prompt(8));
        assert_eq!(capture("ops@ce1-re0# set protocols"), Capture::Prompt(12));
        assert_eq!(capture("[edit]"), Capture::Within(""));
        assert_eq!(
            capture("[edit policy-options policy-statement IN]"),
            Capture::Within(" policy-options policy-statement IN")
        );
        assert_eq!(capture("{master:0}"), Capture::Noise);
        assert_eq!(capture("---(more 40%)---"), Capture::Noise);
        for text in [
            "members [ 1:1 ];",
            "[ 1:1 ];",
            "{",
            "description a@b>c;",
            "key \"AAA user@host#1\";",
            "email ops@example.net;",
        ] {
            assert_eq!(capture(text), Capture::Text, "{text}");
        }
    }
}
