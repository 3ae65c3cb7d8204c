//! From text to a tree of `config … edit … set … next … end`.

use crate::lines::{Line, Lines};

/// What stands between `config` or `edit` and its end, in order.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    pub items: Vec<Item<'a>>,
}

#[derive(Debug)]
pub(super) enum Item<'a> {
    /// `set`, `unset`, `append`, `delete`, `rename` … with their words.
    Line(&'a str),
    /// `config PATH`, with all its words.
    Section(Block<'a>),
    /// `edit NAME`.
    Entry(Block<'a>),
}

#[derive(Debug)]
pub(super) struct Block<'a> {
    pub line: &'a str,
    /// What follows `config` or `edit`.
    pub words: Words<'a>,
    pub body: Body<'a>,
}

#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub body: Body<'a>,
    /// Neither blank nor comment.
    pub total: u32,
    /// The header of a backup was seen.
    pub whole: bool,
    /// The name in front of `#` at a prompt.
    pub prompt: Option<&'a str>,
}

/// Deeper than any configuration goes; what stands deeper is counted and forgotten.
const DEEPEST: usize = 16;

pub(super) fn read(text: &str) -> Tree<'_> {
    let mut tree = Tree::default();
    // Open blocks, outermost first; true for `edit`.
    let mut open: Vec<(bool, Block<'_>)> = Vec::new();
    let mut too_deep = 0usize;
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next() {
        let Some(text) = command(&line, &mut tree) else {
            continue;
        };
        tree.total += 1;
        let mut words = Words::new(text);
        let first = words.next().map_or("", |word| word.text);
        match first {
            "config" | "edit" if open.len() >= DEEPEST => too_deep += 1,
            "config" | "edit" => {
                // An entry that nothing closed ends where the next begins.
                if first == "edit" && open.last().is_some_and(|(is_entry, _)| *is_entry) {
                    close(&mut open, &mut tree.body);
                }
                let block = Block {
                    line: text,
                    words,
                    body: Body::default(),
                };
                open.push((first == "edit", block));
            }
            "next" if too_deep > 0 => {}
            "end" | "abort" if too_deep > 0 => too_deep -= 1,
            "next" => {
                if open.last().is_some_and(|(is_entry, _)| *is_entry) {
                    close(&mut open, &mut tree.body);
                }
            }
            // `end` leaves an open entry too.
            "end" | "abort" => {
                if open.last().is_some_and(|(is_entry, _)| *is_entry) {
                    close(&mut open, &mut tree.body);
                }
                close(&mut open, &mut tree.body);
            }
            _ if too_deep > 0 => {}
            _ => match open.last_mut() {
                Some((_, block)) => block.body.items.push(Item::Line(text)),
                None => tree.body.items.push(Item::Line(text)),
            },
        }
        // A value that goes on: a message, a certificate, a comment. Nothing about routes has one, so a mark that stands
        // open there swallows nothing.
        let routes = open
            .iter()
            .any(|(_, block)| block.words.rest().starts_with("router"));
        if !routes && is_open(text) {
            lines.by_ref().find(|line| is_open(line.text));
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut tree.body);
    }
    tree
}

fn close<'a>(open: &mut Vec<(bool, Block<'a>)>, top: &mut Body<'a>) {
    let Some((is_entry, block)) = open.pop() else {
        return;
    };
    let item = match is_entry {
        true => Item::Entry(block),
        false => Item::Section(block),
    };
    match open.last_mut() {
        Some((_, outer)) => outer.body.items.push(item),
        None => top.items.push(item),
    }
}

/// Returns the command of a line: without prompt, comment or nothing.
fn command<'a>(line: &Line<'a>, tree: &mut Tree<'a>) -> Option<&'a str> {
    let text = line.text;
    if text.starts_with("#config-version=") {
        tree.whole = true;
    }
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    // `ams-fw # show router bgp`, `ams-fw (bgp) # set as 64500`
    let Some((prompt, command)) = text.split_once(" # ").or_else(|| text.split_once(" $ ")) else {
        return (!text.ends_with(" #")).then_some(text);
    };
    let name = prompt.split(' ').next().unwrap_or("");
    let is_prompt = prompt == name
        || prompt
            .get(name.len()..)
            .unwrap_or("")
            .trim_start()
            .starts_with('(');
    if !is_prompt || ["set", "unset", "append", "config", "edit"].contains(&name) {
        return Some(text);
    }
    tree.prompt = tree.prompt.or(Some(name));
    let command = command.trim();
    let first = command.split(' ').next().unwrap_or("");
    let shows = ["show", "get", "diagnose", "execute", "exec", "diag"].contains(&first);
    (!shows && !command.is_empty()).then_some(command)
}

