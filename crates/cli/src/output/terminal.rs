//! Findings drawn with the lines they are about. The only place that knows miette.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use pairlint_model::diagnostic::{Diagnostic, Severity, Witness};
use pairlint_model::source::Sources;

use super::excerpt::{Excerpt, printable};
use crate::secrets::Secrets;

/// What the reader's screen can show.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub color: bool,
    pub unicode: bool,
    pub width: usize,
}

/// A file, or a pipe: what everything can show.
pub const PLAIN: Look = Look {
    color: false,
    unicode: false,
    width: 100,
};

/// Draws findings.
pub struct Renderer<'a> {
    sources: &'a Sources,
    secrets: &'a Secrets,
    look: Look,
    handler: GraphicalReportHandler,
}

impl<'a> Renderer<'a> {
    pub fn new(sources: &'a Sources, secrets: &'a Secrets, look: Look) -> Renderer<'a> {
        let theme = match (look.color, look.unicode) {
            (true, true) => GraphicalTheme::unicode(),
            (false, true) => GraphicalTheme::unicode_nocolor(),
            (true, false) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(look.width)
            // Commands and names in a help must survive copying, so only blanks may become line ends.
            .with_wrap_lines(false)
            .without_syntax_highlighting();
        Renderer {
            sources,
            secrets,
            look,
            handler,
        }
    }

    /// The character in the place of one that cannot be shown.
    pub fn odd(&self) -> char {
        if self.look.unicode { '\u{fffd}' } else { '?' }
    }

    /// Writes a finding, ending in a line end.
    pub fn draw(&self, finding: &Diagnostic, out: &mut String) {
        let excerpt = Excerpt::new(&finding.labels, self.sources, self.secrets, self.odd());
        let text = |text: &str, indent: usize| wrapped(&printable(text, self.odd()), self.look.width, indent);
        let drawn = Drawn {
            code: format!("{}[{}]", finding.severity, finding.rule),
            message: text(&finding.message, 4),
            help: finding.help.as_deref().map(|help| text(help, 8)),
            severity: finding.severity,
            labels: excerpt
                .labels
                .iter()
                .enumerate()
                .map(|(index, (start, length, text))| {
                    let text = Some(text.clone()).filter(|text| !text.is_empty());
                    match index {
                        0 => LabeledSpan::new_primary_with_span(text, (*start, *length)),
                        _ => LabeledSpan::new(text, *start, *length),
                    }
                })
                .collect(),
            excerpt,
        };
        let before = out.len();
        if self.handler.render_report(out, &drawn).is_err() {
            // Only a label outside its excerpt does that, which would be our fault; the finding is shown.
            out.truncate(before);
            out.push_str(&format!("{}\n\n  {}\n", drawn.code, drawn.message));
        }
        if let Some(witness) = &finding.witness {
            out.push_str(&format!(
                " route: {}\n",
                wrapped(&route(witness), self.look.width, 8)
            ));
        }
        if let Some(fix) = &finding.fix {
            let options = if fix.is_safe() {
                "`--fix`"
            } else {
                "`--fix --unsafe-fixes`"
            };
            let text = printable(&format!("{} ({options})", fix.title), self.odd());
            out.push_str(&format!("   fix: {}\n", wrapped(&text, self.look.width, 8)));
        }
        trim_line_ends(out, before);
    }

