//! Quotes, escapes and what a dollar sign starts.

use super::{Flavor, Lexer, Piece, parentheses, read};

impl Lexer<'_, '_> {
    pub(super) fn escape(&mut self, c: char) {
        let behind = self.text.get(self.at + 1..).unwrap_or("");
        let newline = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n'));
        if let Some(rest) = newline {
            self.at = self.text.len() - rest.len();
            return;
        }
        match behind.chars().next() {
            Some(next) => {
                let start = self.at;
                self.push(next);
                if let Some(building) = &mut self.word {
                    building.start = building.start.min(start);
                }
                self.at += 1 + next.len_utf8();
            }
            None => self.at += c.len_utf8(),
        }
    }

    pub(super) fn single_quoted(&mut self) {
        let inner = self.text.get(self.at + 1..).unwrap_or("");
        let end = inner.find('\'').unwrap_or(inner.len());
        let text = inner.get(..end).unwrap_or("").to_owned();
        self.push_text(&text);
        if let Some(building) = &mut self.word {
            building.quoted = true;
        }
        self.at = (self.at + end + 2).min(self.text.len());
    }

    pub(super) fn double_quoted(&mut self) {
        self.push_text("");
        if let Some(building) = &mut self.word {
            building.quoted = true;
        }
        self.at += 1;
        while let Some(c) = self.rest().chars().next() {
            match (c, self.flavor) {
                ('"', Flavor::Cmd) if self.rest().starts_with("\"\"") => {
                    self.push('"');
                    self.at += 2;
                }
                ('"', _) => {
                    self.at += 1;
                    return;
                }
                ('\\', _) => {
                    let next = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
                    match next {
                        Some('\n') if self.flavor == Flavor::Posix => self.at += 2,
                        Some(next @ ('"' | '\\' | '$' | '`'))
                            if next == '"' || self.flavor == Flavor::Posix =>
                        {
                            self.push(next);
                            self.at += 2;
                        }
                        _ => {
                            self.push('\\');
                            self.at += 1;
                        }
                    }
                }
                ('$', Flavor::Posix) => self.dollar(true),
                ('`', Flavor::Posix) => self.backticks(),
                ('%', Flavor::Cmd) => self.percent(true),
                _ => {
                    self.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    pub(super) fn add(&mut self, piece: Piece) {
        let building = self.building();
        building.pieces.push(piece);
    }

    pub(super) fn dollar(&mut self, quoted: bool) {
        let behind = self.text.get(self.at + 1..).unwrap_or("");
        if behind.starts_with('(') {
            let length = parentheses(behind);
            let (start, end) = (self.at + 2, (self.at + length).max(self.at + 2));
            let span = self.source.range(start, end);
            let arithmetic = behind.starts_with("((");
            self.add(match arithmetic {
                true => Piece::Open(behind.get(..length).unwrap_or("").to_owned()),
                false => Piece::Output(span),
            });
            if !arithmetic {
                // What runs in there runs as well.
                let doubt = self.doubt();
                read(
                    self.source,
                    start,
                    end,
                    self.flavor,
                    doubt,
                    self.nesting + 1,
                    self.found,
                );
            }
            self.at = (self.at + 1 + length).min(self.text.len());
            return;
        }
        if let Some(inner) = behind.strip_prefix('{') {
            let end = inner.find('}').unwrap_or(inner.len());
            let inner = inner.get(..end).unwrap_or("");
            let name = inner.strip_suffix("[@]").or_else(|| inner.strip_suffix("[*]"));
            let name = name.unwrap_or(inner).to_owned();
            let plain = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let array = inner.len() > name.len();
            self.add(match plain {
                true => Piece::Variable {
                    name,
                    quoted: quoted && !array,
                },
                false => Piece::Open(format!("${{{inner}}}")),
            });
            self.at = (self.at + 3 + end).min(self.text.len());
            return;
        }
        let length = behind
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let name = behind.get(..length).unwrap_or("");
        if name.is_empty() {
            let special = behind
                .chars()
                .next()
                .filter(|c| matches!(c, '@' | '*' | '#' | '?' | '!' | '$' | '-'));
            match special {
                Some(c) => {
                    self.add(Piece::Open(format!("${c}")));
                    self.at += 2;
                }
                None => {
                    self.push('$');
                    self.at += 1;
                }
            }
            return;
        }
        // What the caller gives.
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            let text = format!("${}", name.get(..1).unwrap_or(""));
            self.add(Piece::Open(text));
            self.at += 2;
            return;
        }
        let name = name.to_owned();
        self.add(Piece::Variable { name, quoted });
        self.at += 1 + length;
    }

    pub(super) fn backticks(&mut self) {
        let behind = self.text.get(self.at + 1..).unwrap_or("");
        let end = behind.find('`').unwrap_or(behind.len());
        let (start, stop) = (self.at + 1, self.at + 1 + end);
        let span = self.source.range(start, stop);
        self.add(Piece::Output(span));
        let doubt = self.doubt();
        read(
            self.source,
            start,
            stop,
            self.flavor,
            doubt,
            self.nesting + 1,
            self.found,
        );
        self.at = (stop + 1).min(self.text.len());
    }

    pub(super) fn percent(&mut self, quoted: bool) {
        let behind = self.text.get(self.at + 1..).unwrap_or("");
        let line = behind.split('\n').next().unwrap_or("");
        match line.find('%') {
            Some(end) if end > 0 && line.get(..end).is_some_and(|name| !name.contains([' ', '"'])) => {
                let name = line.get(..end).unwrap_or("").to_ascii_lowercase();
                self.add(Piece::Variable { name, quoted });
                self.at += end + 2;
            }
            _ => {
                let length = 1 + behind
                    .bytes()
                    .take_while(|b| matches!(b, b'~' | b'%' | b'0'..=b'9'))
                    .count();
                let text = self.rest().get(..length).unwrap_or("%").to_owned();
                self.add(Piece::Open(text));
                self.at += length;
            }
        }
    }
}
