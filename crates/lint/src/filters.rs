//! What each route filter lets through, as far as the export tells.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::network::{CommunityForm, FilterCommunity, FilterRule, Listing, Network, RouteFilter};
use pairlint_model::source::{Span, Spanned};

use crate::tables::{Cloud, Tables};

/// A route filter with its values read.
#[derive(Debug)]
pub struct FilterView<'a> {
    pub filter: &'a RouteFilter,
    /// Every value of every rule, in the order of the text.
    pub values: Vec<FilterValue<'a>>,
    /// What the filter lets Microsoft send: well-formed values of rules that allow.
    pub passing: BTreeSet<Community>,
    /// The values that are written as the service wants them, with the index of the rule in which they stand.
    pub well_written: BTreeSet<(usize, Community)>,
    /// Nothing else can be in the filter: its lists are known. Where this is false, a value that is not
    /// among [`Self::passing`] may be in the filter all the same.
    pub complete: bool,
    /// The cloud that the filter's location or id names.
    pub own_cloud: Option<Cloud>,
}

/// A value of a route filter and what it says.
#[derive(Debug)]
pub struct FilterValue<'a> {
    pub written: &'a FilterCommunity,
    pub rule: &'a FilterRule,
    /// Index of the rule in the filter.
    pub rule_index: usize,
    pub reading: Reading,
    /// Its rule allows, so the value takes effect.
    pub allowed: bool,
}

/// What a value of a `communities` list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// As the service wants it: `12076:51002`.
    Community(Community),
    /// Readable, but not as the service wants it: spaces, leading zeros, another colon.
    Loose(Community),
    Malformed(Malformed),
}

/// Why a value is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// Several values in one string.
    Joined(Vec<Community>),
    /// One 32-bit number, and the value that it stands for.
    Packed(Community),
    /// A number without `12076:`, and the value that may be meant.
    Bare(Community),
    /// Another autonomous system than 12076.
    OtherAsn(u16),
    /// A half that does not fit in 16 bits.
    OutOfRange,
    /// A wildcard or an expression.
    Wildcard,
    /// A large or extended community.
    NotStandard,
    /// Not even text.
    NotText,
    Other,
}

impl Reading {
    /// The one community that is meant, where a reader cannot be wrong about it.
    pub fn community(&self) -> Option<Community> {
        match self {
            Reading::Community(community) | Reading::Loose(community) => Some(*community),
            Reading::Malformed(_) => None,
        }
    }
}

/// Reads a value as it stands in a list.
pub fn read(written: &FilterCommunity) -> Reading {
    match written.form {
        CommunityForm::Other => Reading::Malformed(Malformed::NotText),
        CommunityForm::Number => Reading::Malformed(number(written.text.trim()).unwrap_or(Malformed::Other)),
        CommunityForm::Text => text(&written.text),
    }
}

fn text(text: &str) -> Reading {
    if let Ok(community) = text.parse::<Community>() {
        return of_microsoft(community).map_or_else(Reading::Malformed, Reading::Community);
    }
    // A full-width colon looks the same in many editors.
    let plain = text.trim().replace('：', ":");
    let parts: Vec<&str> = plain
        .split([',', ';', ' ', '\t', '\n', '\r', '|'])
        .filter(|part| !part.is_empty() && *part != ":")
        .collect();
    let communities: Option<Vec<Community>> = parts.iter().map(|part| loose(part)).collect();
    match communities.as_deref() {
        Some([community]) => {
            return of_microsoft(*community).map_or_else(Reading::Malformed, Reading::Loose);
        }
        Some([_, ..]) => return Reading::Malformed(Malformed::Joined(communities.unwrap_or_default())),
        _ => {}
    }
    // `12076 : 5040`
    let tight: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(community) = loose(&tight) {
        return of_microsoft(community).map_or_else(Reading::Malformed, Reading::Loose);
    }
    Reading::Malformed(malformed(&tight))
}