    /// The words of a severity or a name, in its colour.
    pub fn paint(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Note => 36,
        };
        if self.look.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Names the route that shows a defect, in the words of `pairlint trace`.
fn route(witness: &Witness) -> String {
    let mut text = witness.prefix.to_string();
    if !witness.communities.is_empty() {
        let communities: Vec<String> = witness
            .communities
            .iter()
            .map(|value| value.to_string())
            .collect();
        text.push_str(&format!(" with {}", communities.join(" ")));
    }
    let path = match witness.as_path.0.is_empty() {
        true => "empty AS path".to_owned(),
        false => format!("AS path {}", witness.as_path),
    };
    text.push_str(&format!(", {path}: {}", witness.verdict));
    text
}

/// Breaks a text at blanks so that it fits behind an indentation, which miette adds.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut length = 0;
        for word in paragraph.split(' ') {
            let of_word = word.chars().count();
            if length > 0 && length + 1 + of_word > room {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += of_word;
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Takes away the blanks at the ends of what was written since.
fn trim_line_ends(text: &mut String, since: usize) {
    let written = text.split_off(since);
    for line in written.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A finding as miette wants it.
struct Drawn {
    code: String,
    message: String,
    help: Option<String>,
    severity: Severity,
    labels: Vec<LabeledSpan>,
    excerpt: Excerpt,
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.is_empty()).then_some(&self.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::Source;

    use super::*;

    #[test]
    fn text_is_broken_at_blanks_only() {
        assert_eq!(wrapped("one two-three four", 22, 2), "one two-three four");
        assert_eq!(
            wrapped("aaaaaaaaaa bbbbbbbbbbbb-c d", 20, 0),
            "aaaaaaaaaa\nbbbbbbbbbbbb-c d"
        );
        assert_eq!(wrapped("a\nb", 80, 0), "a\nb");
        assert_eq!(wrapped(&"x".repeat(50), 20, 0), "x".repeat(50));
    }

    #[test]
    fn labels_of_two_files_and_a_far_line_under_one_message() {
        let mut sources = Sources::default();
        let lines: String = (1..=40).map(|n| format!(" line {n} of edge1\n")).collect();
        let edge = sources.add("edge1.cfg", lines);
        let filter = sources.add("rf.json", "{\n\t\"communities\": [\"12076:51002\"]\n}");
        let place = |source: &Source, text: &str| {
            source.span(&source.text()[source.text().find(text).unwrap()..][..text.len()])
        };
        let finding = Diagnostic::new(
            "blocked-by-router",
            Severity::Error,
            "no session accepts `12076:51002`",
        )
        .label(place(sources.get(edge), "line 30"), "rejected here")
        .label(
            place(sources.get(filter), "\"12076:51002\""),
            "sent by this filter",
        )
        .label(place(sources.get(edge), "line 3"), "this policy")
        .help("permit it");
        let secrets = Secrets::default();
        let look = Look {
            unicode: true,
            ..PLAIN
        };
        let mut out = String::new();
        Renderer::new(&sources, &secrets, look).draw(&finding, &mut out);
        let expected = "\
error[blocked-by-router]

  × no session accepts `12076:51002`
    ╭─[edge1.cfg:30:2]
 29 │  line 29 of edge1
 30 │  line 30 of edge1
    ·  ───┬───
    ·     ╰── rejected here
 31 │  line 31 of edge1
    ╰────
   ╭─[edge1.cfg:3:2]
 2 │  line 2 of edge1
 3 │  line 3 of edge1
   ·  ───┬──
   ·     ╰── this policy
 4 │  line 4 of edge1
   ╰────
   ╭─[rf.json:2:18]
 1 │ {
 2 │     \"communities\": [\"12076:51002\"]
   ·                     ──────┬──────
   ·                           ╰── sent by this filter
 3 │ }
   ╰────
  help: permit it
";
        assert_eq!(out, expected);
    }

    #[test]
    fn labels_anywhere_are_drawn_without_a_panic() {
        for text in [
            "",
            "\n",
            "a",
            "é",
            "a\r\nb\r\n",
            "\n\n\n",
            "\t\u{1b}[0m\u{301}x\n",
        ] {
            let mut sources = Sources::default();
            let id = sources.add("x", text);
            let secrets = Secrets::default();
            let boundaries: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
            for &start in &boundaries {
                for &end in boundaries.iter().filter(|&&end| end >= start) {
                    let finding = Diagnostic::new("r", Severity::Note, "m")
                        .label(sources.get(id).range(start, end), "one")
                        .label(sources.get(id).end(), "two\nlines");
                    let mut out = String::new();
                    Renderer::new(&sources, &secrets, PLAIN).draw(&finding, &mut out);
                    assert!(out.starts_with("note[r]\n\n  > m\n"), "{out}");
                }
            }
        }
    }
}
