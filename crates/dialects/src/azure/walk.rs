//! Finds the resources in a document: alone, in lists, and in the wrappers of the tools.

use std::borrow::Cow;

use pairlint_model::network::{Listing, RouteFilter};
use pairlint_model::source::Span;

use super::class::{self, Class, class_of};
use super::filter::is_list_of_rules;
use super::id::ResourceId;
use super::json;
use super::node::{Document, Kind, Node, Object, Property};
use super::reader::{FILTER_AS_JSON, Reader, short};
use super::sniff;

/// Keys whose values say nothing about the network: what was asked, tags, what was there before a change.
const NOT_WALKED: &[&str] = &["parameters", "tags", "tag", "before", "delta"];

impl Reader<'_> {
    pub(super) fn document(&mut self, document: &Document<'_>) {
        self.start(document);
        let root = &document.root;
        // The rules of one filter, or of all filters run together: nothing tells which.
        if class::is_microsoft_list(root) {
            let what = "a list of communities that does not say of which route filter they are";
            return self.truncated(root.span, what, FILTER_AS_JSON);
        }
        self.visit_bare(root);
    }

    /// Visits a value that no key names: a list of lists of communities is what a query leaves of many
    /// filters.
    fn visit_bare(&mut self, node: &Node<'_>) {
        match node.list() {
            Some(items) if is_list_of_rules(items) => items.iter().for_each(|item| self.bare_filter(item)),
            Some(items) if items.iter().all(|item| item.list().is_some()) => {
                items.iter().for_each(|item| self.visit_bare(item));
            }
            _ => self.visit(node, None),
        }
    }

    /// Visits a value; `list` is the list around it and whether that is whole.
    fn visit(&mut self, node: &Node<'_>, list: Option<(Span, bool)>) {
        match &node.kind {
            Kind::List(items) => self.visit_list(node, items),
            Kind::Object(object) => self.visit_object(node, object, class_of(node), list),
            _ => {}
        }
    }

    fn visit_object(
        &mut self,
        node: &Node<'_>,
        object: &Object<'_>,
        class: Class,
        list: Option<(Span, bool)>,
    ) {
        if let Some(expanded) = self.expanded(node, object) {
            return self.visit(&expanded, list);
        }
        match class {
            Class::RouteFilter => self.route_filter(node),
            Class::FilterRule => self.loose_rule(node, list),
            Class::Circuit => self.circuit(node),
            Class::Peering => self.loose_peering(node, list),
            Class::CircuitChild => self.ours = true,
            Class::Foreign | Class::Reference => {}
            Class::Unknown if class::is_route(object) => {}
            Class::Unknown if class::is_reshaped(object) => self.reshaped_filter(node),
            Class::Unknown => self.visit_wrapper(node, object),
        }
    }

    fn visit_list(&mut self, node: &Node<'_>, items: &[Node<'_>]) {
        if let Some(filters) = self.gathered(items) {
            return filters.iter().for_each(|filter| self.route_filter(filter));
        }
        let classes: Vec<Class> = items.iter().map(class_of).collect();
        let unknown = |item: &Node<'_>, class: Class, test: fn(&Object<'_>) -> bool| {
            class == Class::Unknown
                && item
                    .object()
                    .is_some_and(|object| !class::is_route(object) && test(object))
        };
        // One object of a list shows what the others are that hold nothing to tell it by: a query prints
        // filters without rules, too.
        let filters = classes.contains(&Class::RouteFilter);
        let reshaped = items
            .iter()
            .zip(&classes)
            .any(|(item, &class)| unknown(item, class, class::is_reshaped));
        for (item, &class) in items.iter().zip(&classes) {
            match item.object() {
                _ if reshaped && unknown(item, class, |object| object.has("communities")) => {
                    self.reshaped_filter(item)
                }
                _ if filters && unknown(item, class, |object| object.field("rules").is_some()) => {
                    self.route_filter(item)
                }
                Some(object) => self.visit_object(item, object, class, Some((node.span, !node.cut))),
                None => self.visit(item, None),
            }
        }
    }

    /// The object with its `properties` read, where those are JSON as text: some clients of Resource Graph
    /// print them so.
    fn expanded<'n>(&self, node: &'n Node<'_>, object: &'n Object<'_>) -> Option<Node<'n>> {
        let properties = object.get("properties")?;
        let text = properties
            .text()
            .filter(|text| text.trim_start().starts_with('{'))?;
        let mut documents = json::documents(text, self.source.id, false);
        let mut inner = documents
            .pop()
            .filter(|document| documents.is_empty() && document.damage.is_none())?;
        inner.root.place(properties.span);
        let mut expanded: Object<'n> = object.clone();
        expanded
            .0
            .retain(|property| !property.key.eq_ignore_ascii_case("properties"));
        expanded.0.push(Property {
            key: Cow::Borrowed("properties"),
            value: inner.root,
        });
        Some(Node {
            kind: Kind::Object(expanded),
            ..*node
        })
    }

    /// Looks into an object that is no resource.
    fn visit_wrapper(&mut self, node: &Node<'_>, object: &Object<'_>) {
        if let Some(error) = object.get("error").and_then(Node::object) {
            self.visit_error(node, error);
        }
        if let Some(changes) = changes(object) {
            return self.visit_changes(changes);
        }
        if let Some(data) = object.get("data").filter(|_| is_query_result(object)) {
            return self.visit_query_result(object, data);
        }
        if let Some(body) = object.get("responses").and_then(first_body) {
            return self.visit(body, None);
        }
        if let Some(content) = object.get("Content").filter(|_| object.has("StatusCode")) {
            self.visit_content(content);
        }
        let next = object.get("nextLink").or_else(|| object.get("@odata.nextLink"));
        let next = next.filter(|next| next.text().is_some_and(|link| !link.is_empty()));
        let (found, paged) = (self.found(), self.paged);
        // What follows a cut may be the link.
        self.paged |= next.is_some() || node.cut;
        for property in &object.0 {
            if !NOT_WALKED
                .iter()
                .any(|key| property.key.eq_ignore_ascii_case(key))
            {
                self.visit(&property.value, None);
            }
        }
        self.paged = paged;
        if let Some(next) = next
            && self.found() > found
        {
            self.incomplete(
                next.span,
                "one page of a larger result: `nextLink` names the next",
            );
        }
    }

    /// The body of an answer as `Invoke-AzRestMethod` keeps it, as text.
    fn visit_content(&mut self, content: &Node<'_>) {
        let Some(text) = content.text() else { return };
        for mut document in json::documents(text, self.source.id, false) {
            document.root.place(content.span);
            let found = self.found();
            self.visit(&document.root, None);
            if let Some(damage) = document.damage
                && self.found() > found
            {
                self.truncated(content.span, damage.what, FILTER_AS_JSON);
            }
        }
    }

    /// A saved error, where it speaks of a route filter or circuit, or the file's name does.
    fn visit_error(&mut self, node: &Node<'_>, error: &Object<'_>) {
        let (Some(code), Some(_)) = (
            error.get("code").and_then(Node::text),
            error.get("message").and_then(Node::text),
        ) else {
            return;
        };
        let text = self.source.slice(node.span);
        if !sniff::names_resource(text) && !sniff::names_resource_loosely(&self.source.name) {
            return;
        }
        let what = format!("a saved error (`{}`), not an export", short(code));
        let span = error.get("code").map_or(node.span, |code| code.span);
        self.incomplete(span, what);
    }

    /// The rows of Azure Resource Graph: objects, or cells beside a list of columns.
    fn visit_query_result(&mut self, object: &Object<'_>, data: &Node<'_>) {
        let outer = self.wrapper.replace("resource-graph");
        let more = more_rows(object, data);
        let (found, paged) = (self.found(), self.paged);
        self.paged |= more.is_some();
        match data.object().and_then(table_rows) {
            Some(rows) => {
                let rows = Node {
                    kind: Kind::List(rows),
                    span: data.span,
                    cut: data.cut,
                };
                self.visit(&rows, None);
            }
            None => self.visit(data, None),
        }
        self.paged = paged;
        self.wrapper = outer;
        if let Some((span, what)) = more
            && self.found() > found
        {
            self.incomplete(span, what);
        }
    }

    /// The changes of a what-if: each resource as the deployment would leave it.
    fn visit_changes(&mut self, changes: &Node<'_>) {
        let outer = self.wrapper.replace("what-if");
        let list = (changes.span, !changes.cut);
        for change in changes.list().unwrap_or(&[]) {
            let Some(object) = change.object() else { continue };
            match object.text("changeType") {
                Some(kind) if kind.eq_ignore_ascii_case("Delete") => continue,
                // Whether the resource stays was in what is cut.
                None if change.cut => continue,
                _ => {}
            }
            let payload = |key: &str| object.get(key).filter(|node| node.object().is_some());
            match payload("after").or_else(|| payload("before")) {
                Some(resource) => self.visit(resource, Some(list)),
                None => self.change_without_payload(change, object),
            }
        }
        self.wrapper = outer;
    }

    /// A change that only names its resource (`--result-format ResourceIdOnly`, `Deploy`, `Unsupported`).
    fn change_without_payload(&mut self, change: &Node<'_>, object: &Object<'_>) {
        let id = self.text(object, "resourceId");
        let kind = id
            .as_ref()
            .and_then(|id| Some(ResourceId::parse(&id.value)?.kind));
        if kind.as_deref() != Some("microsoft.network/routefilters") {
            return;
        }
        let span = self.last_place(change);
        let rules = match object.text("unsupportedReason") {
            Some(why) => Listing::Unresolved {
                span,
                why: short(why),
            },
            None if change.cut => Listing::Truncated { span },
            None => Listing::Absent { span },
        };
        self.network.route_filters.push(RouteFilter {
            name: None,
            id,
            location: None,
            provisioning_state: None,
            rules,
            peerings: Vec::new(),
            carrier: "what-if",
            span: change.span,
        });
    }
}

