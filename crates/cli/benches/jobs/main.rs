//! How long the jobs take that people give to pairlint, start of the process included.
//!
//! `cargo bench --bench jobs` runs each several times and prints the least and the median time, the most memory, and
//! what it may take at most; `cargo bench --bench jobs -- NAME` only those whose name holds NAME. Times vary from
//! machine to machine and from hour to hour: compare within one run.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for whoever runs it"
)]

mod deployments;
mod inputs;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A job: how its input is written, the arguments, and the bounds.
struct Job {
    name: &'static str,
    write: fn(&Path),
    arguments: &'static [&'static str],
    runs: usize,
    seconds: f64,
    megabytes: u64,
}

const JOBS: &[Job] = &[
    Job {
        name: "one small route filter",
        write: inputs::route_filter,
        arguments: &["check", "--region", "europe", "."],
        runs: 20,
        seconds: 0.02,
        megabytes: 50,
    },
    Job {
        name: "one small router",
        write: inputs::small_router,
        arguments: &["check", "--region", "europe", "."],
        runs: 20,
        seconds: 0.1,
        megabytes: 50,
    },
    Job {
        name: "IOS, 43,000 lines",
        write: inputs::large_ios,
        arguments: &["check", "--region", "europe", "."],
        runs: 5,
        seconds: 0.5,
        megabytes: 150,
    },
    Job {
        name: "Junos, 43,000 lines",
        write: inputs::large_junos,
        arguments: &["check", "--region", "europe", "."],
        runs: 5,
        seconds: 0.5,
        megabytes: 150,
    },
    Job {
        name: "Junos, the same in subroutines",
        write: inputs::large_junos_calls,
        arguments: &["check", "--region", "europe", "."],
        runs: 5,
        seconds: 1.0,
        megabytes: 150,
    },
    Job {
        name: "IOS, 400 community expressions",
        write: inputs::expressions_ios,
        arguments: &["check", "--region", "europe", "."],
        runs: 5,
        seconds: 0.3,
        megabytes: 150,
    },
    Job {
        name: "Junos, 400 community expressions",
        write: inputs::expressions_junos,
        arguments: &["check", "--region", "europe", "."],
        runs: 5,
        seconds: 0.3,
        megabytes: 150,
    },
    Job {
        name: "diff, IOS, 43,000 lines twice",
        write: inputs::two_large_ios,
        arguments: &["diff", "old", "new"],
        runs: 5,
        seconds: 1.0,
        megabytes: 300,
    },
    Job {
        name: "diff, Junos, 43,000 lines twice",
        write: inputs::two_large_junos,
        arguments: &["diff", "old", "new"],
        runs: 5,
        seconds: 1.0,
        megabytes: 300,
    },
    Job {
        name: "10,000 small routers, two threads",
        write: inputs::many_routers,
        arguments: &["check", "-j", "2", "--region", "europe", "."],
        runs: 3,
        seconds: 3.0,
        megabytes: 2000,
    },
    Job {
        name: "5,000 mixed files, two threads",
        write: deployments::mixed,
        arguments: &["check", "-j", "2", "--region", "europe", "."],
        runs: 5,
        seconds: 1.0,
        megabytes: 500,
    },
    Job {
        name: "100 MB of JSON on one line",
        write: deployments::long_line,
        arguments: &["check", "--allow-empty", "."],
        runs: 3,
        seconds: 0.5,
        megabytes: 250,
    },
];

fn main() {
    // `cargo bench` adds `--bench`.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    println!(
        "{:<36} {:>9} {:>9} {:>8}   at most",
        "job", "least", "median", "memory"
    );
    for job in JOBS {
        if !wanted.is_empty() && !wanted.iter().any(|part| job.name.contains(part.as_str())) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        (job.write)(folder.path());
        run(job, folder.path());
        let mut times = Vec::new();
        let mut most = 0;
        for _ in 0..job.runs {
            let (time, memory) = run(job, folder.path());
            times.push(time);
            most = most.max(memory);
        }
        times.sort();
        let least = times.first().copied().unwrap_or_default().as_secs_f64();
        let median = times
            .get(times.len() / 2)
            .copied()
            .unwrap_or_default()
            .as_secs_f64();
        let over = if median > job.seconds || most > job.megabytes {
            "  OVER"
        } else {
            ""
        };
        println!(
            "{:<36} {least:>8.4}s {median:>8.4}s {most:>5} MB   {} s, {} MB{over}",
            job.name, job.seconds, job.megabytes
        );
    }
}

/// Runs the job once: the time from start to end, and the most memory in megabytes, where the system tells.
fn run(job: &Job, folder: &Path) -> (Duration, u64) {
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pairlint"))
        .args(job.arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
            most = most.max(kilobytes.unwrap_or(0) / 1024);
        }
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::yield_now();
    };
    let time = begin.elapsed();
    assert!(matches!(code.code(), Some(0 | 1)), "{}: {code}", job.name);
    (time, most)
}
