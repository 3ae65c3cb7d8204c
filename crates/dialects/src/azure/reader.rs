//! What all readers of resources share: the file, the lists of an export in their four states, and the
//! remarks.

use pairlint_model::network::{Listing, Network, Remark, RemarkKind};
use pairlint_model::source::{Source, Span, Spanned};

use super::circuit::LoosePeering;
use super::class::is_depth_mark;
use super::filter::LooseRule;
use super::node::{Document, Kind, Node, Object};
use crate::comments;

/// Commands that give a whole export, for remarks.
pub(super) const FILTER_AS_JSON: &str =
    "az network route-filter show --resource-group GROUP --name NAME --output json";
pub(super) const CIRCUIT_AS_JSON: &str =
    "az network express-route show --resource-group GROUP --name NAME --output json";
pub(super) const FILTER_AS_DEEP_JSON: &str =
    "Get-AzRouteFilter -ResourceGroupName GROUP -Name NAME | ConvertTo-Json -Depth 10";
pub(super) const CIRCUIT_AS_DEEP_JSON: &str =
    "Get-AzExpressRouteCircuit -ResourceGroupName GROUP -Name NAME | ConvertTo-Json -Depth 10";

/// Why the items of a list are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gap {
    Absent,
    /// The text ended before the list did.
    Cut,
    /// PowerShell printed something else in its place.
    Depth,
    /// A query left it out.
    Query,
    Unresolved(String),
}

impl Gap {
    pub(super) fn listing<T>(self, span: Span) -> Listing<T> {
        match self {
            Gap::Absent => Listing::Absent { span },
            Gap::Cut | Gap::Depth | Gap::Query => Listing::Truncated { span },
            Gap::Unresolved(why) => Listing::Unresolved { span, why },
        }
    }
}

