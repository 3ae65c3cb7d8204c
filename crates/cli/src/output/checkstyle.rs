//! `--format checkstyle`: the XML of Checkstyle, which many review tools read.

use std::collections::BTreeMap;
use std::fmt::Write;

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Format;
use super::markup::attribute;
use super::terminal::Look;

pub static FORMAT: Format = Format {
    name: "checkstyle",
    summary: "Checkstyle's XML, which many review tools read",
    write: |run, _: Look| {
        let mut files: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in run.diagnostics {
            let file = run.first_place(finding).map_or("", |place| place.file);
            files.entry(file).or_default().push(finding);
        }
        let mut out =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
        for (file, findings) in files {
            let _ = writeln!(out, "  <file name=\"{}\">", attribute(file));
            for finding in findings {
                let (line, column) = run
                    .first_place(finding)
                    .map_or((1, 1), |place| (place.start.line, place.start.column));
                let severity = match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "info",
                };
                let _ = writeln!(
                    out,
                    "    <error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" message=\"{}\" \
                     source=\"pairlint.{}\"/>",
                    attribute(&run.in_words(finding)),
                    attribute(finding.rule)
                );
            }
            out.push_str("  </file>\n");
        }
        out.push_str("</checkstyle>\n");
        out
    },
};
