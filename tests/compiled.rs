//! A Bicep source and the template that `bicep build` makes of it: the same findings, of the same objects, with the
//! same facts. The templates under `fixtures/compiled` have the compiler's form.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use support::{Report, check, folders, root};

/// What is said, without the places in the files.
fn said(report: &Report) -> Vec<String> {
    // A deployment is named by its file.
    let plain = |text: String| text.replace("main.json", "main").replace("main.bicep", "main");
    let one = |finding: &serde_json::Value| {
        let part = |key: &str| finding[key].to_string();
        plain(format!(
            "{} {} {} {} {}",
            part("rule"),
            part("severity"),
            part("object"),
            part("facts"),
            part("message")
        ))
    };
    let mut said: Vec<String> = report.diagnostics().iter().map(one).collect();
    said.sort();
    said
}

#[test]
fn a_compiled_template_has_the_findings_of_its_source() {
    for case in folders(&root().join("fixtures/compiled")) {
        let bicep = check(&case.join("bicep"), &["--region", "europe"]);
        let template = check(&case.join("template"), &["--region", "europe"]);
        assert_eq!(said(&bicep), said(&template), "{}", case.display());
        for key in ["route_filters", "circuits", "errors", "warnings", "notes"] {
            assert_eq!(bicep.json["summary"][key], template.json["summary"][key], "{key}");
        }
        for rule in [
            "missing-region-community",
            "extra-community",
            "deny-route-filter-rule",
            "ipv6-without-route-filter",
        ] {
            let found = bicep.diagnostics().iter().any(|finding| finding["rule"] == rule);
            assert!(found, "{rule}: {}", bicep.describe());
        }
        assert_eq!(bicep.json["summary"]["route_filters"], 3);
        assert!(
            !bicep
                .diagnostics()
                .iter()
                .any(|finding| finding["rule"] == "unresolved-value"),
            "{}",
            bicep.describe()
        );
    }
}
