//! Bicep files and their parameter files (`.bicepparam`), which declare Azure resources.
//!
//! The language is that of the Bicep documentation ("File structure and syntax", "Expressions", "Functions") and of the
//! compiler's grammar. `scanner`, `expressions` and `declarations` read one file; `project` finds out which
//! files are deployed and which are modules of others; the shared `deployment` evaluates them.

mod declarations;
mod expressions;
mod project;
mod scanner;
mod texts;

use memchr::memmem;
use pairlint_model::network::Network;
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::Source;

use crate::edits::{Separator, values};
use crate::{Dialect, Fit, Kind, Together};

/// Functions that load a file.
const LOADS: &[&str] = &["loadJsonContent", "loadTextContent", "loadYamlContent"];

pub static DIALECT: Dialect = Dialect {
    name: "bicep",
    kind: Kind::Azure,
    detect,
    parse,
    together: Some(Together {
        may_help: project::may_help,
        needs: project::needs,
        parse: project::parse,
    }),
    edit: Some(edit),
};

/// Arrays of Bicep, and of parameters in JSON.
fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let json = source.text().trim_start().starts_with('{');
    let style = values::Style {
        quote: if json { '"' } else { '\'' },
        separator: if json {
            Separator::Comma
        } else {
            Separator::CommaOrNewline
        },
        spread: json,
    };
    values::write(source, change, style)
}

fn parse(source: &Source) -> Network {
    project::parse(&[source])
}

/// By the name of the file, since no other language has it; and it must speak of something of ours.
fn detect(source: &Source) -> Fit {
    let name = source.name.to_ascii_lowercase();
    let bytes = source.text().as_bytes();
    let named = name.ends_with(".bicep") || name.ends_with(".bicepparam");
    if !(named || is_nameless(&name) && declares(source.text())) {
        return Fit::No;
    }
    let ours = memmem::find(bytes, b"'12076:").is_some()
        || contains(bytes, b"routefilter")
        || contains(bytes, b"expressroutecircuit");
    if ours { Fit::Certain } else { Fit::No }
}

/// Standard input, or a file without an ending.
fn is_nameless(name: &str) -> bool {
    !name.rsplit('/').next().unwrap_or(name).contains('.')
}

/// Whether a line starts a resource of Azure's.
fn declares(text: &str) -> bool {
    let start = text.trim_start();
    let looks = [
        "resource ",
        "param ",
        "var ",
        "targetScope",
        "@",
        "//",
        "/*",
        "metadata ",
        "module ",
    ];
    looks.iter().any(|word| start.starts_with(word))
        && text
            .lines()
            .any(|line| line.starts_with("resource ") && line.contains("'Microsoft.") && line.contains('@'))
}

/// Whether a word, given in lower case, stands in a text in any case; both words of ours hold an `f` or an `x`.
fn contains(text: &[u8], word: &[u8]) -> bool {
    let pivot = word
        .iter()
        .position(|byte| matches!(byte, b'f' | b'x'))
        .unwrap_or(0);
    let Some(&letter) = word.get(pivot) else {
        return false;
    };
    memchr::memchr2_iter(letter, letter.to_ascii_uppercase(), text).any(|at| {
        let window = at
            .checked_sub(pivot)
            .and_then(|start| text.get(start..start + word.len()));
        window.is_some_and(|window| window.eq_ignore_ascii_case(word))
    })
}
