//! What `terraform plan` prints for people, and its log lines: recognised, and not read.

use pairlint_model::network::Remark;
use pairlint_model::source::Source;

use super::files;

const AS_JSON: &str = "terraform plan -out=tfplan && terraform show -json tfplan > plan.json";

pub(super) fn remark(source: &Source) -> Option<Remark> {
    if !files::is_telling(source, files::Role::Report) {
        return None;
    }
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let line = text
        .get(start..)
        .and_then(|text| text.lines().next())
        .unwrap_or("");
    let what = if line.starts_with('{') {
        "the log of a Terraform run, line by line, which does not hold the values"
    } else {
        "a plan as Terraform prints it for people"
    };
    let span = source.range(start, start + line.len());
    Some(super::fault(span, what.to_owned(), AS_JSON))
}
