//! Logical expressions: `[A] AND NOT ([B] OR [C])` over policies and communities, `65000:1 OR 65000:2` over values.
//!
//! Nokia "Unicast Routing Protocols Guide", "Policy statement chaining and logical expressions": operators AND, OR
//! and NOT, sub-expressions in brackets or parentheses. Which of AND and OR binds more is in no manual, so a text
//! that depends on it is not read.

/// An expression over names or values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Logic<'a> {
    Name(&'a str),
    And(Vec<Logic<'a>>),
    Or(Vec<Logic<'a>>),
    Not(Box<Logic<'a>>),
}

/// Deeper nesting is not read; devices take three levels.
const MAX_DEPTH: u32 = 16;

/// Returns whether a text is more than one name.
pub(super) fn is_expression(text: &str) -> bool {
    text.contains(['[', ']', '(', ')'])
        || text
            .split_whitespace()
            .any(|word| ["AND", "OR", "NOT"].contains(&word))
}

/// Reads an expression whose names stand in brackets, or values that stand alone.
pub(super) fn logic(text: &str) -> Option<Logic<'_>> {
    let mut parser = Parser { rest: text };
    let logic = parser.expression(0)?;
    parser.skip();
    parser.rest.is_empty().then_some(logic)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, operator: &str) -> bool {
        self.skip();
        let after = self.rest.strip_prefix(operator).filter(|after| {
            let next = after.chars().next();
            next.is_none_or(|c| c.is_whitespace() || "[(".contains(c))
        });
        if let Some(after) = after {
            self.rest = after;
        }
        after.is_some()
    }

    fn expression(&mut self, depth: u32) -> Option<Logic<'a>> {
        let first = self.factor(depth)?;
        let mut parts = vec![first];
        let mut operator = None;
        loop {
            let next = if self.eat("AND") {
                "AND"
            } else if self.eat("OR") {
                "OR"
            } else {
                break;
            };
            if operator.is_some_and(|known| known != next) {
                return None;
            }
            operator = Some(next);
            parts.push(self.factor(depth)?);
        }
        match operator {
            None => parts.pop(),
            Some("AND") => Some(Logic::And(parts)),
            Some(_) => Some(Logic::Or(parts)),
        }
    }

    fn factor(&mut self, depth: u32) -> Option<Logic<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat("NOT") {
            return Some(Logic::Not(Box::new(self.factor(depth + 1)?)));
        }
        self.skip();
        let first = self.rest.chars().next()?;
        let close = match first {
            '[' => ']',
            '(' => ')',
            _ => return self.value(),
        };
        // Brackets around one name may hold blanks.
        let inner = self.rest.get(1..)?;
        if first == '['
            && let Some((name, after)) = inner.split_once(']')
            && !is_expression(name)
            && !name.trim().is_empty()
        {
            self.rest = after;
            return Some(Logic::Name(name.trim()));
        }
        self.rest = inner;
        let logic = self.expression(depth + 1)?;
        self.skip();
        self.rest = self.rest.strip_prefix(close)?;
        Some(logic)
    }

    /// Reads a value, which may be a regular expression with brackets of its own.
    fn value(&mut self) -> Option<Logic<'a>> {
        let mut open = 0u32;
        let mut end = self.rest.len();
        for (at, c) in self.rest.char_indices() {
            match c {
                '(' | '[' => open += 1,
                ')' | ']' if open == 0 => {
                    end = at;
                    break;
                }
                ')' | ']' => open -= 1,
                c if c.is_whitespace() && open == 0 => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let (value, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!value.is_empty()).then_some(Logic::Name(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(logic: &Logic<'_>) -> String {
        let join = |parts: &[Logic<'_>], operator: &str| {
            let parts: Vec<String> = parts.iter().map(text).collect();
            format!("({})", parts.join(operator))
        };
        match logic {
            Logic::Name(name) => (*name).to_owned(),
            Logic::And(parts) => join(parts, " & "),
            Logic::Or(parts) => join(parts, " | "),
            Logic::Not(part) => format!("!{}", text(part)),
        }
    }

    #[track_caller]
    fn check(expression: &str, expected: Option<&str>) {
        let found = logic(expression).map(|logic| text(&logic));
        assert_eq!(found.as_deref(), expected, "{expression}");
    }

    #[test]
    fn expressions() {
        check("[A] AND NOT [B]", Some("(A & !B)"));
        check("NOT ([A b] OR [C])", Some("!(A b | C)"));
        check("[[A] OR [B]] AND [C]", Some("((A | B) & C)"));
        check("65000:1 OR 65000:2", Some("(65000:1 | 65000:2)"));
        check(
            "(65000:1 AND NOT 65000:2) OR 65000:[1-3]5",
            Some("((65000:1 & !65000:2) | 65000:[1-3]5)"),
        );
        check("A", Some("A"));
        check("[A] AND [B] OR [C]", None);
        check("[A] AND", None);
        check("([A]", None);
        check("", None);
        check(&"NOT ".repeat(100), None);
        check(&"(".repeat(100_000), None);
    }
}
