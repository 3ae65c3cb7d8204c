//! Declarations of a file: parameters, variables, resources with their children, modules, outputs. What is not known
//! is skipped; what is known and not understood becomes a value that says so.

use std::borrow::Cow;

use pairlint_model::source::{Span, Spanned};

use super::scanner::Scanner;
use crate::deployment::expr::{Entry, Expr, ExprKind};
use crate::deployment::{Function, Import, Param, Parent, Repeat, Resource, Target, Template, parameters};

/// How often the rest of a file is looked through for where things go on.
const MOST_RESYNCS: u32 = 64;

/// A file as it was read.
pub(super) struct Unit<'a> {
    pub template: Template<'a>,
    pub comments: Vec<Spanned<&'a str>>,
    /// Where the file ends within something.
    pub cut: Option<Span>,
    /// Files whose content is loaded.
    pub loads: Vec<String>,
    /// The file whose parameters this one gives (`.bicepparam`).
    pub using: Option<String>,
}

pub(super) fn read<'a>(source: &'a pairlint_model::source::Source) -> Unit<'a> {
    let mut reader = Reader {
        scan: Scanner::new(source),
        template: Template::new("bicep"),
        using: None,
        gives_values: source.name.to_ascii_lowercase().ends_with(".bicepparam"),
    };
    let mut resyncs = 0;
    let mut cut = None;
    loop {
        reader.scan.space();
        let start = reader.scan.at;
        if reader.scan.is_at_end() {
            break;
        }
        reader.scan.cut = false;
        reader.declaration();
        if reader.scan.at == start {
            reader.scan.skip_item(false);
        }
        if reader.scan.at == start {
            reader.scan.at += reader.scan.rest().chars().next().map_or(1, char::len_utf8);
        }
        if reader.scan.cut {
            // Something that is not closed costs itself, not the rest of the file.
            cut = cut.or_else(|| Some(reader.scan.span_from(reader.scan.at)));
            resyncs += 1;
            if resyncs > MOST_RESYNCS {
                break;
            }
            reader.scan.at = start;
            reader.scan.skip_to_declaration();
        }
    }
    reader.template.cut = cut.is_some();
    Unit {
        template: reader.template,
        comments: reader.scan.comments,
        cut,
        loads: reader.scan.loads,
        using: reader.using,
    }
}

struct Reader<'a> {
    scan: Scanner<'a>,
    template: Template<'a>,
    using: Option<String>,
    gives_values: bool,
}

/// A resource or module with those that stand in it.
struct Declared<'a> {
    symbol: &'a str,
    resource: Resource<'a>,
    children: Vec<Declared<'a>>,
}

impl<'a> Reader<'a> {
    fn declaration(&mut self) {
        if self.scan.eat("@") {
            // A decorator: what it says is for people and portals.
            let start = self.scan.at;
            if self.scan.expression().is_none() {
                self.scan.at = start;
                self.scan.skip_item(false);
            }
            return;
        }
        let start = self.scan.at;
        match self.scan.word() {
            Some("param") => self.param(start),
            Some("var") => self.var(),
            Some("output") => self.output(),
            Some("func") => self.func(),
            Some("import") => self.import(),
            Some("using") => {
                let path = self.literal();
                self.using = path.and_then(|path| parameters::resolve(&self.scan.source.name, &path));
                self.scan.skip_item(false);
            }
            Some(word @ ("resource" | "module")) => {
                let declared = declared(&mut self.scan, word, start, None, 0);
                if let Some(declared) = declared {
                    self.add(declared, None);
                } else {
                    self.scan.at = start;
                    self.scan.skip_item(false);
                }
            }
            _ => self.scan.skip_item(false),
        }
    }

    fn add(&mut self, declared: Declared<'a>, parent: Option<usize>) {
        let index = self.template.resources.len();
        let mut resource = declared.resource;
        if let Some(parent) = parent {
            resource.parent = Some(Parent::Around(parent));
        }
        self.template.resources.push(resource);
        let symbol = declared.symbol.to_ascii_lowercase();
        // A name of a child is known inside of its parent, and with `::`.
        if parent.is_none() {
            self.template.symbols.insert(symbol, index);
        } else {
            self.template.symbols.entry(symbol).or_insert(index);
        }
        for child in declared.children {
            self.add(child, Some(index));
        }
    }

