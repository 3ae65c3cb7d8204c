//! The command line: bytes, its configuration, and comments in what it reads.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pairlint_cli::{Stream, World};

/// Bytes in whatever encoding.
pub fn decode(bytes: &[u8]) {
    if let Some(text) = pairlint_cli::decode(bytes.to_vec()) {
        // UTF-16 and Windows-1252 grow, by a third and to three bytes.
        assert!(
            text.len() <= bytes.len() * 3 + 3,
            "{} bytes from {}",
            text.len(),
            bytes.len()
        );
        // What was decoded is text for good, unless it looks like something else by a sign that is none.
        let again = pairlint_cli::decode(text.clone().into_bytes());
        let marked = text.starts_with('\u{feff}');
        assert!(marked || again.is_none_or(|again| again == text || text.contains('\0')));
    }
}

const EXPORT: &str = r#"{"id": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf-prod",
 "name": "rf-prod", "location": "westeurope", "rules": [{"name": "allow", "access": "Allow",
 "routeFilterRuleType": "Community", "communities": ["12076:51002"]}]}
"#;

/// A folder of this process, which holds the configuration.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("pairlint-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
});

/// A `pairlint.toml`, for a run that finds something.
pub fn config(bytes: &[u8]) {
    let path = FOLDER.join("pairlint.toml");
    fs::write(&path, bytes).expect("a file");
    run(
        &FOLDER,
        EXPORT.as_bytes(),
        &["--stdin-filename", "rf-prod.json", "--config", "pairlint.toml"],
    );
}

/// Comments that waive, in a file of any kind, and every format of a report. The first byte chooses the format.
pub fn waivers(bytes: &[u8]) {
    const FORMATS: &[&str] = &[
        "azure-devops",
        "checkstyle",
        "github",
        "gitlab",
        "html",
        "human",
        "json",
        "junit",
        "markdown",
        "rdjson",
        "sarif",
    ];
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let format = FORMATS[usize::from(*first) % FORMATS.len()];
    let arguments = [
        "--stdin-filename",
        "edge.cfg",
        "--isolated",
        "--region",
        "europe",
        "--format",
        format,
    ];
    run(Path::new("/"), rest, &arguments);
}

fn run(folder: &Path, input: &[u8], arguments: &[&str]) {
    let mut world = World {
        cwd: folder.to_owned(),
        variables: BTreeMap::new(),
        stdin: Box::new(Cursor::new(input.to_vec())),
        out: Stream::default(),
        err: Stream::default(),
        now: 1_775_000_000,
        threads: 1,
    };
    let arguments = ["pairlint", "check", "-"]
        .iter()
        .chain(arguments)
        .map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    pairlint_cli::run(&mut world, arguments, &mut out, &mut err);
    let said = String::from_utf8(err).expect("text");
    assert!(!said.contains("this is a defect of pairlint"), "{said}");
    let report = String::from_utf8(out).expect("text");
    assert!(!report.contains("is a defect of pairlint"), "{report}");
}
