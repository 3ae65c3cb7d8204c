//! What the lines of a text tell about the platform that wrote it.
//!
//! Command lines were copied from vendor to vendor, so most lines prove nothing. Each dialect lists the lines
//! that prove it, those it never has, and those it shares; nothing here knows a vendor.

use pairlint_model::source::Source;

use crate::Fit;
use crate::captures::{self, Terminal};
use crate::lines::Line;

/// What a line tells about one dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Only this dialect writes it.
    Own,
    /// This dialect never has it: another platform, or no configuration at all.
    Foreign,
    /// Written by this dialect and by others.
    Shared,
    /// This dialect refuses it, others take it: decides where nothing proves the dialect.
    Unlike,
}

/// A dialect's signs. Lines as patterns: `*` is any word, `#` a word that begins with a digit, `*/#~` a prefix,
/// `a|b` one of these, `a~` a word that begins so, `*:` a word that ends in a colon, `$` the end of the line. What
/// follows the last word of a pattern does not matter; letters match in either case.
pub type Signs = &'static [(Sign, &'static str)];

/// Counts what the lines of one text tell.
pub struct Tally {
    signs: Signs,
    /// For each first letter, the signs that may fit, as (letter, index), in order; 0 is any letter.
    index: Vec<(u8, u16)>,
    pub own: bool,
    pub foreign: bool,
    pub shared: bool,
    pub unlike: bool,
}

impl Tally {
    pub fn new(signs: Signs) -> Tally {
        let mut index = Vec::with_capacity(signs.len() + signs.len() / 4);
        for (at, (_, pattern)) in signs.iter().enumerate() {
            let first = pattern.split(' ').next().unwrap_or("");
            for choice in first.split('|') {
                let letter = match choice.as_bytes().first() {
                    Some(b'*' | b'#') | None => 0,
                    Some(letter) => letter.to_ascii_lowercase(),
                };
                index.push((letter, at as u16));
            }
        }
        index.sort_unstable();
        Tally {
            signs,
            index,
            own: false,
            foreign: false,
            shared: false,
            unlike: false,
        }
    }

    /// Takes a line without the blanks around it.
    pub fn line(&mut self, text: &str) {
        let Some(first) = text.bytes().next() else { return };
        let (mut found, mut foreign) = (None, false);
        for letter in [0, first.to_ascii_lowercase()] {
            let start = self.index.partition_point(|(other, _)| *other < letter);
            let candidates = self.index.get(start..).unwrap_or_default();
            for (_, at) in candidates.iter().take_while(|(other, _)| *other == letter) {
                let Some((sign, pattern)) = self.signs.get(usize::from(*at)) else {
                    continue;
                };
                // What disproves comes before what is shared; else the first in the table counts.
                let better = *sign == Sign::Foreign || found.is_none_or(|(known, _)| *at < known);
                if better && fits(pattern, text) {
                    foreign |= *sign == Sign::Foreign;
                    found = Some((*at, *sign));
                }
                if foreign {
                    self.foreign = true;
                    return;
                }
            }
        }
        match found {
            Some((_, Sign::Own)) => self.own = true,
            Some((_, Sign::Shared)) => self.shared = true,
            Some((_, Sign::Unlike)) => self.unlike = true,
            _ => {}
        }
    }

    /// What all lines together come to.
    pub fn fit(&self) -> Fit {
        match self {
            Tally { foreign: true, .. } => Fit::No,
            Tally { own: true, .. } => Fit::Certain,
            Tally {
                shared: true,
                unlike: false,
                ..
            } => Fit::Possible,
            _ => Fit::No,
        }
    }
}

/// Whether a line fits a pattern.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
    for part in pattern.split(' ') {
        if part == "$" {
            return words.next().is_none();
        }
        let Some(word) = words.next() else { return false };
        if !part.split('|').any(|choice| fits_word(choice, word)) {
            return false;
        }
    }
    true
}

