//! Ids of resources and of what they are deployed to.

use super::evaluate::Scope;
use super::value::Value;

/// The path that a value of `scope:` stands for.
pub(super) fn of(scope: &Value<'_>) -> Option<String> {
    let id = scope.as_object()?.get("id")?;
    Some(id.symbol()).filter(|id| id.starts_with("/subscriptions/"))
}

/// The subscription and group of a path; what it does not name stays as it is.
pub(super) fn parts(path: &str, outer: &Scope) -> Scope {
    let mut scope = outer.clone();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    while let (Some(key), Some(value)) = (segments.next(), segments.next()) {
        match key.to_ascii_lowercase().as_str() {
            "subscriptions" => scope.subscription = value.to_owned(),
            "resourcegroups" => scope.group = value.to_owned(),
            _ => break,
        }
    }
    scope
}

/// `/…/providers/Microsoft.Network/routeFilters/rf/routeFilterRules/r` of a type and a name with a segment for each
/// part of it.
pub(super) fn id(scope: &str, kind: &str, name: &str) -> String {
    if kind.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
        let subscription = scope.split("/resourceGroups/").next().unwrap_or(scope);
        return format!("{subscription}/resourceGroups/{name}");
    }
    let mut types = kind.split('/');
    let mut id = format!("{scope}/providers/{}", types.next().unwrap_or_default());
    let mut names = name.split('/');
    for part in types {
        id.push('/');
        id.push_str(part);
        id.push('/');
        id.push_str(names.next().unwrap_or_default());
    }
    id
}
