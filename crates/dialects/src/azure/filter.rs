//! Route filters and their rules.

use std::collections::BTreeMap;

use pairlint_model::network::{CommunityForm, FilterCommunity, FilterRule, Listing, RouteFilter};
use pairlint_model::source::{Span, Spanned};

use super::class::is_microsoft_list;
use super::id::{ResourceId, canonical};
use super::json;
use super::node::{Kind, Node, Object};
use super::reader::{FILTER_AS_DEEP_JSON, FILTER_AS_JSON, Gap, Reader, expression, short};

/// A rule that stood outside of its filter, which only its id names.
pub(super) struct LooseRule {
    filter: Option<Spanned<String>>,
    rule: FilterRule,
    /// The list that it stood in, else the rule.
    list: Span,
    /// Whether that list was read to its end.
    whole: bool,
    carrier: &'static str,
}

impl Reader<'_> {
    pub(super) fn route_filter(&mut self, node: &Node<'_>) {
        let Some(object) = node.object() else { return };
        let carrier = self.carrier(object);
        self.check_keys(node, FILTER_AS_JSON);
        let filter = RouteFilter {
            name: self.text(object, "name"),
            id: self.text(object, "id"),
            location: self.text(object, "location"),
            provisioning_state: self.text(object, "provisioningState"),
            rules: self.rules(node, object),
            peerings: self.attached(object),
            carrier,
            span: node.span,
        };
        self.network.route_filters.push(filter);
    }

    /// The peerings that the filter is attached to: Resource Manager prints them with `$expand`, PowerShell always.
    fn attached(&self, object: &Object<'_>) -> Vec<Spanned<String>> {
        let lists = ["peerings", "ipv6Peerings"].into_iter();
        let items = lists.filter_map(|key| object.field(key)?.list()).flatten();
        items.filter_map(|item| self.text(item.object()?, "id")).collect()
    }

    /// A filter of which a query left the communities of all rules, and perhaps a name.
    pub(super) fn reshaped_filter(&mut self, node: &Node<'_>) {
        let Some(object) = node.object() else { return };
        self.check_keys(node, FILTER_AS_JSON);
        let (span, items) = self.list(node, "communities");
        let by_rule = items
            .as_ref()
            .is_ok_and(|items| items.iter().any(|item| item.list().is_some()));
        let rules = if by_rule {
            let (span, items) = (span, items.unwrap_or_default());
            Listing::Known {
                span,
                items: items.iter().map(|item| self.bare_rule(item)).collect(),
            }
        } else {
            let communities = self.communities(node);
            Listing::Known {
                span,
                items: vec![rule_of(communities, span)],
            }
        };
        let filter = RouteFilter {
            name: self.text(object, "name"),
            id: self.text(object, "id"),
            location: self.text(object, "location"),
            provisioning_state: self.text(object, "provisioningState"),
            rules,
            peerings: self.attached(object),
            carrier: self.carrier(object),
            span: node.span,
        };
        self.network.route_filters.push(filter);
        self.report_lost(object, FILTER_AS_JSON, FILTER_AS_DEEP_JSON);
    }

    /// A filter of which a query left one rule's list of communities.
    pub(super) fn bare_filter(&mut self, node: &Node<'_>) {
        let rules = Listing::Known {
            span: node.span,
            items: vec![self.bare_rule(node)],
        };
        let filter = RouteFilter {
            name: None,
            id: None,
            location: None,
            provisioning_state: None,
            rules,
            peerings: Vec::new(),
            carrier: "az",
            span: node.span,
        };
        self.network.route_filters.push(filter);
    }

    /// A rule outside of its filter; `list` is the list around it and whether that is whole.
    pub(super) fn loose_rule(&mut self, node: &Node<'_>, list: Option<(Span, bool)>) {
        let Some(object) = node.object() else { return };
        let carrier = self.carrier(object);
        let filter = object.get("id").and_then(|id| {
            let parent = ResourceId::parse(id.text()?)?.parent;
            Some(Spanned::new(self.part(id, parent), parent.to_owned()))
        });
        let rule = self.rule(node, object);
        self.report_lost(object, FILTER_AS_JSON, FILTER_AS_DEEP_JSON);
        let (list, whole) = list.unwrap_or((node.span, !node.cut));
        self.rules.push(LooseRule {
            filter,
            rule,
            list,
            whole: whole && !self.paged,
            carrier,
        });
    }

    /// Gives the rules that stood alone to their filters, and makes the filters that did not stand in the
    /// file.
    pub(super) fn gather_rules(&mut self) {
        let mut filters: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for (index, filter) in self.network.route_filters.iter().enumerate() {
            if let Some(id) = &filter.id {
                filters.insert(canonical(&id.value), index);
            }
            for (rule, name) in filter
                .rules
                .items()
                .iter()
                .enumerate()
                .filter_map(|(at, rule)| Some((at, rule_name(rule)?)))
            {
                names.insert((index, name), rule);
            }
        }
        for loose in std::mem::take(&mut self.rules) {
            let key = loose.filter.as_ref().map(|id| canonical(&id.value));
            let index = key.as_ref().and_then(|key| filters.get(key)).copied();
            let index = index.unwrap_or(self.network.route_filters.len());
            filters.extend(key.map(|key| (key, index)));
            if index == self.network.route_filters.len() {
                self.network.route_filters.push(RouteFilter {
                    name: None,
                    id: loose.filter.clone(),
                    location: None,
                    provisioning_state: None,
                    rules: Listing::Absent { span: loose.list },
                    peerings: Vec::new(),
                    carrier: loose.carrier,
                    span: loose.list,
                });
            }
            let Some(filter) = self.network.route_filters.get_mut(index) else {
                continue;
            };
            let name = rule_name(&loose.rule).map(|name| (index, name));
            let same = name.as_ref().and_then(|name| names.get(name)).copied();
            if let Some(added) = add_rule(filter, loose, same) {
                names.extend(name.map(|name| (name, added)));
            }
        }
    }

    fn rules(&mut self, node: &Node<'_>, object: &Object<'_>) -> Listing<FilterRule> {
        let (span, items) = self.list(node, "rules");
        let rules = match items {
            Ok(items) => self.rule_items(span, items),
            Err(gap) => {
                self.lost.extend((gap == Gap::Depth).then_some(span));
                gap.listing(span)
            }
        };
        let absent = matches!(rules, Listing::Absent { .. });
        if (absent || !self.lost.is_empty())
            && let Some(rescued) = self.rescued_rules(object)
        {
            self.lost.clear();
            return rescued;
        }
        self.report_lost(object, FILTER_AS_JSON, FILTER_AS_DEEP_JSON);
        rules
    }

    /// The rules from `RulesText`, where Windows PowerShell prints them once more, whole and as text
    /// (`PSRouteFilter` of Az.Network hides it from newer serialisers only).
    fn rescued_rules(&mut self, object: &Object<'_>) -> Option<Listing<FilterRule>> {
        let node = object.get("RulesText")?;
        let mut documents = json::documents(node.text()?, self.source.id, false);
        let mut document = documents
            .pop()
            .filter(|document| documents.is_empty() && document.damage.is_none())?;
        document.root.place(node.span);
        let lost = std::mem::take(&mut self.lost);
        let rules = match self.items(&document.root) {
            Ok(items) => self.rule_items(node.span, items),
            Err(_) => Listing::Truncated { span: node.span },
        };
        if self.lost.is_empty() && rules.is_known() {
            return Some(rules);
        }
        self.lost = lost;
        None
    }

    fn rule_items(&mut self, span: Span, items: &[Node<'_>]) -> Listing<FilterRule> {
        // `rules[].communities[]` of a query is one flat list.
        if !items.is_empty()
            && items
                .iter()
                .all(|item| item.text().is_some_and(|text| text.contains(':')))
        {
            let communities = self.community_items(span, items);
            return Listing::Known {
                span,
                items: vec![rule_of(communities, span)],
            };
        }
        let mut rules = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                Kind::Object(object) => rules.push(self.rule(item, object)),
                Kind::List(_) => rules.push(self.bare_rule(item)),
                Kind::Text(text) => {
                    let why =
                        expression(text).unwrap_or_else(|| "a text stands where a rule belongs".to_owned());
                    return Listing::Unresolved { span, why };
                }
                Kind::Opaque(why) => {
                    let why = (*why).to_owned();
                    return Listing::Unresolved { span, why };
                }
                Kind::Null | Kind::Bool | Kind::Number(_) => {
                    let why = "something else stands where a rule belongs".to_owned();
                    return Listing::Unresolved { span, why };
                }
            }
        }
        Listing::Known { span, items: rules }
    }

    fn rule(&mut self, node: &Node<'_>, object: &Object<'_>) -> FilterRule {
        self.check_keys(node, FILTER_AS_JSON);
        let mut communities = self.communities(node);
        // An access or a type that is not evaluated leaves open whether the communities pass.
        let mut evaluated = |key| {
            let text = self.text(object, key)?;
            let Some(why) = expression(&text.value) else {
                return Some(text);
            };
            let span = text.span;
            communities = Listing::Unresolved { span, why };
            None
        };
        let access = evaluated("access");
        let rule_type = evaluated("routeFilterRuleType");
        FilterRule {
            name: self.text(object, "name"),
            id: self.text(object, "id"),
            access,
            rule_type,
            provisioning_state: self.text(object, "provisioningState"),
            communities,
            span: node.span,
        }
    }

    fn bare_rule(&mut self, node: &Node<'_>) -> FilterRule {
        let communities = self.community_list(node.span, self.items(node));
        rule_of(communities, node.span)
    }

    fn communities(&mut self, node: &Node<'_>) -> Listing<FilterCommunity> {
        let (span, items) = self.list(node, "communities");
        self.community_list(span, items)
    }

    pub(super) fn community_list(
        &mut self,
        span: Span,
        items: Result<&[Node<'_>], Gap>,
    ) -> Listing<FilterCommunity> {
        match items {
            Ok(items) => self.community_items(span, items),
            Err(gap) => {
                self.lost.extend((gap == Gap::Depth).then_some(span));
                gap.listing(span)
            }
        }
    }

    fn community_items(&self, span: Span, items: &[Node<'_>]) -> Listing<FilterCommunity> {
        let mut communities = Vec::with_capacity(items.len());
        for item in items {
            let (text, form) = match &item.kind {
                Kind::Text(text) => match expression(text) {
                    Some(why) => return Listing::Unresolved { span, why },
                    None => (text.to_string(), CommunityForm::Text),
                },
                Kind::Number(digits) => ((*digits).to_owned(), CommunityForm::Number),
                Kind::Opaque(why) => {
                    let why = (*why).to_owned();
                    return Listing::Unresolved { span, why };
                }
                _ => (short(self.source.slice(item.span)), CommunityForm::Other),
            };
            communities.push(FilterCommunity {
                text,
                form,
                span: item.span,
                comment: self.comment(item.span),
            });
        }
        Listing::Known {
            span,
            items: communities,
        }
    }

    /// Remarks on what PowerShell's depth took away, once for each object.
    pub(super) fn report_lost(&mut self, object: &Object<'_>, az: &str, powershell: &str) {
        let lost = std::mem::take(&mut self.lost);
        let Some(span) = lost.into_iter().next() else {
            return;
        };
        let instead = if self.carrier(object) == "powershell" {
            powershell
        } else {
            az
        };
        let what = "JSON with text in place of lists, as PowerShell prints what lies deeper than `-Depth`";
        self.truncated(span, what, instead);
    }
}

/// Whether a list holds, beside lists of communities, nothing but empty lists: the rules of many filters.
pub(super) fn is_list_of_rules(items: &[Node<'_>]) -> bool {
    items.iter().any(is_microsoft_list)
        && items
            .iter()
            .all(|item| is_microsoft_list(item) || item.list().is_some_and(<[Node<'_>]>::is_empty))
}

fn rule_of(communities: Listing<FilterCommunity>, span: Span) -> FilterRule {
    FilterRule {
        name: None,
        id: None,
        access: None,
        rule_type: None,
        provisioning_state: None,
        communities,
        span,
    }
}

fn rule_name(rule: &FilterRule) -> Option<String> {
    rule.name.as_ref().map(|name| name.value.to_ascii_lowercase())
}

/// Adds a rule to a filter and returns its index there; not where the filter has it as its rule `same`.
fn add_rule(filter: &mut RouteFilter, loose: LooseRule, same: Option<usize>) -> Option<usize> {
    let rules = match &mut filter.rules {
        Listing::Known { .. } | Listing::Absent { .. } if !loose.whole => {
            filter.rules = Listing::Truncated { span: loose.list };
            return None;
        }
        // `az resource list` and what-if name the filter, and the rules stand beside it.
        Listing::Absent { .. } => {
            filter.rules = Listing::Known {
                span: loose.list,
                items: vec![loose.rule],
            };
            return Some(0);
        }
        Listing::Truncated { .. } | Listing::Unresolved { .. } => return None,
        Listing::Known { items, .. } => items,
    };
    let Some(rule) = same.and_then(|same| rules.get(same)) else {
        rules.push(loose.rule);
        return Some(rules.len() - 1);
    };
    if !is_same_rule(rule, &loose.rule) {
        let name = rule.name.as_ref().map_or("", |name| name.value.as_str());
        let why = format!("rule `{name}` stands twice in the file, with different content");
        filter.rules = Listing::Unresolved {
            span: loose.rule.span,
            why,
        };
    }
    None
}

fn is_same_rule(a: &FilterRule, b: &FilterRule) -> bool {
    let access = |rule: &FilterRule| {
        rule.access
            .as_ref()
            .map(|access| access.value.to_ascii_lowercase())
    };
    let texts = |rule: &FilterRule| match &rule.communities {
        Listing::Known { items, .. } => Some(items.iter().map(|item| item.text.clone()).collect::<Vec<_>>()),
        _ => None,
    };
    access(a) == access(b) && texts(a).is_some() && texts(a) == texts(b)
}
