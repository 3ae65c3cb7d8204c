//! Which expressions bgpd takes: it hands them to glibc's `regcomp` as extended ones.

/// What `_` stands for (`bgp_regcomp`, FRR source).
const DELIMITER: &str = "(^|[,{}() ]|$)";
/// `RE_DUP_MAX` of glibc.
const MOST: u32 = 32767;
/// What `[:…:]` may name (POSIX.1-2017, 9.3.5).
const CLASSES: [&[u8]; 12] = [
    b"alnum", b"alpha", b"blank", b"cntrl", b"digit", b"graph", b"lower", b"print", b"punct", b"space",
    b"upper", b"xdigit",
];

/// Whether `regcomp` takes the expression: brackets and parentheses have their partners, and what repeats follows
/// something that can be repeated (observed in 8.4.4 and 10.3, both on glibc).
pub fn is_expression(text: &str) -> bool {
    let text = text.replace('_', DELIMITER);
    let check = Check {
        rest: text.as_bytes(),
        open: 0,
        closed: 0,
        repeatable: false,
    };
    check.run().is_some()
}

struct Check<'t> {
    rest: &'t [u8],
    open: u32,
    /// Groups that a back reference can name.
    closed: u8,
    /// What stands before can be repeated: neither a beginning nor an anchor.
    repeatable: bool,
}

impl Check<'_> {
    fn run(mut self) -> Option<()> {
        while let Some(byte) = self.next() {
            self.repeatable = match byte {
                b'\\' => match self.next()? {
                    digit @ b'1'..=b'9' if digit - b'0' > self.closed => return None,
                    byte => !b"<>bB`'".contains(&byte),
                },
                b'[' => {
                    self.bracket()?;
                    true
                }
                b'(' => {
                    self.open += 1;
                    false
                }
                // Without a partner it stands for itself.
                b')' => {
                    self.closed = self.closed.saturating_add(u8::from(self.open > 0));
                    self.open = self.open.saturating_sub(1);
                    true
                }
                b'|' | b'^' | b'$' => false,
                b'*' | b'+' | b'?' if self.repeatable => true,
                b'{' if self.repeatable => {
                    self.interval()?;
                    true
                }
                b'*' | b'+' | b'?' | b'{' => return None,
                _ => true,
            };
        }
        (self.open == 0).then_some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// Reads `2}`, `2,}`, `,3}`, `2,3}`.
    fn interval(&mut self) -> Option<()> {
        let least = self.count()?;
        let most = if self.eat(b',') {
            self.count()?
        } else {
            Some(least?)
        };
        let in_order = least.unwrap_or(0) <= most.unwrap_or(MOST);
        (self.eat(b'}') && in_order).then_some(())
    }

    /// Reads digits, if there are any; nothing where they are too many.
    fn count(&mut self) -> Option<Option<u32>> {
        let mut count = None;
        while let Some(digit) = self.rest.first().filter(|byte| byte.is_ascii_digit()) {
            let more = count.unwrap_or(0) * 10 + u32::from(digit - b'0');
            count = Some(more).filter(|count| *count <= MOST);
            count?;
            self.rest = &self.rest[1..];
        }
        Some(count)
    }

    /// Reads to the end of a bracket expression. A closing bracket that comes first stands for itself.
    fn bracket(&mut self) -> Option<()> {
        self.eat(b'^');
        let mut first = true;
        loop {
            if !first && self.eat(b']') {
                return Some(());
            }
            first = false;
            let from = self.item()?;
            let range =
                self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(|byte| *byte != b']');
            if range {
                self.next();
                let to = self.item()?;
                // A class bounds no range.
                (from? <= to?).then_some(())?;
            }
        }
    }

    /// Reads a character, `[.x.]` or `[=x=]`, or a class, which is no character.
    fn item(&mut self) -> Option<Option<u8>> {
        let byte = self.next()?;
        let kind = self
            .rest
            .first()
            .copied()
            .filter(|kind| byte == b'[' && b":.=".contains(kind));
        let Some(kind) = kind else {
            return Some(Some(byte));
        };
        self.next();
        let end = self.rest.windows(2).position(|pair| pair == [kind, b']'])?;
        let name = &self.rest[..end];
        self.rest = &self.rest[end + 2..];
        match (kind, name) {
            (b':', name) => CLASSES.contains(&name).then_some(None),
            (_, [single]) => Some(Some(*single)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_compile() {
        for text in [
            "",
            "^12076_",
            "(8075|8068)$",
            "[0-9]+",
            "[]0-9]",
            "[^]]",
            "a\\(b",
            "1||2",
            "()",
            "(|1)",
            "1|",
            "|1",
            "1{,2}",
            "1{1}",
            "1{1}{2}",
            "1**",
            "1*+",
            "1{0}",
            "1{32767}",
            "_*1",
            "_{1,2}",
            "a)",
            "[[:digit:]]",
            "[1-]",
            "[--1]",
            "1}",
            "}",
            "[[.a.]]",
            "(^)*",
            "(1)\\1",
            "\\{1",
            "1{,}",
        ] {
            assert!(is_expression(text), "{text}");
        }
    }

    #[test]
    fn expressions_that_do_not() {
        for text in [
            "(",
            "[0-9",
            "a\\",
            "((x)",
            "[^]",
            "[]",
            "*1",
            "+1",
            "?1",
            "{1,2}1",
            "^*1",
            "$*",
            "(*1)",
            "1|*2",
            "^{1,2}",
            "1{",
            "1{a",
            "1{1",
            "1{1,",
            "1{2,1}",
            "[[:foo:]]",
            "[9-1]",
            "1{1 ,2}",
            "(^*)",
            "1{32768}",
            "\\1",
            "1^*",
            "1$+",
            "1{-1}",
            "{",
            "1{}",
        ] {
            assert!(!is_expression(text), "{text}");
        }
    }
}
