//! Lines of route maps and lists whose meaning the manuals of several platforms agree on.

use pairlint_model::bgp::{self, Community, Family, IpNet, LargeCommunity, Origin};
use pairlint_model::network::Owner;
use pairlint_model::policy::{
    Action, Condition, ListFamily, NumberEdit, PrefixEntry, PrefixList, PrefixPattern,
};
use pairlint_model::source::Spanned;

use crate::atoms::{self, CommunityWord, PrefixRule, keyword, number};
use crate::lines::Words;
use crate::lists::Building;
use crate::notes::Notes;

/// Takes away the lines that a later `no` names, whole (`no set weight 1`) or by kind (`no set weight`). One that
/// names nothing stays, and is then not understood.
pub(crate) fn without_removed<'a>(lines: Vec<&'a str>, notes: &mut Notes<'_>) -> Vec<&'a str> {
    // Each `no` looks through what came before; in an entry of senseless length none is understood.
    if lines.len() > 256 || !lines.iter().any(|line| Words::new(line).eat("no")) {
        return lines;
    }
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        let mut words = Words::new(line);
        if !words.eat("no") {
            kept.push(line);
            continue;
        }
        let before = kept.len();
        let whole_kind = words.count() <= 2;
        kept.retain(|earlier| {
            let mut earlier = Words::new(earlier);
            let begins = words.ahead().all(|word| earlier.eat(word));
            !(begins && (whole_kind || earlier.is_empty()))
        });
        match before - kept.len() {
            0 => kept.push(line),
            taken => (0..=taken).for_each(|_| notes.read()),
        }
    }
    kept
}

/// Joins alternatives.
pub(crate) fn any(mut conditions: Vec<Condition>) -> Condition {
    match conditions.len() {
        1 => conditions.pop().unwrap_or(Condition::ALWAYS),
        _ => Condition::Any(conditions),
    }
}

/// Joins what must all hold.
pub(crate) fn all(mut conditions: Vec<Condition>) -> Condition {
    match conditions.len() {
        1 => conditions.pop().unwrap_or(Condition::ALWAYS),
        _ => Condition::All(conditions),
    }
}

/// Several `set community` lines of one entry make one list of values.
pub(crate) fn join_communities(actions: Vec<(&str, Action)>, notes: &Notes<'_>) -> Vec<Spanned<Action>> {
    let mut replaced = false;
    let joined = actions.into_iter().map(|(line, action)| {
        let action = match action {
            Action::SetCommunities(values) if replaced && !values.is_empty() => {
                Action::AddCommunities(values)
            }
            other => other,
        };
        replaced |= matches!(action, Action::SetCommunities(_));
        Spanned::new(notes.span(line), action)
    });
    joined.collect()
}

/// Where a `continue` leads.
pub(crate) enum Target {
    Next,
    Statement(usize),
    Missing,
    Backward,
}

/// Reads `continue [N]` in the entry with that number.
pub(crate) fn target(line: &str, sequence: u32, sequences: &[u32]) -> Option<Target> {
    let mut words = Words::new(line);
    words.next();
    if words.is_empty() {
        return Some(Target::Next);
    }
    let wanted: u32 = number(words.only()?)?;
    Some(match sequences.binary_search(&wanted) {
        _ if wanted <= sequence => Target::Backward,
        Ok(index) => Target::Statement(index),
        Err(_) => Target::Missing,
    })
}

/// Reads `none`, or values and names, `additive` perhaps.
pub(crate) fn set_communities(
    words: Words<'_>,
    well_known: impl Fn(&str) -> Option<Community>,
) -> Option<Action> {
    if words.only().is_some_and(|word| word.eq_ignore_ascii_case("none")) {
        return Some(Action::SetCommunities(Vec::new()));
    }
    let mut values: Vec<Community> = Vec::new();
    let mut additive = false;
    for word in words {
        match atoms::community(word) {
            CommunityWord::Value(community) => values.push(community),
            CommunityWord::OutOfRange => return None,
            CommunityWord::Other if word.eq_ignore_ascii_case("additive") => additive = true,
            CommunityWord::Other => values.push(well_known(word)?),
        }
    }
    match (values.is_empty(), additive) {
        (true, _) => None,
        (false, true) => Some(Action::AddCommunities(values)),
        (false, false) => Some(Action::SetCommunities(values)),
    }
}

/// Reads `none`, or values, `additive` perhaps.
pub(crate) fn set_large_communities(words: Words<'_>) -> Option<Action> {
    if words.only().is_some_and(|word| word.eq_ignore_ascii_case("none")) {
        return Some(Action::SetLargeCommunities(Vec::new()));
    }
    let mut values: Vec<LargeCommunity> = Vec::new();
    let mut additive = false;
    for word in words {
        match atoms::large_community(word) {
            Some(large) => values.push(large),
            None if word.eq_ignore_ascii_case("additive") => additive = true,
            None => return None,
        }
    }
    match (values.is_empty(), additive) {
        (true, _) => None,
        (false, true) => Some(Action::AddLargeCommunities(values)),
        (false, false) => Some(Action::SetLargeCommunities(values)),
    }
}

