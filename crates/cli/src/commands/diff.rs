//! `pairlint diff`: which routes two states of a network treat differently.

mod human;
mod json;
mod markdown;
mod view;

use std::path::Path;

use pairlint_lint::Context;
use pairlint_lint::diff::{self, Diff as Found};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, Sources};

use super::trace::complaints;
use crate::args::{Declarations, Diff, DiffFormat, Global, Inputs};
use crate::declared::Declared;
use crate::error::Error;
use crate::gather::{Gathered, gather};
use crate::secrets::Secrets;
use crate::{Code, Streams, paths};

pub use json::schema;

/// What is shown, and what it is shown with.
struct Shown<'a> {
    diff: &'a Found,
    sources: &'a Sources,
    secrets: [Secrets; 2],
    old: String,
    new: String,
}

pub fn diff(streams: &mut Streams<'_>, global: &Global, given: &Diff) -> Result<Code, Error> {
    if given.old == Path::new("-") && given.new == Path::new("-") {
        return Err(Error::usage("only one side can be standard input"));
    }
    let declarations = Declarations {
        tables: given.tables.clone(),
        ..Declarations::default()
    };
    let mut declared = Declared::read(streams.world, &declarations)?;
    let support = std::mem::take(&mut declared.sources);
    let mut old = side(streams, global, given, &given.old, &declared, support)?;
    let code = complaints(streams, &old);
    // Both sides share their sources, so that a place of either is known by its span alone.
    let known = Vec::from(std::mem::take(&mut old.sources));
    let new = side(streams, global, given, &given.new, &declared, known)?;
    let code = match complaints(streams, &new) {
        Code::Clean => code,
        worse => worse,
    };
    if code == Code::Failed {
        return Ok(code);
    }
    something(&old, &given.old, &new)?;
    something(&new, &given.new, &old)?;
    let context = |network| {
        let (sources, tables, settings) = (&new.sources, &declared.tables, &declared.settings);
        Context::unjudged(network, sources, tables, settings)
    };
    let found = compare(&context, &old.network, &new.network);
    let look = streams.look(global);
    let shown = Shown {
        diff: &found,
        sources: &new.sources,
        secrets: [Secrets::of(&old.network), Secrets::of(&new.network)],
        old: paths::slashed(&given.old),
        new: paths::slashed(&given.new),
    };
    let text = match given.format {
        DiffFormat::Human => human::write(&shown, look, global.quiet),
        DiffFormat::Json => json::write(&shown),
        DiffFormat::Markdown => markdown::write(&shown),
    };
    streams.print(&text)?;
    Ok(if found.is_empty() {
        Code::Clean
    } else {
        Code::Findings
    })
}

fn compare<'a>(context: &dyn Fn(&'a Network) -> Context<'a>, old: &'a Network, new: &'a Network) -> Found {
    diff::diff(&context(old), &context(new))
}

fn side(
    streams: &mut Streams<'_>,
    global: &Global,
    given: &Diff,
    path: &Path,
    declared: &Declared,
    known: Vec<Source>,
) -> Result<Gathered, Error> {
    let inputs = Inputs {
        paths: vec![path.to_owned()],
        reading: given.reading.clone(),
    };
    gather(
        streams.world,
        &inputs,
        declared.excludes.as_ref(),
        known,
        streams.err,
        global.verbose,
    )
}

/// A file that is nothing of ours would pass for one from which all was deleted; a folder may be empty.
fn something(side: &Gathered, path: &Path, other: &Gathered) -> Result<(), Error> {
    let is_folder = !side.roots.is_empty();
    if !side.read.is_empty() || is_folder && !other.read.is_empty() {
        return Ok(());
    }
    Err(Error::usage(format!(
        "no route filter, circuit or router configuration in `{}`; `-v` says how each file was taken",
        paths::slashed(path)
    )))
}
