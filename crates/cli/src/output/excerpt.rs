//! The lines that a finding shows: a few, short, without control characters and without secrets.
//!
//! miette's own sources walk a file from its top for each label, which for a thousand findings in a large
//! configuration takes a minute. An excerpt is made from the line index and holds some lines only; it
//! can also put lines of several files under one message.

use std::collections::BTreeMap;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use pairlint_model::diagnostic::Label;
use pairlint_model::source::{Source, SourceId, Sources};

use crate::secrets::{MASK, Secrets};

/// Lines before and after a label.
const CONTEXT: usize = 1;
/// A label over more lines than these is shown at its first one.
const TALLEST: usize = 8;
/// Lines longer than this are cut, in bytes.
const LONGEST: usize = 240;
/// How much of a long line is shown before and after what a label marks.
const AROUND: usize = 72;

/// The text for the labels of one finding.
#[derive(Debug, Default)]
pub struct Excerpt {
    text: String,
    lines: Vec<Line>,
    blocks: Vec<Block>,
    /// Start, length and text of each label, in the excerpt's own text; the first is where to edit.
    pub labels: Vec<(usize, usize, String)>,
}

#[derive(Debug)]
struct Line {
    /// In the excerpt, without the line end.
    start: usize,
    end: usize,
    /// From 0, in the file.
    number: usize,
    block: usize,
}

/// Lines that follow each other in one file.
#[derive(Debug)]
struct Block {
    name: String,
    /// The column, from 0, of each label's start in the file, by its start in the excerpt.
    columns: BTreeMap<usize, usize>,
}

/// A label in terms of lines.
struct Mark<'a> {
    label: &'a Label,
    first: usize,
    last: usize,
}

