//! Turns a service-tags download of Microsoft into a prefix table of `rules/prefixes/`.
//!
//! `cargo run -p pairlint-lint --example prefix_table -- FILE DATE > rules/prefixes/public.txt`, where DATE
//! is the day of the download. `rules/README.md` says where to get FILE.

use std::error::Error;
use std::io::Write;
use std::{env, fs, io};

use pairlint_lint::tables::PrefixTable;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(file), Some(date), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: prefix_table FILE YYYY-MM-DD".into());
    };
    let table = PrefixTable::of_download(&fs::read_to_string(file)?, &date)?;
    write!(io::stdout().lock(), "{table}")?;
    Ok(())
}
