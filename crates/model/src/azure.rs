//! Azure's side of a peering: route filters, circuits and their peerings, as exports state them.

use crate::bgp::{Asn, IpNet};
use crate::source::{Span, Spanned};

/// A list in an export. Absent, empty, cut and unevaluated are four different things, and only `Known`
/// may decide that something is missing.
#[derive(Debug, Clone)]
pub enum Listing<T> {
    /// `span` is the list itself, brackets included.
    Known { span: Span, items: Vec<T> },
    /// Not in the export; `span` is where it belongs.
    Absent { span: Span },
    /// Cut by the tool that printed it.
    Truncated { span: Span },
    /// An expression, variable or function that was not evaluated. `why` says which.
    Unresolved { span: Span, why: String },
}

impl<T> Listing<T> {
    pub fn span(&self) -> Span {
        match self {
            Listing::Known { span, .. }
            | Listing::Absent { span }
            | Listing::Truncated { span }
            | Listing::Unresolved { span, .. } => *span,
        }
    }

    /// The items where the list is known, else none.
    pub fn items(&self) -> &[T] {
        match self {
            Listing::Known { items, .. } => items,
            _ => &[],
        }
    }

    pub fn is_known(&self) -> bool {
        matches!(self, Listing::Known { .. })
    }
}

/// A `Microsoft.Network/routeFilters` resource.
#[derive(Debug, Clone)]
pub struct RouteFilter {
    pub name: Option<Spanned<String>>,
    /// The Azure resource id as written.
    pub id: Option<Spanned<String>>,
    pub location: Option<Spanned<String>>,
    pub provisioning_state: Option<Spanned<String>>,
    pub rules: Listing<FilterRule>,
    /// Ids of the peerings that the export says use the filter. Most exports do not tell, and print none.
    pub peerings: Vec<Spanned<String>>,
    /// Which tool's form it stands in: `az`, `arm`, `terraform` …
    pub carrier: &'static str,
    /// The object as a whole, or its first line.
    pub span: Span,
}

impl RouteFilter {
    /// The name to show: the resource's, else the last segment of its id, else `route filter`.
    pub fn display_name(&self) -> &str {
        let from_id = || {
            self.id
                .as_ref()
                .and_then(|id| id.value.trim_end_matches('/').rsplit('/').next())
        };
        self.name
            .as_ref()
            .map(|name| name.value.as_str())
            .or_else(from_id)
            .unwrap_or("route filter")
    }

    /// All rules' communities that were read, wherever they stand.
    pub fn communities(&self) -> impl Iterator<Item = &FilterCommunity> {
        self.rules
            .items()
            .iter()
            .flat_map(|rule| rule.communities.items())
    }
}

/// A rule of a route filter (`routeFilterRules`).
#[derive(Debug, Clone)]
pub struct FilterRule {
    pub name: Option<Spanned<String>>,
    pub id: Option<Spanned<String>>,
    /// `Allow`, `Deny`, or what else stands there; absent in reshaped output.
    pub access: Option<Spanned<String>>,
    /// `Community`.
    pub rule_type: Option<Spanned<String>>,
    pub provisioning_state: Option<Spanned<String>>,
    pub communities: Listing<FilterCommunity>,
    pub span: Span,
}

/// One value of a rule's `communities`, as written.
#[derive(Debug, Clone)]
pub struct FilterCommunity {
    /// The decoded text; a number's digits where it is one.
    pub text: String,
    pub form: CommunityForm,
    /// The value with its quotes.
    pub span: Span,
    /// A comment on the value's line, in formats that have them.
    pub comment: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommunityForm {
    Text,
    /// A bare number, which the service refuses.
    Number,
    /// Something else: null, an object.
    Other,
}

/// A `Microsoft.Network/expressRouteCircuits` resource.
#[derive(Debug, Clone)]
pub struct Circuit {
    pub name: Option<Spanned<String>>,
    pub id: Option<Spanned<String>>,
    pub location: Option<Spanned<String>>,
    pub sku_tier: Option<Spanned<String>>,
    pub sku_family: Option<Spanned<String>>,
    /// `circuitProvisioningState`: `Enabled`.
    pub state: Option<Spanned<String>>,
    /// `serviceProviderProvisioningState`: `Provisioned`.
    pub provider_state: Option<Spanned<String>>,
    pub provisioning_state: Option<Spanned<String>>,
    pub peering_location: Option<Spanned<String>>,
    pub peerings: Listing<Peering>,
    pub carrier: &'static str,
    pub span: Span,
}

impl Circuit {
    pub fn display_name(&self) -> &str {
        let from_id = || {
            self.id
                .as_ref()
                .and_then(|id| id.value.trim_end_matches('/').rsplit('/').next())
        };
        self.name
            .as_ref()
            .map(|name| name.value.as_str())
            .or_else(from_id)
            .unwrap_or("circuit")
    }
}

/// A peering of a circuit.
#[derive(Debug, Clone)]
pub struct Peering {
    pub name: Option<Spanned<String>>,
    pub id: Option<Spanned<String>>,
    /// `MicrosoftPeering`, `AzurePrivatePeering`, `AzurePublicPeering`.
    pub peering_type: Option<Spanned<String>>,
    /// `Enabled` or `Disabled`.
    pub state: Option<Spanned<String>>,
    pub provisioning_state: Option<Spanned<String>>,
    pub azure_asn: Option<Spanned<Asn>>,
    pub peer_asn: Option<Spanned<Asn>>,
    pub primary: Option<Spanned<IpNet>>,
    pub secondary: Option<Spanned<IpNet>>,
    pub vlan: Option<Spanned<u32>>,
    pub route_filter: Option<Spanned<String>>,
    pub config: Option<MicrosoftPeeringConfig>,
    pub ipv6: Option<Ipv6Peering>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Ipv6Peering {
    pub primary: Option<Spanned<IpNet>>,
    pub secondary: Option<Spanned<IpNet>>,
    pub state: Option<Spanned<String>>,
    pub route_filter: Option<Spanned<String>>,
    pub config: Option<MicrosoftPeeringConfig>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct MicrosoftPeeringConfig {
    pub advertised_communities: Listing<FilterCommunity>,
    pub advertised_public_prefixes: Listing<Spanned<String>>,
    pub prefixes_state: Option<Spanned<String>>,
    pub customer_asn: Option<Spanned<Asn>>,
    /// Not 0 on peerings made before route filters existed.
    pub legacy_mode: Option<Spanned<u32>>,
    pub span: Span,
}
