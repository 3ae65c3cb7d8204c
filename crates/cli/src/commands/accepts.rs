//! `pairlint accepts`: what each session to Microsoft lets in.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_lint::Context;
use pairlint_lint::matrix;
use pairlint_lint::peers::Peer;
use pairlint_lint::sessions::{self, SessionOutcome};
use pairlint_lint::settings::{PeeringKind, Settings};
use pairlint_lint::tables::{Cloud, CommunityKind};
use pairlint_lint::verdicts::CommunityVerdict;
use pairlint_model::bgp::{Asn, Community};
use pairlint_model::network::RemoteAs;
use pairlint_model::source::Sources;
use serde::Serialize;

use super::json;
use super::trace::{complaints, find};
use crate::args::{Accepts, Global, ListFormat};
use crate::declared::Declared;
use crate::error::Error;
use crate::gather::gather;
use crate::output::{self, MatrixRow};
use crate::{Code, Streams};

/// So many other communities of one verdict are listed; more are counted.
const LISTED: usize = 12;

/// A session in one address family, with what it lets in.
struct Row {
    session: SessionOutcome,
    /// Required, allowed, or named by the policies: the community, what it stands for, and why it is listed.
    listed: Vec<Entry>,
    /// The other communities that Microsoft may send.
    others: Vec<Entry>,
}

struct Entry {
    community: Community,
    name: Option<String>,
    why: &'static str,
    verdict: CommunityVerdict,
}

pub fn accepts(streams: &mut Streams<'_>, global: &Global, given: &Accepts) -> Result<Code, Error> {
    let mut declared = Declared::read(streams.world, &given.declarations)?;
    let support = std::mem::take(&mut declared.sources);
    let excludes = declared.excludes.as_ref();
    let gathered = gather(
        streams.world,
        &given.inputs,
        excludes,
        support,
        streams.err,
        global.verbose,
    )?;
    let code = complaints(streams, &gathered);
    if !gathered.errors.is_empty() {
        return Ok(code);
    }
    let devices = find::devices(&gathered.network, given.device.as_deref())?;
    let of_device = |peer: &Peer<'_>| devices.iter().any(|device| std::ptr::eq(*device, peer.device));
    let neighbor = given.neighbor.as_deref();
    let of_neighbor = |peer: &Peer<'_>| neighbor.is_none_or(|name| find::is_named(peer.neighbor, name));
    let cx = Context::new(
        &gathered.network,
        &gathered.sources,
        &declared.tables,
        &declared.settings,
    );
    // Whatever Microsoft may send is asked about as if somebody wanted to let it pass.
    let mut everything = declared.settings.clone();
    let known = declared.tables.communities().iter();
    let known = known.filter(|entry| entry.status.may_be_sent());
    everything
        .allow
        .communities
        .extend(known.map(|entry| entry.value));
    let settings: &Settings = &everything;
    let all = Context::new(&gathered.network, &gathered.sources, &declared.tables, settings);
    let of_all = sessions::outcomes(&all);
    let (mut rows, mut shown) = (Vec::new(), BTreeSet::new());
    let mut outcomes = sessions::outcomes(&cx).into_iter().zip(of_all);
    for (index, peer) in cx.peers.iter().enumerate() {
        // One for each address family of the session.
        for (session, with_all) in outcomes.by_ref().take(peer.neighbor.families.len()) {
            if of_device(peer) && of_neighbor(peer) {
                shown.insert(peer.name.clone());
                rows.push(row(&cx, index, session, &with_all.communities));
            }
        }
    }
    if rows.is_empty() {
        return Err(nothing(&cx, &devices, neighbor));
    }
    // Of the matrix only what runs over the sessions that are shown.
    let mut end_to_end = matrix::rows(&cx);
    end_to_end.retain(|row| {
        row.session
            .as_ref()
            .is_some_and(|session| shown.contains(&session.name))
    });
    let text = match given.format {
        ListFormat::Json => as_json(&rows, &end_to_end, &gathered.sources),
        ListFormat::Human => {
            let mut text = as_table(&rows, &gathered.sources);
            let odd = if streams.look(global).unicode {
                '\u{fffd}'
            } else {
                '?'
            };
            let picture = output::matrix(&end_to_end, odd);
            if !picture.is_empty() {
                text.push('\n');
                text.push_str(&picture);
            }
            text
        }
    };
    streams.print(&text)?;
    Ok(code)
}

