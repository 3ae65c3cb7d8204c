//! `--fix` and `--diff` on real files: encodings, exit codes, standard input, and what is not to be touched.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use pairlint_cli::{Stream, World};
use support::{Outcome, check, pairlint};
use tempfile::TempDir;

const HALF: &str = r#"{
  "name": "rf-prod",
  "location": "westeurope",
  "rules": [
    {
      "name": "allow",
      "access": "Allow",
      "routeFilterRuleType": "Community",
      "communities": [
        "12076:51002"
      ]
    }
  ]
}
"#;

fn whole() -> String {
    HALF.replace("\"12076:51002\"", "\"12076:51002\",\n        \"12076:51003\"")
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut all = vec!["check", "--region", "europe", "--as-of", support::TODAY];
    all.extend(arguments);
    pairlint(folder, &all)
}

/// The same with a text on standard input.
fn run_on(stdin: &[u8], arguments: &[&str]) -> (u8, Vec<u8>, String) {
    let folder = TempDir::new().unwrap();
    let mut world = World {
        cwd: folder.path().to_owned(),
        variables: BTreeMap::new(),
        stdin: Box::new(Cursor::new(stdin.to_vec())),
        out: Stream::default(),
        err: Stream::default(),
        now: 1_793_491_200,
        threads: 2,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let given = [
        "pairlint",
        "check",
        "-",
        "--region",
        "europe",
        "--as-of",
        support::TODAY,
    ];
    let all = given.iter().chain(arguments).map(OsString::from);
    let code = pairlint_cli::run(&mut world, all, &mut out, &mut err);
    (code, out, String::from_utf8_lossy(&err).into_owned())
}

#[test]
fn a_file_keeps_its_encoding_and_its_line_ends() {
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let utf16_be = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let name = |text: &str| text.replace("rf-prod", "rf-münchen");
    type Write<'w> = &'w dyn Fn(&str) -> Vec<u8>;
    let encodings: [(&str, Write<'_>); 7] = [
        ("utf-8", &|text| text.as_bytes().to_vec()),
        ("utf-8 with mark", &|text| {
            [b"\xef\xbb\xbf", text.as_bytes()].concat()
        }),
        ("crlf", &|text| crlf(text).into_bytes()),
        ("utf-16 with mark", &|text| {
            [vec![0xff, 0xfe], utf16(&crlf(text))].concat()
        }),
        ("utf-16 without", &|text| utf16(text)),
        ("utf-16, the other way round", &|text| {
            [vec![0xfe, 0xff], utf16_be(text)].concat()
        }),
        ("windows-1252", &|text| {
            let text = name(text);
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect()
        }),
    ];
    for (what, write) in encodings {
        let folder = folder(&[("rf.json", &write(HALF))]);
        let fixed = run(folder.path(), &["--fix"]);
        assert_eq!(fixed.code, 0, "{what}: {}{}", fixed.out, fixed.err);
        assert!(fixed.out.contains("1 fixed"), "{what}: {}", fixed.out);
        let bytes = fs::read(folder.path().join("rf.json")).unwrap();
        assert_eq!(bytes, write(&whole()), "{what}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{what}: something was left behind"
        );
    }
}

#[test]
fn a_file_without_a_line_end_at_its_end() {
    let folder = folder(&[("rf.json", HALF.trim_end().as_bytes())]);
    assert_eq!(run(folder.path(), &["--fix"]).code, 0);
    assert_eq!(
        fs::read_to_string(folder.path().join("rf.json")).unwrap(),
        whole().trim_end()
    );
}

#[test]
fn a_damaged_encoding_is_not_written_back() {
    // A configuration that was cut inside its last character.
    let text = include_str!("../fixtures/fix/router-ios/edge1.cfg");
    let bytes = [text.as_bytes(), b"! K\xc3\xb6ln \xe2\x82"].concat();
    let folder = folder(&[("edge1.cfg", &bytes)]);
    let run = run(folder.path(), &["--fix"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("cannot write `edge1.cfg`"), "{}", run.err);
    assert_eq!(fs::read(folder.path().join("edge1.cfg")).unwrap(), bytes);
}

#[test]
fn a_diff_changes_nothing_and_says_so_with_its_code() {
    let files: &[(&str, &[u8])] = &[("rf.json", HALF.as_bytes())];
    let folder = folder(files);
    for arguments in [&["--diff"][..], &["--diff", "--fix"]] {
        let diff = run(folder.path(), arguments);
        assert_eq!(diff.code, 1);
        let expected = "--- rf.json\n+++ rf.json\n@@ -7,7 +7,8 @@\n       \"access\": \"Allow\",\n       \
                        \"routeFilterRuleType\": \"Community\",\n       \"communities\": [\n-        \"12076:51002\"\n\
                        +        \"12076:51002\",\n+        \"12076:51003\"\n       ]\n     }\n   ]\n";
        assert_eq!(diff.out, expected);
        assert_eq!(diff.err, "would fix 1 finding in 1 file\n");
        assert_eq!(fs::read_to_string(folder.path().join("rf.json")).unwrap(), HALF);
    }
    fs::write(folder.path().join("rf.json"), whole()).unwrap();
    let diff = run(folder.path(), &["--diff"]);
    assert_eq!(
        (diff.code, diff.out.as_str(), diff.err.as_str()),
        (0, "", "nothing to fix\n")
    );
    let both = run(folder.path(), &["--diff", "--format", "json"]);
    assert_eq!(both.code, 2, "a diff is no report");
}

#[test]
fn unsafe_fixes_have_to_be_asked_for() {
    let extra = whole().replace("51003\"", "51003\",\n        \"12076:51024\"");
    let folder = folder(&[("rf.json", extra.as_bytes())]);
    let text = || fs::read_to_string(folder.path().join("rf.json")).unwrap();
    let report = run(folder.path(), &[]);
    assert!(
        report
            .out
            .contains("fix: remove `12076:51024` (`--fix --unsafe-fixes`)"),
        "{}",
        report.out
    );
    assert!(
        report.out.contains("1 fixable with `--fix --unsafe-fixes`"),
        "{}",
        report.out
    );
    let diff = run(folder.path(), &["--diff"]);
    assert_eq!(
        (diff.code, diff.err.as_str()),
        (0, "nothing to fix; 1 more with `--unsafe-fixes`\n")
    );
    let fix = run(folder.path(), &["--fix"]);
    assert_eq!((fix.code, text()), (1, extra.clone()), "{}", fix.out);
    let fix = run(folder.path(), &["--fix", "--unsafe-fixes"]);
    assert_eq!((fix.code, text()), (0, whole()), "{}", fix.out);
}

#[test]
fn standard_input_comes_out_mended() {
    let (code, out, err) = run_on(HALF.as_bytes(), &["--fix"]);
    assert_eq!((code, String::from_utf8(out).unwrap()), (0, whole()));
    assert!(err.contains("1 fixed"), "{err}");
    // What needs no fix, or is nothing of ours, comes out as it went in.
    let (code, out, _) = run_on(whole().as_bytes(), &["--fix"]);
    assert_eq!((code, String::from_utf8(out).unwrap()), (0, whole()));
    for arguments in [&["--fix", "--allow-empty"][..], &["--fix"]] {
        let (_, out, _) = run_on(b"hello\n", arguments);
        assert_eq!(out, b"hello\n");
    }
    let (code, out, _) = run_on(HALF.as_bytes(), &["--diff"]);
    assert_eq!(code, 1);
    assert!(out.starts_with(b"--- <stdin>\n+++ <stdin>\n"));
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(HALF.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (_, out, _) = run_on(&utf16, &["--fix"]);
    let whole = whole();
    let expected = [0xfeff]
        .into_iter()
        .chain(whole.encode_utf16())
        .flat_map(u16::to_le_bytes);
    assert_eq!(out, expected.collect::<Vec<u8>>());
}

#[test]
fn what_was_accepted_or_not_asked_for_is_not_fixed() {
    let config = "[[waiver]]\nrule = \"missing-region-community\"\npath = \"rf.json\"\nreason = \"CHG-1\"\n";
    let waived = folder(&[("rf.json", HALF.as_bytes()), ("pairlint.toml", config.as_bytes())]);
    assert_eq!(run(waived.path(), &["--diff"]).code, 0);
    let plain = folder(&[("rf.json", HALF.as_bytes())]);
    for arguments in [
        &["--diff", "--ignore", "missing-region-community"][..],
        &["--diff", "--select", "duplicate-community"],
        &["--diff", "--severity", "missing-region-community=off"],
    ] {
        assert_eq!(run(plain.path(), arguments).code, 0, "{arguments:?}");
    }
    run(plain.path(), &["--write-baseline", "baseline.json"]);
    assert_eq!(
        run(plain.path(), &["--diff", "--baseline", "baseline.json"]).code,
        0
    );
    assert_eq!(run(plain.path(), &["--diff"]).code, 1);
}

#[test]
fn secrets_beside_an_edit_are_not_shown() {
    let text = include_str!("../fixtures/fix/router-ios/edge1.cfg");
    let secret = text.replace(
        "ip bgp-community new-format\n",
        "ip bgp-community new-format\nrouter bgp 65010\n neighbor 198.51.100.2 password hunter22\n!\n",
    );
    assert_ne!(secret, text);
    let folder = folder(&[("edge1.cfg", secret.as_bytes())]);
    let diff = run(folder.path(), &["--diff"]);
    assert_eq!(diff.code, 1, "{}", diff.err);
    assert!(
        diff.out.contains(" neighbor 198.51.100.2 password ***\n"),
        "{}",
        diff.out
    );
    assert!(!diff.out.contains("hunter22"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder(&[("real.json", HALF.as_bytes())]);
    let (real, link) = (folder.path().join("real.json"), folder.path().join("rf.json"));
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", &link).unwrap();
    let fixed = run(folder.path(), &["--fix", "rf.json"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), whole());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    // Read by two names it is still one file.
    fs::write(&real, HALF).unwrap();
    let fixed = run(folder.path(), &["--fix", "rf.json", "real.json"]);
    assert!(fixed.code < 2, "{}{}", fixed.out, fixed.err);
    assert_eq!(fs::read_to_string(&real).unwrap(), whole());
    // What is read-only is left alone, whoever we are.
    fs::write(&real, HALF).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
    let refused = run(folder.path(), &["--fix", "rf.json"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("cannot write `rf.json`: it is read-only"),
        "{}",
        refused.err
    );
    assert_eq!(fs::read_to_string(&real).unwrap(), HALF);
}

#[test]
fn reports_tell_of_fixes() {
    let folder = folder(&[("rf.json", HALF.as_bytes())]);
    let report = check(folder.path(), &["--region", "europe"]);
    let fix = &report.diagnostics()[0]["fix"];
    assert_eq!(fix["title"], "add `12076:51003` to the communities of the rule");
    assert_eq!(fix["safety"], "safe");
    let edit = &fix["edits"][0];
    assert_eq!(edit["file"], "rf.json");
    assert_eq!(edit["replacement"], ",\n        \"12076:51003\"");
    assert_eq!(edit["range"]["start"], edit["range"]["end"]);
    assert_eq!(report.json["summary"]["fixable"], 1);
    let sarif = run(folder.path(), &["--format", "sarif"]).out;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let change = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "rf.json");
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        ",\n        \"12076:51003\""
    );
    assert_eq!(change["replacements"][0]["deletedRegion"]["startLine"], 10);
    let rdjson = run(folder.path(), &["--format", "rdjson"]).out;
    let rdjson: serde_json::Value = serde_json::from_str(&rdjson).unwrap();
    assert_eq!(
        rdjson["diagnostics"][0]["suggestions"][0]["text"],
        ",\n        \"12076:51003\""
    );
}
