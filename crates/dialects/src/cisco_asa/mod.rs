//! Cisco ASA, the firewall.
//!
//! Follows "Cisco ASA Series Command Reference" and "Cisco ASA Series General Operations CLI Configuration Guide", chapters
//! "BGP" and "Route Maps" (9.2 to 9.20), read in November 2026. The commands are those of IOS with other beginnings; where
//! the manual is silent, IOS's answer stands. What is certain and what is not: `docs/dialects/cisco-asa.md`.

mod detect;
mod lower;
mod platform;
mod syntax;
mod words;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::captures::{self, Terminal, delimited_banner};
use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "cisco-asa",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::entries::lines),
};

const TERMINAL: Terminal = Terminal {
    hostnames: &["hostname"],
    // Each line of a banner is a command of its own on this platform; one copied from a router is not.
    banner_end: |line, ahead| delimited_banner(line, ahead, &["asdm", "exec", "login", "motd"]),
};

fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for capture in captures::devices(source.text(), &TERMINAL) {
        lower::device(source, &capture, &mut network);
    }
    network
}
