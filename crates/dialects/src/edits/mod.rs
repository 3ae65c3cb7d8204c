//! Writes a change into a file in the file's own style. These modules know shapes of lists, never vendors.
//!
//! An edit is offered only where the text says exactly what the model says: a value that was put together by an
//! expression, or that stands for several, is left alone. Whoever applies an edit reads the result again.

pub(crate) mod blocks;
mod bracketed;
pub(crate) mod dashes;
pub(crate) mod entries;
mod scan;
mod text;
pub(crate) mod values;
pub(crate) mod words;

pub(crate) use bracketed::Separator;
pub(crate) use text::{Lines, range, reword};

use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::Source;

/// Writes values into a JSON array, or into a list of YAML, in brackets or behind dashes.
pub(crate) fn document(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let style = values::Style {
        quote: '"',
        separator: Separator::Comma,
        spread: true,
    };
    values::write(source, change, style).or_else(|| dashes::write(source, change))
}
