//! `pairlint tables`: which reference tables are in use, and whether a file can be one.

use std::path::Path;

use pairlint_lint::tables::Tables;
use serde::Serialize;

use super::json;
use crate::args::{Declarations, ListFormat, TableOptions};
use crate::declared::Declared;
use crate::error::Error;
use crate::load::read_text;
use crate::output::counted;
use crate::{Streams, paths};

#[derive(Serialize)]
struct TableList {
    schema: &'static str,
    tables: Vec<Table>,
}

#[derive(Serialize)]
struct Table {
    name: String,
    source: String,
    retrieved: Option<String>,
    entries: usize,
    /// Given by the user, not embedded.
    supplied: bool,
}

pub fn list(streams: &Streams<'_>, format: ListFormat, options: &TableOptions) -> Result<String, Error> {
    let declarations = Declarations {
        tables: options.clone(),
        ..Declarations::default()
    };
    let declared = Declared::read(streams.world, &declarations)?;
    let tables = declared.tables.list();
    if format == ListFormat::Json {
        return Ok(json(&TableList {
            schema: "pairlint.tables/1",
            tables: tables
                .into_iter()
                .map(|table| Table {
                    name: table.name,
                    source: table.source,
                    retrieved: table.retrieved,
                    entries: table.entries,
                    supplied: table.supplied,
                })
                .collect(),
        }));
    }
    let width = tables.iter().map(|table| table.name.len()).max().unwrap_or(0);
    let line = |table: &pairlint_lint::tables::TableInfo| {
        let retrieved = table.retrieved.as_deref().unwrap_or("no date");
        let supplied = if table.supplied { "supplied: " } else { "" };
        let entries = table.entries;
        format!(
            "{:width$}  {retrieved:10}  {entries:>6} entries  {supplied}{}\n",
            table.name, table.source
        )
    };
    Ok(tables.iter().map(line).collect())
}

pub fn check(streams: &Streams<'_>, file: &Path) -> Result<String, Error> {
    let name = paths::slashed(file);
    let text = read_text(&streams.world.cwd.join(file)).map_err(|why| Error::read(&name, why))?;
    let replaced = Tables::embedded()
        .replace(&name, &text)
        .map_err(|why| Error::usage(format!("`{name}` is no table to use: {why}")))?;
    let mut text = format!(
        "{name}: can be used as {} ({})\n",
        replaced.table,
        match replaced.entries {
            1 => "1 entry".to_owned(),
            many => format!("{many} entries"),
        }
    );
    for note in &replaced.notes {
        text.push_str(&format!("  {note}\n"));
    }
    if replaced.notes.len() > 1 {
        text.push_str(&format!("{}\n", counted(replaced.notes.len(), "remark")));
    }
    Ok(text)
}
