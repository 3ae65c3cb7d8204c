//! Words as the command line completes them: any beginning that leaves one choice (8.4.4 observed).

/// Returns the word of the table that this one is or begins. Where it begins several, the one that all the others
/// continue (`community` before `community-limit`).
pub fn complete<'t>(word: &str, table: &[&'t str]) -> Option<&'t str> {
    if let Some(exact) = table.iter().find(|entry| **entry == word) {
        return Some(exact);
    }
    let begun = || {
        table
            .iter()
            .copied()
            .filter(|entry| !word.is_empty() && entry.starts_with(word))
    };
    let shortest = begun().min_by_key(|entry| entry.len())?;
    begun()
        .all(|entry| entry.starts_with(shortest))
        .then_some(shortest)
}

/// Whether the word may be meant for one of the table.
pub fn begins_some(word: &str, table: &[&str]) -> bool {
    !word.is_empty() && table.iter().any(|entry| entry.starts_with(word))
}

/// First words of an entry's lines.
pub const ENTRY: &[&str] = &[
    "call",
    "continue",
    "description",
    "exit",
    "match",
    "no",
    "on-match",
    "quit",
    "set",
];

/// Kinds of `match`.
#[rustfmt::skip]
pub const MATCH: &[&str] = &[
    "alias", "as-path", "community", "community-limit", "evpn", "extcommunity", "extcommunity-limit",
    "interface", "ip", "ipv6", "large-community", "local-preference", "mac", "metric", "origin", "peer", "probability",
    "rpki", "rpki-extcommunity", "script", "source-instance", "source-protocol", "source-vrf", "src-peer", "tag", "vpn",
];

/// Kinds of `set`.
#[rustfmt::skip]
pub const SET: &[&str] = &[
    "aggregator", "aigp-metric", "as-path", "atomic-aggregate", "comm-list", "community", "distance", "evpn",
    "extcommunity", "extended-comm-list", "forwarding", "ip", "ipv6", "l3vpn", "label-index", "large-comm-list",
    "large-community", "local-preference", "max-metric", "metric", "metric-type", "min-metric", "origin",
    "originator-id", "sr-te", "src", "table", "tag", "vpn", "vpnv4", "vpnv6", "weight",
];

/// Writes the words of an entry's line in full where that is clear. Names are not touched.
pub fn entry_line(words: &mut [&str]) {
    let Some((verb, rest)) = words.split_first_mut() else {
        return;
    };
    put(verb, ENTRY);
    match *verb {
        "match" => matching(rest),
        "set" => setting(rest),
        "on-match" => {
            if let Some(first) = rest.first_mut() {
                put(first, &["next", "goto"]);
            }
        }
        "no" => entry_line(rest),
        _ => {}
    }
}

fn matching(words: &mut [&str]) {
    let count = words.len();
    let [kind, rest @ ..] = words else { return };
    put(kind, MATCH);
    match (*kind, rest) {
        ("ip" | "ipv6", [what, more @ ..]) => {
            put(what, &["address", "next-hop", "route-source"]);
            if let ([how, _], 4) = (more, count) {
                put(how, &["prefix-list", "address", "type"]);
            }
        }
        ("community" | "large-community" | "extcommunity", [_, how]) => {
            put(how, &["exact-match", "any"]);
        }
        _ => {}
    }
}

fn setting(words: &mut [&str]) {
    let deletes = matches!(words, [_, _, last] if last.len() > 1 && "delete".starts_with(*last));
    let [kind, rest @ ..] = words else { return };
    // `set comm X delete` can only be one of them, and `set comm 1:1` only the other.
    let lists: &[&str] = &["comm-list", "large-comm-list", "extended-comm-list"];
    let values: &[&str] = &["community", "large-community", "extcommunity"];
    match begins_some(kind, if deletes { lists } else { values }) {
        true => put(kind, if deletes { lists } else { values }),
        false => put(kind, SET),
    }
    match (*kind, rest) {
        ("as-path", [what, ..]) => put(what, &["prepend", "exclude", "replace"]),
        ("comm-list" | "large-comm-list" | "extended-comm-list", [_, last]) => put(last, &["delete"]),
        ("community" | "large-community", values) => {
            for value in values.iter_mut().filter(|value| value.len() > 1) {
                put(value, &["additive", "none"]);
            }
        }
        _ => {}
    }
}

fn put(word: &mut &str, table: &[&'static str]) {
    if let Some(complete) = complete(word, table) {
        *word = complete;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut words: Vec<&str> = text.split(' ').collect();
        entry_line(&mut words);
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn lines_as_the_daemon_completes_them() {
        check("mat comm CL", "match community CL");
        check("match community CL ex", "match community CL exact-match");
        check("match ip addr pref P", "match ip address prefix-list P");
        check("match ip add P", "match ip address P");
        check("match ip address prefix-list Q", "match ip address prefix-list Q");
        check("match as P", "match as-path P");
        check("match loc 5", "match local-preference 5");
        check("set com 1:1 add", "set community 1:1 additive");
        check("set comm-l X del", "set comm-list X delete");
        check("set large-comm X delete", "set large-comm-list X delete");
        check("set large 1:1:1", "set large-community 1:1:1");
        check("set as pre 1 1", "set as-path prepend 1 1");
        check("set me 5", "set metric 5");
        check("set local-pref 5", "set local-preference 5");
        check("on next", "on-match next");
        check("cont 20", "continue 20");
        check("no match comm", "no match community");
        check("match l X", "match l X");
        check("match nonsense", "match nonsense");
        check("", "");
    }
}
