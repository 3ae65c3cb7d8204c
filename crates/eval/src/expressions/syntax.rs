//! The expression languages of routers over text, read character by character.

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look};

use super::ExpressionError::{self, Invalid, TooLarge, Unsupported};
use super::automaton::{any, repeated};

/// Longer expressions and deeper nesting are refused; the commands of routers take far less.
const LONGEST: usize = 64 << 10;
const DEEPEST: usize = 200;
/// `RE_DUP_MAX` of the GNU C library, with which FRR is built.
const MOST_REPEATED: u32 = 0x7fff;

/// What the languages differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Extended expressions as Cisco describes them: `_` is a delimiter, a backslash takes the meaning of
    /// a sign away also inside brackets ("Regular Expressions", Cisco IOS Terminal Services configuration guide).
    Cisco,
    /// POSIX 1003.2 extended expressions; what POSIX leaves open is refused.
    Posix,
    /// POSIX extended expressions as the GNU C library reads them (FRR calls `regcomp` with `REG_EXTENDED`).
    Gnu,
}

/// FRR replaces each `_` by this before the expression is compiled, inside brackets too.
pub const FRR_DELIMITER: &str = "(^|[,{}() ]|$)";

/// Reads an expression over text.
pub fn parse(expression: &str, language: Language) -> Result<Hir, ExpressionError> {
    if expression.len() > LONGEST {
        return Err(TooLarge);
    }
    if !expression.is_ascii() {
        return Err(Unsupported("a character that is not ASCII".to_owned()));
    }
    let mut parser = Parser {
        rest: expression.as_bytes(),
        language,
        groups: vec![Group::default()],
    };
    while let Some(sign) = parser.take() {
        parser.sign(sign)?;
    }
    parser.finish()
}

struct Parser<'a> {
    rest: &'a [u8],
    language: Language,
    /// The open parentheses; the first group is the expression itself.
    groups: Vec<Group>,
}

#[derive(Default)]
struct Group {
    branches: Vec<Node>,
    sequence: Vec<Node>,
}

/// A part of the expression and how deep it is nested: the compiler descends into it by recursion.
struct Node {
    hir: Hir,
    depth: usize,
    /// `^` and `$` cannot be repeated.
    anchor: bool,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn take_if(&mut self, sign: u8) -> bool {
        let found = self.rest.first() == Some(&sign);
        if found {
            self.take();
        }
        found
    }

