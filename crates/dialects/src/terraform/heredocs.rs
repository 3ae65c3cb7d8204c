//! Blanks in templates: what `~` takes beside a sequence, and what an indented heredoc (`<<-`) takes from its lines
//! (HCL native syntax specification, "Template Literals"; the parser's `parseTemplateParts` and
//! `flushHeredocTemplateParts`).

use super::tree::Part;

/// How far the text beside a sequence goes, of which `~` takes the blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    /// Quoted: to the next sequence.
    Whole,
    /// In heredocs and files: to the end of the line.
    Lines,
}

impl Literals {
    /// The text behind a sequence without the blanks at its start.
    pub(super) fn strip_start(self, text: &str) -> String {
        let first = match self {
            Literals::Whole => text.len(),
            Literals::Lines => text.find('\n').map_or(text.len(), |at| at + 1),
        };
        let (first, rest) = text.split_at(first);
        format!("{}{rest}", first.trim_start())
    }

    /// The text before a sequence without the blanks at its end.
    pub(super) fn strip_end(self, text: &str) -> String {
        let before_last = text.get(..text.len().saturating_sub(1)).unwrap_or("");
        let last = match self {
            Literals::Whole => 0,
            Literals::Lines => before_last.rfind('\n').map_or(0, |at| at + 1),
        };
        let (rest, last) = text.split_at(last);
        format!("{rest}{}", last.trim_end())
    }
}

/// Takes the indentation that all lines share.
pub(super) fn flush(parts: &mut [Part]) {
    let mut least = usize::MAX;
    walk(parts, &mut true, &mut |line, starts| {
        let blank = line.trim_start().is_empty() && line.ends_with('\n');
        if starts && !blank {
            let spaces = line.chars().take_while(|c| c.is_whitespace()).count();
            least = least.min(spaces);
        }
        None
    });
    if least == 0 || least == usize::MAX {
        return;
    }
    walk(parts, &mut true, &mut |line, starts| {
        let blank = line.trim_start().is_empty() && line.ends_with('\n');
        (starts && !blank).then(|| line.chars().skip(least).collect())
    });
}

/// Shows each line of the literals to `change`, and whether it starts one; a sequence at the start of a line is a line
/// without indentation.
fn walk(parts: &mut [Part], starts: &mut bool, change: &mut dyn FnMut(&str, bool) -> Option<String>) {
    for part in parts {
        match part {
            Part::Literal(text) => {
                let mut made = String::with_capacity(text.len());
                for line in text.split_inclusive('\n') {
                    match change(line, std::mem::replace(starts, line.ends_with('\n'))) {
                        Some(changed) => made.push_str(&changed),
                        None => made.push_str(line),
                    }
                }
                *text = made.into();
            }
            Part::Interpolation(_) => sequence(starts, change),
            Part::If(_, then, otherwise) => {
                sequence(starts, change);
                walk(then, starts, change);
                if !otherwise.is_empty() {
                    sequence(starts, change);
                    walk(otherwise, starts, change);
                }
                sequence(starts, change);
            }
            Part::For { body, .. } => {
                sequence(starts, change);
                walk(body, starts, change);
                sequence(starts, change);
            }
        }
    }
}

fn sequence(starts: &mut bool, change: &mut dyn FnMut(&str, bool) -> Option<String>) {
    if std::mem::take(starts) {
        change("", true);
    }
}
