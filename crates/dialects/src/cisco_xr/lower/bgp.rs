//! `router bgp`: which lines belong to which neighbor, group or family.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family as Afi};

use super::neighbor::{Done, Family, Session, extend};
use crate::atoms::{self, asn};
use crate::cisco_xr::syntax::{Entry, Place, Scope};
use crate::cisco_xr::words::{BGP_INERT, BGP_OPTIONS_INERT, FAMILY_INERT};
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Bgp<'a> {
    pub processes: Vec<Process<'a>>,
    /// Import policies of VRFs, and the family they are for.
    pub imports: BTreeMap<&'a str, Vec<(Option<Afi>, &'a str)>>,
}

#[derive(Default)]
pub(super) struct Process<'a> {
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    index: BTreeMap<(Option<&'a str>, Key<'a>), usize>,
    pub neighbor_groups: BTreeMap<&'a str, Group<'a>>,
    pub session_groups: BTreeMap<&'a str, Group<'a>>,
    pub af_groups: BTreeMap<&'a str, Group<'a>>,
    /// `bgp unsafe-ebgp-policy`, of the process and of VRFs.
    pub unsafe_policy: BTreeMap<Option<&'a str>, &'a str>,
    pub confederation: Option<Asn>,
    /// ASes of the confederation.
    pub members: BTreeSet<Asn>,
    /// Lines about what happens to routes after import.
    pub beyond: BTreeMap<(Option<&'a str>, Option<Afi>), Vec<&'a str>>,
    pub unread: Vec<(&'a str, Target<'a>)>,
}

