//! Expressions: the grammar of "Bicep file structure and syntax" and of the compiler's own (`docs/grammar.md` of
//! Azure/bicep), by recursive descent. A property or item that is not understood costs itself.

use std::borrow::Cow;

use super::scanner::Scanner;
use crate::deployment::expr::{Access, Element, Entry, Expr, ExprKind, For, Loop, Op};
use crate::deployment::parameters;

const MAXIMUM_DEPTH: u32 = 60;
const NOT_UNDERSTOOD: &str = "the expression is not understood";

/// Operators by how tightly they bind, the loosest first.
const LEVELS: &[&[(&str, Op)]] = &[
    &[("??", Op::Coalesce)],
    &[("||", Op::Or)],
    &[("&&", Op::And)],
    &[
        ("==", Op::Equal),
        ("!=", Op::NotEqual),
        ("=~", Op::Like),
        ("!~", Op::NotLike),
    ],
    &[
        ("<=", Op::LessOrEqual),
        (">=", Op::GreaterOrEqual),
        ("<", Op::Less),
        (">", Op::Greater),
    ],
    &[("+", Op::Add), ("-", Op::Subtract)],
    &[("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Modulo)],
];

impl<'a> Scanner<'a> {
    /// Reads an expression, or everything up to the end of its item.
    pub fn value(&mut self, inside: bool) -> Expr<'a> {
        self.blank();
        let (start, depth) = (self.at, self.depth);
        if let Some(expr) = self.expression() {
            self.blank();
            let end = self.rest();
            if end.is_empty() || end.starts_with('\n') || (inside && end.starts_with([',', '}', ']', ')'])) {
                return expr;
            }
        }
        self.depth = depth;
        // Where the file ends within it, there is nothing to look for behind it.
        if !(self.cut && self.is_at_end()) {
            // From its start, since brackets that were opened must be closed.
            self.at = start;
            self.skip_item(inside);
        }
        Expr::unsupported(NOT_UNDERSTOOD, self.span_from(start))
    }

    pub fn expression(&mut self) -> Option<Expr<'a>> {
        let outer = self.depth;
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            self.depth = outer;
            return None;
        }
        let expr = self.ternary();
        self.depth = outer;
        expr
    }

    fn ternary(&mut self) -> Option<Expr<'a>> {
        self.blank();
        let start = self.at;
        let condition = self.binary(0)?;
        if !self.eat_over_lines("?") {
            return Some(condition);
        }
        self.space();
        let yes = self.expression()?;
        self.space();
        if !self.eat(":") {
            return None;
        }
        self.space();
        let no = self.expression()?;
        let parts = Box::new([condition, yes, no]);
        Some(Expr::new(ExprKind::If(parts), self.span_from(start)))
    }

    /// Eats an operator that may stand at the start of the next line.
    fn eat_over_lines(&mut self, token: &str) -> bool {
        let before = self.at;
        self.space();
        if self.eat(token) {
            return true;
        }
        self.at = before;
        false
    }

    fn binary(&mut self, level: usize) -> Option<Expr<'a>> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        self.blank();
        let start = self.at;
        let outer = self.depth;
        let mut left = self.binary(level + 1)?;
        while let Some(op) = self.operator(operators) {
            self.space();
            let right = self.binary(level + 1)?;
            // A chain is a tree as deep as it is long.
            self.depth += 1;
            if self.depth > MAXIMUM_DEPTH {
                return None;
            }
            left = Expr::new(
                ExprKind::Binary(op, Box::new([left, right])),
                self.span_from(start),
            );
        }
        self.depth = outer;
        Some(left)
    }

    fn operator(&mut self, operators: &[(&str, Op)]) -> Option<Op> {
        for &(token, op) in operators {
            let over_lines = matches!(op, Op::Coalesce | Op::Or | Op::And);
            let before = self.at;
            let found = if over_lines {
                self.eat_over_lines(token)
            } else {
                self.eat(token)
            };
            if found {
                // A lambda's arrow and comments are other tokens.
                let other = token == "=" && self.rest().starts_with('>');
                if !other {
                    return Some(op);
                }
            }
            self.at = before;
        }
        None
    }

    fn unary(&mut self) -> Option<Expr<'a>> {
        self.blank();
        let start = self.at;
        let kind: fn(Box<Expr<'a>>) -> ExprKind<'a> = match self.rest().as_bytes() {
            [b'!', next, ..] if !matches!(next, b'=' | b'~') => ExprKind::Not,
            [b'-', ..] => ExprKind::Negate,
            _ => return self.postfix(),
        };
        self.at += 1;
        let outer = self.depth;
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return None;
        }
        let inner = self.unary()?;
        self.depth = outer;
        Some(Expr::new(kind(Box::new(inner)), self.span_from(start)))
    }

    fn postfix(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        let outer = self.depth;
        let mut expr = self.primary()?;
        let mut safe = false;
        loop {
            self.depth += 1;
            if self.depth > MAXIMUM_DEPTH {
                return None;
            }
            let access = |safe_here: bool, safe: bool| match (safe_here, safe) {
                (true, _) => Access::Safe,
                (false, true) => Access::Chained,
                (false, false) => Access::Strict,
            };
            match self.rest().as_bytes() {
                [b'.', b'.', ..] => break,
                [b'.', ..] => {
                    self.at += 1;
                    let safe_here = self.rest().starts_with('?');
                    self.at += usize::from(safe_here);
                    let name = self.word()?;
                    if self.rest().starts_with('(') {
                        expr = self.method(&expr, name, start)?;
                        continue;
                    }
                    let access = access(safe_here, safe);
                    safe |= safe_here;
                    let (base, name) = (Box::new(expr), Cow::Borrowed(name));
                    expr = Expr::new(ExprKind::Member { base, name, access }, self.span_from(start));
                }
                [b':', b':', ..] => {
                    self.at += 2;
                    let name = self.word()?;
                    expr = Expr::new(ExprKind::Name(Cow::Borrowed(name)), self.span_from(start));
                }
                [b'[', ..] => {
                    self.at += 1;
                    let safe_here = self.rest().starts_with('?');
                    self.at += usize::from(safe_here);
                    self.space();
                    let from_end = self.eat("^");
                    let index = self.expression()?;
                    self.space();
                    if !self.eat("]") {
                        return None;
                    }
                    if from_end {
                        // As it is compiled.
                        let name = match safe_here || safe {
                            true => "tryIndexFromEnd",
                            false => "indexFromEnd",
                        };
                        safe |= safe_here;
                        let (name, args) = (Cow::Borrowed(name), vec![expr, index]);
                        expr = Expr::new(ExprKind::Call { name, args }, self.span_from(start));
                        continue;
                    }
                    let access = access(safe_here, safe);
                    safe |= safe_here;
                    let (base, index) = (Box::new(expr), Box::new(index));
                    expr = Expr::new(ExprKind::Index { base, index, access }, self.span_from(start));
                }
                // It is not null, says the author.
                [b'!', next, ..] if !matches!(next, b'=' | b'~') => self.at += 1,
                [b'!'] => self.at += 1,
                _ => break,
            }
        }
        self.depth = outer;
        Some(expr)
    }

    /// `az.resourceId(…)` is the function; of a resource or of an import it is one of theirs.
    fn method(&mut self, base: &Expr<'a>, name: &'a str, start: usize) -> Option<Expr<'a>> {
        let name = match &base.kind {
            ExprKind::Name(space) if matches!(space.as_ref(), "az" | "sys") => Cow::Borrowed(name),
            ExprKind::Name(space) => Cow::Owned(format!("{space}.{name}")),
            _ => Cow::Owned(format!("….{name}")),
        };
        let args = self.arguments()?;
        Some(Expr::new(ExprKind::Call { name, args }, self.span_from(start)))
    }

    fn arguments(&mut self) -> Option<Vec<Expr<'a>>> {
        if !self.eat("(") {
            return None;
        }
        let mut args = Vec::new();
        loop {
            self.space();
            if self.eat(")") {
                return Some(args);
            }
            args.push(self.expression()?);
            self.space();
            if !self.eat(",") && !self.rest().starts_with(')') {
                return None;
            }
        }
    }

    fn primary(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        match self.rest().as_bytes() {
            [b'\'' | b'$', ..] => self.text_literal(),
            [b'{', ..] => self.object(&mut |_| false),
            [b'[', ..] => self.array(),
            [b'(', ..] => self.parenthesis(),
            [byte, ..] if byte.is_ascii_digit() => {
                let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
                let number = self.rest().get(..digits)?.parse().ok()?;
                self.at += digits;
                Some(Expr::new(ExprKind::Int(number), self.span_from(start)))
            }
            _ => {
                let word = self.word()?;
                let kind = match word {
                    "true" => ExprKind::Bool(true),
                    "false" => ExprKind::Bool(false),
                    "null" => ExprKind::Null,
                    _ if self.rest().starts_with('(') => {
                        let mut args = self.arguments()?;
                        let name = Cow::Borrowed(word);
                        self.resolve_path(word, &mut args);
                        ExprKind::Call { name, args }
                    }
                    _ => {
                        if self.is_arrow() {
                            return self.lambda(vec![Cow::Borrowed(word)], start);
                        }
                        ExprKind::Name(Cow::Borrowed(word))
                    }
                };
                Some(Expr::new(kind, self.span_from(start)))
            }
        }
    }

    /// Files are named from where the file stands that loads them.
    fn resolve_path(&mut self, function: &str, args: &mut [Expr<'a>]) {
        if !super::LOADS.contains(&function) {
            return;
        }
        if let Some(Expr {
            kind: ExprKind::Text(path),
            ..
        }) = args.first_mut()
            && let Some(resolved) = parameters::resolve(&self.source.name, path)
        {
            self.loads.push(resolved.clone());
            *path = Cow::Owned(resolved);
        }
    }

    fn is_arrow(&mut self) -> bool {
        let before = self.at;
        let arrow = self.eat("=>");
        self.at = before;
        arrow
    }

    fn lambda(&mut self, params: Vec<Cow<'a, str>>, start: usize) -> Option<Expr<'a>> {
        if !self.eat("=>") {
            return None;
        }
        self.space();
        let body = Box::new(self.expression()?);
        Some(Expr::new(
            ExprKind::Lambda { params, body },
            self.span_from(start),
        ))
    }

    fn parenthesis(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        self.at += 1;
        let inner = self.at;
        let mut params = Vec::new();
        loop {
            self.space();
            match self.word() {
                Some(word) => params.push(Cow::Borrowed(word)),
                None => break,
            }
            self.space();
            if !self.eat(",") {
                break;
            }
        }
        if self.eat(")") && self.is_arrow() {
            return self.lambda(params, start);
        }
        self.at = inner;
        self.space();
        let expr = self.expression()?;
        self.space();
        self.eat(")").then_some(expr)
    }

    fn array(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        self.at += 1;
        self.space();
        if self.peek_word() == "for" {
            self.at += 3;
            let (head, condition) = self.loop_head()?;
            let body = self.expression()?;
            self.space();
            if !self.eat("]") {
                return None;
            }
            let each = For {
                head,
                condition,
                body,
            };
            return Some(Expr::new(ExprKind::For(Box::new(each)), self.span_from(start)));
        }
        let mut elements = Vec::new();
        loop {
            self.space();
            if self.eat("]") {
                return Some(Expr::new(ExprKind::List(elements), self.span_from(start)));
            }
            if self.is_at_end() {
                self.cut = true;
                return None;
            }
            if self.eat(",") {
                continue;
            }
            let before = self.at;
            elements.push(if self.eat("...") {
                Element::Spread(self.value(true))
            } else {
                Element::One(self.value(true))
            });
            if self.at == before {
                return None;
            }
        }
    }

    /// Reads `item in list:` or `(item, index) in list:`, behind `for`, and the condition that may follow.
    pub fn loop_head(&mut self) -> Option<(Loop<'a>, Option<Expr<'a>>)> {
        let (item, index) = if self.eat("(") {
            let item = self.word()?;
            let index = if self.eat(",") { Some(self.word()?) } else { None };
            if !self.eat(")") {
                return None;
            }
            (item, index)
        } else {
            (self.word()?, None)
        };
        if !self.eat_word("in") {
            return None;
        }
        let list = self.expression()?;
        if !self.eat(":") {
            return None;
        }
        self.space();
        let condition = self.condition()?;
        self.space();
        let head = Loop {
            item: Cow::Borrowed(item),
            index: index.map(Cow::Borrowed),
            list,
        };
        Some((head, condition))
    }

    /// Reads `if (condition)` where it stands; the outer `None` is for one that is not understood.
    pub fn condition(&mut self) -> Option<Option<Expr<'a>>> {
        if self.peek_word() != "if" {
            return Some(None);
        }
        self.at += 2;
        if !self.eat("(") {
            return None;
        }
        self.space();
        let condition = self.expression()?;
        self.space();
        self.eat(")").then_some(Some(condition))
    }

    /// Reads an object; `other` may read what stands in it beside properties.
    pub fn object(&mut self, other: &mut dyn FnMut(&mut Scanner<'a>) -> bool) -> Option<Expr<'a>> {
        let start = self.at;
        if !self.eat("{") {
            return None;
        }
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.eat("}") {
                return Some(Expr::new(ExprKind::Object(entries), self.span_from(start)));
            }
            if self.is_at_end() {
                self.cut = true;
                return None;
            }
            if self.eat(",") || other(self) {
                continue;
            }
            let before = self.at;
            if self.eat("...") {
                entries.push(Entry::Spread(self.value(true)));
            } else {
                entries.push(self.property());
            }
            if self.at == before {
                return None;
            }
        }
    }

    fn property(&mut self) -> Entry<'a> {
        let start = self.at;
        let key = match self.rest().starts_with('\'') {
            true => self.text_literal(),
            false => {
                let word = self.word();
                word.map(|word| Expr::text(word, self.source.span(word)))
            }
        };
        if let Some(key) = key
            && self.eat(":")
        {
            self.space();
            let value = self.value(true);
            return Entry::Property { key, value };
        }
        self.at = start;
        self.skip_item(true);
        Entry::Spread(Expr::unsupported(NOT_UNDERSTOOD, self.span_from(start)))
    }
}