/// Whether a quotation mark stands open at the end of the line.
fn is_open(text: &str) -> bool {
    let (mut quote, mut escaped) = (None, false);
    for byte in text.bytes() {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', _) => escaped = true,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    quote.is_some()
}

/// The words of a command; quotation marks hold blanks together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    rest: &'a str,
}

/// A word as written, and what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// Without the quotation marks around it.
    pub text: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Words<'a> {
        Words { rest: text.trim() }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What has not been taken, as written.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Takes the only word that is left.
    pub fn only(mut self) -> Option<&'a str> {
        let word = self.next()?;
        self.is_empty().then_some(word.text)
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut quote, mut escaped, mut angle) = (None, false, self.rest.starts_with('<'));
        let mut end = self.rest.len();
        for (at, byte) in self.rest.bytes().enumerate() {
            match (byte, quote) {
                _ if escaped => escaped = false,
                (b'\\', _) => escaped = true,
                (b'"' | b'\'', None) => quote = Some(byte),
                (_, Some(open)) if byte == open => quote = None,
                // A placeholder is one word, blanks included.
                (b'>', None) => angle = false,
                (b' ' | b'\t', None) if !angle || at > 120 => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let word = self.rest.get(..end)?;
        self.rest = self.rest.get(end..).unwrap_or("").trim_start();
        let inner = ['"', '\''].iter().find_map(|mark| {
            let inner = word.strip_prefix(*mark)?.strip_suffix(*mark)?;
            (!inner.contains(*mark)).then_some(inner)
        });
        Some(Word {
            text: inner.unwrap_or(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(body: &Body<'_>, out: &mut String) {
        for item in &body.items {
            match item {
                Item::Line(line) => out.push_str(&format!("{line}; ")),
                Item::Section(block) | Item::Entry(block) => {
                    out.push_str(&format!("{} {{ ", block.words.rest()));
                    write(&block.body, out);
                    out.push_str("} ");
                }
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        write(&read(text).body, &mut out);
        assert_eq!(out.trim_end(), expected);
    }

    #[test]
    fn blocks() {
        check(
            "config router bgp\n set as 1\n config neighbor\n  edit \"a b\"\n   set x y\n  next\n end\nend\nset z\n",
            "router bgp { set as 1; neighbor { \"a b\" { set x y; } } } set z;",
        );
        // An entry without `next`, and blocks that the end of the text closes.
        check(
            "config vdom\nedit root\nconfig a\nend\nend\nconfig b\nedit 1\n set c\n",
            "vdom { root { a { } } } b { 1 { set c; } }",
        );
        check(
            "config a\nedit 1\nset b\nedit 2\nend\n",
            "a { 1 { set b; } 2 { } }",
        );
        check("next\nend\nend\nset a\n", "set a;");
    }

    #[test]
    fn values_over_several_lines() {
        check(
            "config router bgp\n set x Bob's\n set as 1\nend\n",
            "router bgp { set x Bob's; set as 1; }",
        );
        check(
            "config system replacemsg x\n set buffer \"one\nset as 7\nend\"\nend\nconfig b\nend\n",
            "system replacemsg x { set buffer \"one; } b { }",
        );
    }

    #[test]
    fn prompts() {
        check(
            "fw # config router bgp\n\nfw (bgp) # set as 1\n\nfw (bgp) # end\nfw # show\n",
            "router bgp { set as 1; }",
        );
        check("config a\n set comment x # y\nend\n", "a { set comment x # y; }");
    }

    #[test]
    fn words() {
        let words: Vec<_> = Words::new("set match \"1:1 2:2\" 'x' <the address> \"a\"b")
            .map(|word| word.text)
            .collect();
        assert_eq!(words, ["set", "match", "1:1 2:2", "x", "<the address>", "\"a\"b"]);
    }

    #[test]
    fn depth_is_bounded() {
        let text = "config a\nedit 1\n".repeat(100_000);
        assert_eq!(read(&text).total, 200_000);
    }
}
