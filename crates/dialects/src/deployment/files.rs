//! What `loadTextContent`, `loadJsonContent` and `loadYamlContent` give: a file as a text, or the values in it, which
//! stand in the file.

use std::borrow::Cow;

use pairlint_model::source::Source;

use super::expr::{Element, Entry, Expr, ExprKind};
use super::json_text;
use crate::documents::Node;
use crate::documents::yaml::{Text, loaded};

/// A file that a Bicep file loads.
#[derive(Debug)]
pub struct Loaded<'a> {
    pub text: Expr<'a>,
    pub json: Option<Expr<'a>>,
    /// JSON is YAML, too.
    pub yaml: Option<Expr<'a>>,
}

impl<'a> Loaded<'a> {
    pub fn read(source: &'a Source) -> Loaded<'a> {
        let named = |ends: &[&str]| {
            let name = source.name.to_ascii_lowercase();
            ends.iter().any(|end| name.ends_with(end))
        };
        // By what it is called, since a large text is not looked through for nothing.
        let json = !named(&[".yaml", ".yml", ".txt", ".csv", ".xml"]);
        let yaml = named(&[".yaml", ".yml", ".json", ".jsonc"]);
        Loaded {
            text: Expr::text(source.text(), source.range(0, source.text().len())),
            json: json.then(|| json_text::expression(source)).flatten(),
            yaml: yaml.then(|| read_yaml(source)).flatten(),
        }
    }
}

fn read_yaml(source: &Source) -> Option<Expr<'_>> {
    let text = Text::whole(source.text());
    let root = loaded::root(&text, source.id)?;
    Some(of_yaml(source, &text, &root))
}

fn of_yaml<'a>(source: &'a Source, text: &Text<'_>, node: &Node<'_>) -> Expr<'a> {
    let span = source.range(node.span.start as usize, node.span.end as usize);
    let kind = match loaded::value(text, node) {
        loaded::Value::Null => ExprKind::Null,
        loaded::Value::Bool(value) => ExprKind::Bool(value),
        loaded::Value::Number(digits) => match digits.parse() {
            Ok(number) => ExprKind::Int(number),
            Err(_) => ExprKind::Text(digits.into_owned().into()),
        },
        loaded::Value::Text(words) => ExprKind::Text(words.to_owned().into()),
        loaded::Value::List(items) => {
            let items = items.iter().map(|item| Element::One(of_yaml(source, text, item)));
            ExprKind::List(items.collect())
        }
        loaded::Value::Map(properties) => {
            let entries = properties.iter().map(|property| Entry::Property {
                key: Expr::text(property.key.clone().into_owned(), span),
                value: of_yaml(source, text, &property.value),
            });
            ExprKind::Object(entries.collect())
        }
        loaded::Value::Open(why) => ExprKind::Unsupported(why.to_owned()),
    };
    Expr::new(kind, span)
}

/// The steps of a JSON path that names one place: `$.a['b'][0]`; `None` for one that searches.
pub(super) fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    if !rest.is_empty() && !rest.starts_with(['.', '[']) {
        // Without the dollar the first name stands alone.
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        steps.push(Step::Name(Cow::Borrowed(rest.get(..end)?)));
        rest = rest.get(end..)?;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = after.get(..end)?;
            if name.is_empty() || name.contains(['*', '?', '@']) {
                return None;
            }
            steps.push(Step::Name(Cow::Borrowed(name)));
            rest = after.get(end..)?;
        } else {
            let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = |mark: char| inner.strip_prefix(mark)?.strip_suffix(mark);
            steps.push(match quoted('\'').or_else(|| quoted('"')) {
                Some(name) => Step::Name(Cow::Borrowed(name)),
                None => Step::Item(inner.parse().ok()?),
            });
            rest = after;
        }
    }
    Some(steps)
}

pub(super) enum Step<'p> {
    Name(Cow<'p, str>),
    Item(i64),
}
