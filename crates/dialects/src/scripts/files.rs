//! Bodies in files: `az rest --body @filter.json`.

use std::collections::BTreeMap;

use pairlint_model::source::{Source, Span};

use super::world::Text;
use super::{Body, language};
use crate::Need;
use crate::deployment::value::{Kind, Value};
use crate::deployment::{Instance, azurerm, data, parameters};
use crate::documents::json;

/// What stands for the body in a file until that is there: one that is whole, and one that is the properties only.
const WHOLE: &str = "@";
const PROPERTIES: &str = "@properties:";

/// The body that a word `@path` names.
pub(super) fn named(word: &str, properties: bool, span: Span) -> Text {
    let path = word.trim_start_matches('@');
    let kind = if properties { PROPERTIES } else { WHOLE };
    Value::unknown(
        format!("the body is in the file `{path}`"),
        format!("{kind}{path}"),
        span,
    )
}

/// The files that the words of scripts name.
pub(super) fn needs(files: &[&Source]) -> Vec<Need> {
    let mut needs = Vec::new();
    for source in files.iter().filter(|source| language(source).is_some()) {
        if !source.text().contains('@') || leaves_its_folder(source.text()) {
            continue;
        }
        for piece in source.text().split('@').skip(1) {
            let end = piece.find(|c: char| !(c.is_alphanumeric() || "._-/\\".contains(c)));
            let path = piece.get(..end.unwrap_or(piece.len())).unwrap_or("");
            if path.to_ascii_lowercase().ends_with(".json") {
                needs.extend(resolved(source, path).map(Need::Named));
            }
        }
    }
    needs.sort();
    needs.dedup();
    needs
}

/// A script is run in its own folder, where nothing in it says otherwise.
fn resolved(source: &Source, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/') || path.contains(':');
    (!absolute)
        .then(|| parameters::resolve(&source.name, &path))
        .flatten()
}

/// Whether a script goes to another folder than its own.
fn leaves_its_folder(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '('));
        let goes = words.any(|word| {
            let word = word.to_ascii_lowercase();
            matches!(
                &*word,
                "cd" | "chdir" | "pushd" | "popd" | "set-location" | "push-location" | "pop-location" | "sl"
            )
        });
        let own = ["dirname", "PSScriptRoot", "~dp0"]
            .iter()
            .any(|own| line.contains(own));
        goes && !own && !line.trim_start().starts_with('#')
    })
}

/// Puts the bodies in place that are there.
pub(super) fn place(source: &Source, sent: &mut [Instance<'static>], files: &BTreeMap<&str, &Source>) {
    for instance in sent {
        let Some(unknown) = instance.body.as_unknown() else {
            continue;
        };
        let (path, properties) = match unknown.symbol.strip_prefix(PROPERTIES) {
            Some(path) => (path, true),
            None => match unknown.symbol.strip_prefix(WHOLE) {
                Some(path) => (path, false),
                None => continue,
            },
        };
        if leaves_its_folder(source.text()) {
            continue;
        }
        let file = resolved(source, path).and_then(|name| files.get(&*name).copied());
        let Some(body) = file.and_then(body) else { continue };
        if let Kind::Unknown(unknown) = &instance.name.kind {
            let name = unknown.symbol.clone();
            let known = !name.contains('{');
            if known {
                instance.name.kind = Kind::Text(name.into());
            }
        }
        let span = body.span;
        instance.body = match properties {
            true => azurerm::wrapped(body, &[], span),
            false => body,
        };
    }
}

fn body(file: &Source) -> Option<Text> {
    let mut documents = json::documents(file.text(), file.id, false);
    let document = documents
        .pop()
        .filter(|document| documents.is_empty() && document.damage.is_none())?;
    let plain = Body {
        source: file,
        expands: false,
    };
    Some(data::value(&plain, &document.root, 0).owned())
}