fn nothing(cx: &Context<'_>, devices: &[&pairlint_model::network::Device], neighbor: Option<&str>) -> Error {
    let of_devices = |peer: &&Peer<'_>| devices.iter().any(|device| std::ptr::eq(*device, peer.device));
    if cx.peers.iter().any(|peer| of_devices(&peer)) {
        return find::no_session(devices, neighbor);
    }
    Error::usage(
        "no session to Microsoft was found: none has the remote AS 12076 (where a provider stands in between, name \
         the session in `[microsoft] neighbors` of the configuration)",
    )
}

fn row(
    cx: &Context<'_>,
    index: usize,
    session: SessionOutcome,
    all: &BTreeMap<Community, CommunityVerdict>,
) -> Row {
    let cloud = cx.peer_cloud(index);
    let required = cx.required_at_peer(index);
    let entry = |community: Community, verdict: CommunityVerdict, why: &'static str| Entry {
        community,
        name: cx.meaning(cloud, community).map(str::to_owned),
        why,
        verdict,
    };
    let listed = session.communities.iter().map(|(&community, &verdict)| {
        let why = if required.contains(&community) {
            "required"
        } else if cx.needed_at_peer(index, community) {
            "allowed"
        } else {
            "named by the policy"
        };
        entry(community, verdict, why)
    });
    // What a number means hangs on the cloud; the public one where nothing tells.
    let of_cloud = cloud.unwrap_or(Cloud::Public);
    let sent: BTreeSet<Community> = cx
        .tables
        .communities()
        .iter()
        .filter(|entry| entry.cloud == of_cloud && entry.status.may_be_sent())
        .map(|entry| entry.value)
        .collect();
    let others = all
        .iter()
        .filter(|(community, _)| sent.contains(community) && !session.communities.contains_key(community))
        .map(|(&community, &verdict)| entry(community, verdict, "known"));
    let (listed, others) = (listed.collect(), others.collect());
    Row {
        session,
        listed,
        others,
    }
}

/// One table for sessions that let in the same.
fn as_table(rows: &[Row], sources: &Sources) -> String {
    let mut tables: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for row in rows {
        let (heading, lines) = (heading(&row.session, sources), lines(row));
        match tables.iter_mut().find(|(_, same)| *same == lines) {
            Some((headings, _)) => headings.push(heading),
            None => tables.push((vec![heading], lines)),
        }
    }
    let table = |(headings, lines): &(Vec<String>, Vec<String>)| {
        let lines = lines.iter().map(|line| format!("  {}", line.trim_end()));
        let text: Vec<String> = headings.iter().cloned().chain(lines).collect();
        format!("{}\n", text.join("\n"))
    };
    tables.iter().map(table).collect::<Vec<_>>().join("\n")
}

/// `edge1/192.0.2.2  ipv4  AS 12076  import FROM-MICROSOFT  (edge1.cfg)`
fn heading(session: &SessionOutcome, sources: &Sources) -> String {
    let vrf = session
        .vrf
        .as_ref()
        .map_or_else(String::new, |vrf| format!("{vrf}/"));
    let remote = match session.remote_as {
        RemoteAs::Asn(Asn(number)) => format!("AS {number}"),
        RemoteAs::External => "an external AS".to_owned(),
        RemoteAs::Internal => "our own AS".to_owned(),
        RemoteAs::Unknown => "AS not known".to_owned(),
    };
    let policies = match session.policies.is_empty() {
        true => "no import policy".to_owned(),
        false => format!("import {}", session.policies.join(" ")),
    };
    format!(
        "{}/{vrf}{}  {}  {remote}  {policies}  ({})",
        session.device,
        session.neighbor,
        session.family,
        sources.get(session.source).name
    )
}