/// Reads `igp`, `incomplete`, `egp 100`.
pub(crate) fn origin(mut words: Words<'_>) -> Option<Origin> {
    let origin = match keyword(words.next()?, &["igp", "egp", "incomplete"])? {
        "igp" => Origin::Igp,
        "incomplete" => Origin::Incomplete,
        _ => {
            words.eat_if(number::<u32>);
            Origin::Egp
        }
    };
    words.is_empty().then_some(origin)
}

/// Reads `10`, `+10`, `- 10`.
pub(crate) fn number_edit(words: Words<'_>) -> Option<NumberEdit> {
    let count = words.count();
    let first = words.peek()?;
    let (sign, digits) = match first.strip_prefix(['+', '-']) {
        Some("") => (first, words.ahead().nth(1)?),
        Some(digits) => (first.get(..1)?, digits),
        None => ("", first),
    };
    let spaced = usize::from(sign.len() == first.len());
    if count != 1 + spaced {
        return None;
    }
    let value = number(digits)?;
    Some(match sign {
        "+" => NumberEdit::Add(value),
        "-" => NumberEdit::Subtract(value),
        _ => NumberEdit::To(value),
    })
}

/// What the tail of a prefix-list line turned out to be.
pub(crate) enum Pattern {
    Is(PrefixPattern),
    /// The device answers with an error; why, in its words.
    Refused(&'static str),
    Unread,
}

/// Reads the prefix and the bounds of its length. An exact length (`eq`) is for those platforms that have it.
pub(crate) fn prefix_pattern(rule: &PrefixRule<'_>, family: Family) -> Pattern {
    let bounds = [rule.ge, rule.le, rule.eq];
    if bounds
        .iter()
        .flatten()
        .any(|bound| number::<u32>(bound).is_none())
    {
        return Pattern::Unread;
    }
    let Some((address, length)) = rule.prefix.split_once('/') else {
        return Pattern::Unread;
    };
    if number::<u32>(length).is_none() || !address.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':') {
        return Pattern::Unread;
    }
    let Some(prefix) = prefix(rule.prefix, address, length, family) else {
        return Pattern::Refused("it is no prefix of this family");
    };
    let bound = |word: Option<&str>| word.map(|word| number::<u8>(word).unwrap_or(u8::MAX));
    let (ge, le) = match rule.eq {
        Some(_) if rule.ge.is_some() || rule.le.is_some() => return Pattern::Unread,
        Some(_) => (bound(rule.eq), bound(rule.eq)),
        None => (bound(rule.ge), bound(rule.le)),
    };
    match atoms::lengths(prefix.prefix_len(), family.width(), ge, le) {
        // The manual asks for len < ge <= le. That ge equals len is read as written: it means the same as
        // without it, and releases differ.
        Some(lengths) => Pattern::Is(PrefixPattern::Range { prefix, lengths }),
        None => Pattern::Refused("it wants len < ge <= le"),
    }
}

/// Host bits are masked when the list is stored.
pub(crate) fn prefix(text: &str, address: &str, length: &str, family: Family) -> Option<IpNet> {
    let prefix = bgp::prefix(text)
        .ok()
        .or_else(|| IpNet::new(address.parse().ok()?, number(length)?).ok())?;
    (Family::of(&prefix) == family).then(|| prefix.trunc())
}

/// Puts the entries in order.
pub(crate) fn prefix_list(
    list: Building<'_, PrefixEntry>,
    family: Family,
    notes: &mut Notes<'_>,
) -> PrefixList {
    let (name, span) = (list.name.clone(), list.span);
    // The same number with the same text is one entry, shown twice. With another text it is not known which of
    // the two the device keeps.
    let mut entries: Vec<PrefixEntry> = Vec::new();
    let mut before: Option<(u32, &str)> = None;
    for numbered in list.in_order() {
        match before {
            Some((sequence, text)) if sequence == numbered.sequence => {
                if !Words::new(text).eq(Words::new(numbered.text)) {
                    if let Some(last) = entries.last_mut() {
                        last.pattern = PrefixPattern::Unsupported;
                    }
                    let owner = Owner::PrefixList(ListFamily::of(family), name.value.clone());
                    notes.doubtful(numbered.entry.span, owner);
                }
            }
            _ => entries.push(numbered.entry),
        }
        before = Some((numbered.sequence, numbered.text));
    }
    PrefixList { name, entries, span }
}
