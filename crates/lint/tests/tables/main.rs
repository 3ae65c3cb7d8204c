//! The embedded tables: what every edit of `rules/` must keep true, and what the lookups answer.

// Clippy lets only the test functions themselves unwrap, not what they call.
#![allow(clippy::unwrap_used)]

mod communities;
mod files;
mod geographies;
mod lookups;
