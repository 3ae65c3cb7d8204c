//! JSON with comments, as tools print it and as people cut it: several documents in a file, log lines
//! around them, terminal colours, an end that comes too early.
//!
//! The tokens are `jsonc-parser`'s. The tree is built here, without recursion, because a damaged file must
//! still show what it holds, and the crate's own tree is all or nothing.

use std::borrow::Cow;

use jsonc_parser::ParseStringErrorKind::UnterminatedStringLiteral;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use memchr::memchr;
use pairlint_model::source::{SourceId, Span, Spanned};

use super::{Damage, Document, Kind, Node, Object, Property};

/// Deeper values are in no export; what walks the tree may recurse this deep.
const MAXIMUM_DEPTH: usize = 256;

/// Comments and trailing commas are read, since Resource Manager takes comments in templates and people
/// leave both in copies. Whatever else scanners forgive is a damaged file.
const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Returns the JSON documents of a text in their order; none where the text is not JSON.
///
/// `text` is the source's, or a copy with equal offsets ([`without_colours`]).
/// `preamble` says that the first lines are known not to be JSON.
pub fn documents(text: &str, source: SourceId, mut preamble: bool) -> Vec<Document<'_>> {
    let content_end = text.trim_end().len();
    let mut documents: Vec<Document<'_>> = Vec::new();
    let mut at = 0;
    while let Some(start) = next_content(text, at) {
        let rest = text.get(start..).unwrap_or("");
        let line_end = memchr(b'\n', rest.as_bytes()).map_or(text.len(), |length| start + length + 1);
        let line = text.get(start..line_end).unwrap_or("").trim_end();
        let comment = rest.starts_with("//") || rest.starts_with("/*");
        let mut stop = line_end;
        if comment || rest.starts_with(['{', '[']) {
            let read = document(text, start, content_end, source);
            stop = read.stop.max(start + 1);
            if let Some(document) = read.document {
                at = if document.damage.is_some() {
                    next_line_of_json(text, stop)
                } else {
                    stop
                };
                documents.push(document);
                continue;
            }
            stop = if comment { stop } else { stop.max(line_end) };
        }
        match documents.last_mut() {
            // Neither JSON nor what comes before it: the file is something else.
            None if !preamble && !is_log_line(line) => break,
            // One line is enough: PowerShell wraps what a program writes to its error stream into lines of
            // its own making.
            None => preamble = true,
            Some(last) if !comment && !is_terminal_line(line) => {
                last.trailing
                    .get_or_insert(span(source, start, start + line.len()));
            }
            Some(_) => {}
        }
        at = stop;
    }
    documents
}

/// Whether a line is of a log, or the command at a prompt, as `2>&1` and copying put them before the
/// output. A script or a page of documentation does not start like this.
pub fn is_log_line(line: &str) -> bool {
    // The third is how Windows PowerShell wraps the error stream of a program.
    const STARTS: &[&str] = &[
        "WARNING:",
        "ERROR:",
        "az : ",
        "INFO:",
        "DEBUG:",
        "VERBOSE:",
        "Command group '",
        "This command is in",
        "cli.azure.cli.",
    ];
    const PROMPTS: &[&str] = &[
        "$ az ",
        "> az ",
        "# az ",
        "> Get-Az",
        "> Search-Az",
        "> Invoke-Az",
    ];
    let line = line.trim_start();
    let prompted = !line.starts_with(['#', '>']) && PROMPTS.iter().any(|prompt| line.contains(prompt));
    prompted || STARTS.iter().any(|start| line.starts_with(start))
}

/// Whether a line after the output is of the terminal: the next prompt, a line of a log.
fn is_terminal_line(line: &str) -> bool {
    let tagged = line
        .strip_prefix('[')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    tagged || line.ends_with(['$', '>', '#']) || is_log_line(line)
}