impl Excerpt {
    pub fn new(labels: &[Label], sources: &Sources, secrets: &Secrets, odd: char) -> Excerpt {
        let mut excerpt = Excerpt::default();
        let mut by_source: Vec<(SourceId, Vec<Mark<'_>>)> = Vec::new();
        for label in labels {
            let source = sources.get(label.span.source);
            // Nothing to show of a file that was not read.
            if source.text().is_empty() {
                continue;
            }
            let first = source.line_of(label.span.start);
            let mut last = source
                .line_of(label.span.end.max(label.span.start + 1) - 1)
                .max(first);
            if last - first >= TALLEST {
                last = first;
            }
            let mark = Mark { label, first, last };
            match by_source.iter_mut().find(|(id, _)| *id == source.id) {
                Some((_, marks)) => marks.push(mark),
                None => by_source.push((source.id, vec![mark])),
            }
        }
        for (id, marks) in by_source {
            excerpt.add_source(sources.get(id), &marks, secrets, odd);
        }
        excerpt
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Adds the blocks of one file: the one with the first label first, the others as they stand.
    fn add_source(&mut self, source: &Source, marks: &[Mark<'_>], secrets: &Secrets, odd: char) {
        let count = source.line_starts().len();
        let mut ranges: Vec<(usize, usize)> = marks
            .iter()
            .map(|mark| {
                (
                    mark.first.saturating_sub(CONTEXT),
                    (mark.last + CONTEXT).min(count - 1),
                )
            })
            .collect();
        ranges.sort_unstable();
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        for (first, last) in ranges {
            match blocks.last_mut() {
                Some((_, end)) if first <= *end + 1 => *end = (*end).max(last),
                _ => blocks.push((first, last)),
            }
        }
        let primary = marks.first().map_or(0, |mark| mark.first);
        if let Some(at) = blocks
            .iter()
            .position(|&(first, last)| (first..=last).contains(&primary))
        {
            let block = blocks.remove(at);
            blocks.insert(0, block);
        }
        for (first, last) in blocks {
            let of_block: Vec<&Mark<'_>> = marks
                .iter()
                .filter(|mark| (first..=last).contains(&mark.first))
                .collect();
            self.add_block(source, (first, last), &of_block, secrets, odd);
        }
    }

    fn add_block(
        &mut self,
        source: &Source,
        (first, last): (usize, usize),
        marks: &[&Mark<'_>],
        secrets: &Secrets,
        odd: char,
    ) {
        let block = self.blocks.len();
        let mut columns = BTreeMap::new();
        let mut ends: Vec<(Option<usize>, Option<usize>)> = vec![(None, None); marks.len()];
        for number in first..=last {
            let start = self.text.len();
            let line_start = source
                .line_starts()
                .get(number)
                .map_or(0, |&start| start as usize);
            let length = source.line(number).len();
            let line_end = line_start + length;
            // The places on this line that have to be found again.
            let starts = marks
                .iter()
                .map(|mark| (mark.first == number, mark.label.span.start as usize));
            let stops = marks.iter().map(|mark| {
                let end = mark.label.span.end as usize;
                (
                    mark.last == number,
                    if mark.last == mark.first {
                        end.min(line_end)
                    } else {
                        end
                    },
                )
            });
            let interest = marks
                .iter()
                .find(|mark| (mark.first..=mark.last).contains(&number))
                .map(|mark| {
                    let from = if mark.first == number {
                        mark.label.span.start as usize
                    } else {
                        line_start
                    };
                    (from, (mark.label.span.end as usize).min(line_end))
                });
            let shown = Shown::new(source, (line_start, line_end), interest, secrets, odd);
            for (slot, (wanted, at)) in ends.iter_mut().zip(starts) {
                if wanted {
                    slot.0 = Some(start + shown.place(at));
                }
            }
            for (slot, (wanted, at)) in ends.iter_mut().zip(stops) {
                if wanted {
                    slot.1 = Some(start + shown.place(at.min(line_end)));
                }
            }
            self.text.push_str(&shown.text);
            self.lines.push(Line {
                start,
                end: self.text.len(),
                number,
                block,
            });
            self.text.push('\n');
        }
        for (mark, (start, end)) in marks.iter().zip(ends) {
            let Some(start) = start else { continue };
            let end = end.unwrap_or(start).max(start);
            let column = source.position(mark.label.span.start).column as usize - 1;
            columns.insert(start, column);
            self.labels
                .push((start, end - start, printable(&mark.label.text, odd)));
        }
        self.blocks.push(Block {
            name: source.name.clone(),
            columns,
        });
    }

    fn line_at(&self, offset: usize) -> Option<usize> {
        let after = self.lines.partition_point(|line| line.start <= offset);
        after.checked_sub(1)
    }
}

/// A line as it is shown.
struct Shown {
    text: String,
    /// Offsets in the file and the offsets in `text` where they are shown, ascending.
    places: Vec<(usize, usize)>,
}

impl Shown {
    /// `interest` is what has to be seen where the line is too long to be shown whole.
    fn new(
        source: &Source,
        (start, end): (usize, usize),
        interest: Option<(usize, usize)>,
        secrets: &Secrets,
        odd: char,
    ) -> Shown {
        let (mut from, mut to) = (start, end);
        if end - start > LONGEST {
            let (first, last) = interest.unwrap_or((start, start));
            from = floor(source.text(), first.saturating_sub(AROUND).max(start));
            to = floor(
                source.text(),
                last.min(first + AROUND).saturating_add(AROUND).clamp(from, end),
            );
        }
        let mut shown = Shown {
            text: String::new(),
            places: Vec::new(),
        };
        let ellipsis = if odd.is_ascii() { "..." } else { "…" };
        if from > start {
            shown.text.push_str(ellipsis);
        }
        let mut at = from;
        while at < to {
            let secret = secrets
                .at_or_after(source.id, at)
                .filter(|&(start, _)| start < to);
            let plain_end = secret.map_or(to, |(start, _)| start.max(at));
            let plain = source.text().get(at..plain_end).unwrap_or("");
            for (offset, letter) in plain.char_indices() {
                shown.places.push((at + offset, shown.text.len()));
                shown.text.push(visible(letter, odd));
            }
            at = plain_end;
            if let Some((_, end)) = secret {
                shown.places.push((at, shown.text.len()));
                shown.text.push_str(MASK);
                at = end.max(at + 1);
            }
        }
        shown.places.push((at, shown.text.len()));
        if to < end {
            shown.text.push_str(ellipsis);
        }
        shown
    }

    fn place(&self, offset: usize) -> usize {
        let at = self.places.partition_point(|&(of_file, _)| of_file < offset);
        let place = self.places.get(at).or(self.places.last());
        place.map_or(0, |&(_, shown)| shown)
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Terminal captures hold escape sequences, and a hostile file may: none reaches a terminal.
fn visible(letter: char, odd: char) -> char {
    match letter {
        '\t' => letter,
        _ if letter.is_control() || is_directional(letter) => odd,
        _ => letter,
    }
}

/// Characters that reorder the text around them (Unicode Standard Annex 9) can make a line read as
/// what it is not.
fn is_directional(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text from a file, made fit to be printed.
pub fn printable(text: &str, odd: char) -> String {
    text.chars()
        .map(|letter| {
            if letter == '\n' {
                letter
            } else {
                visible(letter, odd)
            }
        })
        .collect()
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let lines = self.line_at(start).zip(self.line_at(end.max(start + 1) - 1));
        let (mut first, mut last) = lines.ok_or(MietteError::OutOfBounds)?;
        let block = self.lines.get(first).ok_or(MietteError::OutOfBounds)?.block;
        let same = |line: usize| self.lines.get(line).is_some_and(|line| line.block == block);
        // Lines of different blocks do not follow each other; miette then shows them one by one.
        if !same(last) {
            return Err(MietteError::OutOfBounds);
        }
        for _ in 0..before {
            first -= usize::from(first > 0 && same(first - 1));
        }
        for _ in 0..after {
            last += usize::from(same(last + 1));
        }
        let (head, tail) = self
            .lines
            .get(first)
            .zip(self.lines.get(last))
            .ok_or(MietteError::OutOfBounds)?;
        let text = self
            .text
            .get(head.start..tail.end + 1)
            .ok_or(MietteError::OutOfBounds)?;
        let of_block = self.blocks.get(block).ok_or(MietteError::OutOfBounds)?;
        // miette asks without context where it wants the label's own position.
        let column = match (before, after) {
            (0, 0) => of_block.columns.get(&start).copied().unwrap_or(0),
            _ => 0,
        };
        Ok(Box::new(MietteSpanContents::new_named(
            of_block.name.clone(),
            text.as_bytes(),
            (head.start, text.len()).into(),
            head.number,
            column,
            last - first + 1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::Span;

    use super::*;

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let text = format!("{}\"12076:51002\"{}", "x".repeat(100_000), "y".repeat(100_000));
        let mut sources = Sources::default();
        let id = sources.add("one-line.json", text);
        let excerpt = excerpt(&sources, &[(id, 100_000, 100_013)]);
        let (start, length, _) = excerpt.labels[0];
        assert_eq!(&excerpt.text[start..start + length], "\"12076:51002\"");
        assert!(excerpt.text.len() < 200, "{}", excerpt.text.len());
        assert!(excerpt.text.starts_with("…xxx") && excerpt.text.ends_with("yyy…\n"));
    }

    #[test]
    fn control_characters_are_replaced_and_places_hold() {
        let mut sources = Sources::default();
        let id = sources.add("capture.txt", "\u{1b}[31mé\t\u{202e}neighbor\u{7}\r\nnext");
        let at = sources.get(id).text().find("neighbor").unwrap();
        let excerpt = excerpt(&sources, &[(id, at, at + 8)]);
        let (start, length, _) = excerpt.labels[0];
        assert_eq!(&excerpt.text[start..start + length], "neighbor");
        assert_eq!(excerpt.text, "�[31mé\t�neighbor�\nnext\n");
    }

    #[test]
    fn labels_of_several_files_and_far_lines_are_several_blocks() {
        let mut sources = Sources::default();
        let lines: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let one = sources.add("one", lines.clone());
        let two = sources.add("two", lines);
        let at = |n: usize| sources.get(one).line_starts()[n] as usize;
        let excerpt = excerpt(
            &sources,
            &[
                (one, at(50), at(50) + 4),
                (two, at(3), at(3)),
                (one, at(10), at(10) + 4),
                (one, at(52), at(53)),
            ],
        );
        let numbers: Vec<(usize, usize)> = excerpt
            .lines
            .iter()
            .map(|line| (line.block, line.number))
            .collect();
        let expected = [(49..=53, 0), (9..=11, 1), (2..=4, 2)];
        let expected: Vec<_> = expected
            .into_iter()
            .flat_map(|(lines, b)| lines.map(move |n| (b, n)))
            .collect();
        assert_eq!(numbers, expected);
    }

    fn excerpt(sources: &Sources, spans: &[(SourceId, usize, usize)]) -> Excerpt {
        let label = |&(source, start, end): &(SourceId, usize, usize)| Label {
            span: Span {
                source,
                start: start as u32,
                end: end as u32,
            },
            text: "here".to_owned(),
        };
        let labels: Vec<Label> = spans.iter().map(label).collect();
        Excerpt::new(&labels, sources, &Secrets::default(), '\u{fffd}')
    }
}
