//! Every folder under `fixtures/rules/<rule>/` and `fixtures/networks/` is a case: pairlint checks it, and what
//! it reports lies beside the input as `report.snap`.
//!
//! A file `args` holds further arguments of the command line, a `pairlint.toml` is read as everywhere.

mod support;

use std::fs;
use std::path::Path;

use support::{Report, check, folders, name, root};

#[test]
fn rules_find_what_their_fixtures_hold() {
    for rule in folders(&root().join("fixtures/rules")) {
        for case in folders(&rule) {
            let report = report(&case);
            let (rule, case_name) = (name(&rule), name(&case));
            let expected = match case_name.split_once('-') {
                Some(("pass", _)) => false,
                Some(("fail", _)) => true,
                _ => panic!("{}: a case is named pass-<why> or fail-<why>", case.display()),
            };
            assert_eq!(
                report.names(&rule),
                expected,
                "{} and {rule}:\n{}",
                case.display(),
                report.describe()
            );
            snapshot(&case, &report);
        }
    }
}

#[test]
fn networks_are_reported_as_their_snapshots_say() {
    for case in folders(&root().join("fixtures/networks")) {
        let report = report(&case);
        if name(&case).starts_with("correct-") {
            let loud = report
                .diagnostics()
                .iter()
                .any(|finding| finding["severity"] != "note");
            assert!(
                report.code == 0 && !loud,
                "{} is not quiet:\n{}",
                case.display(),
                report.describe()
            );
            assert!(report.inputs() > 0, "{} holds nothing", case.display());
        }
        snapshot(&case, &report);
    }
}

fn report(case: &Path) -> Report {
    let arguments = fs::read_to_string(case.join("args")).unwrap_or_default();
    let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
    arguments.extend(["--exclude", "*.snap", "--exclude", "args"]);
    check(case, &arguments)
}

fn snapshot(case: &Path, report: &Report) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("report", report.describe()));
}
