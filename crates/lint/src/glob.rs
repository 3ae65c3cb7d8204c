//! Scope globs: `*` for any run of characters, `?` for one, everything else as written.
//!
//! Azure compares names and resource ids without regard to case, and so do people with hostnames.

/// Whether the whole text matches the glob, letter case set aside. A `*` also crosses `/`, so that
/// `*/routeFilters/rf-prod-*` can stand for a resource id.
pub fn matches(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut g, mut t) = (0, 0);
    // Where the last `*` stood, and how much of the text it has taken so far. Trying only the last star
    // again is enough: an earlier one has already found its shortest fit.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                star = Some((g, t));
                g += 1;
            }
            Some('?') => {
                g += 1;
                t += 1;
            }
            Some(c) if text.get(t) == Some(c) => {
                g += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    g = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    glob.get(g..).is_some_and(|rest| rest.iter().all(|&c| c == '*'))
}

/// Whether any glob matches any of the texts.
pub fn any_matches<'t>(globs: &[String], texts: impl IntoIterator<Item = &'t str>) -> bool {
    texts
        .into_iter()
        .any(|text| globs.iter().any(|glob| matches(glob, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (glob, text, expected) in [
            ("rf-prod", "rf-prod", true),
            ("RF-Prod", "rf-pROD", true),
            ("rf-prod", "rf-prod2", false),
            ("rf-*", "rf-", true),
            ("rf-*-eu", "rf-a-b-eu", true),
            ("rf-*-eu", "rf-a-eu-2", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("edge?", "edge1", true),
            ("edge?", "edge", false),
            ("edge1/MSFT/*", "edge1/MSFT/192.0.2.2", true),
            (
                "*/routeFilters/rf",
                "/subscriptions/s/providers/Microsoft.Network/routefilters/rf",
                true,
            ),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("**", "abc", true),
        ] {
            assert_eq!(matches(glob, text), expected, "{glob} on {text}");
        }
    }
}
