//! Parts of values, and what stands for a value that is not known.

use pairlint_model::source::Span;

use super::evaluate::TOO_LARGE;
use super::expr::Access;
use super::value::{Kind, Value};

/// The parts as one text.
pub(super) fn joined<'a>(parts: &[Value<'a>], between: &str, span: Span) -> Value<'a> {
    const LONGEST: usize = 1 << 20;
    let symbols: Vec<String> = parts.iter().map(Value::symbol).collect();
    let text = symbols.join(between);
    if text.len() > LONGEST {
        return Value::unknown(TOO_LARGE, text, span);
    }
    match parts.iter().find_map(Value::as_unknown) {
        Some(unknown) => Value::unknown(unknown.why.clone(), text, span),
        None => Value::text(text, span),
    }
}

/// What a function gives that cannot be evaluated: for what its arguments lack, else for itself.
pub(super) fn derived<'a>(name: &str, args: &[Value<'a>], span: Span) -> Value<'a> {
    let why = args
        .iter()
        .find_map(Value::as_unknown)
        .map(|unknown| unknown.why.clone());
    let why = why.unwrap_or_else(|| format!("`{name}` cannot be evaluated"));
    let symbol = match (name, args) {
        ("[]", [base, index]) => format!("{{{}[{}]}}", argument(base), argument(index)),
        _ => {
            let args: Vec<String> = args.iter().map(argument).collect();
            format!("{{{name}({})}}", args.join(","))
        }
    };
    // A slash would look like a segment of an id.
    Value::unknown(why, symbol.replace('/', "|"), span)
}

/// A value as it stands in the symbol of another.
fn argument(value: &Value<'_>) -> String {
    const GROUP: &str = "/resourceGroups/{resourceGroup}";
    match value.as_text() {
        // The group that a template is deployed to has no name here.
        Some(text) if text.starts_with("/subscriptions/") && text.ends_with(GROUP) => {
            "resourceGroup.id".to_owned()
        }
        Some(text) => format!("'{text}'"),
        None => value.symbol().replace(['{', '}'], ""),
    }
}

pub(super) fn member<'a>(base: &Value<'a>, name: &str, access: Access, span: Span) -> Value<'a> {
    let symbol = || format!("{{{}.{name}}}", argument(base)).replace('/', "|");
    match &base.kind {
        Kind::Object(object) => match (object.get(name), &object.open) {
            (Some(value), _) => value.clone(),
            (None, Some(open)) => Value::unknown(open.why.clone(), symbol(), span),
            (None, None) if access == Access::Safe => Value::null(span),
            (None, None) => Value::unknown(format!("there is no `{name}`"), symbol(), span),
        },
        Kind::Null if access != Access::Strict => Value::null(span),
        Kind::Unknown(unknown) => Value::unknown(unknown.why.clone(), symbol(), span),
        _ => Value::unknown(format!("there is no `{name}`"), symbol(), span),
    }
}

pub(super) fn element<'a>(base: &Value<'a>, index: &Value<'a>, access: Access, span: Span) -> Value<'a> {
    match (&base.kind, &index.kind) {
        (Kind::List(items), Kind::Int(at)) => match usize::try_from(*at).ok().and_then(|at| items.get(at)) {
            Some(item) => item.clone(),
            None if access == Access::Safe => Value::null(span),
            None => Value::unknown(format!("there is no item {at}"), "{[]}", span),
        },
        (Kind::Object(_) | Kind::Null, Kind::Text(name)) => member(base, name, access, span),
        (Kind::Null, _) if access != Access::Strict => Value::null(span),
        _ => derived("[]", &[base.clone(), index.clone()], span),
    }
}