fn fits_word(choice: &str, word: &str) -> bool {
    match choice {
        "*" => true,
        "#" => word.starts_with(|c: char| c.is_ascii_digit()),
        "*/#~" => word
            .split_once('/')
            .is_some_and(|(_, length)| length.starts_with(|c: char| c.is_ascii_digit())),
        "*:" => word.ends_with(':'),
        _ => match choice.strip_suffix('~') {
            Some(start) => word
                .as_bytes()
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes())),
            None => choice.eq_ignore_ascii_case(word),
        },
    }
}

/// How a text of a command line without braces fits; `line` adds what no pattern can say.
pub(crate) fn of_commands(
    source: &Source,
    signs: Signs,
    terminal: &Terminal,
    mut line: impl FnMut(&Line<'_>) -> Option<Sign>,
) -> Tally {
    let mut tally = Tally::new(signs);
    let text = beginning(source.text());
    let first = text.trim_start().bytes().next().unwrap_or(b' ');
    if matches!(first, b'{' | b'[' | b'<' | b'"' | b'%') || text.as_bytes().contains(&0) {
        tally.foreign = true;
        return tally;
    }
    // Lines that end like a program's or a braced configuration's.
    let mut braced = 0u32;
    let Some(devices) = captures::unless_braced(text, terminal, captures::BRACED) else {
        tally.foreign = true;
        return tally;
    };
    for capture in devices {
        for each in &capture.lines {
            tally.line(each.text);
            braced += u32::from(captures::is_braced(each.text));
            match line(each) {
                Some(Sign::Own) => tally.own = true,
                Some(Sign::Foreign) => tally.foreign = true,
                Some(Sign::Shared) => tally.shared = true,
                Some(Sign::Unlike) => tally.unlike = true,
                None => {}
            }
            tally.foreign |=
                each.text.contains("{{") || each.text.contains("{%") || braced >= captures::BRACED;
            if tally.foreign {
                return tally;
            }
        }
    }
    tally
}

/// Looks at how far the lines below a command are indented.
#[derive(Default)]
pub(crate) struct Steps {
    outer: bool,
    usual: u32,
    other: u32,
}

impl Steps {
    /// Takes a line; `usual` is what the platform writes.
    pub fn line(&mut self, line: &Line<'_>, usual: u32) {
        if line.text.starts_with('!') {
            return;
        }
        if self.outer && line.indent == usual {
            self.usual += 1;
        } else if self.outer && line.indent > 0 {
            self.other += 1;
        }
        self.outer = line.indent == 0;
    }

    /// Every block is written as usual, and there is one.
    pub fn are_usual(&self) -> bool {
        self.usual > 0 && self.other == 0
    }
}

/// Beyond this a text is taken for what it was up to here.
const ENOUGH: usize = 256 * 1024;

/// Cuts a long text at a line end: what a file is shows in its beginning.
pub fn beginning(text: &str) -> &str {
    if text.len() <= ENOUGH {
        return text;
    }
    let end = memchr::memrchr(b'\n', text.as_bytes().get(..ENOUGH).unwrap_or_default());
    text.get(..end.unwrap_or(0)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rustfmt::skip]
    const SIGNS: Signs = &[
        (Sign::Own,     "version 15.~ $"),
        (Sign::Shared,  "router bgp #"),
        (Sign::Unlike,  "vrf * $"),
        (Sign::Foreign, "router bgp # vrf|view *"),
        (Sign::Foreign, "bgp|ip community-list *"),
    ];

    #[track_caller]
    fn check(lines: &[&str], expected: Fit) {
        let mut tally = Tally::new(SIGNS);
        lines.iter().for_each(|line| tally.line(line));
        assert_eq!(tally.fit(), expected, "{lines:?}");
    }

    #[test]
    fn signs_add_up() {
        check(&["router bgp 65001"], Fit::Possible);
        check(&["ROUTER  BGP 65001", "version 15.7"], Fit::Certain);
        check(&["router bgp 65001", "vrf X"], Fit::No);
        check(&["version 15.7", "vrf X"], Fit::Certain);
        check(&["version 15.7 late"], Fit::No);
        check(&["version 15.7", "ip community-list X"], Fit::No);
        check(&["router bgp 65001 vrf X"], Fit::No);
        check(&["hello"], Fit::No);
        check(&[], Fit::No);
    }
}
