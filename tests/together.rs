//! Files that are only understood together: what is read to understand a named file is not reported.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;
use std::path::Path;

use support::{check, pairlint, root};

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

/// What functions of Terraform read is read, wherever it stands, and a finding stands where the value does.
#[test]
fn files_that_configurations_read_are_read() {
    let main = "resource \"azurerm_route_filter\" \"rf\" {
  name                = \"rf\"
  resource_group_name = \"rg\"
  location            = \"westeurope\"
  rule {
    name        = \"allow\"
    access      = \"Allow\"
    rule_type   = \"Community\"
    communities = flatten([
      for name in fileset(\"${path.module}/../values\", \"*.yaml\") : yamldecode(file(\"${path.module}/../values/${name}\"))
    ])
  }
}
";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("net/main.tf", main),
        ("values/eu.yaml", "- 12076:51002\n"),
        ("values/more.yaml", "- 12076:51003\n- 12076:51024\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let check = |path: &str| {
        pairlint(
            folder.path(),
            &["check", "--isolated", "--region", "europe", path],
        )
    };
    let run = check(".");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("extra-community"), "{}", run.out);
    assert!(run.out.contains("values/more.yaml:2"), "{}", run.out);
    assert!(!run.out.contains("missing-region-community"), "{}", run.out);
    // Read to understand the file that was named, and not reported.
    let run = check("net/main.tf");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    std::fs::remove_file(folder.path().join("values/more.yaml")).unwrap();
    let run = check("net/main.tf");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("missing-region-community"), "{}", run.out);
}

/// A capture of a terminal may hold both.
#[test]
fn an_export_and_a_configuration_in_one_file_are_both_read() {
    let read = |name: &str| fs::read_to_string(root().join("fixtures").join(name)).expect("a text");
    let export = read("networks/correct-filter-and-router/rf-prod.json");
    let configuration = read("dialects/checkpoint-gaia/sessions/gw1.txt");
    let scratch = tempfile::tempdir().expect("a folder");
    fs::write(scratch.path().join("capture.txt"), export + "\n" + &configuration).expect("a file");
    let report = check(scratch.path(), &["--region", "europe"]);
    let count = |key: &str| report.json["summary"][key].as_u64();
    assert_eq!(count("route_filters"), Some(1));
    assert!(count("sessions") > Some(0));
}

/// An export behind a configuration is not read, and that is said; the configuration is.
#[test]
fn an_export_behind_a_configuration_is_not_passed_over() {
    let network = root().join("fixtures/networks/half-pair");
    let read = |name: &str| fs::read_to_string(network.join(name)).expect(name);
    let (configuration, export) = (read("edge1.cfg"), read("rf-prod.json"));
    let on_one_line = export.lines().map(str::trim).collect::<String>();
    for export in [export, on_one_line] {
        let scratch = tempfile::tempdir().expect("a folder");
        fs::write(scratch.path().join("all.txt"), configuration.clone() + &export).expect("a file");
        let report = check(scratch.path(), &["--region", "europe"]);
        assert_eq!(report.json["summary"]["sessions"].as_u64(), Some(1));
        let rules: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|finding| finding["rule"].clone())
            .collect();
        assert!(rules.contains(&"truncated-export".into()), "{rules:?}");
        assert!(rules.contains(&"joined-communities".into()), "{rules:?}");
    }
}