/// Replaces terminal escape sequences (ECMA-48) by as many blanks, so that offsets stay.
pub fn without_colours(text: &str) -> Cow<'_, str> {
    const ESCAPE: u8 = 0x1b;
    if memchr(ESCAPE, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr(ESCAPE, rest)) {
        let start = at + length;
        let end = match bytes.get(start + 1) {
            Some(b'[') => {
                let body = bytes.get(start + 2..).unwrap_or(&[]);
                let length = body
                    .iter()
                    .take_while(|byte| (0x20..=0x3f).contains(*byte))
                    .count();
                let last = body.get(length).is_some_and(|byte| (0x40..=0x7e).contains(byte));
                start + 2 + length + usize::from(last)
            }
            Some(byte) if byte.is_ascii() && !byte.is_ascii_control() => start + 2,
            _ => start + 1,
        };
        plain.push_str(text.get(at..start).unwrap_or(""));
        plain.extend(std::iter::repeat_n(' ', end - start));
        at = end;
    }
    plain.push_str(text.get(at..).unwrap_or(""));
    Cow::Owned(plain)
}

/// Returns where the next text that is not blank starts; byte order marks of joined files are blank.
fn next_content(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let content = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    (!content.is_empty()).then(|| text.len() - content.len())
}

/// Returns where the next line after the offset starts that may be another document, appended to a damaged
/// one.
fn next_line_of_json(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr(b'\n', rest)) {
        at += length + 1;
        if matches!(bytes.get(at), Some(b'{' | b'[')) {
            return at;
        }
    }
    text.len()
}

fn span(source: SourceId, start: usize, end: usize) -> Span {
    Span {
        source,
        start: start as u32,
        end: end as u32,
    }
}

/// A list or object whose end was not read yet.
enum Open<'a> {
    List {
        start: usize,
        items: Vec<Node<'a>>,
    },
    Object {
        start: usize,
        properties: Vec<Property<'a>>,
        key: Option<Cow<'a, str>>,
    },
}

/// What may stand next.
#[derive(Clone, Copy)]
enum Expect {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

struct Builder<'a> {
    source: SourceId,
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    /// The last token that was understood.
    last: (usize, usize),
}

impl<'a> Builder<'a> {
    fn attach(&mut self, node: Node<'a>) {
        match self.open.last_mut() {
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Object { properties, key, .. }) => {
                if let Some(key) = key.take() {
                    properties.push(Property { key, value: node });
                }
            }
            None => self.root = Some(node),
        }
    }

    fn close(&mut self, end: usize, cut: bool) {
        let (start, kind) = match self.open.pop() {
            Some(Open::List { start, items }) => (start, Kind::List(items)),
            Some(Open::Object {
                start, properties, ..
            }) => (start, Kind::Object(Object(properties))),
            None => return,
        };
        self.attach(Node {
            kind,
            span: span(self.source, start, end),
            cut,
        });
    }

    /// Takes a token; returns what may follow, or what is wrong with it.
    fn take(
        &mut self,
        token: Token<'a>,
        start: usize,
        end: usize,
        expect: Expect,
    ) -> Result<Expect, &'static str> {
        use Expect::{Colon, CommaOrEnd, KeyOrEnd, Value, ValueOrEnd};
        let in_list = matches!(self.open.last(), Some(Open::List { .. }));
        let value = |kind| Node {
            kind,
            span: span(self.source, start, end),
            cut: false,
        };
        let next = match (expect, token) {
            (Value | ValueOrEnd, Token::OpenBrace) => {
                self.open.push(Open::Object {
                    start,
                    properties: Vec::new(),
                    key: None,
                });
                KeyOrEnd
            }
            (Value | ValueOrEnd, Token::OpenBracket) => {
                self.open.push(Open::List {
                    start,
                    items: Vec::new(),
                });
                ValueOrEnd
            }
            (Value | ValueOrEnd, Token::String(text)) => {
                self.attach(value(Kind::Text(text)));
                CommaOrEnd
            }
            (Value | ValueOrEnd, Token::Number(digits)) => {
                self.attach(value(Kind::Number(digits)));
                CommaOrEnd
            }
            (Value | ValueOrEnd, Token::Boolean(_)) => {
                self.attach(value(Kind::Bool));
                CommaOrEnd
            }
            (Value | ValueOrEnd, Token::Null) => {
                self.attach(value(Kind::Null));
                CommaOrEnd
            }
            (ValueOrEnd | CommaOrEnd, Token::CloseBracket) if in_list => {
                self.close(end, false);
                CommaOrEnd
            }
            (KeyOrEnd | CommaOrEnd, Token::CloseBrace) if !in_list => {
                self.close(end, false);
                CommaOrEnd
            }
            (KeyOrEnd, Token::String(text)) => {
                if let Some(Open::Object { key, .. }) = self.open.last_mut() {
                    *key = Some(text);
                }
                Colon
            }
            (Colon, Token::Colon) => Value,
            (CommaOrEnd, Token::Comma) if in_list => ValueOrEnd,
            (CommaOrEnd, Token::Comma) => KeyOrEnd,
            (Value | ValueOrEnd, _) => return Err("a value is missing"),
            (KeyOrEnd, _) => return Err("a quoted key is missing"),
            (Colon, _) => return Err("a colon is missing"),
            (CommaOrEnd, Token::CloseBrace | Token::CloseBracket) => return Err("brackets do not match"),
            (CommaOrEnd, _) => return Err("a comma is missing"),
        };
        self.last = (start, end);
        Ok(next)
    }
}