    fn literal(&mut self) -> Option<Cow<'a, str>> {
        self.scan.blank();
        if !self.scan.rest().starts_with('\'') {
            return None;
        }
        match self.scan.text_literal()?.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Skips a type; returns its text and whether a value follows.
    fn type_then_value(&mut self) -> (&'a str, bool) {
        self.scan.blank();
        let start = self.scan.at;
        let mut open = 0u32;
        loop {
            let before = self.scan.at;
            self.scan.blank();
            let rest = self.scan.rest();
            let kind = self.scan.text.get(start..before).unwrap_or("").trim();
            match rest.as_bytes() {
                [] => {
                    self.scan.cut |= open > 0;
                    return (kind, false);
                }
                [b'\n', ..] if open == 0 => return (kind, false),
                [b'=', b'=' | b'>', ..] => self.scan.at += 2,
                [b'=', ..] if open == 0 => {
                    self.scan.at += 1;
                    return (kind, true);
                }
                [b'\'', ..] => self.scan.skip_text(),
                [byte, ..] => {
                    match byte {
                        b'{' | b'[' | b'(' => open += 1,
                        b'}' | b']' | b')' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    self.scan.at += rest.chars().next().map_or(1, char::len_utf8);
                }
            }
        }
    }

    fn param(&mut self, start: usize) {
        let Some(name) = self.scan.word() else {
            return self.scan.skip_item(false);
        };
        let (kind, has_value) = self.type_then_value();
        let span = self.scan.source.range(start, self.scan.at);
        let default = has_value.then(|| {
            self.scan.space();
            self.scan.value(false)
        });
        if self.gives_values {
            self.template
                .outputs
                .extend(default.map(|value| (Cow::Borrowed(name), value)));
            return;
        }
        let param = Param {
            default,
            nullable: kind.ends_with('?'),
            span,
        };
        self.template.params.insert(name.to_ascii_lowercase(), param);
    }

    fn var(&mut self) {
        let Some(name) = self.scan.word() else {
            return self.scan.skip_item(false);
        };
        if let (_, true) = self.type_then_value() {
            self.scan.space();
            let value = self.scan.value(false);
            self.template.vars.insert(name.to_ascii_lowercase(), value);
        }
    }

    fn output(&mut self) {
        let Some(name) = self.scan.word() else {
            return self.scan.skip_item(false);
        };
        if let (_, true) = self.type_then_value() {
            self.scan.space();
            let value = self.scan.value(false);
            self.template.outputs.push((Cow::Borrowed(name), value));
        }
    }

    /// `func name(a string, b int) string => body`.
    fn func(&mut self) {
        let start = self.scan.at;
        let Some(name) = self.scan.word() else {
            return self.scan.skip_item(false);
        };
        let mut params = Vec::new();
        if self.scan.eat("(") {
            loop {
                self.scan.space();
                let Some(param) = self.scan.word() else { break };
                params.push(Cow::Borrowed(param));
                self.scan.skip_item(true);
                if !self.scan.eat(",") {
                    break;
                }
            }
            self.scan.space();
            if !self.scan.eat(")") {
                self.scan.at = start;
                return self.scan.skip_item(false);
            }
        }
        loop {
            self.scan.blank();
            let rest = self.scan.rest();
            if rest.is_empty() || rest.starts_with('\n') {
                return;
            }
            if self.scan.eat("=>") {
                break;
            }
            self.scan.at += rest.chars().next().map_or(1, char::len_utf8);
        }
        self.scan.space();
        let body = self.scan.value(false);
        self.template
            .functions
            .insert(name.to_ascii_lowercase(), Function { params, body });
    }

    /// `import { a, b as c } from 'file.bicep'`, `import * as shared from 'file.bicep'`.
    fn import(&mut self) {
        let start = self.scan.at;
        let mut names: Vec<(String, Option<String>)> = Vec::new();
        if self.scan.eat("{") {
            loop {
                self.scan.space();
                let Some(name) = self.scan.word() else { break };
                let known_as = if self.scan.eat_word("as") {
                    self.scan.word()
                } else {
                    None
                };
                names.push((
                    known_as.unwrap_or(name).to_ascii_lowercase(),
                    Some(name.to_owned()),
                ));
                self.scan.eat(",");
            }
            self.scan.space();
            if !self.scan.eat("}") {
                self.scan.at = start;
                return self.scan.skip_item(false);
            }
        } else if self.scan.eat("*") && self.scan.eat_word("as") {
            names.extend(self.scan.word().map(|name| (name.to_ascii_lowercase(), None)));
        }
        let path = self.scan.eat_word("from").then(|| self.literal()).flatten();
        let path = path.and_then(|path| parameters::resolve(&self.scan.source.name, &path));
        if let Some(path) = path {
            let imports = names.into_iter().map(|(known_as, name)| {
                let path = path.clone();
                (known_as, Import { path, name })
            });
            self.template.imports.extend(imports);
        }
        self.scan.skip_item(false);
    }
}

/// Reads a resource or module behind its first word; `outer` is the type of the resource around it.
fn declared<'a>(
    scan: &mut Scanner<'a>,
    word: &str,
    start: usize,
    outer: Option<&str>,
    nesting: u32,
) -> Option<Declared<'a>> {
    let symbol = scan.word()?;
    scan.blank();
    if !scan.rest().starts_with('\'') {
        return None;
    }
    let written = match scan.text_literal()?.kind {
        ExprKind::Text(text) => text,
        _ => return None,
    };
    let existing = scan.eat_word("existing");
    let kind = match word {
        "module" => Cow::Borrowed("Microsoft.Resources/deployments"),
        _ => kind_of(&written, outer),
    };
    let mut children = Vec::new();
    let body_start = scan.at;
    let steered = if scan.eat("=") {
        scan.space();
        steered_body(scan, &kind, &mut children, nesting)
    } else {
        None
    };
    let (repeat, condition, mut body) = match steered {
        Some(steered) => steered,
        None => {
            // Its name, if it has one, is in what is not understood.
            scan.at = body_start;
            scan.skip_item(nesting > 0);
            let span = scan.span_from(body_start);
            let unread = Expr::unsupported("the declaration is not understood", span);
            let body = Expr::new(ExprKind::Object(vec![Entry::Spread(unread)]), span);
            children.clear();
            (None, None, body)
        }
    };
    let parent = body.take("parent").map(Parent::Named);
    let scope = body.take("scope");
    let span = scan.span_from(start);
    let target = match word {
        "module" => Target::Module {
            path: parameters::resolve(&scan.source.name, &written),
            written,
            params: body.take("params"),
        },
        _ if existing => Target::Existing,
        _ => Target::Resource,
    };
    let resource = Resource {
        kind,
        target,
        condition,
        repeat,
        parent,
        body,
        scope,
        span,
    };
    Some(Declared {
        symbol,
        resource,
        children,
    })
}

