//! What is configured of an instance: its attributes, and its blocks with those that `dynamic` makes.

use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::eval::World;
use super::module::{Instance, Scope};
use super::tree::{Block, Body, Kind};
use super::value::Value;

impl<'a> World<'a> {
    /// An attribute as configured; its id is the address, so that what refers to it can be joined.
    pub(super) fn resource_attribute(
        &self,
        instance: &Rc<Instance<'a>>,
        name: &str,
        span: Span,
    ) -> Value<'a> {
        let mut value = if name == "id" {
            Value::text(span, instance.id())
        } else {
            let configured = self.configured(instance);
            match configured
                .entries()
                .and_then(|all| all.iter().find(|(key, _)| &**key == name))
            {
                Some((_, value)) => value.clone(),
                None => Value::unknown(
                    span,
                    format!("`{}.{name}` is only known when Terraform runs", instance.address),
                ),
            }
        };
        value.origin = Some(instance.address.clone());
        value
    }

    /// All that is configured of an instance, blocks as lists of objects.
    pub(super) fn configured(&self, instance: &Rc<Instance<'a>>) -> Value<'a> {
        let span = instance.blocks.first().map_or(super::NOWHERE, |block| block.span);
        let module = &instance.scope.module;
        self.once(module, &format!("={}", instance.address), span, || {
            let bodies: Vec<&'a Body> = instance.blocks.iter().map(|block| &block.body).collect();
            self.body(&bodies, &instance.scope, span)
        })
    }

    /// The attributes and blocks of bodies, of which a later one overrides the earlier.
    fn body(&self, bodies: &[&'a Body], scope: &Scope<'a>, span: Span) -> Value<'a> {
        const META: &[&str] = &[
            "count",
            "for_each",
            "depends_on",
            "provider",
            "lifecycle",
            "provisioner",
            "connection",
        ];
        let mut entries: BTreeMap<Rc<str>, Value<'a>> = BTreeMap::new();
        for body in bodies {
            for attribute in &body.attributes {
                if !META.contains(&&*attribute.name) {
                    entries.insert(attribute.name.clone(), self.eval(&attribute.value, scope));
                }
            }
            let mut blocks: BTreeMap<Rc<str>, Result<Vec<Value<'a>>, Value<'a>>> = BTreeMap::new();
            for block in &body.blocks {
                let (name, made) = match &*block.name {
                    "dynamic" => (Rc::from(block.label(0)), self.dynamic(block, scope)),
                    name if META.contains(&name) => continue,
                    _ => (
                        block.name.clone(),
                        Ok(vec![self.body(&[&block.body], scope, block.span)]),
                    ),
                };
                let known = blocks.entry(name).or_insert_with(|| Ok(Vec::new()));
                match (known, made) {
                    (Ok(all), Ok(made)) => all.extend(made),
                    (known, Err(gap)) => *known = Err(gap),
                    (Err(_), Ok(_)) => {}
                }
            }
            for (name, made) in blocks {
                match made {
                    // A dynamic block that makes none is as if it were not there.
                    Ok(made) if made.is_empty() => {}
                    Ok(made) => {
                        let span = made.first().map_or(span, |first| first.span);
                        entries.insert(name, Value::list(span, made));
                    }
                    Err(gap) => drop(entries.insert(name, gap)),
                }
            }
        }
        Value::object(span, entries)
    }

    fn dynamic(&self, block: &'a Block, scope: &Scope<'a>) -> Result<Vec<Value<'a>>, Value<'a>> {
        let name = block.label(0);
        let content = block.body.blocks.iter().find(|inner| &*inner.name == "content");
        let (Some(each), Some(content)) = (block.body.get("for_each"), content) else {
            return Err(Value::failed(
                block.span,
                format!("`dynamic \"{name}\"` is not whole"),
            ));
        };
        let iterator = match block.body.get("iterator").map(|expr| &expr.kind) {
            Some(Kind::Variable(iterator) | Kind::Text(iterator)) => iterator,
            _ => name,
        };
        let walked = self.eval(each, scope);
        let pairs = self.walk(&walked).map_err(|why| {
            let why = format!("whether there is a `{name}` hangs on `for_each`: {why}");
            Value::unknown(each.span, why)
        })?;
        let made = pairs.into_iter().map(|(key, value)| {
            let item = Value::object(value.span, [(Rc::from("key"), key), (Rc::from("value"), value)]);
            self.body(&[&content.body], &scope.with(iterator, item), content.span)
        });
        Ok(made.collect())
    }
}
