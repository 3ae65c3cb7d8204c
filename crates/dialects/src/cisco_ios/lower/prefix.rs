//! `ip prefix-list` and `ipv6 prefix-list`.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{ListFamily, PrefixEntry, PrefixList, PrefixPattern};

use super::Notes;
use crate::atoms;
use crate::clauses::{Pattern, prefix_list, prefix_pattern};
use crate::lines::Words;
use crate::lists::{Building, Tail};

type Lists<'a> = BTreeMap<&'a str, Building<'a, PrefixEntry>>;

#[derive(Default)]
pub(super) struct PrefixLists<'a> {
    ipv4: Lists<'a>,
    ipv6: Lists<'a>,
}

/// What a line turned out to be.
enum Line {
    Read,
    Ignored,
    Unread,
    /// The device answers with an error; why, in its words.
    Refused(&'static str),
}

impl<'a> PrefixLists<'a> {
    /// Reads `[no] ip prefix-list NAME [seq N] permit|deny P/L [ge N] [le N]`, or a description.
    pub fn line(&mut self, text: &'a str, family: Family, notes: &mut Notes<'_>) {
        let mut words = Words::new(text);
        let negated = words.eat("no");
        words.next();
        words.next();
        let Some(name) = words.next() else {
            return notes.unread(text, Owner::PrefixList(ListFamily::of(family), String::new()));
        };
        let lists = match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        };
        // Whether numbers are shown; the order is the same.
        if name == "sequence-number" && words.is_empty() {
            return notes.ignored();
        }
        let line = match negated {
            true => remove(lists, name, words),
            false => add(lists, name, words, text, family, notes),
        };
        let owner = || Owner::PrefixList(ListFamily::of(family), name.to_owned());
        match line {
            Line::Read => notes.read(),
            Line::Ignored => notes.ignored(),
            Line::Unread => notes.unread(text, owner()),
            Line::Refused(why) => notes.refused(
                text,
                owner(),
                format!("the device refuses the line ({why}), so the list has no such entry"),
            ),
        }
    }

    pub fn finish(&mut self, family: Family, notes: &mut Notes<'_>) -> BTreeMap<String, PrefixList> {
        let lists = match family {
            Family::Ipv4 => std::mem::take(&mut self.ipv4),
            Family::Ipv6 => std::mem::take(&mut self.ipv6),
        };
        lists
            .into_iter()
            .map(|(name, list)| (name.to_owned(), prefix_list(list, family, notes)))
            .collect()
    }
}

fn add<'a>(
    lists: &mut Lists<'a>,
    name: &'a str,
    words: Words<'a>,
    text: &'a str,
    family: Family,
    notes: &Notes<'_>,
) -> Line {
    if words
        .peek()
        .is_some_and(|word| word.eq_ignore_ascii_case("description"))
    {
        lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
        return Line::Ignored;
    }
    let span = notes.span(text);
    let entry = |verdict, pattern| PrefixEntry {
        verdict,
        pattern,
        span,
    };
    let tail = Tail::read(words);
    let Some((tail, (verdict, _))) = tail.and_then(|tail| Some((tail, tail.verdict()?))) else {
        let list = lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
        list.add_unknown(words.rest(), |verdict| entry(verdict, PrefixPattern::Unsupported));
        return Line::Unread;
    };
    let pattern = match atoms::prefix_rule(tail.text) {
        Ok(("", rule)) if rule.eq.is_none() => prefix_pattern(&rule, family),
        _ => Pattern::Unread,
    };
    let (pattern, line) = match pattern {
        Pattern::Is(pattern) => (pattern, Line::Read),
        Pattern::Refused(why) => return Line::Refused(why),
        Pattern::Unread => (PrefixPattern::Unsupported, Line::Unread),
    };
    let list = lists
        .entry(name)
        .or_insert_with(|| Building::new(name, text, notes));
    let entry = entry(verdict, pattern);
    // Steps of five (Cisco IOS IP Routing: BGP Command Reference, "ip prefix-list").
    list.add(tail.sequence, 5, tail.text, entry);
    line
}

