//! Small networks for the tests of rules, made by hand so that no dialect stands in between.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community, Family, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{
    BgpNeighbor, CommunityForm, Device, ExactExpression, FilterCommunity, FilterRule, LineCounts, Listing,
    NeighborFamily, Network, Platform, RemarkKind, RemoteAs, RouteFilter,
};
use pairlint_model::network::{Circuit, Peering, Remark};
use pairlint_model::policy::{
    ChainDefault, CommunityEntry, CommunityList, CommunityMatch, CommunityPattern, CommunityTest, Condition,
    End, Outcome, PolicyChain, PolicyExpression, RoutePolicy, Statement, Truth, Verdict,
};
use pairlint_model::source::{SourceId, Sources, Span, Spanned};

use crate::settings::{Absence, Environment, Filtering, Settings};
use crate::tables::Tables;
use crate::{Report, check};

/// A network under construction; its text grows with it, so that every span lies in a file.
pub struct Case {
    text: String,
    pub network: Network,
    pub settings: Settings,
    location: String,
}

const SOURCE: SourceId = SourceId(0);

impl Case {
    /// Nothing declared.
    pub fn new() -> Case {
        Case {
            text: String::new(),
            network: Network::default(),
            settings: Settings::default(),
            location: "westeurope".to_owned(),
        }
    }

    /// One environment, named like its region.
    pub fn region(region: &str) -> Case {
        Case::region_in(region, &[])
    }

    /// One environment with Azure regions of its own.
    pub fn region_in(region: &str, azure_regions: &[&str]) -> Case {
        Case::new().environment(region, |environment| {
            environment.azure_regions = owned(azure_regions)
        })
    }

    /// One more environment.
    pub fn environment(mut self, region: &str, change: impl FnOnce(&mut Environment)) -> Case {
        let mut environment = Environment {
            name: region.to_owned(),
            region: region.to_owned(),
            ..Environment::default()
        };
        change(&mut environment);
        self.settings.environments.push(environment);
        self
    }

    fn environment_mut(&mut self) -> &mut Environment {
        self.settings.environments.last_mut().expect("an environment")
    }

    pub fn route_filters(mut self, globs: &[&str]) -> Case {
        self.environment_mut().route_filters = owned(globs);
        self
    }

    pub fn devices(mut self, globs: &[&str]) -> Case {
        self.environment_mut().devices = owned(globs);
        self
    }

    pub fn allow(mut self, communities: &[&str]) -> Case {
        let communities = communities
            .iter()
            .map(|community| community.parse::<Community>().expect("a community"));
        self.settings.allow.communities.extend(communities);
        self
    }

    pub fn allow_services(mut self, services: &[&str]) -> Case {
        self.settings.allow.services = owned(services);
        self
    }

    pub fn allow_empty(mut self) -> Case {
        self.settings.allow_empty = true;
        self
    }

    pub fn gateway(mut self, region: &str) -> Case {
        self.settings.gateways.push(region.to_owned());
        self
    }

    pub fn filtering(mut self, filtering: Filtering) -> Case {
        self.settings.filtering = filtering;
        self
    }

    pub fn absence(mut self, absence: Absence) -> Case {
        self.settings.absence = absence;
        self
    }

    pub fn off(mut self, rule: &str) -> Case {
        self.settings.levels.insert(rule.to_owned(), None);
        self
    }

    pub fn level(mut self, rule: &str, severity: Severity) -> Case {
        self.settings.levels.insert(rule.to_owned(), Some(severity));
        self
    }

    /// The date that counts as today, in 1970 or later.
    pub fn today(mut self, date: &str) -> Case {
        let mut parts = date.split('-').map(|part| part.parse::<i64>().expect("a number"));
        let mut part = || parts.next().expect("year, month, day");
        let (year, month, day) = (part(), part(), part());
        let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let years: i64 = (1970..year).map(|year| 365 + leap(year)).sum();
        let before: i64 = months.iter().take(month as usize - 1).sum();
        let leap_day = if month > 2 { leap(year) } else { 0 };
        self.settings.today = years + before + leap_day + day - 1;
        self
    }

