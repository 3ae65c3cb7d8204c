//! What is particular about the terminal of EOS.

use crate::captures::Terminal;
use crate::lines::{Line, Lines};

pub(super) const TERMINAL: Terminal = Terminal {
    hostnames: &["hostname"],
    banner_end,
};

/// Longer texts are not skipped; what stands in them is then read as commands and not understood.
const LONGEST: usize = 2000;

/// Banners, comments of a block and the code of routing control functions end with a line `EOF`.
fn banner_end<'a>(line: &Line<'a>, ahead: &Lines<'a>) -> Option<Lines<'a>> {
    let mut words = line.words();
    let opens = match words.next()? {
        "banner" => matches!(words.next()?, "login" | "motd") && words.is_empty(),
        "comment" => words.is_empty(),
        "code" => words.is_empty() || words.eat("unit"),
        _ => false,
    };
    let mut ahead = ahead.clone();
    let closes = |line: Line<'_>| line.text == "EOF";
    (opens && (&mut ahead).take(LONGEST).any(closes)).then_some(ahead)
}
