//! What scalars and merge keys mean.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::documents::{Kind, Property};

/// The properties with those of `<<` among them, which own ones override ("Merge Key Language-Independent Type for
/// YAML").
pub(super) fn merged(mut properties: Vec<Property<'_>>) -> Vec<Property<'_>> {
    let is_merge = |property: &Property<'_>| {
        property.key == "<<"
            && match &property.value.kind {
                Kind::Object(_) => true,
                Kind::List(items) => items.iter().all(|item| item.object().is_some()),
                _ => false,
            }
    };
    while let Some(at) = properties.iter().position(is_merge) {
        let merge = properties.remove(at);
        let sources = match merge.value.kind {
            Kind::Object(object) => vec![object],
            Kind::List(items) => items
                .into_iter()
                .filter_map(|item| match item.kind {
                    Kind::Object(object) => Some(object),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let own: BTreeSet<Cow<'_, str>> = properties.iter().map(|property| property.key.clone()).collect();
        let mut added = BTreeSet::new();
        let inherited = sources
            .into_iter()
            .flat_map(|object| object.0)
            .filter(|property| !own.contains(&property.key) && added.insert(property.key.clone()));
        let inherited: Vec<Property<'_>> = inherited.collect();
        properties.extend(inherited);
    }
    properties
}

/// A plain scalar by the core schema.
pub(super) fn resolve(text: Cow<'_, str>) -> Kind<'_> {
    match &*text {
        "null" | "Null" | "NULL" | "~" => return Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Kind::Bool,
        _ => {}
    }
    match text {
        Cow::Borrowed(digits) if is_number(digits) => Kind::Number(digits),
        text => Kind::Text(text),
    }
}

pub(super) fn is_number(text: &str) -> bool {
    let all = |digits: &str, test: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| test(&b));
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| (b'0'..=b'7').contains(b));
    }
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(text, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !(whole.is_empty() && fraction.is_empty())
        && digits(whole)
        && digits(fraction)
        && all(exponent, u8::is_ascii_digit)
}
