//! Scripts that make or change route filters: the Azure CLI in `sh` and `cmd`, Az PowerShell, both within pipelines.
//!
//! Commands are followed in their order, as far as the text tells what they do: a value that only a run knows is unknown,
//! a command in a condition, a loop or a function makes what it touches unsure. The options are those of the reference
//! of `az` 2.91 and of the Az.Network module 7. A script that only reads is nothing of ours.

mod az;
mod pipelines;
mod posix;
mod powershell;
mod shell;
mod world;

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memchr2_iter;
use pairlint_model::network::Network;
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::{Source, SourceId, Span};

use crate::deployment::data::{self, Language};
use crate::deployment::value::Value;
use crate::deployment::{self, File};
use crate::documents::{Node, json};
use crate::edits::words;
use crate::{Dialect, Fit, Kind};
use shell::Flavor;
use world::Text;

pub static DIALECT: Dialect = Dialect {
    name: "scripts",
    kind: Kind::Azure,
    detect,
    parse,
    together: None,
    edit: Some(edit),
};

/// Words of a command: between blanks for the Azure CLI, between commas for PowerShell.
fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let text = source.text();
    let at = change.span().start as usize;
    let line = text.get(..at)?.rsplit('\n').next()?;
    // A command that goes on over lines shows which it is in one of them; a file holds commands of one kind.
    let powershell = line.contains("-CommunityList") || !text.contains("--communities");
    words::write(source, change, if powershell { ", " } else { " " })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Shell(Flavor),
    PowerShell,
    Pipeline,
}

fn detect(source: &Source) -> Fit {
    match language(source).is_some() && !parse(source).is_empty() {
        true => Fit::Certain,
        false => Fit::No,
    }
}

/// Words without which no command of ours can be there.
fn tells(text: &str) -> bool {
    let words: [(&[u8], usize); 4] = [
        (b"route-filter", 5),
        (b"routefilter", 5),
        (b"express-route peering", 1),
        (b"expressroutecircuit", 1),
    ];
    words
        .iter()
        .any(|(word, pivot)| contains(text.as_bytes(), word, *pivot))
}

/// Whether a word, given in lower case, stands in a text in any case; `pivot` is the index of its rarest letter.
fn contains(text: &[u8], word: &[u8], pivot: usize) -> bool {
    let Some(&letter) = word.get(pivot) else {
        return false;
    };
    memchr2_iter(letter, letter.to_ascii_uppercase(), text).any(|at| {
        let start = at.checked_sub(pivot);
        let window = start.and_then(|start| text.get(start..start + word.len()));
        window.is_some_and(|window| window.eq_ignore_ascii_case(word))
    })
}

/// By the ending of the name; where there is none, by the first line.
fn language(source: &Source) -> Option<Written> {
    let text = source.text();
    if !tells(text) {
        return None;
    }
    let name = source.name.to_ascii_lowercase();
    let name = name.rsplit('/').next().unwrap_or("");
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("sh" | "bash" | "zsh" | "ksh" | "azcli") => Some(Written::Shell(Flavor::Posix)),
        Some("ps1" | "psm1") => Some(Written::PowerShell),
        Some("bat" | "cmd") => Some(Written::Shell(Flavor::Cmd)),
        Some("yml" | "yaml") => Some(Written::Pipeline),
        _ if first.starts_with("#!") && first.contains("pwsh") => Some(Written::PowerShell),
        _ if first.starts_with("#!") && first.contains("sh") => Some(Written::Shell(Flavor::Posix)),
        _ => None,
    }
}

fn parse(source: &Source) -> Network {
    let Some(language) = language(source) else {
        return Network::default();
    };
    let end = source.text().len();
    let mut worlds = Vec::new();
    match language {
        Written::Shell(flavor) => worlds.push(posix::run(source, 0, end, flavor)),
        Written::PowerShell => worlds.push(powershell::run(source, 0, end)),
        Written::Pipeline => worlds = pipelines::run(source),
    }
    let mut network = Network::default();
    let comments = comments(source);
    let mut files: BTreeMap<SourceId, File<'_>> = BTreeMap::new();
    files.insert(source.id, File { source, comments });
    for world in worlds.into_iter().filter(|world| !world.is_empty()) {
        let mut found = deployment::lower(&world.instances(), &files);
        // A key in a script is a key.
        network.remarks.append(&mut found.remarks);
        network.extend(found);
    }
    network
}

/// Comments behind commands: from `#` to the end of the line.
fn comments(source: &Source) -> Vec<pairlint_model::source::Spanned<&str>> {
    let text = source.text();
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(at) = line.find(" #") else { continue };
        let comment = line.get(at + 1..).unwrap_or("");
        found.push(source.spanned(comment, comment.trim_start_matches('#').trim()));
    }
    found
}

struct Body<'s> {
    source: &'s Source,
}

impl<'a> Language<'a> for Body<'_> {
    fn source(&self) -> &Source {
        self.source
    }

    fn text(&self, text: &Cow<'a, str>, span: Span, _depth: u32) -> Value<'a> {
        if text.contains('$') || text.contains("%") {
            let why = format!("`{text}` is known when the script runs");
            return Value::unknown(why, text.replace('/', "|"), span);
        }
        Value::text(text.clone(), span)
    }

    fn special(&self, _node: &Node<'a>, _depth: u32) -> Option<Value<'a>> {
        None
    }
}

/// The value of JSON in a word; its parts keep their places where the word is written as it is.
fn json_body(source: &Source, text: &str, span: Span) -> Text {
    let mut documents = json::documents(text, source.id, false);
    let document = documents
        .pop()
        .filter(|document| documents.is_empty() && document.damage.is_none());
    let Some(mut document) = document else {
        return Value::unknown("the body is not read", "{body}", span);
    };
    match source.slice(span).find(text) {
        Some(at) => {
            let start = span.start + at as u32;
            document.root.move_spans(&|inner| Span {
                start: start + inner.start,
                end: start + inner.end,
                ..inner
            });
        }
        None => document.root.place(span),
    }
    data::value(&Body { source }, &document.root, 0).owned()
}
