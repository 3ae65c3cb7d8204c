//! What would mend a finding: changes in terms of the model, and the edits of a text that they come to.
//!
//! A rule says what is to stand in a list and what is not; how that is written in a file is its dialect's business.

use crate::bgp::Community;
use crate::source::{Span, Spanned};

/// A text that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Empty where text is only put in.
    pub span: Span,
    pub replacement: String,
}

/// Whether a remedy may be applied without being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// What it changes is what was meant.
    Safe,
    /// It takes something away, or rests on a guess.
    Unsafe,
}

/// Edits that were seen to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub safety: Safety,
    /// In the order of their places; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    pub fn is_safe(&self) -> bool {
        self.safety == Safety::Safe
    }
}

/// Changes that together mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// What it does, as an order in lower case: "add `12076:51003`".
    pub title: String,
    pub safety: Safety,
    pub changes: Vec<Change>,
    /// Rules that may speak of the same communities once the finding is gone, because a part of what it is about stays.
    pub leaves: &'static [&'static str],
}

impl Remedy {
    pub fn safe(title: impl Into<String>, changes: Vec<Change>) -> Remedy {
        Remedy {
            title: title.into(),
            safety: Safety::Safe,
            changes,
            leaves: &[],
        }
    }

    pub fn leaving(mut self, rules: &'static [&'static str]) -> Remedy {
        self.leaves = rules;
        self
    }

    /// One that takes something away or rests on a guess.
    pub fn guessed(title: impl Into<String>, changes: Vec<Change>) -> Remedy {
        Remedy {
            safety: Safety::Unsafe,
            ..Remedy::safe(title, changes)
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The values are to stand in a route filter's list, too.
    AddValues { list: ValueList, values: Vec<Community> },
    /// A value of a route filter's list is to be gone.
    RemoveValue { list: ValueList, item: Spanned<String> },
    /// In the place of a value of a route filter's list these are to stand.
    ReplaceValue {
        list: ValueList,
        item: Spanned<String>,
        values: Vec<Community>,
    },
    /// A router's list is to permit the values, too, each by itself, as an entry of it permits another.
    AddEntries { entry: Entry, values: Vec<Community> },
    /// Each value of a router's entry is to be an entry of its own. Without values: of a list that is named here, each
    /// entry by itself is to be enough.
    SplitEntry {
        entry: Entry,
        values: Vec<Spanned<Community>>,
    },
    /// A router's entry is to be gone.
    RemoveEntry { entry: Entry },
    /// A word is to read differently.
    Reword { at: Spanned<String>, to: String },
}

/// A route filter's list of communities and where its values stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueList {
    /// The list with its brackets, where it stands in one piece.
    pub span: Span,
    /// Its last value as it reads, and its place with quotes.
    pub last: Option<Spanned<String>>,
    /// The last value that is a text and not a bare number: it shows how values are written.
    pub example: Option<Spanned<String>>,
    /// How many values it has.
    pub len: usize,
}

/// An entry of a router's list of communities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The list's name, where it has one.
    pub list: Option<String>,
    pub span: Span,
    /// Its values, from the first to the last, or its expression.
    pub value: Span,
    /// Where the policies in question name the list.
    pub references: Vec<Span>,
}

impl Change {
    /// A place in the file that is to be edited.
    pub fn span(&self) -> Span {
        match self {
            // A list may be put together from several files: where a value is, another can stand.
            Change::AddValues { list, .. } => list.last.as_ref().map_or(list.span, |item| item.span),
            Change::RemoveValue { item, .. } | Change::ReplaceValue { item, .. } => item.span,
            Change::AddEntries { entry, .. }
            | Change::SplitEntry { entry, .. }
            | Change::RemoveEntry { entry } => entry.span,
            Change::Reword { at, .. } => at.span,
        }
    }
}
