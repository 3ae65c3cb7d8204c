//! `pairlint check`: the main job.

use std::io;
use std::path::{Path, PathBuf};

use pairlint_lint::settings::Absence;
use pairlint_lint::tables::nearest;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Sources;

use crate::args::{Check, Command, Global};
use crate::baseline::{self, Baseline};
use crate::declared::{Declared, meant};
use crate::error::Error;
use crate::fix::{Fixing, Judged, Outcome};
use crate::gather::{Gathered, gather};
use crate::output::{FORMATS, Format, PLAIN, Run, Summary};
use crate::secrets::Secrets;
use crate::waivers::{self, Scene};
use crate::{Code, Streams, paths};

/// A format and the file that it is written to, else standard output.
struct Target {
    format: &'static Format,
    file: Option<PathBuf>,
}

pub fn check(streams: &mut Streams<'_>, global: &Global, given: &Check) -> Result<Code, Error> {
    let targets = targets(&given.output.format)?;
    let mut declared = Declared::read(streams.world, &given.declarations)?;
    declared.take_rule_options(&given.rules, given.output.allow_empty)?;
    if global.verbose {
        for note in &declared.notes {
            let _ = writeln!(streams.err, "{note}");
        }
    }
    let support = std::mem::take(&mut declared.sources);
    let excludes = declared.excludes.as_ref();
    let mut gathered = gather(
        streams.world,
        &given.inputs,
        excludes,
        support,
        streams.err,
        global.verbose,
    )?;
    if gathered.roots.is_empty() {
        declared.settings.absence = Absence::NamedFiles;
    }
    let baseline = match &given.rules.baseline {
        Some(path) => Some(Baseline::read(path, &streams.world.cwd, &mut gathered.sources)?),
        None => None,
    };
    let code = if gathered.errors.is_empty() && gathered.defects.is_empty() {
        Code::Clean
    } else {
        Code::Failed
    };
    for error in std::mem::take(&mut gathered.errors) {
        let hint = misspelled_command(&given.inputs.paths, &error);
        streams.complain(&format!("{error}{hint}"));
    }
    if gathered.read.is_empty() && !given.output.allow_empty {
        if code != Code::Failed {
            streams.complain(&nothing(&gathered, &given.inputs.paths));
        }
        if gathered.unreadable.is_empty() && gathered.defects.is_empty() {
            // Whoever takes the output for the mended text must not be left with nothing.
            if let (true, Some((_, bytes))) = (given.fixes.fix, &gathered.stdin) {
                streams.print_bytes(bytes)?;
            }
            return Ok(Code::Failed);
        }
    }
    let cwd = streams.world.cwd.clone();
    let outcome = Fixing {
        options: &given.fixes,
        judge: &|gathered| judge(&cwd, &declared, gathered),
        baseline: baseline.as_ref(),
    }
    .run(&mut gathered);
    let mut code = code;
    if given.fixes.diff {
        let changed = outcome.print_diff(streams, global, &gathered)?;
        return Ok(match (code, changed) {
            (Code::Failed, _) => Code::Failed,
            (_, true) => Code::Findings,
            (_, false) => Code::Clean,
        });
    }
    let mut onto_stdout = true;
    if given.fixes.fix {
        for error in outcome.write(&cwd, &gathered) {
            streams.complain(&error.to_string());
            code = Code::Failed;
        }
        if let Some(bytes) = outcome.stdin(&gathered)? {
            streams.print_bytes(&bytes)?;
            onto_stdout = false;
        }
    }
    let Outcome {
        report,
        mut findings,
        waived,
        accepted,
        fixed,
        ..
    } = outcome;
    let mut fingerprints = crate::fingerprint::fingerprints(&findings, &gathered.sources);
    let cwd = &streams.world.cwd;
    let mut summary = summary(&gathered, &report);
    (summary.waived, summary.fixed) = (waived, fixed);
    if let Some(path) = &given.rules.write_baseline {
        baseline::write(path, cwd, &findings, &fingerprints, &gathered.sources)?;
        let name = paths::slashed(path);
        streams.remark(
            global,
            &format!("wrote {} to the baseline `{name}`", findings.len()),
        );
        // Today's findings are accepted now.
        summary.baselined = findings.len();
        (findings, fingerprints) = (Vec::new(), Vec::new());
    } else if let (Some(baseline), Some(accepted)) = (&baseline, &accepted) {
        summary.baselined = accepted.count();
        let (read, roots) = (gathered.ids(), &gathered.roots);
        findings.extend(baseline.unused(accepted, &gathered.sources, &read, roots, cwd, &declared.settings));
        sort(&mut findings, &gathered.sources);
        fingerprints = crate::fingerprint::fingerprints(&findings, &gathered.sources);
    }
    summary.count(&findings);
    let secrets = Secrets::of(&gathered.network);
    let tables = declared.tables.consulted();
    let read = gathered.ids();
    let run = Run {
        sources: &gathered.sources,
        network: &gathered.network,
        secrets: &secrets,
        read: &read,
        diagnostics: &findings,
        fingerprints: &fingerprints,
        environments: &report.environments,
        sessions: &report.sessions,
        matrix: &report.matrix,
        tables: &tables,
        as_of: declared.today,
        summary: &summary,
        quiet: global.quiet,
        statistics: given.output.statistics,
    };
    for target in targets {
        print(streams, global, &target, &run, onto_stdout)?;
    }
    let failing = findings
        .iter()
        .any(|finding| given.output.fail_on.includes(finding.severity));
    Ok(match code {
        Code::Failed => Code::Failed,
        _ if gathered.read.is_empty() && !given.output.allow_empty => Code::Failed,
        _ if failing => Code::Findings,
        _ => Code::Clean,
    })
}