/// Reads the documents of one file.
pub(super) struct Reader<'s> {
    pub source: &'s Source,
    pub network: Network,
    /// Rules and peerings that stood outside of their filter or circuit, until the whole file is read.
    pub rules: Vec<LooseRule>,
    pub peerings: Vec<LoosePeering>,
    /// Comments of the document that is read.
    pub comments: Vec<Spanned<String>>,
    /// Values lost to PowerShell's depth, until it is known whether another property rescues them.
    pub lost: Vec<Span>,
    /// What the documents are written in, for remarks.
    pub syntax: &'static str,
    /// The form that every document of the file is in.
    pub form: Option<&'static str>,
    /// The form that the wrapper around the resources gives away.
    pub wrapper: Option<&'static str>,
    /// The resources are one page of more.
    pub paged: bool,
    /// Something of ours that leaves no trace in the network, such as the authorizations of a circuit.
    pub ours: bool,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s Source) -> Reader<'s> {
        Reader {
            source,
            network: Network::default(),
            rules: Vec::new(),
            peerings: Vec::new(),
            comments: Vec::new(),
            lost: Vec::new(),
            syntax: "JSON",
            form: None,
            wrapper: None,
            paged: false,
            ours: false,
        }
    }

    /// How many resources were found so far.
    pub(super) fn found(&self) -> usize {
        self.network.route_filters.len()
            + self.network.circuits.len()
            + self.rules.len()
            + self.peerings.len()
    }

    pub(super) fn remark(&mut self, span: Span, kind: RemarkKind) {
        self.network.remarks.push(Remark { span, kind });
    }

    pub(super) fn truncated(&mut self, span: Span, what: impl Into<String>, instead: &str) {
        let kind = RemarkKind::Truncated {
            what: what.into(),
            instead: instead.to_owned(),
        };
        self.remark(span, kind);
    }

    pub(super) fn incomplete(&mut self, span: Span, what: impl Into<String>) {
        self.remark(span, RemarkKind::Incomplete { what: what.into() });
    }

    /// Which tool's form an object stands in.
    pub(super) fn carrier(&self, object: &Object<'_>) -> &'static str {
        let exactly = |key: &str| object.0.iter().any(|property| property.key == key);
        if let Some(wrapper) = self.wrapper {
            wrapper
        } else if ["Name", "Id", "Rules", "Peerings", "PeeringType", "Communities"]
            .into_iter()
            .any(exactly)
        {
            "powershell"
        } else if object.properties().is_some() && !object.has("extendedLocation") {
            "arm"
        } else {
            "az"
        }
    }

    /// The items of a value that should be a list.
    pub(super) fn items<'n, 'a>(&self, node: &'n Node<'a>) -> Result<&'n [Node<'a>], Gap> {
        match &node.kind {
            _ if node.cut => Err(Gap::Cut),
            Kind::Null => Err(Gap::Absent),
            Kind::List(items) if items.iter().any(|item| item.text().is_some_and(is_depth_mark)) => {
                Err(Gap::Depth)
            }
            Kind::List(items) => Ok(items),
            Kind::Text(text) => Err(expression(text).map_or(Gap::Depth, Gap::Unresolved)),
            Kind::Object(object) => match counted(object) {
                Some(inner) => self.items(inner),
                None => Err(Gap::Unresolved(
                    "an object stands where a list belongs".to_owned(),
                )),
            },
            Kind::Opaque(why) => Err(Gap::Unresolved((*why).to_owned())),
            Kind::Number(_) | Kind::Bool => Err(Gap::Unresolved(
                "a single value stands where a list belongs".to_owned(),
            )),
        }
    }

    /// The list under a key of an object, with its place.
    pub(super) fn list<'n, 'a>(&self, node: &'n Node<'a>, key: &str) -> (Span, Result<&'n [Node<'a>], Gap>) {
        let Some(object) = node.object() else {
            return (node.span, Err(Gap::Absent));
        };
        let Some(list) = object.field(key) else {
            let holder = object
                .get("properties")
                .filter(|inner| inner.object().is_some())
                .unwrap_or(node);
            let gap = if holder.cut || node.cut {
                Gap::Cut
            } else {
                Gap::Absent
            };
            return (self.last_place(holder), Err(gap));
        };
        if self.is_contradicted(object, key)
            || object
                .properties()
                .is_some_and(|inner| self.is_contradicted(inner, key))
        {
            return (
                list.span,
                Err(Gap::Unresolved(format!("`{key}` stands twice in one object"))),
            );
        }
        (list.span, self.items(list))
    }

    /// Where the next property of an object would stand: before its bracket, where it has one.
    pub(super) fn last_place(&self, node: &Node<'_>) -> Span {
        let bracket = !node.cut && self.source.slice(node.span).ends_with(['}', ']', '"']);
        let end = match bracket {
            true => node.span.end.saturating_sub(1).max(node.span.start),
            false => node.span.end,
        };
        Span {
            start: end,
            end,
            ..node.span
        }
    }

    /// Whether a key stands several times with different values. Readers of JSON do not agree on which of
    /// them counts (RFC 8259, 4).
    fn is_contradicted(&self, object: &Object<'_>, key: &str) -> bool {
        let mut values = object.all(key).map(|node| self.source.slice(node.span));
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    /// Remarks on every contradicted key of an object.
    pub(super) fn check_keys(&mut self, node: &Node<'_>, instead: &str) {
        let Some(object) = node.object() else { return };
        let mut keys: Vec<(String, &Node<'_>)> = object
            .0
            .iter()
            .map(|property| (property.key.to_ascii_lowercase(), &property.value))
            .collect();
        keys.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.span.cmp(&b.1.span)));
        let twice: Vec<(String, Span)> = keys
            .windows(2)
            .filter_map(|pair| match pair {
                [(a, first), (b, second)] if a == b => {
                    let same = self.source.slice(first.span) == self.source.slice(second.span);
                    (!same).then(|| (b.clone(), second.span))
                }
                _ => None,
            })
            .collect();
        for (key, span) in twice {
            self.truncated(
                span,
                format!("{} that gives `{key}` twice in one object", self.syntax),
                instead,
            );
        }
        if let Some(inner) = object.get("properties").filter(|inner| inner.object().is_some()) {
            self.check_keys(inner, instead);
        }
    }

    pub(super) fn text(&self, object: &Object<'_>, key: &str) -> Option<Spanned<String>> {
        let node = object.field(key)?;
        let text = node.text().filter(|text| !text.is_empty())?;
        Some(Spanned::new(node.span, text.to_owned()))
    }

    /// The place of a part of a text; of the whole where escapes stand between them.
    pub(super) fn part(&self, node: &Node<'_>, part: &str) -> Span {
        let raw = self.source.slice(node.span);
        match (raw.find(part), node.text()) {
            (Some(at), Some(text)) if raw.len() == text.len() + 2 || raw == text => {
                let start = node.span.start + at as u32;
                Span {
                    start,
                    end: start + part.len() as u32,
                    ..node.span
                }
            }
            _ => node.span,
        }
    }

    /// The comment that belongs to a value: on its line, with nothing but punctuation between.
    pub(super) fn comment(&self, span: Span) -> Option<Spanned<String>> {
        comments::beside(self.source.text(), &self.comments, span)
    }

    pub(super) fn start(&mut self, document: &Document<'_>) {
        self.comments = document
            .comments
            .iter()
            .map(|comment| (*comment).map(str::to_owned))
            .collect();
        self.wrapper = self.form;
        self.paged = false;
    }
}

/// The expression in a text: of Resource Manager (`[parameters('x')]`; `[[` stands for a bracket), of
/// Terraform, of Jinja and Go templates.
pub(super) fn expression(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let template = trimmed.starts_with('[') && !trimmed.starts_with("[[") && trimmed.ends_with(']');
    (template || trimmed.contains("${") || trimmed.contains("{{"))
        .then(|| format!("the expression `{}` is not evaluated", short(trimmed)))
}

/// Cuts a text for use within a sentence.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// The list in `{"value": […], "Count": n}`, which Windows PowerShell 5.1 makes of an array that was given
/// a property.
fn counted<'o, 'a>(object: &'o Object<'a>) -> Option<&'o Node<'a>> {
    let value = object.get("value").filter(|value| value.list().is_some())?;
    (object.0.len() == 2 && object.has("Count")).then_some(value)
}
