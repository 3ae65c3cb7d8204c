//! Real imports: one daemon, one session, one policy after another.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::thread;
use std::time::{Duration, Instant};

use pairlint_eval::Route;
use pairlint_model::bgp::{Community, IpNet, LargeCommunity, prefix};
use serde_json::Value;

use crate::daemon::{Bgpd, Running};
use crate::policies::{Family, IMPORT, Policy};
use crate::random::NAMED;
use crate::speaker::{self, Session, Speaker};

/// What a router made of a route that it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub communities: BTreeSet<Community>,
    pub large_communities: BTreeSet<LargeCommunity>,
    pub as_path: String,
    pub local_preference: Option<u32>,
    /// 0 where there is none.
    pub med: u32,
}

/// What became of all routes, and which lines the daemon did not take.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub accepted: BTreeMap<IpNet, Accepted>,
    pub refused: Vec<String>,
}

/// The session, as bgpd and pairlint read it; the policy is attached in the last lines of each family.
pub fn session(policy: &Policy, extra: &str) -> String {
    let mut text = format!(
        "router bgp 65001\n bgp router-id 192.0.2.1\n no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n \
         neighbor {peer} remote-as {asn}\n{extra}",
        peer = speaker::ADDRESS,
        asn = speaker::ASN,
    );
    for (family, name) in [(Family::Ipv4, "ipv4"), (Family::Ipv6, "ipv6")] {
        text += &format!(
            " address-family {name} unicast\n  neighbor {} activate\n",
            speaker::ADDRESS
        );
        text += &format!("  neighbor {} soft-reconfiguration inbound\n", speaker::ADDRESS);
        for line in attached(policy, family) {
            text += &format!("  {line}\n");
        }
        text += " exit-address-family\n";
    }
    text + "exit\n"
}

fn attached(policy: &Policy, family: Family) -> Vec<String> {
    let own = policy
        .session
        .iter()
        .filter(|(of, _)| *of == family)
        .map(|(_, line)| line.clone());
    own.chain([format!("route-map {IMPORT} in")])
        .map(|line| format!("neighbor {} {line}", speaker::ADDRESS))
        .collect()
}

pub struct Router {
    running: Running,
    session: Session,
}

impl Router {
    pub fn start(bgpd: &Bgpd) -> io::Result<Router> {
        let speaker = Speaker::listen()?;
        let nothing = Policy {
            sections: Vec::new(),
            session: Vec::new(),
        };
        let peer = speaker::ADDRESS;
        let port = speaker.port()?;
        // Changes count at once (`delay-timer`). The session itself is not what is compared.
        let extra = format!(
            " neighbor {peer} port {port}\n neighbor {peer} ebgp-multihop 255\n neighbor {peer} timers connect 1\n"
        );
        let config = format!("bgp route-map delay-timer 0\n{}", session(&nothing, &extra));
        let mut router = Router {
            running: bgpd
                .start(&config.replace(&format!("  neighbor {peer} route-map {IMPORT} in\n"), ""))?,
            session: speaker.establish()?,
        };
        router.settle()?;
        Ok(router)
    }

    /// Announces these instead of what was announced before.
    pub fn announce(&mut self, routes: &[Route]) -> io::Result<()> {
        self.session.announce(routes)?;
        self.settle()
    }

    /// Waits until the daemon has processed every message.
    fn settle(&mut self) -> io::Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let summary = self.running.vty.json("show bgp ipv4 unicast summary json")?;
            let received = summary["peers"][speaker::ADDRESS]["msgRcvd"]
                .as_u64()
                .unwrap_or_default();
            if received >= self.session.sent {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(io::Error::new(
                    ErrorKind::TimedOut,
                    "bgpd does not read its session",
                ));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Loads a policy, imports all announced routes through it, and removes it.
    pub fn import(&mut self, policy: &Policy) -> io::Result<Outcome> {
        let text = policy.text();
        let lines = text.lines().map(str::trim).filter(|line| *line != "!");
        let refused = self.running.vty.configure(lines)?;
        self.attach(policy, "")?;
        let accepted = self.table();
        self.attach(policy, "no ")?;
        self.running
            .vty
            .configure(policy.undo().iter().map(String::as_str))?;
        Ok(Outcome {
            accepted: accepted?,
            refused,
        })
    }

    fn attach(&mut self, policy: &Policy, no: &str) -> io::Result<()> {
        let mut lines = vec!["router bgp 65001".to_owned()];
        for (family, name) in [(Family::Ipv4, "ipv4"), (Family::Ipv6, "ipv6")] {
            lines.push(format!("address-family {name} unicast"));
            lines.extend(
                attached(policy, family)
                    .into_iter()
                    .map(|line| format!("{no}{line}")),
            );
            lines.push("exit-address-family".to_owned());
        }
        let refused = self.running.vty.configure(lines.iter().map(String::as_str))?;
        match refused.first() {
            Some(line) => Err(io::Error::other(format!("bgpd refuses `{line}`"))),
            None => Ok(()),
        }
    }

    fn table(&mut self) -> io::Result<BTreeMap<IpNet, Accepted>> {
        let mut table = BTreeMap::new();
        for family in ["ipv4", "ipv6"] {
            let vty = &mut self.running.vty;
            vty.command(&format!(
                "clear bgp {family} unicast {} soft in",
                speaker::ADDRESS
            ))?;
            let answer = vty.json(&format!("show bgp {family} unicast json detail"))?;
            let routes = answer["routes"].as_object().into_iter().flatten();
            for (name, route) in routes {
                // A bare array up to FRR 9.
                let paths = route.as_array().or_else(|| route["paths"].as_array());
                for path in paths.into_iter().flatten() {
                    // A route that is being removed is still shown.
                    if path["removed"].as_bool() == Some(true) || path.get("origin").is_none() {
                        continue;
                    }
                    let network =
                        prefix(name).map_err(|_| io::Error::other(format!("`{name}` is no prefix")))?;
                    let accepted =
                        accepted(path).ok_or_else(|| io::Error::other(format!("not read: {path}")))?;
                    table.insert(network, accepted);
                }
            }
        }
        Ok(table)
    }
}

/// Reads one path of `show bgp ... json detail`.
fn accepted(path: &Value) -> Option<Accepted> {
    let words = |key: &str| {
        path[key]["string"]
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
    };
    let number = |key: &str| path[key].as_u64().and_then(|number| u32::try_from(number).ok());
    Some(Accepted {
        communities: words("community").map(community).collect::<Option<_>>()?,
        large_communities: words("largeCommunity")
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?,
        as_path: path["aspath"]["string"].as_str()?.to_owned(),
        local_preference: number("locPrf"),
        med: number("metric").or_else(|| number("med")).unwrap_or(0),
    })
}

fn community(word: &str) -> Option<Community> {
    match NAMED.iter().find(|(name, _)| *name == word) {
        Some((_, packed)) => Some(Community::from_packed(*packed)),
        None => word.parse().ok(),
    }
}
