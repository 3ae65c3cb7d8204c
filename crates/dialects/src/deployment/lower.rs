//! From resources of a deployment to the model.

use std::collections::BTreeMap;

use pairlint_model::network::{CommunityForm, FilterCommunity, Listing, Network, Remark, RemarkKind};
use pairlint_model::source::{SourceId, Span, Spanned};

use super::value::{Kind, Object, Value};
use super::{File, Instance, circuits, filters};
use crate::comments;

pub(super) struct Lowering<'f, 'a> {
    pub files: &'f BTreeMap<SourceId, File<'a>>,
    pub remarks: Vec<Remark>,
}

/// Reads route filters and circuits, each with what stands apart from it.
pub(super) fn read(instances: &[Instance<'_>], files: &BTreeMap<SourceId, File<'_>>) -> Network {
    let mut lowering = Lowering {
        files,
        remarks: Vec::new(),
    };
    let route_filters = filters::read(&mut lowering, instances);
    let circuits = circuits::read(&mut lowering, instances);
    Network {
        devices: Vec::new(),
        route_filters,
        circuits,
        remarks: lowering.remarks,
    }
}

impl Lowering<'_, '_> {
    pub fn name(&self, instance: &Instance<'_>) -> Spanned<String> {
        Spanned::new(instance.name.span, instance.name.symbol())
    }

    pub fn id(&self, instance: &Instance<'_>) -> Option<Spanned<String>> {
        Some(Spanned::new(instance.name.span, instance.id.clone()))
    }

    /// A community with the comment on its line.
    fn community(&self, value: &Value<'_>) -> FilterCommunity {
        let (text, form) = match &value.kind {
            Kind::Text(text) => (text.to_string(), CommunityForm::Text),
            Kind::Int(number) => (number.to_string(), CommunityForm::Number),
            _ => (value.symbol(), CommunityForm::Other),
        };
        let file = self.files.get(&value.span.source);
        let comment = file.and_then(|file| {
            let comment = comments::beside(file.source.text(), &file.comments, value.span)?;
            Some(comment.map(str::to_owned))
        });
        FilterCommunity {
            text,
            form,
            span: value.span,
            comment,
        }
    }

    pub fn communities(&self, object: &Object<'_>, key: &str, place: Span) -> Listing<FilterCommunity> {
        list(object, key, place, |item| Ok(self.community(item)))
    }

    /// A key that stands in the file itself.
    pub fn secret(&mut self, value: Option<&Value<'_>>, what: &str) {
        let Some(value) = value else { return };
        let text = value.as_text().unwrap_or("");
        let filler = text
            .chars()
            .all(|c| matches!(c, '0' | '*' | 'x' | 'X' | '-' | '.' | '#' | '_'));
        if !filler && !text.starts_with('<') {
            self.remarks.push(Remark {
                span: value.span,
                kind: RemarkKind::Secret {
                    what: what.to_owned(),
                },
            });
        }
    }
}

/// Reads a list in its four states; an item that is not known makes the list so.
pub(super) fn list<'v, 'a, T>(
    object: &'v Object<'a>,
    key: &str,
    place: Span,
    mut read: impl FnMut(&'v Value<'a>) -> Result<T, String>,
) -> Listing<T> {
    let value = match (object.get(key), &object.open) {
        (Some(value), _) => value,
        (None, Some(open)) => return unresolved(place, &open.why),
        (None, None) => return Listing::Absent { span: place },
    };
    let span = value.span;
    match &value.kind {
        Kind::Null => Listing::Absent { span },
        Kind::Unknown(unknown) => unresolved(span, &unknown.why),
        Kind::List(values) => {
            let mut items = Vec::with_capacity(values.len());
            for value in values.iter() {
                if let Some(unknown) = value.as_unknown() {
                    return unresolved(value.span, &unknown.why);
                }
                match read(value) {
                    Ok(item) => items.push(item),
                    Err(why) => return unresolved(value.span, &why),
                }
            }
            Listing::Known { span, items }
        }
        _ => unresolved(span, "something else stands where a list belongs"),
    }
}

pub(super) fn unresolved<T>(span: Span, why: &str) -> Listing<T> {
    Listing::Unresolved {
        span,
        why: why.to_owned(),
    }
}

/// A text that is known and not empty.
pub(super) fn text(object: &Object<'_>, key: &str) -> Option<Spanned<String>> {
    let value = object.get(key)?;
    let text = value.as_text().filter(|text| !text.is_empty())?;
    Some(Spanned::new(value.span, text.to_owned()))
}

/// Why the value of a key is not known, where it is not.
pub(super) fn doubt(object: &Object<'_>, key: &str) -> Option<(Span, String)> {
    let value = object.get(key)?;
    value
        .as_unknown()
        .map(|unknown| (value.span, unknown.why.clone()))
}

/// Where the next property of an object would stand; the whole where it does not stand in a file as such.
pub(super) fn end_of(span: Span) -> Span {
    let end = span.end.saturating_sub(1).max(span.start);
    Span {
        start: end,
        end,
        ..span
    }
}

/// The object of `properties`; an object of which nothing is known where that is so.
pub(super) fn properties<'v, 'a>(body: &'v Value<'a>) -> (Span, Properties<'v, 'a>) {
    let empty = (end_of(body.span), Properties::Empty);
    let Some(object) = body.as_object() else {
        return match &body.kind {
            Kind::Unknown(unknown) => (body.span, Properties::Unknown(unknown.why.clone())),
            _ => empty,
        };
    };
    match (object.get("properties"), &object.open) {
        (Some(value), _) => match &value.kind {
            Kind::Object(object) => (end_of(value.span), Properties::Object(object)),
            Kind::Unknown(unknown) => (value.span, Properties::Unknown(unknown.why.clone())),
            _ => empty,
        },
        (None, Some(open)) => (body.span, Properties::Unknown(open.why.clone())),
        (None, None) => empty,
    }
}

pub(super) enum Properties<'v, 'a> {
    Object(&'v Object<'a>),
    Empty,
    Unknown(String),
}

pub(super) fn canonical(id: &str) -> String {
    id.trim().trim_end_matches('/').to_ascii_lowercase()
}

/// The id of the resource that holds this one.
pub(super) fn parent_id(id: &str) -> &str {
    let up = |id: &str| id.rfind('/').unwrap_or(0);
    let kind = id.get(..up(id)).unwrap_or("");
    kind.get(..up(kind)).unwrap_or("")
}
