//! The examples of `docs/rules/*.md` are run: what stands under "Fails" must be found, what stands under
//! "Passes" must not.
//!
//! All blocks under one heading are the files of one network; `### …` begins another. The first word after the
//! fence is the language (for routers the dialect, which must be the one that is recognised), the second the
//! file's name. A `console` block holds the command line, where it is not `pairlint check`.

mod support;

use std::fs;

use pairlint_dialects::Kind;
use pairlint_lint::rules;
use pairlint_model::source::{Source, SourceId};
use support::{check, root};

#[test]
fn examples_are_found_or_not_as_the_pages_say() {
    for rule in rules::ALL {
        for example in examples(rule.page) {
            let folder = tempfile::tempdir().expect("a folder");
            for file in &example.files {
                fs::write(folder.path().join(&file.name), &file.text).expect("a file");
                recognised(rule.name, file);
            }
            let report = check(folder.path(), &example.arguments);
            assert_eq!(
                report.names(rule.name),
                example.fails,
                "docs/rules/{}.md, line {}:\n{}",
                rule.name,
                example.line,
                report.describe()
            );
            // An example that nobody understands passes everything.
            assert!(
                example.fails || report.inputs() > 0,
                "{} line {}",
                rule.name,
                example.line
            );
        }
    }
}

/// A block that is called a router's is recognised as that dialect.
#[track_caller]
fn recognised(rule: &str, file: &File) {
    let Some(dialect) = pairlint_dialects::named(&file.language).filter(|d| d.kind == Kind::Router) else {
        return;
    };
    let source = Source::new(SourceId(0), file.name.as_str(), file.text.as_str());
    let recognised = pairlint_dialects::detect(&source)
        .first()
        .map(|dialect| dialect.name);
    assert_eq!(
        recognised,
        Some(dialect.name),
        "docs/rules/{rule}.md, {}",
        file.name
    );
}

#[test]
fn every_page_has_examples_of_both_kinds() {
    for rule in rules::ALL {
        let examples = examples(rule.page);
        // What cannot be read cannot be printed on a page either.
        let fails = rule.name == "unreadable-file" || examples.iter().any(|example| example.fails);
        let passes = examples.iter().any(|example| !example.fails);
        assert!(
            fails && passes,
            "docs/rules/{}.md lacks an example that runs",
            rule.name
        );
    }
}

#[test]
fn explain_prints_the_page() {
    let run = support::pairlint(&root(), &["explain", "missing-region-community"]);
    let page = rules::named("missing-region-community").expect("the rule").page;
    assert_eq!((run.code, run.out.trim_end()), (0, page.trim_end()));
}

/// The files of a network, and whether the rule finds something in it.
struct Example {
    fails: bool,
    files: Vec<File>,
    arguments: Vec<String>,
    /// Where it begins on the page.
    line: usize,
}

struct File {
    language: String,
    name: String,
    text: String,
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut section = None;
    let mut fresh = true;
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            section = match title {
                "Fails" => Some(true),
                "Passes" => Some(false),
                _ => None,
            };
            fresh = true;
        } else if line.starts_with("### ") {
            fresh = true;
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let block = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```");
        let text: String = block.map(|line| format!("{line}\n")).collect();
        let Some(fails) = section else { continue };
        if fresh {
            examples.push(Example {
                fails,
                files: Vec::new(),
                arguments: Vec::new(),
                line: number + 1,
            });
            fresh = false;
        }
        let example = examples.last_mut().expect("an example");
        match info.split_once(' ') {
            Some((language, name)) => example.files.push(File {
                language: language.to_owned(),
                name: name.trim().to_owned(),
                text,
            }),
            None if info == "console" => example.arguments = arguments(&text),
            // Without a name it is an illustration, not an input.
            None => {}
        }
    }
    examples.retain(|example| !example.files.is_empty());
    examples
}

/// The arguments of `$ pairlint check …`.
fn arguments(console: &str) -> Vec<String> {
    let command = console.trim().strip_prefix("$ pairlint check");
    let words = command
        .expect("a console block holds `$ pairlint check …`")
        .split_whitespace();
    words.map(|word| word.trim_matches('"').to_owned()).collect()
}
