//! Modules of registries and repositories, which are not among the files: what they make of what they are given is not
//! known, and that is said where a route filter may be among it.

use std::cell::RefCell;
use std::rc::Rc;

use pairlint_model::network::{Listing, RouteFilter};
use pairlint_model::source::{Span, Spanned};

use super::eval::World;
use super::lower::Builder;
use super::module::{Module, Scope};
use super::tree::Kind;
use super::value::{Data, Value};

/// Arguments that steer the call ("Module Blocks").
const STEERS: &[&str] = &[
    "source",
    "version",
    "providers",
    "count",
    "for_each",
    "depends_on",
];

impl<'a> World<'a> {
    /// Notes a filter that nobody can read for each call that is given communities, or that is of a module of filters.
    pub(super) fn unread_module(&self, parent: &Rc<Module<'a>>, name: &str, builder: &mut Builder<'_>) {
        let Some(blocks) = parent.folder.modules.get(name) else {
            return;
        };
        let Some(span) = blocks.first().map(|block| block.span) else {
            return;
        };
        let written = |key: &str| blocks.iter().rev().find_map(|block| block.body.get(key));
        let source = written("source").and_then(|source| source.text()).unwrap_or("");
        let filters = names_filters(source) || names_filters(name);
        let found: RefCell<Vec<(String, Span)>> = RefCell::default();
        let scope = Scope::new(parent.clone());
        self.expand(blocks, &scope, span, |scope, suffix, _| {
            let attributes = blocks.iter().flat_map(|block| &block.body.attributes);
            let mut given = attributes.filter(|attribute| !STEERS.contains(&&*attribute.name));
            let place = given.find_map(|attribute| {
                let value = self.eval(&attribute.value, &scope);
                let named = attribute.name.contains("communit") && !is_reference(&attribute.value.kind);
                let named = named && !attribute.name.contains("advertised") && !is_nothing(&value);
                (named || holds_communities(&value, &mut 100_000)).then_some(value.span)
            });
            if place.is_some() || filters {
                let address = format!("{}module.{name}{suffix}", parent.path);
                found.borrow_mut().push((address, place.unwrap_or(span)));
            }
            Value::null(span)
        });
        for (address, place) in found.into_inner() {
            builder.network.route_filters.push(RouteFilter {
                name: Some(Spanned::new(span, address.clone())),
                id: Some(Spanned::new(span, format!("{}/{address}", parent.root))),
                location: None,
                provisioning_state: None,
                rules: Listing::Unresolved {
                    span: place,
                    why: format!("module `{source}` is not among the files"),
                },
                peerings: Vec::new(),
                carrier: "terraform",
                span,
            });
        }
    }
}

/// `terraform-azurerm-route-filter`, `RouteFilters`.
fn names_filters(text: &str) -> bool {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.to_ascii_lowercase().contains("routefilter")
}

/// Whether it is what another resource or module gives.
fn is_reference(kind: &Kind) -> bool {
    let Kind::Attribute(of, _) = kind else {
        return false;
    };
    match &of.kind {
        Kind::Variable(root) => !matches!(&**root, "var" | "local" | "each"),
        inner => is_reference(inner),
    }
}

fn is_nothing(value: &Value<'_>) -> bool {
    value.is_null()
        || value.items().is_some_and(<[_]>::is_empty)
        || value.entries().is_some_and(<[_]>::is_empty)
}

/// Whether a community of Microsoft's stands somewhere in a value, but for those that a peering advertises.
fn holds_communities(value: &Value<'_>, steps: &mut u32) -> bool {
    let Some(left) = steps.checked_sub(1) else {
        return true;
    };
    *steps = left;
    match &value.data {
        Data::Text(text) => text.trim_start().starts_with("12076:"),
        Data::List(items) => items.iter().any(|item| holds_communities(item, steps)),
        Data::Object(entries) => entries
            .iter()
            .filter(|(key, _)| !key.contains("advertised"))
            .any(|(_, item)| holds_communities(item, steps)),
        Data::Json(inner) => holds_communities(inner, steps),
        _ => false,
    }
}
