//! Commands of RouterOS: a menu, a verb, and `key=value` arguments; `\` at the end of a line continues it.

use std::ops::Range;

/// One command.
#[derive(Debug, Clone)]
pub(super) struct Command<'a> {
    /// The menu's words: `routing`, `filter`, `rule`.
    pub menu: Vec<&'a str>,
    pub verb: &'a str,
    pub arguments: Vec<Argument<'a>>,
    pub place: Range<usize>,
}

impl<'a> Command<'a> {
    pub fn get(&self, key: &str) -> Option<&Argument<'a>> {
        // Of two values of one key the last counts.
        self.arguments.iter().rev().find(|argument| argument.key == key)
    }
}

/// `key=value`; a word without `=` has no key.
#[derive(Debug, Clone)]
pub(super) struct Argument<'a> {
    pub key: &'a str,
    /// Without quotation marks, escapes and line ends.
    pub value: String,
    pub place: Range<usize>,
}

const VERBS: [&str; 16] = [
    "add", "comment", "disable", "edit", "enable", "export", "find", "get", "import", "monitor", "move",
    "print", "remove", "reset", "set", "unset",
];

/// Menus nest no deeper than this.
const DEEPEST: usize = 8;

/// Returns what is left of a line after `[user@host] /menu> `.
pub(super) fn after_prompt(line: &str) -> &str {
    let Some(rest) = line.strip_prefix('[') else {
        return line;
    };
    let near: String = rest.chars().take(200).collect();
    let Some((user, _)) = near.split_once(']') else {
        return line;
    };
    if !user.contains('@') || user.contains(' ') {
        return line;
    }
    match rest.split_once("> ").or_else(|| rest.split_once('>')) {
        Some((_, command)) => command.trim_start(),
        None => line,
    }
}

