//! One sequence of a route map, or a policy list: the lines below its head.

use pairlint_model::network::Owner;
use pairlint_model::policy::{Action, Verdict};
use pairlint_model::source::Span;

use super::matching::Matches;
use super::{Command, Notes, setting};
use crate::atoms::keyword;
use crate::clauses::without_removed;
use crate::lines::Words;

/// One sequence of a route map, or a policy list: its lines, each as often as it is written.
pub(super) struct Entry<'a> {
    pub head: &'a str,
    pub verdict: Verdict,
    pub lines: Vec<&'a str>,
    /// The last line of the block that is written first.
    end: &'a str,
    /// Something of its head was not understood.
    pub doubtful: bool,
}

/// The lines of an entry, sorted by what they do.
pub(super) struct Read<'a> {
    pub matches: Matches<'a>,
    pub actions: Vec<(&'a str, Action)>,
    /// The `continue` line.
    pub goes_on: Option<&'a str>,
}

impl<'a> Entry<'a> {
    pub fn new(command: &'a Command<'a>, verdict: Verdict) -> Entry<'a> {
        Entry {
            head: command.text,
            verdict,
            lines: Vec::new(),
            end: command.body.last().map_or(command.text, |line| line.text),
            doubtful: false,
        }
    }

    pub fn add(&mut self, command: &'a Command<'a>) {
        self.lines.extend(command.body.iter().map(|line| line.text));
    }

    pub fn span(&self, notes: &Notes<'_>) -> Span {
        notes.across(self.head, self.end)
    }

    /// Reads the lines. A `no` takes away what an earlier line said. A `continue` is left to the caller, who
    /// knows where it leads; so are actions, as to being noted.
    pub fn read(self, owner: &dyn Fn() -> Owner, notes: &mut Notes<'_>) -> Read<'a> {
        let mut read = Read {
            matches: Matches::default(),
            actions: Vec::new(),
            goes_on: None,
        };
        if self.doubtful {
            read.matches.unread(self.head, notes);
        }
        for line in without_removed(self.lines, notes) {
            let mut words = Words::new(line);
            let word = words.next().unwrap_or("");
            match keyword(word, &["match", "set", "continue", "description", "exit"]) {
                Some("match") => match read.matches.line(words, line, notes) {
                    true => notes.read(),
                    false => notes.unread(line, owner()),
                },
                Some("set") => {
                    let action = setting::action(words, notes);
                    match action {
                        Some(Action::Inert) => notes.ignored(),
                        Some(_) => notes.read(),
                        None => notes.unread(line, owner()),
                    }
                    read.actions.push((line, action.unwrap_or(Action::Unsupported)));
                }
                Some("continue") => {
                    if read.goes_on.replace(line).is_some() {
                        notes.read();
                    }
                }
                Some(_) => notes.ignored(),
                None => {
                    read.matches.unread(line, notes);
                    notes.unread(line, owner());
                }
            }
        }
        read
    }
}
