//! Prefix lists, AS-path lists and all lists together.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, ListFamily, PrefixEntry, PrefixList, PrefixPattern, RegexSyntax,
    Verdict,
};

use super::Version;
use super::access::AccessLists;
use super::building::{Added, Building, Tail, Value};
use super::community::CommunityLists;
use super::expressions::is_expression;
use super::is_placeholder;
use crate::atoms::{lengths, number};
use crate::lines::Words;
use crate::notes::Notes;

/// What the daemon does with a line that it does not take; completes "it …".
pub const REFUSED: &str = "drops the line and goes on without it";
/// The same for a prefix with host bits; without them it is ignored, and nothing is said.
pub const KNOWN: &str = "drops the line: the list says it already";

pub struct Lists<'a> {
    version: Version,
    prefix: BTreeMap<(Family, &'a str), Building<'a, PrefixEntry>>,
    as_path: BTreeMap<&'a str, Building<'a, AsPathEntry>>,
    pub community: CommunityLists<'a>,
    pub access: AccessLists<'a>,
}

/// An entry of a prefix list as written.
#[derive(Debug, Clone, Copy)]
pub struct PrefixRule<'a> {
    pub sequence: Option<u32>,
    pub verdict: Verdict,
    pub prefix: &'a str,
    pub ge: Option<&'a str>,
    pub le: Option<&'a str>,
}