/// Reads every command of a text.
pub(super) fn read(text: &str) -> Vec<Command<'_>> {
    let mut reader = Reader {
        text,
        at: 0,
        menu: Vec::new(),
    };
    let mut found = Vec::new();
    while reader.at < text.len() {
        if let Some(command) = reader.command() {
            found.push(command);
        }
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    menu: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn line_end(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |end| self.at + end)
    }

    /// Returns how long a `\` with its line end is, if one stands here.
    fn continuation(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        match rest {
            [b'\\', b'\n', ..] => Some(2),
            [b'\\', b'\r', b'\n', ..] => Some(3),
            _ => None,
        }
    }

    fn blanks(&mut self) {
        while let Some(byte) = self.byte() {
            match (byte, self.continuation()) {
                (b' ' | b'\t' | b'\r', _) => self.at += 1,
                (_, Some(length)) => self.at += length,
                _ => break,
            }
        }
    }

    /// Reads one line, or several that are continued.
    fn command(&mut self) -> Option<Command<'a>> {
        self.blanks();
        let line = self.text.get(self.at..self.line_end()).unwrap_or("");
        if line.is_empty() || line.starts_with('#') {
            self.at = self.line_end() + 1;
            return None;
        }
        let command = after_prompt(line);
        self.at += line.len() - command.len();
        let start = self.at;
        let is_absolute = command.starts_with('/');
        let mut menu = if is_absolute {
            Vec::new()
        } else {
            self.menu.clone()
        };
        let mut verb = "";
        let mut arguments = Vec::new();
        let mut end = self.at;
        loop {
            self.blanks();
            match self.byte() {
                None => break,
                Some(b'\n') => {
                    self.at += 1;
                    break;
                }
                Some(b';') => self.at += 1,
                Some(_) => {
                    let word = self.word();
                    end = self.at;
                    let plain = word
                        .key
                        .is_empty()
                        .then(|| self.text.get(word.place.clone()))
                        .flatten();
                    match plain {
                        Some(plain) if verb.is_empty() && VERBS.contains(&plain) => verb = plain,
                        Some(plain) if verb.is_empty() && !plain.starts_with(['[', '"']) => {
                            let parts = plain.split('/').filter(|part| !part.is_empty());
                            menu.extend(parts.take(DEEPEST.saturating_sub(menu.len())));
                        }
                        _ => arguments.push(word),
                    }
                }
            }
        }
        if verb.is_empty() && arguments.is_empty() {
            self.menu = menu;
            return None;
        }
        Some(Command {
            menu,
            verb,
            arguments,
            place: start..end,
        })
    }

    fn word(&mut self) -> Argument<'a> {
        let start = self.at;
        let mut key = "";
        let mut value = String::new();
        let mut depth = 0u32;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => self.string(&mut value),
                b'[' | b'(' | b'{' => {
                    depth += 1;
                    value.push(char::from(byte));
                    self.at += 1;
                }
                b']' | b')' | b'}' => {
                    depth = depth.saturating_sub(1);
                    value.push(char::from(byte));
                    self.at += 1;
                }
                b'\n' => break,
                b' ' | b'\t' | b'\r' | b';' if depth == 0 => break,
                b'\\' => match self.continuation() {
                    Some(length) if depth > 0 => self.at += length,
                    // A value may be cut between its `=` and its text.
                    Some(length) if value.is_empty() && !key.is_empty() => {
                        self.at += length;
                        self.blanks();
                    }
                    Some(_) => break,
                    None => {
                        value.push('\\');
                        self.at += 1;
                    }
                },
                b'=' if key.is_empty() && depth == 0 && !value.is_empty() => {
                    key = self.text.get(start..self.at).unwrap_or("");
                    value.clear();
                    self.at += 1;
                }
                _ => {
                    let rest = self.text.get(self.at..).unwrap_or("");
                    let stops = |c: char| " \t\r\n;\"[](){}\\=".contains(c);
                    let length = rest.find(stops).unwrap_or(rest.len()).max(1);
                    value.push_str(rest.get(..length).unwrap_or(""));
                    self.at += length;
                }
            }
        }
        self.at = self.at.max(start + 1);
        Argument {
            key,
            value,
            place: start..self.at.min(self.text.len()),
        }
    }

    /// Reads `"…"`. Without its end it is the rest of the line.
    fn string(&mut self, value: &mut String) {
        self.at += 1;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\n' => return,
                b'\\' => match self.continuation() {
                    Some(length) => {
                        self.at += length;
                        while self.byte().is_some_and(|b| b == b' ' || b == b'\t') {
                            self.at += 1;
                        }
                    }
                    None => {
                        self.at += 1;
                        if let Some(next @ (b'"' | b'\\' | b'$' | b'?' | b'_')) = self.byte() {
                            value.push(if next == b'_' { ' ' } else { char::from(next) });
                            self.at += 1;
                        } else {
                            value.push('\\');
                        }
                    }
                },
                _ => {
                    let rest = self.text.get(self.at..).unwrap_or("");
                    let length = rest.find(['"', '\n', '\\']).unwrap_or(rest.len()).max(1);
                    value.push_str(rest.get(..length).unwrap_or(""));
                    self.at += length;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = read(text)
            .iter()
            .map(|command| {
                let arguments: Vec<String> = command
                    .arguments
                    .iter()
                    .map(|argument| format!("{}={}", argument.key, argument.value))
                    .collect();
                format!(
                    "{}|{}|{}",
                    command.menu.join("/"),
                    command.verb,
                    arguments.join(",")
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn commands_in_both_spellings() {
        check(
            "/routing filter add chain=A action=accept\n/routing/filter/rule\nadd chain=B rule=\"accept\"\n",
            &[
                "routing/filter|add|chain=A,action=accept",
                "routing/filter/rule|add|chain=B,rule=accept",
            ],
        );
        check(
            "/ip address print\n# add\n\nadd a=b",
            &["ip/address|print|", "|add|a=b"],
        );
        check(
            "[ops@r1] > /system identity set name=x",
            &["system/identity|set|name=x"],
        );
        check(
            "/a set [ find default=yes ] as=1",
            &["a|set|=[ find default=yes ],as=1"],
        );
    }

    #[test]
    fn lines_that_are_continued() {
        check(
            "/a\nadd x=1 \\\n    y=\"b \\\n    c\"\r\nadd z=\\\n    2\n",
            &["a|add|x=1,y=b c", "a|add|z=2"],
        );
        check(
            "/a\nadd x=\"open\nadd y=\"q\\\"q\"\n",
            &["a|add|x=open", "a|add|y=q\"q"],
        );
    }
}
