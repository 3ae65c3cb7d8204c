//! Bodies that are sent as JSON: tables of the script, and the commands that send them.

use pairlint_model::source::Span;

use super::Script;
use super::parameters::Parameters;
use crate::deployment::value::{Kind, Object, Value};
use crate::scripts::az;
use crate::scripts::world::Text;

/// How many levels `ConvertTo-Json` keeps where it is not told (its page in the PowerShell documentation, 7.4).
const DEFAULT_DEPTH: i64 = 2;
const MAXIMUM_DEPTH: i64 = 100;

/// What `ConvertTo-Json` makes of a value; what is too deep becomes the name of its type.
pub(super) fn as_json(parameters: &Parameters, input: Option<Text>) -> Option<Text> {
    let value = parameters.get("InputObject").cloned().or(input)?;
    let depth = match parameters.get("Depth") {
        None => DEFAULT_DEPTH,
        Some(depth) => match &depth.kind {
            Kind::Int(depth) => *depth,
            Kind::Text(text) => text.parse().ok()?,
            _ => return None,
        },
    };
    Some(kept(&value, depth.clamp(0, MAXIMUM_DEPTH), 0))
}

fn kept(value: &Text, depth: i64, level: i64) -> Text {
    let span = value.span;
    match &value.kind {
        Kind::List(_) | Kind::Object(_) if level > depth => Value::unknown(
            format!("`ConvertTo-Json` keeps {depth} levels only (`-Depth`)"),
            "{…}",
            span,
        ),
        Kind::List(items) => {
            let items = items.iter().map(|item| kept(item, depth, level + 1));
            Value::list(items.collect(), span)
        }
        Kind::Object(object) => {
            let mut made = Object::default();
            for (key, value) in &object.properties {
                made.properties.push((key.clone(), kept(value, depth, level + 1)));
            }
            made.open.clone_from(&object.open);
            Value::object(made, span)
        }
        _ => value.clone(),
    }
}

impl Script<'_> {
    /// `Invoke-AzRestMethod -Method PUT -Path … -Payload …`, `Invoke-RestMethod -Method Put -Uri … -Body …`.
    pub(super) fn send(&mut self, parameters: &Parameters) {
        let span = parameters.span;
        let method = parameters.get("Method").map_or_else(String::new, Value::symbol);
        let path = parameters.get("Path").or_else(|| parameters.get("Uri")).cloned();
        let path = path.or_else(|| in_parts(parameters));
        let body = parameters
            .get("Payload")
            .or_else(|| parameters.get("Body"))
            .cloned();
        let word = |text: &str| Value::text(text.to_owned(), span);
        let mut words = vec![word("rest"), word("--method"), word(&method)];
        for (option, value) in [("--url", path), ("--body", body)] {
            if let Some(value) = value {
                words.push(word(option));
                words.push(value);
            }
        }
        let doubt = self.doubt();
        az::run(self.source, &mut self.world, &words, span, doubt);
    }
}

/// The path where `Invoke-AzRestMethod` is given its parts.
fn in_parts(parameters: &Parameters) -> Option<Text> {
    let kind = parameters.get("ResourceType")?;
    let part = |value: Option<&Text>, what: &str| value.map_or_else(|| what.to_owned(), Value::symbol);
    let provider = part(parameters.get("ResourceProviderName"), "Microsoft.Network");
    let mut path = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/{provider}",
        part(parameters.get("SubscriptionId"), "{subscription}"),
        parameters.group().symbol(),
    );
    let each = |value: &Text| match value.as_list() {
        Some(items) => items.iter().map(Value::symbol).collect(),
        None => vec![value.symbol()],
    };
    for (kind, name) in each(kind).iter().zip(each(parameters.get("Name")?)) {
        path.push_str(&format!("/{kind}/{name}"));
    }
    let span: Span = parameters.span;
    Some(Value::unknown("the path is put together", path, span))
}
