//! Files that are only understood together: what is read to understand a named file is not reported.

mod support;

use std::path::Path;

use support::pairlint;

#[test]
fn findings_stand_in_the_file_that_was_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks/broken-terraform-half");
    // The community is missing in the variable file; the module's files tell what the variable is for.
    let run = pairlint(&folder, &["check", "env/uk.tfvars"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("missing-region-community"), "{}", run.out);
    let run = pairlint(&folder, &["check", "main.tf"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.out.contains("uk.tfvars"), "{}", run.out);
    assert!(run.out.contains("in 1 file "), "{}", run.out);
}

#[test]
fn a_module_alone_is_read_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks/correct-terraform");
    let run = pairlint(&folder, &["check", "modules/filter/main.tf"]);
    assert!(run.out.contains("in 1 file "), "{}{}", run.out, run.err);
}
