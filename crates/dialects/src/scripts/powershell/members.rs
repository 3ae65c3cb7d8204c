//! What is assigned to members of objects, and their methods.

use super::cmdlets::{CIRCUIT, FILTER, index, listed};
use super::{Script, Step};
use crate::deployment::value::{Kind, Value};
use crate::scripts::world::Text;

impl Script<'_> {
    /// `$rf.Rules[0].Communities = …`, `$circuit.Peerings[0].RouteFilter = $rf`.
    pub(super) fn assign_member(&mut self, name: &str, base: &Text, path: &[Step], value: Text, added: bool) {
        if let Some(at) = index(base, FILTER) {
            return self.change_filter(at, path, value, added);
        }
        if let Some(at) = index(base, CIRCUIT) {
            let doubt = format!("`${name}` is changed in a way that is not followed");
            if let Some(circuit) = self.world.circuits.get_mut(at) {
                circuit.touched = true;
                circuit.doubt.get_or_insert(doubt);
            }
            return;
        }
        // A member of a table or of a rule of the script's own.
        let mut changed = base.clone();
        if let (Kind::Object(object), [Step::Member(member)], false) = (&base.kind, path, added) {
            let mut object = (**object).clone();
            let doubt = self.doubt();
            let value = match doubt {
                Some(why) => Value::unknown(why, "{…}", value.span),
                None => value,
            };
            object.set(member.clone().into(), value);
            changed = Value::object(object, base.span);
        } else {
            changed = Value::unknown(
                format!("`${name}` is changed in a way that is not followed"),
                changed.symbol(),
                base.span,
            );
        }
        self.variables.insert(name.to_owned(), changed);
    }

    fn change_filter(&mut self, at: usize, path: &[Step], value: Text, added: bool) {
        let members: Vec<&str> = path
            .iter()
            .filter_map(|step| match step {
                Step::Member(name) => Some(name.as_str()),
                Step::Index(_) | Step::Call(..) => None,
            })
            .collect();
        let first_rule = path.iter().all(|step| match step {
            Step::Index(at) => matches!(at.kind, Kind::Int(0)),
            _ => true,
        });
        let doubt = self.doubt().map(str::to_owned);
        let fetched = self.fetched.get(&at).copied().unwrap_or(false);
        self.pending.insert(at, true);
        if let (["rules"], false, None) = (members.as_slice(), added, &doubt) {
            if let Some(filter) = self.world.filters.get_mut(at) {
                filter.touched = true;
                filter.rules.clear();
            }
            return self.give_rules(at, &value);
        }
        let Some(filter) = self.world.filters.get_mut(at) else {
            return;
        };
        filter.touched = true;
        if doubt.is_some() {
            filter.doubt = filter.doubt.take().or(doubt);
            return;
        }
        let rule = match first_rule {
            true => filter.rule(None, value.span),
            false => None,
        };
        let (Some(rule), [_, member]) = (rule, members.as_slice()) else {
            filter
                .doubt
                .get_or_insert_with(|| "the filter is changed in a way that is not followed".to_owned());
            return;
        };
        match (*member, added) {
            ("communities", false) => rule.communities = Some(listed(&value)),
            ("communities", true) => match &rule.communities {
                Some(known) if !fetched || known.as_list().is_some() => {
                    rule.communities = Some(super::joined(&listed(known), &value));
                }
                _ => {
                    let why = "communities are added to those that the service has";
                    rule.communities = Some(Value::unknown(why, "{communities}", value.span));
                }
            },
            ("access", false) => rule.access = Some(value),
            ("routefilterruletype", false) => rule.kind = Some(value),
            _ => {}
        }
    }

    /// `.Add(…)` and its like.
    pub(super) fn method(
        &mut self,
        handle: &Text,
        path: &[Step],
        value: &Text,
        name: &str,
        arguments: &[Text],
        start: usize,
    ) -> Text {
        let span = self.span_from(start);
        if let Some(at) = index(handle, FILTER) {
            let whole = matches!(path, [Step::Member(member)] if member == "rules");
            match (name, whole, arguments) {
                ("add", true, [rule]) => {
                    if let Some(filter) = self.world.filters.get_mut(at) {
                        filter.touched = true;
                    }
                    self.pending.insert(at, true);
                    self.give_rules(at, rule);
                }
                ("add", false, [community]) => self.change_filter(at, path, listed(community), true),
                ("tostring" | "tolower" | "toupper" | "trim" | "contains" | "count", ..) => {}
                _ => {
                    if let Some(filter) = self.world.filters.get_mut(at) {
                        filter.touched = true;
                        filter.doubt.get_or_insert_with(|| {
                            format!("what `.{name}()` does to the filter is not followed")
                        });
                    }
                }
            }
            return Value::null(span);
        }
        match (name, value.as_text()) {
            ("tostring" | "trim", Some(_)) => value.clone(),
            ("split", Some(text)) => match arguments {
                [by] if by.as_text().is_some_and(|by| !by.is_empty()) => {
                    let by = by.as_text().unwrap_or(",");
                    let items = text
                        .split(by)
                        .map(|part| Value::text(part.to_owned(), value.span));
                    Value::list(items.collect(), value.span)
                }
                _ => Value::unknown("a method is called", "{.}", span),
            },
            _ => {
                // A list of the script's own is changed in place: it is not known any more.
                let written = self.source.slice(span).trim_start_matches('$');
                let length = written
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(0);
                let variable = written.get(..length).unwrap_or("").to_ascii_lowercase();
                let changes = matches!(
                    name,
                    "add" | "addrange" | "remove" | "insert" | "clear" | "removeat"
                );
                if changes && self.variables.contains_key(&variable) {
                    let known = self.variables.get(&variable).cloned();
                    let next = match (name, known, arguments, path.is_empty(), self.doubt()) {
                        ("add", Some(known), [item], true, None) if known.as_list().is_some() => {
                            super::joined(&known, item)
                        }
                        _ => super::unknown(&variable, "a method changes it", span),
                    };
                    self.variables.insert(variable, next);
                    return Value::null(span);
                }
                Value::unknown(
                    format!("what `.{name}()` gives is known when the script runs"),
                    "{.}",
                    span,
                )
            }
        }
    }
}