fn lines(row: &Row) -> Vec<String> {
    if row.session.peering == PeeringKind::Private {
        return vec!["private peering: not judged".to_owned()];
    }
    let mut cells: Vec<[String; 4]> = Vec::new();
    for entry in &row.listed {
        cells.push([
            entry.community.to_string(),
            entry.verdict.to_string(),
            entry
                .name
                .clone()
                .unwrap_or_else(|| "not in the tables".to_owned()),
            entry.why.to_owned(),
        ]);
    }
    let mut by_verdict: BTreeMap<CommunityVerdict, Vec<&Entry>> = BTreeMap::new();
    let mut of_regions: BTreeMap<CommunityVerdict, usize> = BTreeMap::new();
    for entry in &row.others {
        // Services of an Azure region ride on the routes of the region, and fare as these do.
        let service = CommunityKind::of_value(entry.community.value) == CommunityKind::RegionalService;
        if service && entry.verdict != CommunityVerdict::None {
            *of_regions.entry(entry.verdict).or_default() += 1;
            continue;
        }
        by_verdict.entry(entry.verdict).or_default().push(entry);
    }
    for (verdict, entries) in by_verdict {
        // What comes in matters; what does not is counted.
        let few = verdict != CommunityVerdict::None && entries.len() <= LISTED;
        if few {
            cells.extend(entries.iter().map(|entry| {
                let name = entry.name.clone().unwrap_or_default();
                [
                    entry.community.to_string(),
                    verdict.to_string(),
                    name,
                    String::new(),
                ]
            }));
        } else {
            let rest = match row.listed.is_empty() && entries.len() == row.others.len() {
                true => format!("every known community ({})", entries.len()),
                false => format!("{} other known communities", entries.len()),
            };
            cells.push(["(others)".to_owned(), verdict.to_string(), rest, String::new()]);
        }
    }
    for (verdict, count) in of_regions {
        let name = format!("{count} services in Azure regions (12076:52xxx to 55xxx)");
        cells.push(["(regional)".to_owned(), verdict.to_string(), name, String::new()]);
    }
    if let Some(untagged) = row.session.untagged {
        let name = "routes without a community of Microsoft's".to_owned();
        cells.push(["untagged".to_owned(), untagged.to_string(), name, String::new()]);
    }
    let mut lines = Vec::new();
    if !row.session.active {
        lines.push("not active: no route arrives".to_owned());
    }
    let width = |column: usize| {
        let cells = cells.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second, third) = (width(0), width(1), width(2));
    lines.extend(cells.iter().map(|[community, verdict, name, why]| {
        format!("{community:first$}  {verdict:second$}  {name:third$}  {why}")
    }));
    lines
}

#[derive(Serialize)]
struct List<'a> {
    schema: &'static str,
    sessions: Vec<Session<'a>>,
    /// Environment × circuit × session, as in the report.
    matrix: Vec<MatrixRow<'a>>,
}

#[derive(Serialize)]
struct Session<'a> {
    device: &'a str,
    file: &'a str,
    neighbor: &'a str,
    vrf: Option<&'a str>,
    remote_as: Option<u32>,
    peering: &'static str,
    family: String,
    active: bool,
    policies: &'a [String],
    communities: Vec<Known<'a>>,
    /// The other communities that Microsoft may send.
    others: Vec<Known<'a>>,
    untagged: Option<String>,
}

#[derive(Serialize)]
struct Known<'a> {
    community: String,
    name: Option<&'a str>,
    why: &'static str,
    verdict: String,
}

fn as_json(rows: &[Row], end_to_end: &[matrix::Row], sources: &Sources) -> String {
    json(&List {
        schema: "pairlint.accepts/1",
        sessions: rows.iter().map(|row| as_session(row, sources)).collect(),
        matrix: end_to_end.iter().map(MatrixRow::new).collect(),
    })
}

fn as_session<'a>(row: &'a Row, sources: &'a Sources) -> Session<'a> {
    let session = &row.session;
    Session {
        device: &session.device,
        file: &sources.get(session.source).name,
        neighbor: &session.neighbor,
        vrf: session.vrf.as_deref(),
        remote_as: match session.remote_as {
            RemoteAs::Asn(Asn(number)) => Some(number),
            _ => None,
        },
        peering: match session.peering {
            PeeringKind::Microsoft => "microsoft",
            PeeringKind::Private => "private",
        },
        family: session.family.to_string(),
        active: session.active,
        policies: &session.policies,
        communities: row.listed.iter().map(Known::of).collect(),
        others: row.others.iter().map(Known::of).collect(),
        untagged: session.untagged.map(|verdict| verdict.to_string()),
    }
}

impl<'a> Known<'a> {
    fn of(entry: &'a Entry) -> Known<'a> {
        Known {
            community: entry.community.to_string(),
            name: entry.name.as_deref(),
            why: entry.why,
            verdict: entry.verdict.to_string(),
        }
    }
}