    fn sign(&mut self, sign: u8) -> Result<(), ExpressionError> {
        match sign {
            b'(' => {
                if self.groups.len() > DEEPEST {
                    return Err(TooLarge);
                }
                self.groups.push(Group::default());
            }
            b')' if self.groups.len() > 1 => {
                let closed = self.groups.pop().unwrap_or_default().closed();
                self.push(closed)?;
            }
            // POSIX leaves it open; the GNU C library takes it for itself.
            b')' if self.language == Language::Gnu => self.literal(b')')?,
            b')' => return Err(Invalid("`)` without `(`".to_owned())),
            b'|' => {
                if let Some(group) = self.groups.last_mut() {
                    group.branch();
                }
            }
            b'^' => self.anchor(Look::Start)?,
            b'$' => self.anchor(Look::End)?,
            b'*' => self.repeat(sign, 0, None)?,
            b'+' => self.repeat(sign, 1, None)?,
            b'?' => self.repeat(sign, 0, Some(1))?,
            b'{' => self.brace()?,
            b'.' => self.push(Node::leaf(any()))?,
            b'[' => {
                let class = match self.language {
                    Language::Cisco => self.cisco_bracket()?,
                    Language::Posix | Language::Gnu => self.posix_bracket()?,
                };
                self.push(Node::leaf(Hir::class(Class::Bytes(class))))?;
            }
            b'\\' => {
                let escaped = self.escape()?;
                self.literal(escaped)?;
            }
            b'_' if self.language == Language::Cisco => self.push(Node::leaf(delimiter()))?,
            _ => self.literal(sign)?,
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Hir, ExpressionError> {
        match (self.groups.pop(), self.groups.is_empty()) {
            (Some(group), true) => Ok(group.closed().hir),
            _ => Err(Invalid("`(` without `)`".to_owned())),
        }
    }

    fn push(&mut self, node: Node) -> Result<(), ExpressionError> {
        if node.depth > DEEPEST {
            return Err(TooLarge);
        }
        if let Some(group) = self.groups.last_mut() {
            group.sequence.push(node);
        }
        Ok(())
    }

    fn literal(&mut self, sign: u8) -> Result<(), ExpressionError> {
        self.push(Node::leaf(Hir::literal([sign])))
    }

    fn anchor(&mut self, look: Look) -> Result<(), ExpressionError> {
        self.push(Node {
            anchor: true,
            ..Node::leaf(Hir::look(look))
        })
    }

    /// Applies a repetition to the part before it.
    fn repeat(&mut self, sign: u8, min: u32, max: Option<u32>) -> Result<(), ExpressionError> {
        let sequence = self.groups.last_mut().map(|group| &mut group.sequence);
        match sequence.and_then(|sequence| sequence.pop_if(|part| !part.anchor)) {
            Some(part) => self.push(Node {
                depth: part.depth + 1,
                hir: repeated(part.hir, min, max),
                anchor: false,
            }),
            None => Err(Invalid(format!("`{}` repeats nothing", char::from(sign)))),
        }
    }

    /// Reads what follows `{`.
    fn brace(&mut self) -> Result<(), ExpressionError> {
        let end = self.rest.iter().position(|&sign| sign == b'}');
        let bounds = end.and_then(|end| Some((self.rest.get(..end)?, self.rest.get(end + 1..)?)));
        let bounds = bounds.and_then(|(bounds, rest)| Some((std::str::from_utf8(bounds).ok()?, rest)));
        let digits = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit());
        let counted = bounds.filter(|(bounds, _)| {
            let (min, max) = bounds.split_once(',').unwrap_or((bounds, bounds));
            digits(min) && digits(max) && !bounds.is_empty()
        });
        let Some((bounds, rest)) = counted else {
            return match self.language {
                Language::Cisco => self.literal(b'{'),
                Language::Posix | Language::Gnu => Err(Invalid("`{` without a count".to_owned())),
            };
        };
        let (min, max) = match bounds.split_once(',') {
            None => (bounds, Some(bounds)),
            Some((min, "")) => (min, None),
            Some((min, max)) => (min, Some(max)),
        };
        match self.language {
            // Classic IOS has no counts (an AS set is written so), newer platforms may: not known which.
            Language::Cisco => return Err(Unsupported(format!("`{{{bounds}}}`"))),
            Language::Posix if min.is_empty() => return Err(Unsupported(format!("`{{{bounds}}}`"))),
            _ => {}
        }
        let count = |text: &str| match text.parse() {
            Ok(count) if count <= MOST_REPEATED => Ok(count),
            _ if text.is_empty() => Ok(0),
            _ => Err(Invalid(format!("`{{{bounds}}}` repeats too often"))),
        };
        let (min, max) = (count(min)?, max.map(count).transpose()?);
        if max.is_some_and(|max| max < min) {
            return Err(Invalid(format!("`{{{bounds}}}` is reversed")));
        }
        self.rest = rest;
        let part = self.groups.last().and_then(|group| group.sequence.last());
        if self.language == Language::Gnu
            && part.is_some_and(|part| !part.anchor && !part.hir.properties().look_set().is_empty())
        {
            // `_{2}`: the library's copies of an anchored group match too much (seen with glibc 2.36).
            return Err(Unsupported(format!("`{{{bounds}}}` behind an anchor")));
        }
        self.repeat(b'{', min, max)
    }

    /// Reads the sign after a backslash.
    fn escape(&mut self) -> Result<u8, ExpressionError> {
        let Some(sign) = self.take() else {
            return Err(Invalid("`\\` at the end".to_owned()));
        };
        let special = match self.language {
            // Back-references and the GNU operators; any other letter stands for itself.
            Language::Gnu => matches!(
                sign,
                b'1'..=b'9' | b'w' | b'W' | b's' | b'S' | b'b' | b'B' | b'<' | b'>' | b'`' | b'\''
            ),
            _ => sign.is_ascii_alphanumeric(),
        };
        match special {
            true => Err(Unsupported(format!("`\\{}`", char::from(sign)))),
            false => Ok(sign),
        }
    }

    /// Reads a bracket expression of POSIX, after the `[`.
    fn posix_bracket(&mut self) -> Result<ClassBytes, ExpressionError> {
        let negated = self.take_if(b'^');
        let mut class = ClassBytes::empty();
        let mut first = true;
        loop {
            let start = match self.bracket_element(first)? {
                Element::End => break,
                Element::Class(ranges) => {
                    class.union(&ranges);
                    first = false;
                    continue;
                }
                Element::Sign(sign) => sign,
            };
            first = false;
            let end = match self.rest {
                [b'-', after, ..] if *after != b']' => {
                    self.take();
                    // A hyphen may end a range.
                    match self.bracket_element(true)? {
                        Element::Sign(sign) => sign,
                        _ => return Err(Invalid("a range that ends in a class".to_owned())),
                    }
                }
                _ => start,
            };
            push_range(&mut class, start, end)?;
        }
        if negated {
            class.negate();
        }
        Ok(class)
    }

    /// Reads one sign or class of a bracket expression; `first` may be a bracket or a hyphen.
    fn bracket_element(&mut self, first: bool) -> Result<Element, ExpressionError> {
        let Some(sign) = self.take() else {
            return Err(Invalid("`[` without `]`".to_owned()));
        };
        match (sign, self.rest.first()) {
            (b']', _) if !first => Ok(Element::End),
            (b'-', next) if !first && next != Some(&b']') => Err(Invalid("`-` between ranges".to_owned())),
            (b'-', Some(b'-')) => Err(Unsupported("`--` in brackets".to_owned())),
            (b'\\', _) if self.language == Language::Posix => Err(Unsupported("`\\` in brackets".to_owned())),
            (b'[', Some(&kind @ (b':' | b'.' | b'='))) => self.named_element(kind),
            _ => Ok(Element::Sign(sign)),
        }
    }

    /// Reads `:digit:]`, `.x.]` or `=x=]`.
    fn named_element(&mut self, kind: u8) -> Result<Element, ExpressionError> {
        self.take();
        let end = self.rest.windows(2).position(|pair| pair == [kind, b']']);
        let named = end.and_then(|end| Some((self.rest.get(..end)?, self.rest.get(end + 2..)?)));
        let Some((name, rest)) = named else {
            return Err(Invalid(format!("`[{}` without an end", char::from(kind))));
        };
        self.rest = rest;
        let shown = || format!("`[{0}{1}{0}]`", char::from(kind), String::from_utf8_lossy(name));
        match (kind, name) {
            (b':', _) => match class_named(name) {
                Some(class) => Ok(Element::Class(class)),
                None => Err(Invalid(shown())),
            },
            // An equivalence class is no range's end; in the C locale it is the sign alone.
            (b'=', &[sign]) => Ok(Element::Class(ClassBytes::new([ClassBytesRange::new(
                sign, sign,
            )]))),
            (_, &[sign]) => Ok(Element::Sign(sign)),
            _ => Err(Unsupported(shown())),
        }
    }

    /// Reads a bracket expression of Cisco's, after the `[`.
    fn cisco_bracket(&mut self) -> Result<ClassBytes, ExpressionError> {
        let negated = self.take_if(b'^');
        let mut class = ClassBytes::empty();
        if self.rest.first() == Some(&b']') {
            return Err(Unsupported("`]` first in brackets".to_owned()));
        }
        let mut first = true;
        while !self.take_if(b']') {
            let start = self.cisco_element()?;
            if start == b'-' && !first && self.rest.first() != Some(&b']') {
                return Err(Unsupported("`-` between ranges".to_owned()));
            }
            first = false;
            let end = match self.rest {
                [b'-', after, ..] if *after != b']' => {
                    self.take();
                    self.cisco_element()?
                }
                _ => start,
            };
            push_range(&mut class, start, end)?;
        }
        if negated {
            class.negate();
        }
        Ok(class)
    }

    fn cisco_element(&mut self) -> Result<u8, ExpressionError> {
        let Some(sign) = self.take() else {
            return Err(Invalid("`[` without `]`".to_owned()));
        };
        match (sign, self.rest.first()) {
            (b'\\', _) => self.escape(),
            (b'[', Some(b':' | b'.' | b'=')) => Err(Unsupported("a class in brackets".to_owned())),
            // Not documented whether it is a delimiter there.
            (b'_', _) => Err(Unsupported("`_` in brackets".to_owned())),
            _ => Ok(sign),
        }
    }
}

enum Element {
    Sign(u8),
    Class(ClassBytes),
    End,
}

impl Group {
    /// Ends a branch.
    fn branch(&mut self) {
        let sequence = std::mem::take(&mut self.sequence);
        let depth = sequence.iter().map(|part| part.depth).max().unwrap_or(0) + 1;
        self.branches.push(Node {
            hir: Hir::concat(sequence.into_iter().map(|part| part.hir).collect()),
            depth,
            anchor: false,
        });
    }

