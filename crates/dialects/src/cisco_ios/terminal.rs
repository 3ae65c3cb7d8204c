//! What is particular about the terminal of IOS.

use crate::captures::{Terminal, delimited_banner};

pub(super) const TERMINAL: Terminal = Terminal {
    hostnames: &["hostname"],
    banner_end: |line, ahead| delimited_banner(line, ahead, BANNERS),
};

const BANNERS: &[&str] = &[
    "exec",
    "incoming",
    "login",
    "motd",
    "prompt-timeout",
    "slip-ppp",
    "config-save",
];
