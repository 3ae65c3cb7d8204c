//! `regex-matches-more`: an expression that also takes values it does not spell.

use std::collections::BTreeSet;

use pairlint_eval::expressions::{Expression, Subject};
use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{AsPathTest, CommunityPattern, CommunityTest, RegexSyntax, Verdict};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::session_findings::is_regional;
use crate::tables::Cloud;
use crate::words::communities;

pub(super) static RULE: Rule = Rule {
    name: "regex-matches-more",
    severity: Severity::Warning,
    summary: "an expression over communities or AS paths matches known values beyond the ones it spells",
    page: include_str!("../../../../docs/rules/regex-matches-more.md"),
    check,
};

/// Communities that a message spells out.
const SHOWN: usize = 4;

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(Some(reach)) = cx.reaches.get(index) else { continue };
        let peers: Vec<usize> =
            cx.peers_of_device(index).filter(|&p| cx.peers.get(p).is_some_and(|p| p.is_microsoft())).collect();
        let cloud = peers.iter().find_map(|&peer| cx.peer_cloud(peer)).unwrap_or(Cloud::Public);
        for owner in &reach.used {
            match owner {
                Owner::CommunityList(name) => {
                    for (text, syntax, subject, span) in expressions(device, name) {
                        found.extend(finding(cx, device, cloud, &peers, name, (text, syntax, subject, span)));
                    }
                }
                Owner::AsPathList(name) => as_paths(device, name, found),
                _ => {}
            }
        }
    }
}

type Written<'a> = (&'a str, RegexSyntax, Subject, Span);

/// The expressions of a list's entries that let routes in.
fn expressions<'a>(device: &'a Device, name: &str) -> Vec<Written<'a>> {
    let mut written = Vec::new();
    let entries = device.community_lists.get(name).into_iter().flat_map(|list| &list.entries);
    for entry in entries.filter(|entry| entry.verdict == Verdict::Accept) {
        match &entry.test {
            CommunityTest::Text(regex) => {
                written.push((regex.value.expression.as_str(), regex.value.syntax, Subject::Communities, entry.span));
            }
            CommunityTest::Line(patterns) => {
                for pattern in patterns {
                    if let CommunityPattern::Text { expression, syntax, .. } = &pattern.value {
                        written.push((expression.as_str(), *syntax, Subject::OneCommunity, pattern.span));
                    }
                }
            }
            _ => {}
        }
    }
    written
}

fn finding(
    cx: &Context<'_>,
    device: &Device,
    cloud: Cloud,
    peers: &[usize],
    list: &str,
    (text, syntax, subject, span): Written<'_>,
) -> Option<Diagnostic> {
    let expression = Expression::compile(text, syntax, subject, false).ok()?;
    let known: BTreeSet<Community> = cx
        .tables
        .communities()
        .iter()
        .filter(|entry| entry.cloud == cloud && entry.status.may_be_sent())
        .map(|entry| entry.value)
        .collect();
    let spelled = text.trim_matches(['_', '^', '$']);
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '_' | '^' | '$'));
    let unneeded = |community: &Community| {
        is_regional(*community) && !peers.iter().any(|&peer| cx.needed_at_peer(peer, *community))
    };
    let declared = peers.iter().any(|&peer| !cx.scope.of_peer(peer).is_empty());
    let more: Vec<Community> = known
        .into_iter()
        .filter(|community| expression.is_match(&community.to_string()))
        .filter(|community| match plain {
            true => community.to_string() != spelled,
            false => declared && unneeded(community),
        })
        .collect();
    if more.is_empty() {
        return None;
    }
    let mut words = communities(cx, Some(cloud), &more[..more.len().min(SHOWN)]);
    if more.len() > SHOWN {
        words = format!("{words} and {} more", more.len() - SHOWN);
    }
    let help = match plain {
        true => format!("anchor it so that it stands for one value: `_{spelled}_`"),
        false => "narrow the expression to the communities that are needed".to_owned(),
    };
    Some(
        RULE.at(format!("expression `{text}` of community list `{list}` also matches {words}"))
            .severity(if plain { Severity::Warning } else { Severity::Note })
            .label(span, "matches more than it spells")
            .help(help)
            .object(format!("{}/{list}", device.name))
            .fact("communities", more),
    )
}

/// A bare AS number matches every number that contains its digits.
fn as_paths(device: &Device, name: &str, found: &mut Vec<Diagnostic>) {
    let entries = device.as_path_lists.get(name).into_iter().flat_map(|list| &list.entries);
    for entry in entries.filter(|entry| entry.verdict == Verdict::Accept) {
        let AsPathTest::Regex { expression, syntax } = &entry.test else { continue };
        let bare = !expression.is_empty() && expression.bytes().all(|b| b.is_ascii_digit());
        if *syntax == RegexSyntax::AsTokens || !bare {
            continue;
        }
        let example = match expression.parse::<u32>() {
            Ok(asn) if asn == MICROSOFT.0 => "112076".to_owned(),
            _ => format!("1{expression}"),
        };
        found.push(
            RULE.at(format!("AS-path expression `{expression}` of list `{name}` also matches AS {example} and its like"))
                .label(entry.span, "a bare number matches inside longer ones")
                .help(format!("write `_{expression}_`, or `^{expression}_` for the neighbor's AS"))
                .object(format!("{}/{name}", device.name)),
        );
    }
}
