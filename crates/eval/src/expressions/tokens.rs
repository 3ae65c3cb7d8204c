//! AS-path expressions over whole AS numbers (Junos, SR OS), translated to expressions over the path's text.
//!
//! Sources: Junos "Understanding AS Path Regular Expressions for Use as Routing Policy Match Conditions";
//! Nokia SR OS "AS path and community regular expressions".

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir};

use super::ExpressionError::{self, Invalid, TooLarge, Unsupported};
use super::automaton::{Automaton, repeated};

const LONGEST: usize = 64 << 10;
const DEEPEST: usize = 60;
const MOST_REPEATED: u32 = 255;

/// Builds the automaton of the paths that an expression matches as a whole.
pub fn automaton(expression: &str) -> Result<Automaton, ExpressionError> {
    if expression.len() > LONGEST {
        return Err(TooLarge);
    }
    let text = expression.trim();
    // The anchors are implied; writing them changes nothing.
    let text = text.strip_prefix('^').unwrap_or(text);
    let text = text.strip_suffix('$').unwrap_or(text).trim();
    let (negated, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parser = Parser {
        rest: text.as_bytes(),
        groups: vec![Group::default()],
    };
    while let Some(sign) = parser.next_sign() {
        parser.sign(sign)?;
    }
    let group = match (parser.groups.pop(), parser.groups.is_empty()) {
        (Some(group), true) => group,
        _ => return Err(Invalid("`(` without `)`".to_owned())),
    };
    if negated && (group.terms.len() != 1 || !group.branches.is_empty()) {
        // How far the negation reaches is not documented; over one term there is no doubt.
        return Err(Unsupported("`!` before several terms".to_owned()));
    }
    if group.terms.is_empty() && group.branches.is_empty() {
        return Err(Invalid("an empty expression".to_owned()));
    }
    // Each hop is written with a space before it; a path's text begins without that space.
    let automaton = Automaton::whole(group.closed()?.hir)?.after_unless_empty(b' ');
    Ok(match negated {
        true => automaton.complement(),
        false => automaton,
    })
}

struct Parser<'a> {
    rest: &'a [u8],
    groups: Vec<Group>,
}

#[derive(Default)]
struct Group {
    branches: Vec<Term>,
    terms: Vec<Term>,
}

struct Term {
    hir: Hir,
    depth: usize,
}