/// The list of a what-if's changes.
fn changes<'o, 'a>(object: &'o Object<'a>) -> Option<&'o Node<'a>> {
    let changes = object.field("changes")?;
    let mut items = changes.list()?.iter().filter_map(Node::object);
    items
        .any(|item| item.has("changeType") && item.has("resourceId"))
        .then_some(changes)
}

fn is_query_result(object: &Object<'_>) -> bool {
    [
        "total_records",
        "totalRecords",
        "resultTruncated",
        "skip_token",
        "skipToken",
        "$skipToken",
    ]
    .iter()
    .any(|key| object.has(key))
}

/// Whether a query's result is a part, and where that shows.
fn more_rows(object: &Object<'_>, data: &Node<'_>) -> Option<(Span, &'static str)> {
    for key in ["$skipToken", "skipToken", "skip_token", "$skip_token"] {
        let Some(token) = object.get(key) else { continue };
        if token.text().is_some_and(|token| !token.is_empty()) {
            return Some((
                token.span,
                "one page of a larger query result: its skip token names the next",
            ));
        }
    }
    if let Some(node) = object.get("resultTruncated")
        && node.text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    {
        return Some((
            node.span,
            "a query result that Resource Graph cut (`resultTruncated`)",
        ));
    }
    let number = |node: &Node<'_>| match node.kind {
        Kind::Number(digits) => digits.parse::<u64>().ok(),
        _ => None,
    };
    let total = object
        .get("total_records")
        .or_else(|| object.get("totalRecords"))?;
    let rows = data
        .list()
        .map(|rows| rows.len() as u64)
        .or_else(|| number(object.get("count")?))?;
    (number(total)? > rows).then_some((
        total.span,
        "one page of a larger query result: it counts more records than it holds",
    ))
}

/// The rows of a table as objects, by the names of its columns.
fn table_rows<'a>(table: &Object<'a>) -> Option<Vec<Node<'a>>> {
    let columns = table.get("columns")?.list()?;
    let names: Vec<Cow<'a, str>> = columns
        .iter()
        .map(|column| {
            match column
                .object()
                .and_then(|column| column.get("name"))
                .map(|name| &name.kind)
            {
                Some(Kind::Text(name)) => name.clone(),
                _ => Cow::Borrowed(""),
            }
        })
        .collect();
    let rows = table.get("rows")?.list()?.iter().map(|row| {
        let cells = row.list().unwrap_or(&[]);
        let properties = names.iter().zip(cells).map(|(key, cell)| Property {
            key: key.clone(),
            value: cell.clone(),
        });
        Node {
            kind: Kind::Object(Object(properties.collect())),
            span: row.span,
            cut: row.cut,
        }
    });
    Some(rows.collect())
}

/// The body of the first answer in an example of the API's description.
fn first_body<'o, 'a>(responses: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let mut answers = responses.object()?.0.iter();
    answers.find_map(|answer| answer.value.object()?.get("body"))
}