    /// The location of the filters that follow; none where it is empty.
    pub fn at(mut self, location: &str) -> Case {
        self.location = location.to_owned();
        self
    }

    /// Appends text and returns where it stands.
    fn write(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        Span {
            source: SOURCE,
            start,
            end,
        }
    }

    fn word(&mut self, text: &str) -> Spanned<String> {
        let span = self.write(text);
        self.write(" ");
        Spanned::new(span, text.to_owned())
    }

    /// A filter with one allowing rule.
    pub fn filter(self, name: &str, values: &[&str]) -> Case {
        self.filter_with_access(name, "Allow", values)
    }

    pub fn denying_filter(self, name: &str, values: &[&str]) -> Case {
        self.filter_with_access(name, "Deny", values)
    }

    fn filter_with_access(mut self, name: &str, access: &str, values: &[&str]) -> Case {
        let filter = self.begin_filter(name);
        let rule = self.rule("allow", access, values);
        self.end_filter(filter, |span| Listing::Known {
            span,
            items: vec![rule],
        })
    }

    pub fn filter_without_rules(mut self, name: &str) -> Case {
        let filter = self.begin_filter(name);
        let span = self.write("[]");
        self.end_filter(filter, |_| Listing::Known {
            span,
            items: Vec::new(),
        })
    }

    /// A filter whose communities are an expression.
    pub fn unresolved_filter(self, name: &str) -> Case {
        self.filter_with_list(name, "var.communities", |span| Listing::Unresolved {
            span,
            why: "var.communities has no value".to_owned(),
        })
    }

    pub fn truncated_filter(self, name: &str) -> Case {
        self.filter_with_list(name, "System.Object[]", |span| Listing::Truncated { span })
    }

    fn filter_with_list(
        mut self,
        name: &str,
        text: &str,
        listing: impl FnOnce(Span) -> Listing<FilterCommunity>,
    ) -> Case {
        let filter = self.begin_filter(name);
        let mut rule = self.rule("allow", "Allow", &[]);
        rule.communities = listing(self.write(text));
        self.end_filter(filter, |span| Listing::Known {
            span,
            items: vec![rule],
        })
    }

    pub fn absent_filter(mut self, name: &str) -> Case {
        let filter = self.begin_filter(name);
        self.end_filter(filter, |span| Listing::Absent { span: span.at_end() })
    }

    fn begin_filter(&mut self, name: &str) -> RouteFilter {
        let name = self.word(name);
        let location = self.location.clone();
        let location = (!location.is_empty()).then(|| self.word(&location));
        RouteFilter {
            span: name.span,
            name: Some(name),
            id: None,
            location,
            provisioning_state: None,
            rules: Listing::Absent { span: self.write("") },
            carrier: "test",
        }
    }

    fn end_filter(
        mut self,
        mut filter: RouteFilter,
        rules: impl FnOnce(Span) -> Listing<FilterRule>,
    ) -> Case {
        filter.span = filter.span.to(self.write(""));
        filter.rules = rules(filter.span);
        self.write("\n");
        self.network.route_filters.push(filter);
        self
    }

