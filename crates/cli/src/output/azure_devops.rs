//! `--format azure-devops`: logging commands, which Azure Pipelines shows in the log and the summary.

use std::fmt::Write;

use pairlint_model::diagnostic::Severity;

use super::Format;
use super::terminal::Look;

pub static FORMAT: Format = Format {
    name: "azure-devops",
    summary: "logging commands, which Azure Pipelines shows as issues",
    write: |run, _: Look| {
        let mut out = String::new();
        for finding in run.diagnostics {
            // Issues are errors or warnings; there is no lower level (Microsoft, "Logging commands", 2025).
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning | Severity::Note => "warning",
            };
            let _ = write!(out, "##vso[task.logissue type={level};");
            if let Some(place) = run.first_place(finding) {
                let (file, start) = (property(place.file), place.start);
                let _ = write!(
                    out,
                    "sourcepath={file};linenumber={};columnnumber={};",
                    start.line, start.column
                );
            }
            let note = match finding.severity {
                Severity::Note => "note: ",
                _ => "",
            };
            let text = data(&format!("{note}{}", run.in_words(finding)));
            let _ = writeln!(out, "code={};]{text}", property(finding.rule));
        }
        out
    },
};

/// Escapes a message as the agent undoes it (azure-pipelines-task-lib, `node/taskcommand.ts`, `escapedata`; the agent
/// also undoes `%AZP25`, as which a percent sign is written).
fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property (the same file, `escape`).
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(property("a;b]c%\r\n"), "a%3Bb%5Dc%AZP25%0D%0A");
        assert_eq!(data("a;b]\nc"), "a;b]%0Ac");
    }
}
