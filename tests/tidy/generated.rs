//! Files that are written from code: `UPDATE=1 cargo test --test tidy` rewrites them.

use std::fmt::Write;

use pairlint_lint::rules;

use super::support::{assert_current, pairlint, root};

#[test]
fn the_list_of_rules_is_current() {
    let mut text = String::from(
        "# Rules\n\nWhat pairlint finds, with the severity that a finding has by default; where the evidence is weaker it may be\n\
         lower. `pairlint explain <rule>` prints a page, `[rules]` in `pairlint.toml` changes a severity.\n\n\
         <!-- Written from the code: UPDATE=1 cargo test --test tidy -->\n\n| rule | severity | finds |\n|---|---|---|\n",
    );
    let mut listed: Vec<_> = rules::ALL.to_vec();
    listed.sort_by_key(|rule| rule.name);
    for rule in listed {
        let (name, severity, summary) = (rule.name, rule.severity, rule.summary.replace('|', "\\|"));
        writeln!(text, "| [`{name}`]({name}.md) | {severity} | {summary} |").expect("a text takes all");
    }
    assert_current(&root().join("docs/rules/README.md"), &text);
}

#[test]
fn the_page_of_the_command_line_is_current() {
    let mut text = String::from(
        "# The command line\n\nWhat `--help` prints, for every command.\n\n\
         <!-- Written from the code: UPDATE=1 cargo test --test tidy -->\n",
    );
    describe(&[], &mut text);
    assert_current(&root().join("docs/cli.md"), &text);
}

/// Writes the help of a command and of those below it.
fn describe(command: &[&str], text: &mut String) {
    let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
    let run = pairlint(&root(), &arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    let help: Vec<&str> = run.out.lines().map(str::trim_end).collect();
    let title = ["pairlint"]
        .into_iter()
        .chain(command.iter().copied())
        .collect::<Vec<_>>();
    write!(
        text,
        "\n## `{}`\n\n```text\n{}\n```\n",
        title.join(" "),
        help.join("\n").trim_end()
    )
    .expect("a text takes all");
    let below: Vec<String> = subcommands(&help);
    for name in &below {
        let inner: Vec<&str> = command.iter().copied().chain([name.as_str()]).collect();
        describe(&inner, text);
    }
}

/// The names in the list under "Commands:".
fn subcommands(help: &[&str]) -> Vec<String> {
    let lines = help.iter().skip_while(|line| **line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    // The rest of a description stands further to the right.
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
