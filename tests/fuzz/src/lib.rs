//! What is fuzzed, and what has to hold whatever the input: no panic, every place in its file and on characters,
//! and the same result when the same is read again. Time and memory are bounded by the engine (`docs/fuzzing.md`).
//!
//! `tests/fuzz.rs` runs the inputs under `fixtures/fuzz` through the same functions, without an engine.

mod command;
mod files;
mod judging;
mod places;
mod readers;
mod values;

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread;

/// What is tried, and how.
pub struct Target {
    /// As under `fuzz_targets/`, `dictionaries/` and `fixtures/fuzz/`.
    pub name: &'static str,
    kind: Kind,
}

enum Kind {
    /// Dialects, on a file of that name.
    Alone(&'static [&'static str], &'static str),
    /// A dialect whose files are read together; the name of the first.
    Together(&'static str, &'static str),
    Other(fn(&[u8])),
}

use Kind::{Alone, Other, Together};

pub static TARGETS: &[Target] = &[
    target("arm", Together("azure", "azuredeploy.json")),
    target("bicep", Together("bicep", "main.bicep")),
    target("terraform", Together("terraform", "main.tf")),
    target("pulumi", Together("pulumi", "Pulumi.yaml")),
    target("crossplane", Together("crossplane", "manifests.yaml")),
    target("shell", Alone(&["scripts"], "deploy.sh")),
    target("powershell", Alone(&["scripts"], "deploy.ps1")),
    target("pipeline", Alone(&["scripts"], "azure-pipelines.yml")),
    target("azure", Alone(&["azure"], "export.json")),
    target("arista-eos", Alone(&["arista-eos"], "edge.cfg")),
    target("cisco-asa", Alone(&["cisco-asa"], "edge.cfg")),
    target("cisco-ios", Alone(&["cisco-ios"], "edge.cfg")),
    target("cisco-nxos", Alone(&["cisco-nxos"], "edge.cfg")),
    target("cisco-xr", Alone(&["cisco-xr"], "edge.cfg")),
    target("fortios", Alone(&["fortios"], "edge.conf")),
    target("frr", Alone(&["frr"], "frr.conf")),
    target("huawei-vrp", Alone(&["huawei-vrp"], "edge.cfg")),
    target("juniper-junos", Alone(&["juniper-junos"], "edge.conf")),
    target("mikrotik", Alone(&["mikrotik"], "edge.rsc")),
    target("nokia-sros", Alone(&["nokia-sros"], "edge.cfg")),
    target("palo-alto", Alone(&["palo-alto"], "edge.xml")),
    target(
        "unevaluated",
        Alone(&["a10-acos", "checkpoint-gaia", "f5-imish"], "edge.cfg"),
    ),
    target("vyos", Alone(&["vyos"], "config.boot")),
    target("detect", Other(readers::detect)),
    target("expressions", Other(values::expressions)),
    target("tables", Other(values::tables)),
    target("judge", Other(judging::judge)),
    target("decode", Other(command::decode)),
    target("config", Other(command::config)),
    target("waivers", Other(command::waivers)),
];

const fn target(name: &'static str, kind: Kind) -> Target {
    Target { name, kind }
}

impl Target {
    /// The dialects that it reads.
    pub fn dialects(&self) -> &[&'static str] {
        match &self.kind {
            Alone(dialects, _) => dialects,
            Together(dialect, _) => std::slice::from_ref(dialect),
            Other(_) => &[],
        }
    }

    fn run(&self, bytes: &[u8]) {
        match &self.kind {
            Alone(dialects, file) => dialects
                .iter()
                .for_each(|dialect| readers::alone(dialect, file, bytes)),
            Together(dialect, file) => readers::together(dialect, file, bytes),
            Other(run) => run(bytes),
        }
    }
}

/// What Windows gives to the main thread, on which a handful of files is read: the least stack of a run.
const STACK: usize = 1024 * 1024;

/// Where the input of a run is put down first: a stack that overflows ends the process before the engine can.
static LAST: LazyLock<Option<PathBuf>> = LazyLock::new(|| Some(std::env::var_os("FUZZ_LAST")?.into()));

/// Tries an input.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("there is no target `{name}`"));
    if let Some(path) = &*LAST {
        // Without it the run is worth as much, but for a stack that overflows.
        let _ = std::fs::write(path, bytes);
    }
    let ended = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let thread = builder.spawn_scoped(scope, || target.run(bytes));
        thread.expect("a thread").join()
    });
    if let Err(panic) = ended {
        resume_unwind(panic);
    }
}

/// Inputs of which the dearer half of the checks is made: one in eight, and of the same input always the same half.
fn chosen(bytes: &[u8]) -> bool {
    let sum = bytes
        .iter()
        .fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
    sum % 8 == 0
}
