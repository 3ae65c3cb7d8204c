//! The parameters of a command.

use pairlint_model::source::Span;

use super::values::Argument;
use crate::deployment::value::Value;
use crate::scripts::world::{Text, unnamed};

/// The parameters of a command, by name.
pub(super) struct Parameters {
    named: Vec<(String, Option<Text>)>,
    pub span: Span,
}

impl Parameters {
    pub(super) fn new(arguments: Vec<Argument>, span: Span) -> Parameters {
        let mut named: Vec<(String, Option<Text>)> = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Parameter(name) => named.push((name, None)),
                Argument::Value(value) => match named.last_mut() {
                    Some((_, slot @ None)) => *slot = Some(value),
                    _ => named.push((String::new(), Some(value))),
                },
                Argument::Splat(value) => match value.as_object() {
                    Some(object) => named.extend(
                        object
                            .properties
                            .iter()
                            .map(|(key, value)| (key.to_string(), Some(value.clone()))),
                    ),
                    None => named.push(("\0splat".to_owned(), Some(value))),
                },
            }
        }
        Parameters { named, span }
    }

    /// Names may be shortened as long as they are clear.
    pub(super) fn get(&self, name: &str) -> Option<&Text> {
        let exact = self
            .named
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name));
        let short = || {
            self.named.iter().find(|(given, _)| {
                given.len() > 3
                    && name
                        .get(..given.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(given))
            })
        };
        exact.or_else(short)?.1.as_ref()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.named
            .iter()
            .any(|(given, _)| given.eq_ignore_ascii_case(name))
    }

    /// Why the parameters are not all there.
    pub(super) fn open(&self) -> Option<String> {
        self.has("\0splat")
            .then(|| "the parameters come from a table that is not known".to_owned())
    }

    pub(super) fn name(&self) -> Text {
        self.get("Name")
            .cloned()
            .unwrap_or_else(|| unnamed("name", self.span))
    }

    pub(super) fn group(&self) -> Text {
        self.get("ResourceGroupName")
            .cloned()
            .unwrap_or_else(|| Value::unknown("no resource group is named", "{resourceGroup}", self.span))
    }
}
