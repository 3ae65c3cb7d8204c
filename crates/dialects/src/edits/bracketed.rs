//! A list in brackets, on one line or with each value on a line of its own.

use std::ops::Range;

use pairlint_model::remedy::Edit;

use super::scan::{Piece, pieces};
use super::text::Lines;

/// What stands between values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    /// A line end will do, too.
    CommaOrNewline,
}

/// A list that was found in the text.
pub(super) struct Bracketed<'a> {
    lines: Lines<'a>,
    /// With its brackets.
    span: Range<usize>,
    elements: Vec<Element>,
    separator: Separator,
}

struct Element {
    place: Range<usize>,
    comma: Option<usize>,
}

impl<'a> Bracketed<'a> {
    pub fn read(lines: Lines<'a>, span: Range<usize>, separator: Separator) -> Option<Bracketed<'a>> {
        let inside = span.start + 1..span.end.checked_sub(1)?;
        let mut elements: Vec<Element> = Vec::new();
        let mut current: Option<Range<usize>> = None;
        let close = |current: &mut Option<Range<usize>>, elements: &mut Vec<Element>, comma| {
            if let Some(place) = current.take() {
                elements.push(Element { place, comma });
            }
        };
        for piece in pieces(lines.text, inside) {
            match piece {
                Piece::Part(start, end) => {
                    let begun = current.get_or_insert(start..end);
                    begun.end = end;
                }
                Piece::Comma(at) if current.is_some() => close(&mut current, &mut elements, Some(at)),
                // Behind a line end that has closed the element.
                Piece::Comma(at) => match elements.last_mut() {
                    Some(last) if last.comma.is_none() => last.comma = Some(at),
                    _ => return None,
                },
                Piece::Newline(_) if separator == Separator::CommaOrNewline => {
                    close(&mut current, &mut elements, None);
                }
                Piece::Newline(_) | Piece::Comment(..) => {}
            }
        }
        close(&mut current, &mut elements, None);
        Some(Bracketed {
            lines,
            span,
            elements,
            separator,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The element that is exactly there.
    pub fn at(&self, place: &Range<usize>) -> Option<usize> {
        self.elements.iter().position(|element| element.place == *place)
    }

    /// Puts values behind an element.
    pub fn insert_after(&self, index: usize, written: &[String]) -> Option<Vec<Edit>> {
        let element = self.elements.get(index)?;
        let lines = self.lines;
        let end = element.place.end;
        if !self.on_own_line(index) {
            let between = self.between();
            let text: String = written.iter().map(|value| format!("{between}{value}")).collect();
            return Some(vec![lines.insert(end, text)]);
        }
        let newline = lines.newline(end);
        let indent = lines.indent(element.place.start);
        let last_has_comma = element.comma.is_some();
        // Where commas are not needed, a list keeps to the way its other lines end.
        let commas = self.separated_by_commas();
        let mut text = String::new();
        for (at, value) in written.iter().enumerate() {
            text.push_str(newline);
            text.push_str(indent);
            text.push_str(value);
            if commas && (last_has_comma || at + 1 < written.len()) {
                text.push(',');
            }
        }
        let mut edits = Vec::new();
        let at = lines.end(end);
        if commas && !last_has_comma {
            if at == end {
                return Some(vec![lines.insert(end, format!(",{text}"))]);
            }
            edits.push(lines.insert(end, ","));
        }
        edits.push(lines.insert(at, text));
        Some(edits)
    }

    /// Takes an element out, with its line where it has one.
    pub fn remove(&self, index: usize) -> Option<Vec<Edit>> {
        let lines = self.lines;
        let element = self.elements.get(index)?;
        let place = element.place.clone();
        let is_last = index + 1 == self.elements.len();
        if self.on_own_line(index) {
            let mut edits = Vec::new();
            let before = index.checked_sub(1).and_then(|before| self.elements.get(before));
            let dangling = before
                .and_then(|before| before.comma)
                .filter(|_| is_last && element.comma.is_none());
            if let Some(comma) = dangling {
                edits.push(lines.edit(comma..comma + 1, ""));
            }
            edits.push(lines.remove_lines(place.start..place.end));
            return Some(edits);
        }
        if let Some(next) = self.elements.get(index + 1) {
            let gap = lines.get(place.end..next.place.start);
            return plain(gap).then(|| vec![lines.edit(place.start..next.place.start, "")]);
        }
        if let Some(before) = index.checked_sub(1).and_then(|before| self.elements.get(before)) {
            let gap = lines.get(before.place.end..place.start);
            return plain(gap).then(|| vec![lines.edit(before.place.end..place.end, "")]);
        }
        let end = element.comma.map_or(place.end, |comma| comma + 1);
        plain(lines.get(place.end..end)).then(|| vec![lines.edit(place.start..end, "")])
    }

    /// Puts the first values into an empty list.
    pub fn fill(&self, written: &[String], unit: Option<&str>) -> Option<Vec<Edit>> {
        let lines = self.lines;
        let inside = self.span.start + 1..self.span.end - 1;
        if !lines.get(inside.clone()).trim().is_empty() {
            return None;
        }
        let text = match unit {
            None => written.join(", "),
            Some(unit) => {
                let (newline, indent) = (lines.newline(self.span.start), lines.indent(self.span.start));
                let separator = format!(",{newline}{indent}{unit}");
                format!(
                    "{newline}{indent}{unit}{}{newline}{indent}",
                    written.join(&separator)
                )
            }
        };
        Some(vec![lines.edit(inside, text)])
    }

    /// Nothing else of the list, and none of its brackets, stands on the element's line.
    fn on_own_line(&self, index: usize) -> bool {
        let Some(element) = self.elements.get(index) else {
            return false;
        };
        let lines = self.lines;
        let place = &element.place;
        let (start, end) = (lines.start(place.start), lines.end(place.end));
        let alone_before = lines.get(start..place.start).trim().is_empty() && start > self.span.start;
        let next = self
            .elements
            .get(index + 1)
            .map_or(self.span.end - 1, |next| next.place.start);
        // A comma on a line of its own would be left behind.
        let comma = element.comma.is_none_or(|comma| comma < end);
        alone_before && comma && lines.next(place.end) <= next && end < self.span.end
    }

    /// What separates the values of a list on one line.
    fn between(&self) -> String {
        let lines = self.lines;
        let gaps = self.elements.windows(2).filter_map(|pair| match pair {
            [a, b] => Some(lines.get(a.place.end..b.place.start)),
            _ => None,
        });
        let mut plain = gaps.filter(|gap| gap.contains(',') && plain(gap) && !gap.contains('\n'));
        if let Some(gap) = plain.next_back() {
            return gap.to_owned();
        }
        // A text without any blank after its colons is written compactly.
        let before = lines.get(0..self.span.start);
        match before.ends_with("\":") {
            true => ",".to_owned(),
            false => ", ".to_owned(),
        }
    }

    fn separated_by_commas(&self) -> bool {
        match self.elements.split_last() {
            Some((last, [])) => last.comma.is_some() || self.separator == Separator::Comma,
            Some((_, others)) => others.iter().any(|element| element.comma.is_some()),
            None => true,
        }
    }
}

/// Blanks and commas only: no comment that would be lost.
fn plain(gap: &str) -> bool {
    gap.chars().all(|c| c == ',' || c.is_whitespace())
}
