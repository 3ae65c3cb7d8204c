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
