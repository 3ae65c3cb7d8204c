//! One sequence of a route map.

use pairlint_model::network::Owner;
use pairlint_model::policy::{Action, Call, Condition, NumberEdit, Outcome, Statement, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::Version;
use super::matching::{self, Reading};
use super::setting;
use crate::lines::Words;
use crate::notes::Notes;

pub struct Entry<'a> {
    pub head: &'a str,
    pub verdict: Verdict,
    /// The last line that is written first.
    pub end: &'a str,
    matches: Vec<Kept<'a, Condition>>,
    sets: Vec<Kept<'a, Action>>,
    call: Option<(&'a str, &'a str)>,
    exit: Option<(Exit, &'a str)>,
    /// Lines that were not interpreted and may be conditions.
    unread: Vec<&'a str>,
    /// In which order communities are set and deleted is not known for any release.
    order_is_unknown: bool,
}

struct Kept<'a, T> {
    kind: &'static str,
    line: &'a str,
    value: T,
}

/// Where an entry that matches goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Next,
    /// The entry of that number, else the next higher one.
    GoTo(u32),
}

impl<'a> Entry<'a> {
    pub fn new(head: &'a str, verdict: Verdict) -> Entry<'a> {
        Entry {
            head,
            verdict,
            end: head,
            matches: Vec::new(),
            sets: Vec::new(),
            call: None,
            exit: None,
            unread: Vec::new(),
            order_is_unknown: false,
        }
    }

    pub fn order_is_unknown(&mut self) {
        self.order_is_unknown = true;
    }

    pub fn unread(&mut self, line: &'a str) {
        self.unread.push(line);
    }

    /// Reads what follows `match`.
    pub fn matching(
        &mut self,
        words: &[&str],
        line: &'a str,
        version: Version,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) {
        match matching::read(words, line, version, notes) {
            Reading::Read(kind, value) => {
                notes.read();
                if let Some(earlier) = keep(&mut self.matches, Kept { kind, line, value }) {
                    let effect =
                        "keeps one line of each kind in an entry, and a later one takes the place of this";
                    notes.replaced(earlier, owner(), effect);
                }
            }
            Reading::Unread => {
                notes.unread(line, owner());
                self.unread.push(line);
            }
            Reading::Refused => {
                let effect = "drops the line, and the entry matches as if it were not there: every route, where nothing else is tested";
                notes.refused(line, owner(), effect);
            }
        }
    }

    /// Reads what follows `set`.
    pub fn setting(
        &mut self,
        words: &[&str],
        line: &'a str,
        version: Version,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) {
        match setting::read(words, version, notes) {
            Reading::Read(kind, value) => {
                match value {
                    Action::Inert => notes.ignored(),
                    _ => notes.read(),
                }
                // Kinds without effect are many, and which of them comes last does not matter.
                if !matches!(value, Action::Inert) {
                    let value = match self.is_lost(kind, &value, version) {
                        true => Action::Inert,
                        false => value,
                    };
                    keep(&mut self.sets, Kept { kind, line, value });
                }
            }
            Reading::Unread => {
                notes.unread(line, owner());
                let value = Action::Unsupported;
                self.sets.push(Kept {
                    kind: "",
                    line,
                    value,
                });
            }
            Reading::Refused => {
                notes.refused(line, owner(), "drops the line, and nothing is set");
            }
        }
    }

    /// Up to 8.4 some lines take the place of another form of the same clause and set nothing themselves: `none` after
    /// values, a metric after a change to the metric, an addition after a subtraction (observed; 10.3 does as it reads).
    fn is_lost(&self, kind: &str, value: &Action, version: Version) -> bool {
        let kept = self.sets.iter().find(|kept| kept.kind == kind);
        let Some(before) = kept.filter(|_| version == Version::V8) else {
            return false;
        };
        match value {
            Action::SetCommunities(set) if set.is_empty() => {
                !matches!(&before.value, Action::SetCommunities(set) if set.is_empty())
            }
            Action::SetLargeCommunities(set) if set.is_empty() => {
                !matches!(&before.value, Action::SetLargeCommunities(set) if set.is_empty())
            }
            Action::SetMed(edit) => matches!(
                (&before.value, edit),
                (
                    Action::SetMed(NumberEdit::Subtract(_)),
                    NumberEdit::To(_) | NumberEdit::Add(_)
                ) | (Action::SetMed(NumberEdit::Add(_)), NumberEdit::To(_))
            ),
            _ => false,
        }
    }

    /// Reads a `match` command that a front end wrote, which does not write what the daemon refuses.
    pub fn matching_or_unread(
        &mut self,
        words: &[&str],
        line: &'a str,
        version: Version,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) {
        match matching::read(words, line, version, notes) {
            Reading::Read(..) => self.matching(words, line, version, owner, notes),
            Reading::Unread | Reading::Refused => {
                notes.unread(line, owner());
                self.unread.push(line);
            }
        }
    }

    /// Reads a `set` command that a front end wrote.
    pub fn setting_or_unread(
        &mut self,
        words: &[&str],
        line: &'a str,
        version: Version,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) {
        match setting::read(words, version, notes) {
            Reading::Read(..) => self.setting(words, line, version, owner, notes),
            Reading::Unread | Reading::Refused => {
                notes.unread(line, owner());
                self.sets.push(Kept {
                    kind: "",
                    line,
                    value: Action::Unsupported,
                });
            }
        }
    }

    /// The second call takes the place of the first.
    pub fn call(&mut self, name: &'a str, line: &'a str, notes: &mut Notes<'_>) {
        self.call = Some((name, line));
        notes.read();
    }

    /// Reads `on-match next`, `on-match goto N` and `continue N`.
    pub fn exit(
        &mut self,
        exit: Exit,
        sequence: u32,
        line: &'a str,
        owner: &dyn Fn() -> Owner,
        notes: &mut Notes<'_>,
    ) {
        if self.verdict == Verdict::Reject {
            let effect = "drops the line: a deny entry ends the route map where it matches";
            return notes.refused(line, owner(), effect);
        }
        if matches!(exit, Exit::GoTo(to) if to <= sequence) {
            let effect = "drops the line, which leads to no later entry: the entry ends the route map";
            return notes.refused(line, owner(), effect);
        }
        self.exit = Some((exit, line));
        notes.read();
    }

    pub fn no_exit(&mut self) {
        self.exit = None;
    }

    pub fn no_call(&mut self) {
        self.call = None;
    }

    /// Takes away the line of the kind that these words would be; false where there is none.
    pub fn remove(&mut self, words: &[&str], version: Version, notes: &Notes<'_>) -> bool {
        let (first, rest) = match words.split_first() {
            Some((first, rest)) => (*first, rest),
            None => return false,
        };
        let named = rest.join(" ");
        match first {
            "match" => {
                let before = self.matches.len();
                let kind = match matching::read(rest, self.head, version, notes) {
                    Reading::Read(kind, _) => kind,
                    _ => named.as_str(),
                };
                self.matches.retain(|kept| kept.kind != kind);
                self.matches.len() < before
            }
            "set" => {
                let before = self.sets.len();
                let kind = match setting::read(rest, version, notes) {
                    Reading::Read(kind, _) => kind,
                    _ => named.as_str(),
                };
                self.sets.retain(|kept| kept.kind != kind);
                self.sets.len() < before
            }
            _ => false,
        }
    }

    fn span(&self, notes: &Notes<'_>) -> Span {
        notes.across(self.head, self.end)
    }

    /// Builds the statement; `sequences` are those of the whole map, ascending.
    pub fn finish(self, sequence: u32, sequences: &[u32], version: Version, notes: &Notes<'_>) -> Statement {
        let span = self.span(notes);
        let order = order_is_open(&self.sets, version == Version::V8 && !self.order_is_unknown);
        let mut actions: Vec<Spanned<Action>> = self
            .sets
            .into_iter()
            .map(|kept| Spanned::new(notes.span(kept.line), kept.value))
            .collect();
        if let Some(line) = order {
            actions.push(Spanned::new(notes.span(line), Action::Unsupported));
        }
        // A call runs after the entry's own sets.
        if let Some((name, line)) = self.call {
            let policy = notes.name(name);
            let kind = Call::Gate;
            actions.push(Spanned::new(notes.span(line), Action::Call { policy, kind }));
        }
        let outcome = match (self.verdict, self.exit) {
            (Verdict::Reject, _) => Outcome::Reject,
            (Verdict::Accept, None) => Outcome::Accept,
            (Verdict::Accept, Some((exit, line))) => {
                actions.push(Spanned::new(notes.span(line), Action::Pending(Verdict::Accept)));
                match exit {
                    Exit::Next => Outcome::Next,
                    Exit::GoTo(to) => Outcome::GoTo(sequences.partition_point(|known| *known < to)),
                }
            }
        };
        let unread = self
            .unread
            .iter()
            .map(|line| Condition::Unsupported(notes.span(line)));
        let mut conditions: Vec<Condition> = self
            .matches
            .into_iter()
            .map(|kept| kept.value)
            .chain(unread)
            .collect();
        let condition = match conditions.len() {
            1 => conditions.pop().unwrap_or(Condition::ALWAYS),
            _ => Condition::All(conditions),
        };
        Statement {
            label: sequence.to_string(),
            head: notes.span(self.head),
            span,
            condition,
            actions,
            outcome,
        }
    }
}

/// Adds a line; one of the same kind goes, and is returned. The same line again changes nothing.
fn keep<'a, T>(lines: &mut Vec<Kept<'a, T>>, kept: Kept<'a, T>) -> Option<&'a str> {
    let known = lines.iter().position(|known| known.kind == kept.kind);
    let same = known.is_some_and(|at| Words::new(lines[at].line).eq(Words::new(kept.line)));
    if same {
        return None;
    }
    let replaced = known.map(|at| lines.remove(at).line);
    lines.push(kept);
    replaced
}

/// Communities that are set and then deleted in one entry: `bgpd -f` keeps the order of the file, 10.3 deletes first
/// where it reads the file as one transaction. Returns the deleting line.
fn order_is_open<'a>(sets: &[Kept<'a, Action>], known: bool) -> Option<&'a str> {
    if known {
        return None;
    }
    let at = |kind| sets.iter().position(|kept| kept.kind == kind);
    let (set, delete) = (at("community")?, at("comm-list")?);
    sets.get(delete).filter(|_| set < delete).map(|kept| kept.line)
}
