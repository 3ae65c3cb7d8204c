//! Names as people spell them, and the nearest name to a typo.

/// Returns the letters and digits of a name in lower case: `West Europe`, `west-europe` and `WestEurope`
/// have one key.
pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the candidate that is closest to what was typed, or `None` when none is close: more than one
/// edit for each three characters is another word.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = key(text);
    let limit = typed.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&typed, &key(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        // The first of equals, so that the order of the table decides.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The longest text that is compared; a name of a region or service is far shorter.
const LONGEST: usize = 80;

/// Returns the number of insertions, deletions, substitutions and swaps of neighbours that turn one text
/// into the other (optimal string alignment), or `usize::MAX` when one is too long to be a name.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(LONGEST + 1).collect();
    let b: Vec<char> = b.chars().take(LONGEST + 1).collect();
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    // Three rows of the table: two characters up for swaps, one up, and the current one.
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for (i, &x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(x != y))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        check("", "", 0);
        check("abc", "", 3);
        check("westeurope", "westeurope", 0);
        check("wsteurope", "westeurope", 1);
        check("wetseurope", "westeurope", 1);
        check("51002", "51020", 1);
        check("kitten", "sitting", 3);
        check(&"x".repeat(81), "x", usize::MAX);
    }

    #[track_caller]
    fn check(a: &str, b: &str, expected: usize) {
        assert_eq!(distance(a, b), expected);
        assert_eq!(distance(b, a), expected);
    }

    #[test]
    fn the_nearest_is_near() {
        let names = ["Europe", "Japan", "Korea"];
        assert_eq!(nearest("eurpoe", names), Some("Europe"));
        assert_eq!(nearest("Kore", names), Some("Korea"));
        assert_eq!(nearest("Atlantis", names), None);
        assert_eq!(nearest("", names), None);
    }
}