/// Runs the rules, adds what the command line itself has to say, and takes out what is waived.
fn judge(cwd: &Path, declared: &Declared, gathered: &Gathered) -> Judged {
    let settings = &declared.settings;
    let (network, sources, tables) = (&gathered.network, &gathered.sources, &declared.tables);
    let mut report = gathered.threads.run(network.devices.len(), || {
        pairlint_lint::check(network, sources, tables, settings)
    });
    let mut findings = std::mem::take(&mut report.diagnostics);
    let context = &gathered.context.ids;
    findings.retain(|finding| {
        let first = finding.labels.first();
        !first.is_some_and(|label| context.contains(&label.span.source))
    });
    let start = |id| gathered.sources.get(id).range(0, 0);
    for (id, why) in &gathered.unreadable {
        let name = &gathered.sources.get(*id).name;
        let finding = waivers::finding(
            settings,
            "unreadable-file",
            Severity::Error,
            format!("cannot read `{name}`: {why}"),
        );
        findings.extend(finding.map(|finding| finding.label(start(*id), "").identity(name.as_str())));
    }
    for (id, panic) in &gathered.defects {
        let name = &gathered.sources.get(*id).name;
        // Whatever the rules are set to: a file that was not checked must not pass for clean.
        let finding = Diagnostic::new(
            "unreadable-file",
            Severity::Error,
            format!("pairlint failed on `{name}`: {panic}"),
        )
        .label(start(*id), "this file was not checked")
        .help("this is a defect of pairlint: please report it with the file")
        .identity(name.as_str());
        findings.push(finding);
    }
    sort(&mut findings, &gathered.sources);
    let read = gathered.ids();
    let scene = Scene {
        sources: &gathered.sources,
        read: &read,
        settings,
        today: declared.today,
        cwd,
        folder: declared.folder.as_deref(),
        roots: &gathered.roots,
    };
    let mut waived = scene.apply(findings, &declared.waivers);
    sort(&mut waived.kept, &gathered.sources);
    Judged {
        report,
        findings: waived.kept,
        waived: waived.count,
    }
}

/// By file, place and rule; then by what they say, so that the order is the same in every run.
fn sort(findings: &mut [Diagnostic], sources: &Sources) {
    findings.sort_by(|a, b| {
        let key = |finding: &Diagnostic| {
            finding
                .labels
                .first()
                .map(|label| label.span)
                .map(|span| (span.start, span.end))
        };
        let file = |finding: &Diagnostic| {
            finding
                .labels
                .first()
                .map(|label| sources.get(label.span.source).name.clone())
        };
        let place = |finding| key(finding).map(|(start, _)| start);
        (file(a), place(a), a.rule)
            .cmp(&(file(b), place(b), b.rule))
            .then_with(|| (key(a), &a.message, &a.facts).cmp(&(key(b), &b.message, &b.facts)))
    });
}

