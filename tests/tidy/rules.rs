//! Every rule has its page and its fixtures, and nothing is left over.

use std::collections::BTreeSet;
use std::fs;

use pairlint_lint::rules;

use super::support::{folders, name, root};

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let mut pages: BTreeSet<String> = fs::read_dir(root().join("docs/rules"))
        .expect("a folder")
        .map(|entry| name(&entry.expect("an entry").path()))
        .collect();
    pages.remove("README.md");
    let expected: BTreeSet<String> = rules::ALL
        .iter()
        .map(|rule| format!("{}.md", rule.name))
        .collect();
    assert_eq!(pages, expected, "docs/rules (left) and the rules (right)");
    for rule in rules::ALL {
        let page = fs::read_to_string(root().join(format!("docs/rules/{}.md", rule.name))).expect("a page");
        assert_eq!(rule.page, page, "`{}` shows another page", rule.name);
        assert!(
            page.starts_with(&format!("# {}\n", rule.name)),
            "the heading of docs/rules/{}.md",
            rule.name
        );
        for heading in ["Why it matters", "Fails", "Passes", "Configuration"] {
            assert!(
                page.contains(&format!("\n## {heading}\n")),
                "docs/rules/{}.md lacks \"{heading}\"",
                rule.name
            );
        }
    }
}

#[test]
fn pages_tell_of_fixes_where_rules_have_them() {
    for rule in rules::ALL {
        let file = format!("crates/lint/src/rules/{}.rs", rule.name.replace('-', "_"));
        let code = fs::read_to_string(root().join(file)).expect("a rule");
        assert_eq!(
            code.contains("remedy("),
            rule.page.contains("\n## Fix\n"),
            "docs/rules/{}.md and its heading \"Fix\"",
            rule.name
        );
    }
}

#[test]
fn every_rule_has_fixtures_that_fail_and_that_pass() {
    let root = root().join("fixtures/rules");
    let held: BTreeSet<String> = folders(&root).iter().map(|folder| name(folder)).collect();
    let expected: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(held, expected, "fixtures/rules (left) and the rules (right)");
    for rule in rules::ALL {
        let cases = folders(&root.join(rule.name));
        for kind in ["fail-", "pass-"] {
            let any = cases.iter().any(|case| name(case).starts_with(kind));
            assert!(
                any,
                "fixtures/rules/{} has no case that begins with {kind}",
                rule.name
            );
        }
        for case in cases {
            assert!(
                case.join("report.snap").is_file(),
                "{} has no report",
                case.display()
            );
        }
    }
}

#[test]
fn rules_are_listed_by_name_once_and_say_one_sentence() {
    let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(unique.len(), names.len());
    for rule in rules::ALL {
        let kebab = rule
            .name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab, "{}", rule.name);
        let file = root().join(format!(
            "crates/lint/src/rules/{}.rs",
            rule.name.replace('-', "_")
        ));
        assert!(file.is_file(), "{} is not the rule's file", file.display());
        let sentence = rule.summary;
        assert!(
            !sentence.is_empty() && !sentence.ends_with('.') && !sentence.contains('\n'),
            "`{}`: {sentence}",
            rule.name
        );
    }
}