/// Reads `no ip prefix-list NAME`, `… seq 5`, `… permit P/L`, `… description`.
fn remove<'a>(lists: &mut Lists<'a>, name: &'a str, words: Words<'a>) -> Line {
    if words.is_empty() {
        lists.remove(name);
        return Line::Read;
    }
    if words
        .peek()
        .is_some_and(|word| word.eq_ignore_ascii_case("description"))
    {
        return Line::Ignored;
    }
    let Some(tail) = Tail::read(words) else {
        return Line::Unread;
    };
    if let Some(list) = lists.get_mut(name) {
        list.remove(tail.sequence, tail.text);
        // A list whose last entry goes, goes with it.
        if list.is_empty() {
            lists.remove(name);
        }
    }
    Line::Read
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    /// Writes the lists as `name: +prefix{from..=to} …`, then the lines not read and refused.
    fn lower(text: &str) -> String {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let mut notes = Notes::new(&source, 0);
        let mut lists = PrefixLists::default();
        for line in source.text().lines() {
            let family = match line.contains("ipv6") {
                true => Family::Ipv6,
                false => Family::Ipv4,
            };
            lists.line(line, family, &mut notes);
        }
        let mut out = String::new();
        for family in Family::BOTH {
            for (name, list) in lists.finish(family, &mut notes) {
                out.push_str(&name);
                for entry in list.entries {
                    let sign = if entry.verdict == pairlint_model::policy::Verdict::Accept {
                        '+'
                    } else {
                        '-'
                    };
                    match entry.pattern {
                        PrefixPattern::Range { prefix, lengths } => {
                            out.push_str(&format!(" {sign}{prefix}{{{lengths:?}}}"));
                        }
                        other => out.push_str(&format!(" {sign}{other:?}")),
                    }
                }
                out.push('\n');
            }
        }
        for unread in &notes.unread {
            out.push_str(&format!("unread {}\n", source.slice(unread.span)));
        }
        for refused in &notes.refused {
            out.push_str(&format!("refused {}\n", source.slice(refused.span)));
        }
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(lower(text), expected);
    }

    #[test]
    fn entries_in_order_of_their_numbers() {
        check(
            "ip prefix-list A seq 20 deny 0.0.0.0/0 le 32\nip prefix-list A seq 10 permit 10.1.2.3/8 ge 16 le 24\n\
             ip prefix-list A permit 192.0.2.0/24\nip prefix-list A description the end\nip prefix-list sequence-number",
            "A +10.0.0.0/8{16..=24} -0.0.0.0/0{0..=32} +192.0.2.0/24{24..=24}\n",
        );
        check(
            "ipv6 prefix-list V6 permit 2001:DB8::1/32 le 48",
            "V6 +2001:db8::/32{32..=48}\n",
        );
        check("ip prefix-list E description nothing yet", "E\n");
    }

    #[test]
    fn what_the_device_refuses_is_not_there() {
        for line in [
            "ip prefix-list A permit 10.0.0.0/24 ge 8",
            "ip prefix-list A permit 10.0.0.0/8 ge 24 le 16",
            "ip prefix-list A permit 10.0.0.0/33",
            "ip prefix-list A permit 10.0.0.300/24",
            "ip prefix-list A permit 10.0.0.0/8 le 300",
            "ip prefix-list A permit 2001:db8::/32",
        ] {
            check(line, &format!("refused {line}\n"));
        }
        check(
            "ip prefix-list A permit 10.0.0.0/24 ge 24",
            "A +10.0.0.0/24{24..=32}\n",
        );
    }

    #[test]
    fn what_is_not_understood_may_be_any_route() {
        check(
            "ip prefix-list A permit <prefix>\nip prefix-list A deny any",
            "A +Unsupported -Unsupported\nunread ip prefix-list A permit <prefix>\nunread ip prefix-list A deny any\n",
        );
        check(
            "ip prefix-list A seq x permit 10.0.0.0/8",
            "A +Unsupported -Unsupported\nunread ip prefix-list A seq x permit 10.0.0.0/8\n",
        );
    }

    #[test]
    fn entries_are_taken_away() {
        check(
            "ip prefix-list A permit 10.0.0.0/8\nip prefix-list A permit 192.0.2.0/24\nno ip prefix-list A seq 5 permit 10.0.0.0/8\n\
             ip prefix-list B permit 10.0.0.0/8\nno ip prefix-list B permit 10.0.0.0/8\nip prefix-list C permit 10.0.0.0/8\nno ip prefix-list C",
            "A +192.0.2.0/24{24..=24}\n",
        );
    }

    #[test]
    fn a_number_used_twice_decides_nothing() {
        check(
            "ip prefix-list A seq 5 permit 10.0.0.0/8\nip prefix-list A seq 5 permit 10.0.0.0/8",
            "A +10.0.0.0/8{8..=8}\n",
        );
        check(
            "ip prefix-list A seq 5 permit 10.0.0.0/8\nip prefix-list A seq 5 permit 192.0.2.0/24",
            "A +Unsupported\nunread ip prefix-list A seq 5 permit 192.0.2.0/24\n",
        );
    }
}