fn summary(gathered: &Gathered, report: &pairlint_lint::Report) -> Summary {
    let network = &gathered.network;
    let mut neighbors: Vec<_> = report
        .sessions
        .iter()
        .map(|session| (session.source, &session.device, &session.vrf, &session.neighbor))
        .collect();
    // A session in two address families is one session.
    neighbors.dedup();
    Summary {
        files: gathered.read.len(),
        route_filters: network
            .route_filters
            .iter()
            .filter(|filter| !gathered.context.ids.contains(&filter.span.source))
            .count(),
        circuits: {
            let joins = pairlint_lint::joins::Joins::new(network);
            let circuits = network.circuits.iter().enumerate();
            let own = circuits.filter(|(at, circuit)| {
                joins.first_export(*at) == *at && !gathered.context.ids.contains(&circuit.span.source)
            });
            own.count()
        },
        sessions: neighbors.len(),
        uninterpreted_lines: network.devices.iter().map(|device| device.unread.len()).sum(),
        skipped: gathered.skipped,
        ignored: gathered.ignored,
        ignored_more: gathered.ignored_more,
        linked_folders: gathered.linked_folders,
        ..Summary::default()
    }
}

fn print(
    streams: &mut Streams<'_>,
    global: &Global,
    target: &Target,
    run: &Run<'_>,
    onto_stdout: bool,
) -> Result<(), Error> {
    match &target.file {
        Some(file) => {
            let text = (target.format.write)(run, PLAIN);
            let full = streams.world.cwd.join(file);
            let failed = |source: io::Error| Error::Write {
                name: paths::slashed(file),
                source,
            };
            std::fs::write(full, text).map_err(failed)
        }
        None if !onto_stdout => {
            let text = (target.format.write)(run, streams.look_of(global, streams.world.err));
            // With standard error closed there is nobody to tell, and the exit code still says it.
            let _ = streams.err.write_all(text.as_bytes());
            Ok(())
        }
        None => {
            let text = (target.format.write)(run, streams.look(global));
            streams.print(&text)
        }
    }
}

/// Reads `NAME[=FILE]`.
fn targets(given: &[String]) -> Result<Vec<Target>, Error> {
    let human = FORMATS.iter().find(|format| format.name == "human");
    if given.is_empty() {
        return Ok(human
            .map(|format| Target { format, file: None })
            .into_iter()
            .collect());
    }
    let mut targets: Vec<Target> = Vec::new();
    for text in given {
        let wrong = |why: String| Error::usage(format!("`--format {text}`: {why}"));
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err(wrong("no file is named after the `=`".to_owned())),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text.as_str(), None),
        };
        let names = || FORMATS.iter().map(|format| format.name);
        let Some(format) = FORMATS.iter().find(|format| format.name == name) else {
            let list: Vec<String> = FORMATS
                .iter()
                .map(|format| format!("`{}`: {}", format.name, format.summary))
                .collect();
            let near = meant(nearest(name, names()));
            return Err(wrong(format!(
                "there is no format `{name}`{near} (there are {})",
                list.join(", ")
            )));
        };
        if targets.iter().any(|target| target.file == file) {
            let place = if file.is_some() {
                "that file"
            } else {
                "standard output"
            };
            return Err(wrong(format!(
                "another format is written to {place}; name a file, `{name}=FILE`"
            )));
        }
        targets.push(Target { format, file });
    }
    Ok(targets)
}

/// Why there was nothing to do, and what may help.
fn nothing(gathered: &Gathered, given: &[PathBuf]) -> String {
    let names: Vec<String> = given
        .iter()
        .map(|path| format!("`{}`", paths::slashed(path)))
        .collect();
    let looked_at = match names.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        many => format!("any of the {} paths", many.len()),
    };
    let mut text = Error::Nothing { looked_at }.to_string();
    if gathered.ignored > 0 {
        text.push_str(&format!(
            "\n.gitignore leaves out {} that look like ours; `--no-ignore` reads them",
            crate::output::counted(gathered.ignored, "file")
        ));
    } else if gathered.skipped > 0 {
        let files = crate::output::counted(gathered.skipped, "file");
        text.push_str(&format!(
            "\n{files} looked into, none recognised; `-v` says how each was taken"
        ));
    }
    text
}

/// `pairlint chekc` is a path, but hardly meant as one.
fn misspelled_command(given: &[PathBuf], error: &Error) -> String {
    let Error::Read { name, .. } = error else {
        return String::new();
    };
    let first = given.first().map(|path| paths::slashed(path));
    if given.len() != 1 || first.as_ref() != Some(name) || name.contains(['.', '/']) {
        return String::new();
    }
    match nearest(name, Command::names().iter().map(String::as_str)) {
        Some(command) => format!(" (did you mean the command `{command}`?)"),
        None => String::new(),
    }
}
