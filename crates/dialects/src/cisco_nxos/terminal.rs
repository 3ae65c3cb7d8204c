//! What is particular about the terminal of NX-OS.

use crate::captures::{Terminal, delimited_banner};

pub(super) const TERMINAL: Terminal = Terminal {
    hostnames: &["hostname", "switchname"],
    banner_end: |line, ahead| delimited_banner(line, ahead, &["motd", "exec"]),
};
