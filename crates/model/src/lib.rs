//! What a network's route policies say, where each word stood in its file, and what a diagnostic is.
//!
//! The model says what the text says, not what it means: references stay names, so "undefined" and
//! "unused" are ordinary rules, and meaning lives in `eval`. Nothing here is `Serialize`: output
//! formats are contracts and own their structs.

mod azure;
pub mod bgp;
pub mod diagnostic;
pub mod network;
mod origin;
pub mod policy;
pub mod remedy;
pub mod source;
