//! Routers with sessions.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community, Family, MICROSOFT};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Platform, RemoteAs};
use pairlint_model::policy::{
    ChainDefault, CommunityEntry, CommunityList, CommunityMatch, CommunityPattern, CommunityTest, Condition,
    End, Outcome, PolicyChain, PolicyExpression, RoutePolicy, Statement, Verdict,
};
use pairlint_model::source::Spanned;

use super::{Case, SOURCE};
use crate::verdicts::{CommunityVerdict, SessionVerdicts};

impl Case {
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
}

fn device(name: &str) -> Device {
    Device::new(name, SOURCE, "test", Platform::new("test"))
}

/// The verdicts of a session in IPv4, for values of 12076.
pub fn session_verdicts(peer: usize, communities: &[(u16, CommunityVerdict)]) -> SessionVerdicts {
    let communities = communities
        .iter()
        .map(|&(value, verdict)| (Community::microsoft(value), verdict));
    SessionVerdicts {
        peer,
        family: Family::Ipv4,
        family_index: 0,
        active: true,
        communities: communities.collect(),
        untagged: CommunityVerdict::None,
        answers: BTreeMap::new(),
        untagged_accepted: None,
        untagged_because: Vec::new(),
        default_accepted: None,
        private_accepted: None,
        unneeded: Vec::new(),
        unneeded_unsure: Vec::new(),
        lost: BTreeMap::new(),
        lost_regional: BTreeMap::new(),
    }
}