impl Parser<'_> {
    fn next_sign(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn sign(&mut self, sign: u8) -> Result<(), ExpressionError> {
        match sign {
            b'(' if self.groups.len() > DEEPEST => Err(TooLarge),
            b'(' => {
                self.groups.push(Group::default());
                Ok(())
            }
            b')' if self.groups.len() > 1 => {
                let closed = self.groups.pop().unwrap_or_default().closed()?;
                self.push(closed.hir, closed.depth)
            }
            b')' => Err(Invalid("`)` without `(`".to_owned())),
            b'|' => match self.groups.last_mut() {
                Some(group) => group.branch(),
                None => Ok(()),
            },
            b'.' => self.push(hop(any_hop()), 1),
            b'[' => {
                let set = self.set()?;
                self.push(hop(set), 1)
            }
            b'0'..=b'9' => {
                let first = self.number(sign)?;
                let last = self.range_end()?.unwrap_or(first);
                self.push(hop(range(first, last)?), 1)
            }
            b'*' => self.repeat(sign, 0, None),
            b'+' => self.repeat(sign, 1, None),
            b'?' => self.repeat(sign, 0, Some(1)),
            b'{' => self.count(),
            b'n' if self.rest.starts_with(b"ull") => {
                self.rest = self.rest.get(3..).unwrap_or_default();
                self.push(Hir::empty(), 1)
            }
            _ => Err(Unsupported(format!("`{}`", char::from(sign).escape_default()))),
        }
    }

    fn push(&mut self, hir: Hir, depth: usize) -> Result<(), ExpressionError> {
        if depth > 3 * DEEPEST {
            return Err(TooLarge);
        }
        if let Some(group) = self.groups.last_mut() {
            group.terms.push(Term { hir, depth });
        }
        Ok(())
    }

    fn repeat(&mut self, sign: u8, min: u32, max: Option<u32>) -> Result<(), ExpressionError> {
        match self.groups.last_mut().and_then(|group| group.terms.pop()) {
            Some(term) => self.push(repeated(term.hir, min, max), term.depth + 1),
            None => Err(Invalid(format!("`{}` repeats nothing", char::from(sign)))),
        }
    }

    /// Reads `m}`, `m,}` or `m,n}`.
    fn count(&mut self) -> Result<(), ExpressionError> {
        let invalid = || Invalid("`{` without a count".to_owned());
        let end = self
            .rest
            .iter()
            .position(|&sign| sign == b'}')
            .ok_or_else(invalid)?;
        let bounds = self
            .rest
            .get(..end)
            .and_then(|bounds| std::str::from_utf8(bounds).ok());
        let bounds = bounds.ok_or_else(invalid)?;
        let (min, max) = match bounds.split_once(',') {
            None => (bounds, Some(bounds)),
            Some((min, max)) if max.trim().is_empty() => (min, None),
            Some((min, max)) => (min, Some(max)),
        };
        let count = |text: &str| text.trim().parse::<u32>().map_err(|_| invalid());
        let (min, max) = (count(min)?, max.map(count).transpose()?);
        if max.is_some_and(|max| max < min) {
            return Err(Invalid(format!("`{{{bounds}}}` is reversed")));
        }
        if min.max(max.unwrap_or(0)) > MOST_REPEATED {
            return Err(TooLarge);
        }
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        self.repeat(b'{', min, max)
    }

    /// Reads the rest of an AS number.
    fn number(&mut self, first: u8) -> Result<u32, ExpressionError> {
        let mut number = u64::from(first - b'0');
        while let Some((&digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            number = (number * 10 + u64::from(digit - b'0')).min(u64::from(u32::MAX) + 1);
            self.rest = rest;
        }
        if let [b'.', b'0'..=b'9', ..] = self.rest {
            // AS-dot notation, or one AS between two others.
            return Err(Unsupported(format!("`{number}.`")));
        }
        u32::try_from(number).map_err(|_| Invalid("an AS number above 4294967295".to_owned()))
    }

    /// Reads `- 200`, if it is there.
    fn range_end(&mut self) -> Result<Option<u32>, ExpressionError> {
        let [b'-', rest @ ..] = self.rest.trim_ascii_start() else {
            return Ok(None);
        };
        self.rest = rest;
        match self.next_sign() {
            Some(digit @ b'0'..=b'9') => self.number(digit).map(Some),
            _ => Err(Invalid("a range without an end".to_owned())),
        }
    }

    /// Reads a set of AS numbers, after the `[`.
    fn set(&mut self) -> Result<Hir, ExpressionError> {
        let negated = self.rest.trim_ascii_start().starts_with(b"^");
        if negated {
            self.next_sign();
        }
        let mut ranges = Vec::new();
        loop {
            match self.next_sign() {
                Some(b']') => break,
                Some(digit @ b'0'..=b'9') => {
                    let first = self.number(digit)?;
                    let last = self.range_end()?.unwrap_or(first);
                    ranges.push((first, last));
                }
                Some(sign) => {
                    let sign = char::from(sign).escape_default();
                    return Err(Unsupported(format!("`{sign}` in brackets")));
                }
                None => return Err(Invalid("`[` without `]`".to_owned())),
            }
        }
        if ranges.is_empty() {
            return Err(Invalid("empty brackets".to_owned()));
        }
        if negated {
            ranges = outside(ranges);
        }
        let ranges = ranges.into_iter().map(|(first, last)| range(first, last));
        ranges.collect::<Result<_, _>>().map(Hir::alternation)
    }
}

impl Group {
    fn branch(&mut self) -> Result<(), ExpressionError> {
        let mut terms = std::mem::take(&mut self.terms);
        match terms.pop() {
            Some(term) if terms.is_empty() => {
                self.branches.push(term);
                Ok(())
            }
            // The manuals say "one of the terms on either side" without ranking it against the sequence,
            // and use parentheses around longer sides.
            Some(_) => Err(Unsupported("`|` beside several terms".to_owned())),
            None => Err(Invalid("`|` without a term".to_owned())),
        }
    }

    fn closed(mut self) -> Result<Term, ExpressionError> {
        if !self.branches.is_empty() {
            self.branch()?;
        }
        let parts = match self.branches.is_empty() {
            true => &self.terms,
            false => &self.branches,
        };
        let depth = parts.iter().map(|term| term.depth).max().unwrap_or(0) + 1;
        let hir = match self.branches.is_empty() {
            true => Hir::concat(self.terms.into_iter().map(|term| term.hir).collect()),
            false => Hir::alternation(self.branches.into_iter().map(|term| term.hir).collect()),
        };
        Ok(Term { hir, depth })
    }
}

fn hop(number: Hir) -> Hir {
    Hir::concat(vec![Hir::literal(*b" "), number])
}

/// An AS number or an AS set; both are one hop.
fn any_hop() -> Hir {
    let set = Hir::concat(vec![
        Hir::literal(*b"{"),
        repeated(signs(&[(b'0', b'9'), (b',', b',')]), 0, None),
        Hir::literal(*b"}"),
    ]);
    Hir::alternation(vec![repeated(digits(b'0', b'9'), 1, None), set])
}

fn signs(ranges: &[(u8, u8)]) -> Hir {
    let ranges = ranges
        .iter()
        .map(|&(first, last)| ClassBytesRange::new(first, last));
    Hir::class(Class::Bytes(ClassBytes::new(ranges)))
}

fn digits(first: u8, last: u8) -> Hir {
    signs(&[(first, last)])
}

/// The AS numbers in none of the ranges.
fn outside(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    let mut outside = Vec::new();
    let mut next = Some(0);
    for (first, last) in ranges {
        let Some(free) = next else { break };
        if let Some(before) = first.checked_sub(1).filter(|&before| before >= free) {
            outside.push((free, before));
        }
        next = last.checked_add(1).map(|after| after.max(free));
    }
    outside.extend(next.map(|free| (free, u32::MAX)));
    outside
}

/// The decimal texts of the numbers from `first` to `last`.
fn range(first: u32, last: u32) -> Result<Hir, ExpressionError> {
    if first > last {
        return Err(Invalid(format!("`{first}-{last}` is reversed")));
    }
    let mut lengths = Vec::new();
    let mut low = u64::from(first);
    loop {
        // The greatest number with as many digits.
        let nines = 10_u64.pow(low.checked_ilog10().unwrap_or(0) + 1) - 1;
        let high = nines.min(last.into());
        lengths.push(between(low.to_string().as_bytes(), high.to_string().as_bytes()));
        if high == u64::from(last) {
            return Ok(Hir::alternation(lengths));
        }
        low = high + 1;
    }
}

/// The texts between two of equal length.
fn between(low: &[u8], high: &[u8]) -> Hir {
    let (Some((&a, low)), Some((&b, high))) = (low.split_first(), high.split_first()) else {
        return Hir::empty();
    };
    let free = |count: usize| repeated(digits(b'0', b'9'), count as u32, Some(count as u32));
    if low.iter().all(|&digit| digit == b'0') && high.iter().all(|&digit| digit == b'9') {
        return Hir::concat(vec![digits(a, b), free(low.len())]);
    }
    if a == b {
        return Hir::concat(vec![Hir::literal([a]), between(low, high)]);
    }
    let (nines, zeros) = (vec![b'9'; low.len()], vec![b'0'; low.len()]);
    let mut parts = vec![Hir::concat(vec![Hir::literal([a]), between(low, &nines)])];
    if b - a > 1 {
        parts.push(Hir::concat(vec![digits(a + 1, b - 1), free(low.len())]));
    }
    parts.push(Hir::concat(vec![Hir::literal([b]), between(&zeros, high)]));
    Hir::alternation(parts)
}