/// What a line is about, to be told whom it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'a> {
    Process,
    Peer(usize),
    NeighborGroup(&'a str),
    SessionGroup(&'a str),
    AfGroup(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Address(IpAddr, &'a str),
    Name(&'a str),
}

/// What neighbors and groups say.
#[derive(Debug, Clone, Default)]
pub(super) struct Group<'a> {
    pub session: Session<'a>,
    pub ipv4: Family<'a>,
    pub ipv6: Family<'a>,
    /// Some other family is opened.
    pub elsewhere: bool,
}

pub(super) struct Peer<'a> {
    /// As written.
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    pub vrf: Option<&'a str>,
    pub line: &'a str,
    pub said: Group<'a>,
    /// Taken back by `no neighbor`.
    pub removed: bool,
}

impl<'a> Group<'a> {
    pub fn family(&self, family: Afi) -> &Family<'a> {
        match family {
            Afi::Ipv4 => &self.ipv4,
            Afi::Ipv6 => &self.ipv6,
        }
    }
}

/// The family that the two words name, if its routes are ours.
fn afi(words: (&str, &str)) -> Option<Afi> {
    let unicast = words.1.eq_ignore_ascii_case("unicast") || words.1.eq_ignore_ascii_case("labeled-unicast");
    match words.0.to_ascii_lowercase().as_str() {
        "ipv4" if unicast => Some(Afi::Ipv4),
        "ipv6" if unicast => Some(Afi::Ipv6),
        _ => None,
    }
}

impl<'a> Bgp<'a> {
    pub fn own_as(&self) -> Option<Asn> {
        self.processes.last()?.asn
    }

    /// A line of a VRF of the global mode.
    pub fn vrf(&mut self, name: &'a str, entry: &Entry<'a>) {
        let mut words = Words::new(entry.rest);
        let policy = words
            .ahead()
            .any(|word| word.eq_ignore_ascii_case("route-policy"));
        if words.eat("import") && policy {
            let family = entry.scope.family.and_then(afi);
            self.imports.entry(name).or_default().push((family, entry.line));
        }
    }

    pub fn entry(&mut self, entry: &Entry<'a>, notes: &mut Notes<'_>) {
        if let Some(number) = entry.process {
            let number = asn(number);
            let known = self.processes.last().is_some_and(|process| process.asn == number);
            if !known {
                self.processes.push(Process {
                    asn: number,
                    ..Process::default()
                });
            }
        }
        if self.processes.is_empty() {
            self.processes.push(Process::default());
        }
        if let Some(process) = self.processes.last_mut() {
            process.entry(entry, notes);
        }
    }
}

impl<'a> Process<'a> {
    fn entry(&mut self, entry: &Entry<'a>, notes: &mut Notes<'_>) {
        let scope = entry.scope;
        if scope.aside {
            return notes.ignored();
        }
        let (target, group) = match scope.place {
            Place::Process => {
                let done = self.line(entry, scope);
                return self.note(done, entry.line, Target::Process, notes);
            }
            Place::Neighbor(name) => {
                let at = self.peer(name, scope.vrf, entry.line);
                let Some(peer) = self.peers.get_mut(at) else {
                    return;
                };
                (Target::Peer(at), &mut peer.said)
            }
            Place::NeighborGroup(name) => (
                Target::NeighborGroup(name),
                self.neighbor_groups.entry(name).or_default(),
            ),
            Place::SessionGroup(name) => (
                Target::SessionGroup(name),
                self.session_groups.entry(name).or_default(),
            ),
            Place::AfGroup(name) => (Target::AfGroup(name), self.af_groups.entry(name).or_default()),
        };
        let family = match scope.family {
            None => None,
            Some(words) => match afi(words) {
                Some(Afi::Ipv4) => Some(&mut group.ipv4),
                Some(Afi::Ipv6) => Some(&mut group.ipv6),
                // Multicast, VPN and the like have tables of their own.
                None => {
                    group.elsewhere = true;
                    return notes.ignored();
                }
            },
        };
        let words = Words::new(entry.rest);
        let done = match family {
            Some(family) => {
                family.line.get_or_insert(entry.line);
                match words.is_empty() {
                    true => Done::Read,
                    false => family.line(entry.line, words),
                }
            }
            None if words.is_empty() => Done::Read,
            None => group.session.line(entry.line, words),
        };
        self.note(done, entry.line, target, notes);
    }

    fn note(&mut self, done: Done<'a>, line: &'a str, target: Target<'a>, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Secret(value) => {
                notes.secret(value, "neighbor password");
                notes.ignored();
            }
            Done::Unread => self.unread.push((line, target)),
        }
    }

    fn peer(&mut self, name: &'a str, vrf: Option<&'a str>, line: &'a str) -> usize {
        let ip = atoms::address(name);
        let key = match ip {
            Some(ip) => Key::Address(ip, name.split_once('%').map_or("", |(_, zone)| zone)),
            None => Key::Name(name),
        };
        let at = *self.index.entry((vrf, key)).or_insert(self.peers.len());
        if at == self.peers.len() {
            self.peers.push(Peer {
                name,
                ip,
                vrf,
                line,
                said: Group::default(),
                removed: false,
            });
        }
        at
    }

    /// A line of the process, a VRF, or one of their families.
    fn line(&mut self, entry: &Entry<'a>, scope: Scope<'a>) -> Done<'a> {
        let mut words = Words::new(entry.rest);
        let negated = words.eat("no");
        let Some(word) = words.next() else {
            return Done::Read;
        };
        let word = word.to_ascii_lowercase();
        let family = match scope.family {
            Some(words) => match afi(words) {
                Some(family) => Some(family),
                None => return Done::Ignored,
            },
            None => None,
        };
        let said = (!negated).then_some(entry.line);
        match word.as_str() {
            "bgp" => self.option(words, negated, said, (scope.vrf, family)),
            "neighbor" if negated => {
                if let Some(name) = words.only() {
                    let at = self.peer(name, scope.vrf, entry.line);
                    if let Some(peer) = self.peers.get_mut(at) {
                        peer.removed = true;
                        peer.said = Group::default();
                    }
                    self.index.retain(|_, known| *known != at);
                }
                Done::Read
            }
            "table-policy" => {
                extend(self.beyond.entry((scope.vrf, family)).or_default(), said);
                Done::Read
            }
            // An administrative distance of 255 keeps routes out of the routing table.
            "distance" => {
                let keeps_out = words.any(|word| word == "255");
                extend(
                    self.beyond.entry((scope.vrf, family)).or_default(),
                    said.filter(|_| keeps_out),
                );
                Done::Read
            }
            // `bgp confederation peers` with the members below.
            number if family.is_none() && words.is_empty() && asn(number).is_some() => {
                self.members.extend(asn(number));
                Done::Read
            }
            word if family.is_some() && FAMILY_INERT.contains(&word) => Done::Ignored,
            word if family.is_none() && BGP_INERT.contains(&word) => Done::Ignored,
            _ => Done::Unread,
        }
    }

    /// Reads what follows `bgp`.
    fn option(
        &mut self,
        mut words: Words<'a>,
        negated: bool,
        said: Option<&'a str>,
        (vrf, family): (Option<&'a str>, Option<Afi>),
    ) -> Done<'a> {
        match words.next().unwrap_or("").to_ascii_lowercase().as_str() {
            "unsafe-ebgp-policy" => {
                match said {
                    Some(line) => self.unsafe_policy.insert(vrf, line),
                    None => self.unsafe_policy.remove(&vrf),
                };
                Done::Read
            }
            "confederation" => {
                match words.next().unwrap_or("").to_ascii_lowercase().as_str() {
                    "identifier" => self.confederation = words.next().and_then(asn).filter(|_| !negated),
                    "peers" => self.members.extend(words.filter_map(asn)),
                    _ => return Done::Unread,
                }
                Done::Read
            }
            // Routes that RPKI finds invalid are left aside.
            "bestpath" if words.eat("origin-as") => {
                extend(self.beyond.entry((vrf, family)).or_default(), said);
                Done::Read
            }
            option if BGP_OPTIONS_INERT.contains(&option) => Done::Ignored,
            _ => Done::Unread,
        }
    }
}
