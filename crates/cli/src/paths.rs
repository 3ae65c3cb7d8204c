//! Names of files as reports show them: relative to a folder, with `/`, the same on every system.

use std::path::{Component, Path, PathBuf};

/// Returns the path without `.` and with every `..` resolved by the spelling alone.
///
/// Symbolic links may make `a/../b` something else than `b`; this is for names and for comparing
/// what a user typed, and files are opened under the very path that was given.
pub fn normalised(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let climbable = matches!(parts.components().next_back(), Some(Component::Normal(_)));
                let at_root = matches!(
                    parts.components().next_back(),
                    Some(Component::RootDir | Component::Prefix(_))
                );
                if climbable {
                    parts.pop();
                } else if !at_root {
                    parts.push("..");
                }
            }
            other => parts.push(other),
        }
    }
    parts
}

/// Returns how `path` is named from `base`, both absolute.
pub fn relative(path: &Path, base: &Path) -> String {
    let (path, base) = (normalised(path), normalised(base));
    let ours: Vec<Component<'_>> = path.components().collect();
    let theirs: Vec<Component<'_>> = base.components().collect();
    let shared = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    // Another drive, or not absolute: there is no way from the one to the other.
    if shared == 0 && !theirs.is_empty() {
        return slashed(&path);
    }
    let mut parts: Vec<String> = vec!["..".to_owned(); theirs.len() - shared];
    parts.extend(
        ours[shared..]
            .iter()
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

/// Returns the path as text with `/` between its parts.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_working_directory() {
        check("/net/filters/rf.json", "filters/rf.json");
        check("/net/./a/../rf.json", "rf.json");
        check("/etc/edge1.cfg", "../etc/edge1.cfg");
        check("/net", ".");
        check("/", "..");
        check("/../net/x", "x");
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(relative(Path::new(path), Path::new("/net")), expected);
    }
}
