//! Runs pairlint in-process, in a world of the test's own.

use std::collections::BTreeMap;
use std::path::Path;

use pairlint_cli::{Stream, World};

/// What a run printed, and its exit code.
pub struct Outcome {
    pub code: u8,
    pub out: String,
    pub err: String,
}

/// Runs with arguments in a folder, on 2026-11-01.
pub fn pairlint(cwd: &Path, args: &[&str]) -> Outcome {
    let mut world = World {
        cwd: cwd.to_owned(),
        variables: BTreeMap::new(),
        stdin: Box::new(std::io::empty()),
        out: Stream::default(),
        err: Stream::default(),
        now: 1_793_491_200,
        threads: 2,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("pairlint")
        .chain(args.iter().copied())
        .map(Into::into);
    let code = pairlint_cli::run(&mut world, args, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Outcome {
        code,
        out: text(out),
        err: text(err),
    }
}