fn of_microsoft(community: Community) -> Result<Community, Malformed> {
    match u32::from(community.asn) == MICROSOFT.0 {
        true => Ok(community),
        false => Err(Malformed::OtherAsn(community.asn)),
    }
}

/// Reads `asn:value` with leading zeros.
fn loose(text: &str) -> Option<Community> {
    let (asn, value) = text.split_once(':')?;
    Some(Community::new(half(asn)?, half(value)?))
}

fn half(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn malformed(text: &str) -> Malformed {
    if let Some(number) = number(text) {
        return number;
    }
    let halves: Vec<&str> = text.split(':').collect();
    let digits = |half: &&str| !half.is_empty() && half.bytes().all(|byte| byte.is_ascii_digit());
    match halves.as_slice() {
        [_, _] if halves.iter().all(digits) => Malformed::OutOfRange,
        [_, _, _, ..] => Malformed::NotStandard,
        _ if text.contains(['*', '?', '[', '.']) => Malformed::Wildcard,
        _ => Malformed::Other,
    }
}

/// Reads a number without a colon: `5040`, or `791417776`, which is 12076 × 65536 + 5040.
fn number(text: &str) -> Option<Malformed> {
    let number: u32 = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()?
        }
    };
    match u16::try_from(number) {
        Ok(low) => Some(Malformed::Bare(Community::microsoft(low))),
        Err(_) => {
            let community = Community::from_packed(number);
            Some(match of_microsoft(community) {
                Ok(community) => Malformed::Packed(community),
                Err(other) => other,
            })
        }
    }
}

impl<'a> FilterView<'a> {
    pub fn new(filter: &'a RouteFilter, tables: &Tables) -> FilterView<'a> {
        let mut view = FilterView {
            filter,
            values: Vec::new(),
            passing: BTreeSet::new(),
            well_written: BTreeSet::new(),
            complete: filter.rules.is_known(),
            own_cloud: cloud_of_filter(filter, tables),
        };
        for (rule_index, rule) in filter.rules.items().iter().enumerate() {
            let allowed = allows(rule);
            if allowed && !rule.communities.is_known() {
                view.complete = false;
            }
            for written in rule.communities.items() {
                let reading = read(written);
                if let Some(community) = reading.community().filter(|_| allowed) {
                    view.passing.insert(community);
                }
                if let Reading::Community(community) = reading {
                    view.well_written.insert((rule_index, community));
                }
                view.values.push(FilterValue {
                    written,
                    rule,
                    rule_index,
                    reading,
                    allowed,
                });
            }
        }
        view
    }

    pub fn name(&self) -> &'a str {
        self.filter.display_name()
    }

    /// The name under which fingerprints know the filter: its resource id, else its name.
    pub fn identity(&self) -> String {
        match &self.filter.id {
            Some(id) => crate::joins::id_key(&id.value),
            None => self.name().to_lowercase(),
        }
    }

    /// Where a value that is missing belongs: the list of the rule that allows, else the rules.
    pub fn list_span(&self) -> Span {
        let rules = self.filter.rules.items();
        let allowing = rules.iter().find(|rule| allows(rule)).or(rules.first());
        allowing.map_or(self.filter.rules.span(), |rule| rule.communities.span())
    }

    /// The values that read as the community, whether their rule allows or not.
    pub fn places(&self, community: Community) -> impl Iterator<Item = &FilterValue<'a>> {
        self.values
            .iter()
            .filter(move |value| value.reading.community() == Some(community))
    }

    /// The lists that are not known, the filter's own first.
    pub fn unknown_lists(&self) -> impl Iterator<Item = UnknownList<'a>> {
        let rules = self.filter.rules.items().iter();
        let inner = rules.filter_map(|rule| unknown("communities", &rule.communities));
        unknown("rules", &self.filter.rules).into_iter().chain(inner)
    }
}

