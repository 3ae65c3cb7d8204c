//! Terraform's built-in functions ("Functions" of the language reference). One that is not here, or that reads
//! what no file of the run tells, has no value, and says so.

use std::rc::Rc;

use pairlint_model::source::Span;

use super::eval::{World, gap_of};
use super::module::Scope;
use super::tree::Expr;
use super::value::{Data, Value};
use super::{addresses, collections, encodings, patterns, reads, texts, types};

/// The functions that refuse what they cannot take.
const REFUSING: [&[&str]; 4] = [
    collections::NAMES,
    texts::NAMES,
    encodings::NAMES,
    addresses::NAMES,
];

/// The arguments of a call, none of which is a gap.
pub(super) struct Call<'v, 'a> {
    pub name: &'v str,
    pub arguments: &'v [Value<'a>],
    pub span: Span,
}

impl<'v, 'a> Call<'v, 'a> {
    pub(super) fn get(&self, index: usize) -> Option<&'v Value<'a>> {
        self.arguments.get(index)
    }

    pub(super) fn text(&self, index: usize) -> Option<Rc<str>> {
        self.get(index)?.as_text()
    }

    pub(super) fn number(&self, index: usize) -> Option<f64> {
        self.get(index)?.as_number()
    }

    pub(super) fn items(&self, index: usize) -> Option<&'v [Value<'a>]> {
        self.get(index)?.items()
    }

    pub(super) fn list(&self, items: Vec<Value<'a>>) -> Option<Value<'a>> {
        Some(Value::list(self.span, items))
    }

    pub(super) fn of_text(&self, text: impl Into<Rc<str>>) -> Option<Value<'a>> {
        Some(Value::text(self.span, text))
    }

    pub(super) fn of_bool(&self, value: bool) -> Option<Value<'a>> {
        Some(Value::bool(self.span, value))
    }

    pub(super) fn of_number(&self, number: f64) -> Option<Value<'a>> {
        number.is_finite().then(|| Value::number(self.span, number))
    }

    pub(super) fn fail(&self, why: &str) -> Option<Value<'a>> {
        Some(Value::failed(self.span, format!("`{}`: {why}", self.name)))
    }
}

impl<'a> World<'a> {
    pub(super) fn call(
        &self,
        name: &str,
        arguments: &'a [Expr],
        expand: bool,
        scope: &Scope<'a>,
        span: Span,
    ) -> Value<'a> {
        match name {
            "try" => return self.first_that_works(arguments, scope, span),
            "can" => {
                let Some(value) = arguments.first().map(|expr| self.eval(expr, scope)) else {
                    return Value::failed(span, "`can` has no argument");
                };
                return match value.data {
                    Data::Unknown(_) => value,
                    Data::Failed(_) => Value::bool(span, false),
                    _ => Value::bool(span, true),
                };
            }
            "jsonencode" => {
                let Some(value) = arguments.first().map(|expr| self.eval(expr, scope)) else {
                    return Value::failed(span, "`jsonencode` has no argument");
                };
                return match value.gap() {
                    Some(_) => value,
                    None => Value::new(value.span, Data::Json(Rc::new(value))),
                };
            }
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(argument, scope));
        }
        if expand && let Some(last) = values.pop() {
            match last.items() {
                Some(items) => values.extend(items.iter().cloned()),
                None => return gap_of(&last, span, "`...` needs a list"),
            }
        }
        if let Some(gap) = values.iter().find(|value| value.gap().is_some()) {
            return gap.at(span);
        }
        let work: usize = values
            .iter()
            .map(|value| value.items().map_or(1, <[_]>::len))
            .sum();
        if !self.spend(work) {
            return Value::unknown(span, "the configuration is too large to be evaluated");
        }
        let call = Call {
            name,
            arguments: &values,
            span,
        };
        let known = match name {
            "nonsensitive" | "sensitive" => values.first().cloned(),
            "tostring" => match values.first() {
                Some(value) if value.is_null() => Some(value.clone()),
                _ => call.text(0).and_then(|text| call.of_text(text)),
            },
            "tonumber" => match values.first() {
                Some(value) if value.is_null() => Some(value.clone()),
                _ => call.number(0).and_then(|number| call.of_number(number)),
            },
            "tobool" => match values.first() {
                Some(value) if value.is_null() => Some(value.clone()),
                Some(value) => value.as_bool().and_then(|value| call.of_bool(value)),
                None => None,
            },
            "toset" => values
                .first()
                .filter(|value| value.items().is_some())
                .map(types::set),
            _ => collections::call(self, &call)
                .or_else(|| patterns::call(self, &call))
                .or_else(|| texts::call(&call))
                .or_else(|| encodings::call(self, &call))
                .or_else(|| addresses::call(&call))
                .or_else(|| reads::call(self, &call, scope)),
        };
        match known {
            Some(value) => value,
            None => {
                // What hangs on a gap inside of an argument is not refused, but not known.
                let gap = values.iter().find_map(Value::inner_gap);
                match gap {
                    Some(why) => Value::unknown(span, why.clone()),
                    None if REFUSING.iter().any(|names| names.contains(&name)) => {
                        Value::failed(span, format!("`{name}` does not take these arguments"))
                    }
                    None => Value::unknown(span, format!("the function `{name}` is not evaluated")),
                }
            }
        }
    }

    /// What is not known is not refused either: `try` ends there.
    fn first_that_works(&self, arguments: &'a [Expr], scope: &Scope<'a>, span: Span) -> Value<'a> {
        let mut last = Value::failed(span, "`try` has no argument");
        for argument in arguments {
            last = self.eval(argument, scope);
            if !matches!(last.data, Data::Failed(_)) {
                break;
            }
        }
        last
    }
}
