//! Finds files, runs the line from bytes to diagnostics, prints the result.
mod args;
mod config;
mod date;
mod decode;
mod error;
mod load;
mod paths;
mod walk;
mod world;
pub use world::{Stream, World};
pub fn run(
    _: &mut World,
    _: impl IntoIterator<Item = std::ffi::OsString>,
    _: &mut dyn std::io::Write,
    _: &mut dyn std::io::Write,
) -> u8 {
    0
}
