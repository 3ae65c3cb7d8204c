//! Rust's text, read as far as these tests need it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use walkdir::WalkDir;

use super::support::{folders, name, root};

/// A source file of a crate.
pub struct File {
    /// From the root of the repository.
    pub path: String,
    /// Without comments.
    pub code: String,
    /// Without comments, and with nothing inside its texts.
    pub bare: String,
}

/// The source files of a crate, without those that are compiled for tests only, and without the tests beside the code.
pub fn files(krate: &str) -> &'static [File] {
    static READ: LazyLock<BTreeMap<String, Vec<File>>> = LazyLock::new(|| {
        let crates = folders(&root().join("crates"));
        crates
            .iter()
            .map(|folder| (name(folder), read(&name(folder))))
            .collect()
    });
    READ.get(krate).unwrap_or_else(|| panic!("no crate {krate}"))
}

fn read(krate: &str) -> Vec<File> {
    let files: Vec<File> = all(&root().join("crates").join(krate).join("src"))
        .into_iter()
        .filter(|path| !is_for_tests(path))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a text");
            let kept = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or("");
            let path = path.strip_prefix(root()).expect("below the root");
            File {
                path: path.to_string_lossy().replace('\\', "/"),
                code: strip(kept, false),
                bare: strip(kept, true),
            }
        })
        .collect();
    assert!(!files.is_empty(), "crates/{krate}/src holds nothing");
    files
}

/// Every file in Rust below a folder.
pub fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let paths = entries.map(|entry| entry.expect("an entry").into_path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// `tests.rs`, `tests/` and `testing/` stand behind `#[cfg(test)]`.
fn is_for_tests(path: &Path) -> bool {
    let mut parts = path.iter().filter_map(|part| part.to_str());
    parts.any(|part| {
        matches!(
            part,
            "tests" | "tests.rs" | "testing" | "testing.rs" | "random.rs"
        )
    })
}

/// Takes the comments out, and on request what stands in texts; lines stay lines.
fn strip(text: &str, texts_too: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, rest)| rest);
        } else if rest.starts_with('"') {
            let length = text_length(&out, rest);
            out.push_str(if texts_too { "\"\"" } else { &rest[..length] });
            rest = &rest[length..];
        } else if rest.starts_with("'\"'") {
            out.push_str("' '");
            rest = &rest[3..];
        } else if rest.starts_with("'\\") {
            // What is escaped may be a quotation mark.
            let end = rest.get(3..).and_then(|rest| rest.find('\''));
            out.push_str("' '");
            rest = &rest[end.map_or(rest.len(), |at| at + 4)..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The length of the text that begins here, quotation marks included; `r#` stands before a raw one.
fn text_length(before: &str, text: &str) -> usize {
    let prefix = before.trim_end_matches('#');
    let raw = prefix.strip_suffix('r').is_some_and(|before| {
        !before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    if raw {
        let end = format!("\"{}", &before[prefix.len()..]);
        return text[1..].find(&end).map_or(text.len(), |at| 1 + at + end.len());
    }
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

/// The identifiers and keywords of a text.
pub fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// The parts of an identifier in lower case: `from_cisco` and `FromCisco` are `from` and `cisco`.
pub fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut lower_before = false;
    for c in identifier.chars() {
        if c == '_' || (c.is_uppercase() && lower_before) {
            parts.push(String::new());
        }
        lower_before = c.is_lowercase() || c.is_numeric();
        if let Some(part) = parts.last_mut()
            && c != '_'
        {
            part.extend(c.to_lowercase());
        }
    }
    parts
}

/// What is named right after `prefix::`, in a path or in the braces of a `use`.
pub fn named_after<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let start = format!("{prefix}::");
    let mut named = Vec::new();
    for (at, _) in code.match_indices(&start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            None => named.extend(identifiers(rest).next()),
            Some(list) => named.extend(in_braces(list)),
        }
    }
    named
}

/// The first word of each item of a list, up to its closing brace.
fn in_braces(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                items.extend(identifiers(&list[start..at]).next());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items
}

#[test]
fn comments_and_texts_are_told_from_code() {
    let text = "let a = \"// no\"; // frr\n/* frr */ let b = r#\"a \"b\" frr\"#; let c = '\"'; let d = '\\''; x::<'a>(e)";
    assert_eq!(
        strip(text, true),
        "let a = \"\"; \n let b = r#\"\"; let c = ' '; let d = ' '; x::<'a>(e)"
    );
    assert!(strip(text, false).starts_with("let a = \"// no\"; \n"));
}

#[test]
fn paths_and_lists_are_followed() {
    let code = "use super::{a::{b, c}, d}; super::super::e::f(); crate::g;";
    assert_eq!(named_after(code, "super"), ["a", "d", "super", "e"]);
    assert_eq!(parts("fromCisco_IOS"), ["from", "cisco", "ios"]);
}