impl<'a> Lists<'a> {
    pub fn new(version: Version) -> Lists<'a> {
        Lists {
            version,
            prefix: BTreeMap::new(),
            as_path: BTreeMap::new(),
            community: CommunityLists::new(version),
            access: AccessLists::new(version),
        }
    }

    /// Makes a prefix list known that may stay without entries.
    pub fn declare_prefix_list(&mut self, family: Family, name: &'a str, line: &'a str, notes: &Notes<'_>) {
        self.prefix
            .entry((family, name))
            .or_insert_with(|| Building::in_steps(name, line, notes));
    }

    /// Reads what follows `ip|ipv6 prefix-list NAME`.
    pub fn prefix_line(
        &mut self,
        family: Family,
        name: &'a str,
        line: &'a str,
        negated: bool,
        words: Words<'a>,
        notes: &mut Notes<'_>,
    ) {
        let owner = || Owner::PrefixList(ListFamily::of(family), name.to_owned());
        if words.ahead().eat("description") {
            if !negated {
                self.declare_prefix_list(family, name, line, notes);
            }
            return notes.ignored();
        }
        if negated {
            self.remove_prefix(family, name, words);
            return notes.read();
        }
        let rule = Tail::read(words).and_then(|tail| {
            let mut value = tail.value;
            let mut rule = PrefixRule {
                sequence: tail.sequence,
                verdict: tail.verdict,
                prefix: value.next()?,
                ge: None,
                le: None,
            };
            while let Some(word) = value.next() {
                let slot = match word {
                    "ge" if rule.prefix != "any" => &mut rule.ge,
                    "le" if rule.prefix != "any" => &mut rule.le,
                    _ => return None,
                };
                if slot.replace(value.next()?).is_some() {
                    return None;
                }
            }
            Some((rule, tail.text))
        });
        match rule {
            Some((rule, text)) => self.prefix_rule(family, name, line, text, rule, notes),
            None if is_placeholder(line) => {
                notes.unread(line, owner());
                self.unknown_prefix(family, name, line, notes);
            }
            None => notes.refused(line, owner(), REFUSED),
        }
    }

    /// Adds one entry. `ge` below the prefix's length, above `le` or beyond the family's width is refused.
    pub fn prefix_rule(
        &mut self,
        family: Family,
        name: &'a str,
        line: &'a str,
        text: &'a str,
        rule: PrefixRule<'a>,
        notes: &mut Notes<'_>,
    ) {
        let owner = Owner::PrefixList(ListFamily::of(family), name.to_owned());
        if is_placeholder(rule.prefix) {
            notes.unread(line, owner);
            return self.unknown_prefix(family, name, line, notes);
        }
        let bound = |word: Option<&str>| word.map(number::<u8>);
        // What takes the place of `any` inherits its length up to the whole width, unless it says another (observed
        // in 8.4.4 and 10.3).
        let known = self.prefix.get(&(family, name)).zip(rule.sequence);
        let after_any = known
            .is_some_and(|(list, sequence)| matches!(list.said(sequence), Some(Value::Prefix(None, ..))));
        let pattern = match (rule.prefix, bound(rule.ge), bound(rule.le)) {
            (_, Some(None), _) | (_, _, Some(None)) => None,
            ("any", _, _) => Some((family.default_route(), 0..=family.width())),
            // An address alone is refused.
            (prefix, _, _) if !prefix.contains('/') => None,
            (prefix, ge, le) => net(prefix, family).and_then(|net| {
                // To bgpd a `ge` of 0 is one that is not there.
                let ge = ge.flatten().filter(|ge| *ge > 0);
                let le = le.flatten().or(after_any.then_some(family.width()));
                lengths(net.prefix_len(), family.width(), ge, le).map(|lengths| (net, lengths))
            }),
        };
        let Some((prefix, lengths)) = pattern else {
            return notes.refused(line, owner, REFUSED);
        };
        let entry = PrefixEntry {
            verdict: rule.verdict,
            pattern: PrefixPattern::Range { prefix, lengths },
            span: notes.span(line),
        };
        let list = self
            .prefix
            .entry((family, name))
            .or_insert_with(|| Building::in_steps(name, line, notes));
        let written = (rule.prefix != "any").then_some(prefix);
        let value = Value::Prefix(
            written.map(|net| net.trunc()),
            bound(rule.ge).flatten(),
            bound(rule.le).flatten(),
        );
        if self.version == Version::V10 {
            list.add_again(rule.sequence, text, (rule.verdict, value), entry);
            return notes.read();
        }
        match list.add_new(rule.sequence, text, (rule.verdict, value), entry) {
            Added::Known if written.is_some_and(|net| net != net.trunc()) => {
                notes.refused(line, owner, KNOWN)
            }
            Added::Known | Added::Yes => notes.read(),
        }
    }

    /// What may permit, deny or do nothing.
    pub fn unknown_prefix(&mut self, family: Family, name: &'a str, line: &'a str, notes: &Notes<'_>) {
        let list = self
            .prefix
            .entry((family, name))
            .or_insert_with(|| Building::in_steps(name, line, notes));
        for verdict in [Verdict::Accept, Verdict::Reject] {
            let entry = PrefixEntry {
                verdict,
                pattern: PrefixPattern::Unsupported,
                span: notes.span(line),
            };
            list.add(None, line, entry);
        }
    }

    fn remove_prefix(&mut self, family: Family, name: &'a str, words: Words<'a>) {
        if let (false, Some(list)) = (words.is_empty(), self.prefix.get_mut(&(family, name))) {
            let number = words.ahead();
            let numbered = number.ahead().eat("seq").then(|| number.ahead().nth(1)).flatten();
            match Tail::read(words) {
                Some(tail) => list.remove(tail.sequence, tail.text),
                None => list.remove(numbered.and_then(crate::atoms::number), words.rest()),
            };
            if !list.is_empty() {
                return;
            }
        }
        self.prefix.remove(&(family, name));
    }

    /// Reads what follows `bgp as-path access-list NAME`.
    pub fn as_path_line(
        &mut self,
        name: &'a str,
        line: &'a str,
        negated: bool,
        words: Words<'a>,
        notes: &mut Notes<'_>,
    ) {
        if negated {
            if let (false, Some(list)) = (words.is_empty(), self.as_path.get_mut(name)) {
                if let Some(tail) = Tail::read(words) {
                    list.remove(tail.sequence, tail.text);
                }
                if !list.is_empty() {
                    return notes.read();
                }
            }
            self.as_path.remove(name);
            return notes.read();
        }
        match Tail::read(words).filter(|tail| !tail.value.is_empty()) {
            Some(tail) => {
                let value = tail.value.rest();
                self.as_path_rule(name, line, tail.text, tail.sequence, (tail.verdict, value), notes);
            }
            None => notes.refused(line, Owner::AsPathList(name.to_owned()), REFUSED),
        }
    }

    pub fn as_path_rule(
        &mut self,
        name: &'a str,
        line: &'a str,
        text: &'a str,
        sequence: Option<u32>,
        (verdict, expression): (Verdict, &'a str),
        notes: &mut Notes<'_>,
    ) {
        let owner = Owner::AsPathList(name.to_owned());
        // bgpd's `config_bgp_aspath_validate` takes no other characters (FRR 8.4 source).
        let valid = expression
            .bytes()
            .all(|b| b"1234567890_^|[,{}() ]$*+.?-\\".contains(&b));
        let test = match is_expression(expression) && valid {
            true => AsPathTest::Regex {
                expression: expression.to_owned(),
                syntax: RegexSyntax::PosixDelimiter,
            },
            false if is_placeholder(expression) => AsPathTest::Unsupported,
            false => return notes.refused(line, owner, REFUSED),
        };
        match test {
            AsPathTest::Unsupported => notes.unread(line, owner),
            _ => notes.read(),
        }
        let entry = AsPathEntry {
            verdict,
            test,
            span: notes.span(line),
        };
        let list = self
            .as_path
            .entry(name)
            .or_insert_with(|| Building::new(name, line, notes));
        match entry.test {
            AsPathTest::Unsupported => list.add(sequence, text, entry),
            _ => drop(list.add_new(sequence, text, (verdict, Value::Text(expression)), entry)),
        }
    }

    /// What may permit, deny or do nothing.
    pub fn unknown_as_path(&mut self, name: &'a str, line: &'a str, notes: &Notes<'_>) {
        let list = self
            .as_path
            .entry(name)
            .or_insert_with(|| Building::new(name, line, notes));
        for verdict in [Verdict::Accept, Verdict::Reject] {
            let entry = AsPathEntry {
                verdict,
                test: AsPathTest::Unsupported,
                span: notes.span(line),
            };
            list.add(None, line, entry);
        }
    }

    pub fn finish(self, device: &mut Device) {
        for ((family, name), list) in self.prefix {
            let list = PrefixList {
                name: list.name.clone(),
                span: list.span,
                entries: list.in_order(),
            };
            let lists = device.prefix_lists.entry(ListFamily::of(family)).or_default();
            lists.insert(name.to_owned(), list);
        }
        for (name, list) in self.as_path {
            let list = AsPathList {
                name: list.name.clone(),
                span: list.span,
                entries: list.in_order(),
            };
            device.as_path_lists.insert(name.to_owned(), list);
        }
        self.community.finish(device);
        self.access.finish(device);
    }
}

/// Reads a prefix of the family; host bits are masked off later.
pub fn net(word: &str, family: Family) -> Option<IpNet> {
    let net = match word.contains('/') {
        true => pairlint_model::bgp::prefix(word).ok()?,
        false => {
            let address: IpAddr = word.parse().ok()?;
            IpNet::new(address, family.width()).ok()?
        }
    };
    (Family::of(&net) == family).then_some(net)
}
