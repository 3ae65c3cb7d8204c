//! The nearest valid spelling of a word that is not one.

/// Returns the candidate that a misspelled word most likely meant, if one is near enough to suggest.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = normalised(word);
    // Longer than any name there is; comparing it would only cost time.
    if word.len() > 200 {
        return None;
    }
    let allowed = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &normalised(candidate)), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Returns `, did you mean …?` or nothing, to be put behind a message.
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Case, and whether words are joined by `-`, `_` or a blank, is not what a typing error is about.
fn normalised(word: &str) -> Vec<char> {
    word.chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c == '_' || c == ' ' { '-' } else { c })
        .collect()
}

/// Returns how many letters have to be inserted, removed, replaced or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                let swapped: &Vec<usize> = &before_last;
                best = best.min(swapped[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_find_their_word() {
        check("extra-comunity", Some("extra-community"));
        check("Extra_Community", Some("extra-community"));
        check("regoin", Some("region"));
        check("xtra", None);
        check("", None);
        check("zzzzzzzz", None);
        check(&"a".repeat(100_000), None);
    }

    #[test]
    fn distances() {
        let count = |a: &str, b: &str| distance(&normalised(a), &normalised(b));
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", "acb"), 1);
        assert_eq!(count("kitten", "sitting"), 3);
    }

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        let words = ["region", "extra-community", "rules"];
        assert_eq!(nearest(word, words), expected);
    }
}