    fn rule(&mut self, name: &str, access: &str, values: &[&str]) -> FilterRule {
        let name = self.word(name);
        let access = self.word(access);
        let mut items = Vec::new();
        let open = self.write("[");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            items.push(FilterCommunity {
                text: (*value).to_owned(),
                form: CommunityForm::Text,
                span: self.write(&format!("\"{value}\"")),
                comment: None,
            });
        }
        let span = open.to(self.write("]"));
        self.write(" ");
        FilterRule {
            span: name.span.to(span),
            name: Some(name),
            id: None,
            access: Some(access),
            rule_type: None,
            provisioning_state: None,
            communities: Listing::Known { span, items },
        }
    }

    fn rules_mut(&mut self) -> &mut Vec<FilterRule> {
        let filter = self.network.route_filters.last_mut().expect("a filter");
        match &mut filter.rules {
            Listing::Known { items, .. } => items,
            _ => panic!("a filter without rules"),
        }
    }

    /// One more rule for the last filter, named `second`.
    pub fn second_rule(mut self, values: &[&str]) -> Case {
        let rule = self.rule("second", "Allow", values);
        self.rules_mut().push(rule);
        self
    }

    /// The type of the last filter's first rule.
    pub fn rule_type(mut self, kind: &str) -> Case {
        let kind = self.word(kind);
        self.rules_mut().first_mut().expect("a rule").rule_type = Some(kind);
        self
    }

    /// A comment on a value of the last filter's first rule.
    pub fn comment(mut self, value: usize, text: &str) -> Case {
        let comment = self.word(text);
        let rule = self.rules_mut().first_mut().expect("a rule");
        let Listing::Known { items, .. } = &mut rule.communities else {
            panic!("no list")
        };
        items.get_mut(value).expect("a value").comment = Some(comment);
        self
    }

    /// The resource id of the last filter.
    pub fn id(mut self, id: &str) -> Case {
        let id = self.word(id);
        self.network.route_filters.last_mut().expect("a filter").id = Some(id);
        self
    }

    /// A circuit whose Microsoft peering has the link network and names the filters.
    pub fn circuit(mut self, name: &str, network: &str, filter: Option<&str>) -> Case {
        self.add_circuit(name, "MicrosoftPeering", network, filter);
        self
    }

    pub fn private_circuit(mut self, name: &str, network: &str) -> Case {
        self.add_circuit(name, "AzurePrivatePeering", network, None);
        self
    }

    fn add_circuit(&mut self, name: &str, kind: &str, network: &str, filter: Option<&str>) {
        let name = self.word(name);
        let kind = self.word(kind);
        let net = self.word(network);
        let filter = filter.map(|filter| self.word(filter));
        let peering = Peering {
            name: None,
            id: None,
            peering_type: Some(kind),
            state: None,
            provisioning_state: None,
            azure_asn: None,
            peer_asn: None,
            primary: Some(net.map(|net| net.parse().expect("a prefix"))),
            secondary: None,
            vlan: None,
            route_filter: filter,
            config: None,
            ipv6: None,
            span: name.span,
        };
        self.network.circuits.push(Circuit {
            span: name.span,
            name: Some(name),
            id: None,
            location: None,
            sku_tier: None,
            sku_family: None,
            state: None,
            provider_state: None,
            provisioning_state: None,
            peering_location: None,
            peerings: Listing::Known {
                span: peering.span,
                items: vec![peering],
            },
            carrier: "test",
        });
        self.write("\n");
    }

    pub fn remark(mut self, text: &str, kind: RemarkKind) -> Case {
        let span = self.word(text).span;
        self.network.remarks.push(Remark { span, kind });
        self
    }

    /// A router with one session to AS 12076, whose policy permits a community list `MS` of these values.
    pub fn router(self, name: &str, neighbor: &str, values: &[&str]) -> Case {
        self.router_with(name, &[(neighbor, MICROSOFT.0)], values)
    }

    /// The same list on two sessions.
    pub fn router_with_private(self, name: &str, neighbor: &str, private: &str, values: &[&str]) -> Case {
        self.router_with(name, &[(neighbor, MICROSOFT.0), (private, MICROSOFT.0)], values)
    }

    pub fn router_with_as(self, name: &str, neighbor: &str, asn: u32) -> Case {
        self.router_with(name, &[(neighbor, asn)], &[])
    }

    fn router_with(mut self, name: &str, neighbors: &[(&str, u32)], values: &[&str]) -> Case {
        let neighbors = neighbors
            .iter()
            .map(|(address, asn)| self.neighbor(address, *asn))
            .collect();
        let list_name = self.word("MS");
        let mut entries = Vec::new();
        for value in values {
            let value = self.word(value);
            let community: Community = value.value.parse().expect("a community");
            entries.push(CommunityEntry {
                verdict: Verdict::Accept,
                test: CommunityTest::Line(vec![Spanned::new(
                    value.span,
                    CommunityPattern::Exactly(community),
                )]),
                span: value.span,
            });
        }
        let list = CommunityList {
            span: list_name.span,
            name: list_name.clone(),
            entries,
        };
        let policy_name = self.word("IN");
        let statement = Statement {
            label: "10".to_owned(),
            head: policy_name.span,
            span: policy_name.span,
            condition: Condition::CommunityList {
                name: list_name,
                how: CommunityMatch::Listed,
            },
            actions: Vec::new(),
            outcome: Outcome::Accept,
        };
        let policy = RoutePolicy {
            name: policy_name,
            statements: vec![statement],
            sees_sets: false,
            failed_match_rejects_pending: false,
            end: End::Reject,
        };
        self.write("\n");
        let mut device = device(name);
        device.neighbors = neighbors;
        device.community_lists.insert("MS".to_owned(), list);
        device.policies.insert("IN".to_owned(), policy);
        self.network.devices.push(device);
        self
    }

    fn neighbor(&mut self, address: &str, asn: u32) -> BgpNeighbor {
        let start = self.write("neighbor ");
        let address = self.word(address);
        let chain = PolicyChain {
            filters: Vec::new(),
            policies: vec![PolicyExpression::Policy(Spanned::new(
                address.span,
                "IN".to_owned(),
            ))],
            default: ChainDefault {
                verdict: Some(Verdict::Accept),
                reason: "test",
                span: None,
            },
        };
        let ip = address.value.parse().ok();
        BgpNeighbor {
            span: start.to(address.span),
            ip,
            address,
            remote_as: RemoteAs::Asn(Asn(asn)),
            remote_as_span: None,
            local_as: None,
            vrf: None,
            group: None,
            description: None,
            shutdown: None,
            bfd: None,
            families: vec![NeighborFamily {
                family: Family::Ipv4,
                active: true,
                active_span: start,
                import: chain.clone(),
                export: chain,
                maximum_prefix: None,
                own_as_allowed: 0,
                beyond: Vec::new(),
            }],
        }
    }

    pub fn report(self) -> Report {
        let mut sources = Sources::default();
        sources.add("case", self.text);
        check(&self.network, &sources, &Tables::embedded(), &self.settings)
    }

    pub fn diagnostics(self, rule: &str) -> Vec<Diagnostic> {
        let found = self.report().diagnostics.into_iter();
        found.filter(|finding| finding.rule == rule).collect()
    }

    /// The findings of a rule, as `severity: message @ text of the first label`.
    pub fn run(self, rule: &str) -> Vec<String> {
        let text = self.text.clone();
        let found = self.diagnostics(rule).into_iter();
        found
            .map(|finding| {
                let span = finding.labels.first().expect("a label").span;
                let at = text
                    .get(span.start as usize..span.end as usize)
                    .expect("a span of the text");
                format!("{}: {} @ {at}", finding.severity, finding.message)
            })
            .collect()
    }

    pub fn helps(self, rule: &str) -> Vec<String> {
        let found = self.diagnostics(rule).into_iter();
        found.map(|finding| finding.help.unwrap_or_default()).collect()
    }

    #[track_caller]
    pub fn finds(self, rule: &str, expected: &[&str]) {
        assert_eq!(self.run(rule), expected);
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn device(name: &str) -> Device {
    Device {
        name: name.to_owned(),
        hostname: None,
        source: SOURCE,
        dialect: "test",
        fragment: false,
        platform: Platform {
            name: "test",
            undefined_policy_accepts: Truth::No,
            undefined_call_accepts: Truth::No,
            undefined_prefix_list_matches: Truth::No,
            undefined_community_list_matches: Truth::No,
            undefined_as_path_list_matches: Truth::No,
            undefined_access_list_matches: Truth::No,
            undefined_session_filter_passes: Truth::No,
            empty_prefix_list_matches: Truth::No,
            empty_session_filter_passes: Truth::No,
            other_family_matches: Truth::No,
            exact_expression: ExactExpression::Unknown,
            unset_local_preference_is_100: Truth::No,
        },
        neighbors: Vec::new(),
        policies: BTreeMap::new(),
        prefix_lists: BTreeMap::new(),
        community_lists: BTreeMap::new(),
        large_community_lists: BTreeMap::new(),
        extended_community_lists: BTreeMap::new(),
        as_path_lists: BTreeMap::new(),
        access_lists: BTreeMap::new(),
        policy_lists: BTreeMap::new(),
        interfaces: Vec::new(),
        unread: Vec::new(),
        refused: Vec::new(),
        lines: LineCounts::default(),
    }
}
