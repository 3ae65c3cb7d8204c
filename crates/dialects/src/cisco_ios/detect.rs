//! stub
use pairlint_model::source::Source;
pub(super) fn detect(_source: &Source) -> bool {
    false
}