/// What was read from one place.
struct Read<'a> {
    /// None where the text is not JSON at all.
    document: Option<Document<'a>>,
    /// Where to go on.
    stop: usize,
}

/// Reads one document from `start`. `content_end` is the end of the text without the blanks there.
fn document(text: &str, start: usize, content_end: usize, source: SourceId) -> Read<'_> {
    let mut scanner = Scanner::new(text.get(start..).unwrap_or(""), &STRICT);
    let mut builder = Builder {
        source,
        open: Vec::new(),
        root: None,
        last: (start, start),
    };
    let mut comments = Vec::new();
    let mut expect = Expect::Value;
    // A bracket alone is not yet JSON: sections, links and lists of other languages start with one, too.
    let mut strings = false;
    // What is wrong, if not that the text ends early.
    let mut wrong: Option<(String, Span)> = None;
    let mut resume = None;
    loop {
        let token = scanner.scan();
        let (from, to) = (start + scanner.token_start(), start + scanner.token_end());
        match token {
            Ok(Some(Token::CommentLine(comment) | Token::CommentBlock(comment))) => {
                comments.push(Spanned::new(span(source, from, to), comment.trim()));
                builder.last.0 = to;
                if builder.root.is_none() && builder.open.is_empty() {
                    builder.last.1 = to;
                }
                continue;
            }
            Ok(Some(token)) => {
                strings |= matches!(token, Token::String(_));
                let word = matches!(token, Token::Word(_));
                match builder.take(token, from, to, expect) {
                    Ok(next) => expect = next,
                    Err(what) => {
                        // A word at the very end is the beginning of `true`, `false` or `null`.
                        if !word || to < content_end {
                            wrong = Some((what.to_owned(), span(source, from, to)));
                        }
                        break;
                    }
                }
                if builder.open.is_empty() {
                    break;
                }
                if builder.open.len() > MAXIMUM_DEPTH {
                    let what = format!("brackets are nested more than {MAXIMUM_DEPTH} deep");
                    wrong = Some((what, span(source, from, to)));
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                let at = start + error.range().start;
                if matches!(error.kind(), ParseErrorKind::UnterminatedCommentBlock) {
                    resume = Some(text.len());
                } else if !matches!(error.kind(), ParseErrorKind::String(UnterminatedStringLiteral))
                    && to < content_end
                {
                    wrong = Some((lower_first(&error.kind().to_string()), span(source, at, at)));
                }
                break;
            }
        }
    }
    let (last_start, end) = builder.last;
    let whole = builder.open.is_empty() && builder.root.is_some();
    while !builder.open.is_empty() {
        builder.close(end, true);
    }
    let damage = (!whole).then(|| match wrong {
        Some((what, span)) => Damage {
            span,
            what: format!("JSON that is not valid: {what}"),
        },
        None => Damage {
            span: span(source, end, end),
            what: "JSON that ends early".to_owned(),
        },
    });
    // Another document may have been appended within a string that was cut.
    let stop = resume.unwrap_or(if whole { end } else { last_start });
    let readable = whole || strings;
    let document = builder.root.filter(|_| readable).map(|root| Document {
        root,
        comments,
        damage,
        trailing: None,
    });
    Read { document, stop }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
