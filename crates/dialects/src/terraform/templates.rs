//! Texts with expressions in them.

use pairlint_model::source::Span;

use super::eval::{World, gap_of};
use super::module::Scope;
use super::tree::Part;
use super::value::Value;

impl<'a> World<'a> {
    pub(super) fn template(&self, parts: &'a [Part], scope: &Scope<'a>, span: Span) -> Value<'a> {
        // `"${x}"` is the value itself, whatever its type.
        if let [Part::Interpolation(only)] = parts {
            return self.eval(only, scope);
        }
        let mut text = String::new();
        match self.parts(parts, scope, &mut text) {
            Ok(()) => Value::text(span, text),
            Err(gap) => gap.at(span),
        }
    }

    fn parts(&self, parts: &'a [Part], scope: &Scope<'a>, out: &mut String) -> Result<(), Value<'a>> {
        for part in parts {
            if !self.spend(1) {
                return Err(Value::unknown(
                    super::NOWHERE,
                    "the configuration is too large to be evaluated",
                ));
            }
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Interpolation(expr) => {
                    let value = self.eval(expr, scope);
                    match value.as_text() {
                        Some(text) => out.push_str(&text),
                        None => return Err(gap_of(&value, expr.span, "it is no text")),
                    }
                }
                Part::If(condition, then, otherwise) => {
                    let decided = self.eval(condition, scope);
                    match (decided.gap(), decided.as_bool()) {
                        (None, Some(true)) => self.parts(then, scope, out)?,
                        (None, Some(false)) => self.parts(otherwise, scope, out)?,
                        _ => {
                            return Err(gap_of(
                                &decided,
                                condition.span,
                                "a condition must be true or false",
                            ));
                        }
                    }
                }
                Part::For {
                    key_name,
                    value_name,
                    collection,
                    body,
                } => {
                    let walked = self.eval(collection, scope);
                    let pairs = self
                        .walk(&walked)
                        .map_err(|why| Value::unknown(collection.span, why))?;
                    for (key, value) in pairs {
                        let mut inside = scope.with(value_name.clone(), value);
                        if let Some(name) = key_name {
                            inside = inside.with(name.clone(), key);
                        }
                        self.parts(body, &inside, out)?;
                    }
                }
            }
        }
        Ok(())
    }
}