type Steered<'a> = (Option<Repeat<'a>>, Option<Expr<'a>>, Expr<'a>);

/// `{…}`, `if (…) {…}`, `[for … in …: {…}]`.
fn steered_body<'a>(
    scan: &mut Scanner<'a>,
    kind: &str,
    children: &mut Vec<Declared<'a>>,
    nesting: u32,
) -> Option<Steered<'a>> {
    let looped = scan.eat("[");
    let (repeat, condition) = if looped {
        scan.space();
        if !scan.eat_word("for") {
            return None;
        }
        let (head, condition) = scan.loop_head()?;
        (Some(Repeat::For(head)), condition)
    } else {
        let condition = scan.condition()?;
        scan.space();
        (None, condition)
    };
    let body = scan.object(&mut |scan| nested(scan, kind, children, nesting))?;
    if looped {
        scan.space();
        if !scan.eat("]") {
            return None;
        }
    }
    Some((repeat, condition, body))
}

/// Reads a resource that stands in the object of another, and decorators before it.
fn nested<'a>(scan: &mut Scanner<'a>, kind: &str, children: &mut Vec<Declared<'a>>, nesting: u32) -> bool {
    const MAXIMUM_NESTING: u32 = 8;
    let start = scan.at;
    if scan.rest().starts_with('@') {
        scan.at += 1;
        let read = scan.expression().is_some();
        if !read {
            scan.at = start;
        }
        return read;
    }
    if nesting >= MAXIMUM_NESTING || scan.peek_word() != "resource" {
        return false;
    }
    scan.at += "resource".len();
    // A property may be called so.
    if scan.eat(":") {
        scan.at = start;
        return false;
    }
    match declared(scan, "resource", start, Some(kind), nesting + 1) {
        Some(child) => {
            children.push(child);
            true
        }
        None => {
            scan.at = start;
            false
        }
    }
}

/// `Microsoft.Network/routeFilters@2024-05-01`, without the version; within another resource its last part is enough.
fn kind_of<'a>(written: &Cow<'a, str>, outer: Option<&str>) -> Cow<'a, str> {
    let end = written.find('@').unwrap_or(written.len());
    let kind = match written {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or("")),
        Cow::Owned(text) => Cow::Owned(text.get(..end).unwrap_or("").to_owned()),
    };
    match outer {
        Some(outer) if !kind.contains('.') => Cow::Owned(format!("{outer}/{kind}")),
        _ => kind,
    }
}
