//! The house's rules, as far as a test can hold them: which crate may use what, that nothing is written without its
//! page and its fixtures, and that files which are generated from code are current (`UPDATE=1 cargo test --test tidy`
//! rewrites those).

mod support;

#[path = "tidy/borders.rs"]
mod borders;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/dialects.rs"]
mod dialects;
#[path = "tidy/generated.rs"]
mod generated;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/rust.rs"]
mod rust;