/// A list whose content the export does not give.
#[derive(Debug, Clone, Copy)]
pub struct UnknownList<'a> {
    /// `rules` or `communities`.
    pub what: &'static str,
    pub span: Span,
    pub cause: Cause<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause<'a> {
    Absent,
    Truncated,
    Unresolved(&'a str),
}

fn unknown<'a, T>(what: &'static str, listing: &'a Listing<T>) -> Option<UnknownList<'a>> {
    let cause = match listing {
        Listing::Known { .. } => return None,
        Listing::Absent { .. } => Cause::Absent,
        Listing::Truncated { .. } => Cause::Truncated,
        Listing::Unresolved { why, .. } => Cause::Unresolved(why),
    };
    Some(UnknownList {
        what,
        span: listing.span(),
        cause,
    })
}

/// Whether the rule lets its communities through. Output that was reshaped does not show `access`; the
/// service has stored `Deny`, and then they do not pass.
pub fn allows(rule: &FilterRule) -> bool {
    let is = |text: &Option<Spanned<String>>, wanted: &str| {
        text.as_ref()
            .is_none_or(|text| text.value.trim().eq_ignore_ascii_case(wanted))
    };
    is(&rule.access, "Allow") && is(&rule.rule_type, "Community")
}

/// The cloud that the location names, or a management address in the id.
fn cloud_of_filter(filter: &RouteFilter, tables: &Tables) -> Option<Cloud> {
    let location = filter.location.as_ref();
    let by_location = location.and_then(|location| tables.azure_region(&location.value));
    by_location
        .map(|region| region.cloud)
        .or_else(|| cloud_of_id(&filter.id.as_ref()?.value))
}

/// The cloud that a resource id tells when it is written as an address of the management interface.
pub fn cloud_of_id(id: &str) -> Option<Cloud> {
    let id = id.to_ascii_lowercase();
    if id.contains("management.usgovcloudapi.net") {
        Some(Cloud::UsGov)
    } else if id.contains("management.chinacloudapi.cn") {
        Some(Cloud::China)
    } else if id.contains("management.azure.com") {
        Some(Cloud::Public)
    } else {
        None
    }
}

/// Reads every route filter of the network.
pub fn read_all<'a>(network: &'a Network, tables: &Tables) -> Vec<FilterView<'a>> {
    let filters = network.route_filters.iter();
    filters.map(|filter| FilterView::new(filter, tables)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Reading) {
        assert_eq!(text(value), expected, "{value:?}");
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let eu = Community::microsoft(51002);
        check("12076:51002", Reading::Community(eu));
        check(" 12076:51002", Reading::Loose(eu));
        check("12076 : 51002", Reading::Loose(eu));
        check("12076:051002", Reading::Loose(eu));
        check("12076：51002", Reading::Loose(eu));
        check("12076:51002\n", Reading::Loose(eu));
    }

    #[test]
    fn what_is_no_value_says_why() {
        let (west, north) = (Community::microsoft(51002), Community::microsoft(51003));
        for (value, expected) in [
            ("12076:51002,12076:51003", Malformed::Joined(vec![west, north])),
            ("12076:51002 12076:51003", Malformed::Joined(vec![west, north])),
            ("12076:51002; 12076:51003", Malformed::Joined(vec![west, north])),
            ("791463738", Malformed::Packed(west)),
            ("0x2F2CC73A", Malformed::Packed(west)),
            ("51002", Malformed::Bare(west)),
            ("65000:51002", Malformed::OtherAsn(65000)),
            ("12076:70000", Malformed::OutOfRange),
            ("12076:510020000000000000000000000", Malformed::OutOfRange),
            ("12076:*", Malformed::Wildcard),
            ("12076:51...", Malformed::Wildcard),
            ("12076:1:2", Malformed::NotStandard),
            ("4294967296", Malformed::Other),
            ("", Malformed::Other),
            ("West Europe", Malformed::Other),
        ] {
            check(value, Reading::Malformed(expected));
        }
    }
}
