//! Attributes as the model's values.

use pairlint_model::bgp::{Asn, IpNet};
use pairlint_model::source::{Span, Spanned};

use super::value::Value;

pub(super) type Gap = (Span, String);

/// A block as an object; blocks are lists in values, and objects may be in JSON.
pub(super) fn first<'v, 'a>(value: &'v Value<'a>) -> &'v Value<'a> {
    value.items().and_then(<[_]>::first).unwrap_or(value)
}

pub(super) fn text(of: &Value<'_>, key: &str) -> Option<Spanned<String>> {
    let value = of.get(key)?;
    let text = value.as_text()?;
    Some(Spanned::new(value.span, text.to_string()))
}

pub(super) fn asn(of: &Value<'_>, key: &str) -> Option<Spanned<Asn>> {
    let text = text(of, key)?;
    Some(Spanned::new(text.span, text.value.parse().ok()?))
}

pub(super) fn number(of: &Value<'_>, key: &str) -> Option<Spanned<u32>> {
    let text = text(of, key)?;
    Some(Spanned::new(text.span, text.value.parse().ok()?))
}

pub(super) fn prefix(of: &Value<'_>, key: &str) -> Option<Spanned<IpNet>> {
    let text = text(of, key)?;
    let net = pairlint_model::bgp::prefix(&text.value).ok()?;
    Some(Spanned::new(text.span, net))
}

/// `enabled = false`; what is enabled needs no word.
pub(super) fn disabled(of: &Value<'_>, key: &str) -> Option<Spanned<String>> {
    let value = of.get(key)?;
    (value.as_bool() == Some(false)).then(|| Spanned::new(value.span, "Disabled".to_owned()))
}

pub(super) fn route_filter(of: &Value<'_>) -> Result<Option<Spanned<String>>, Gap> {
    let Some(value) = of.get("route_filter_id") else {
        return Ok(None);
    };
    if let Some(why) = value.gap() {
        return Err((value.span, why.to_string()));
    }
    match value.as_text() {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => Ok(Some(Spanned::new(value.span, text.to_string()))),
        None => Err((value.span, "something else stands where an id belongs".to_owned())),
    }
}
