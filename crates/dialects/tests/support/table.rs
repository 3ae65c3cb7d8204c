//! Tables of expressions and their values: an expression, which may have several lines, and the value behind `=> `.

/// Each expression with its line and the value that it should have. Lines with `# ` between cases are comments.
pub fn cases(table: &str) -> Vec<(usize, String, &str)> {
    let mut cases = Vec::new();
    let mut expression: Vec<&str> = Vec::new();
    for (at, line) in table.lines().enumerate() {
        if let Some(value) = line.strip_prefix("=> ") {
            let first = at + 1 - expression.len();
            cases.push((first, expression.join("\n"), value));
            expression.clear();
        } else if !(expression.is_empty() && (line.is_empty() || line.starts_with("# "))) {
            expression.push(line);
        }
    }
    assert!(expression.is_empty(), "an expression without a value");
    cases
}

/// Holds what each expression of a table comes to against its value, as `shown`; there are at least so many.
pub fn check(table: &str, least: usize, value: impl Fn(&str) -> String, shown: impl Fn(&str) -> String) {
    let cases = cases(table);
    let wrong = cases.iter().filter_map(|(line, expression, expected)| {
        let value = value(expression);
        let expected = match *expected {
            "unresolved" => expected.to_string(),
            expected => shown(expected),
        };
        (value != expected).then(|| format!("line {line}: {expression}\n   is {value}\n  not {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= least, "{} expressions", cases.len());
}