    fn closed(mut self) -> Node {
        self.branch();
        Node {
            depth: self.branches.iter().map(|part| part.depth).max().unwrap_or(0) + 1,
            hir: Hir::alternation(self.branches.into_iter().map(|part| part.hir).collect()),
            anchor: false,
        }
    }
}

impl Node {
    fn leaf(hir: Hir) -> Node {
        Node {
            hir,
            depth: 1,
            anchor: false,
        }
    }
}

/// Cisco's `_`: start, end, space, comma, brace or parenthesis.
fn delimiter() -> Hir {
    let signs = b" ,{}()".map(|sign| ClassBytesRange::new(sign, sign));
    Hir::alternation(vec![
        Hir::look(Look::Start),
        Hir::look(Look::End),
        Hir::class(Class::Bytes(ClassBytes::new(signs))),
    ])
}

fn push_range(class: &mut ClassBytes, start: u8, end: u8) -> Result<(), ExpressionError> {
    if start > end {
        let range = format!("`{}-{}` is reversed", char::from(start), char::from(end));
        return Err(Invalid(range));
    }
    class.push(ClassBytesRange::new(start, end));
    Ok(())
}

/// The character classes of POSIX in the C locale.
fn class_named(name: &[u8]) -> Option<ClassBytes> {
    let ranges: &[(u8, u8)] = match name {
        b"alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        b"alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        b"blank" => &[(b'\t', b'\t'), (b' ', b' ')],
        b"cntrl" => &[(0, 31), (127, 127)],
        b"digit" => &[(b'0', b'9')],
        b"graph" => &[(b'!', b'~')],
        b"lower" => &[(b'a', b'z')],
        b"print" => &[(b' ', b'~')],
        b"punct" => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        b"space" => &[(b'\t', b'\r'), (b' ', b' ')],
        b"upper" => &[(b'A', b'Z')],
        b"xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    };
    Some(ClassBytes::new(
        ranges
            .iter()
            .map(|&(start, end)| ClassBytesRange::new(start, end)),
    ))
}
