//! The common layout of the JSON tables under `rules/`, and what can be wrong with a table.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// An ISO date, or as much of one as is known (`2023`).
    pub date: Option<String>,
    pub what: String,
}

/// A table file: one source and date for all of it, and the sources of entries that come from elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet<E> {
    pub source: String,
    pub retrieved: String,
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
    pub entries: Vec<E>,
}

/// What a table is and how old its facts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableInfo {
    pub name: String,
    pub source: String,
    /// The ISO date of the facts; `None` for a file that does not tell.
    pub retrieved: Option<String>,
    pub entries: usize,
    /// Given with `--tables` or the configuration, not embedded.
    pub supplied: bool,
}

/// Why a text does not become a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableError {
    /// No JSON, or JSON that ends early.
    Syntax { message: String },
    /// Readable, but no table that pairlint knows; `what` says what it seems to be and what to supply.
    Unrecognised { what: String },
    /// A table with an entry that cannot be right.
    Invalid { table: &'static str, message: String },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Syntax { message } => write!(f, "not a readable table: {message}"),
            TableError::Unrecognised { what } => write!(f, "not a reference table: {what}"),
            TableError::Invalid { table, message } => write!(f, "not a valid {table} table: {message}"),
        }
    }
}

impl std::error::Error for TableError {}

pub(super) fn invalid(table: &'static str, message: impl Into<String>) -> TableError {
    TableError::Invalid {
        table,
        message: message.into(),
    }
}

/// Reads JSON of a known shape; the message names line and column.
pub(super) fn from_json<'a, T: Deserialize<'a>>(table: &'static str, text: &'a str) -> Result<T, TableError> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => invalid(table, error.to_string()),
        _ => syntax(&error),
    })
}

pub(super) fn syntax(error: &serde_json::Error) -> TableError {
    let message = match error.is_eof() {
        true => format!("the JSON ends early ({error})"),
        false => error.to_string(),
    };
    TableError::Syntax { message }
}

impl<E> Sheet<E> {
    /// Checks what all sheets share: a date, and that the sources which entries name are explained.
    pub(super) fn check<'a>(
        &'a self,
        table: &'static str,
        named: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), TableError> {
        if self.source.trim().is_empty() {
            return Err(invalid(table, "`source` is empty"));
        }
        if !is_iso_date(&self.retrieved) {
            return Err(invalid(
                table,
                format!("`retrieved` is no date (YYYY-MM-DD): {}", self.retrieved),
            ));
        }
        match named
            .into_iter()
            .find(|source| !self.sources.contains_key(*source))
        {
            Some(source) => Err(invalid(
                table,
                format!("an entry names the unexplained source `{source}`"),
            )),
            None => Ok(()),
        }
    }
}

/// Tells whether the text is `YYYY-MM-DD` with a month and a day that exist in some year.
pub(super) fn is_iso_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |width: usize| {
        let part = parts.next()?;
        let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let date = (number(4), number(2), number(2));
    let complete = parts.next().is_none();
    complete && matches!(date, (Some(1..), Some(1..=12), Some(1..=31)))
}

/// Returns the date in a file name such as `ServiceTags_Public_20260720.json`.
pub(super) fn date_in_name(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next()?;
    file.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 8)
        .find_map(|run| {
            let date = format!("{}-{}-{}", run.get(..4)?, run.get(4..6)?, run.get(6..)?);
            (is_iso_date(&date) && date.starts_with("20")).then_some(date)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_iso() {
        for (text, expected) in [
            ("2026-03-12", true),
            ("2026-3-12", false),
            ("2026-13-01", false),
            ("2026-01-32", false),
            ("2026-01-01-01", false),
            ("2026", false),
            ("", false),
            ("２０２６-01-01", false),
        ] {
            assert_eq!(is_iso_date(text), expected, "{text}");
        }
    }

    #[test]
    fn downloads_carry_their_date_in_the_name() {
        for (name, expected) in [
            ("tables/ServiceTags_Public_20260720.json", Some("2026-07-20")),
            (r"C:\tables\ServiceTags_China_20260720.json", Some("2026-07-20")),
            ("20251301.json", None),
            ("20260720/tags.json", None),
            ("service-communities.json", None),
        ] {
            assert_eq!(date_in_name(name).as_deref(), expected, "{name}");
        }
    }
}
