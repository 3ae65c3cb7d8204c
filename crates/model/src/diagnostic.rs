//! What a finding is: one fact, where it stands, and what to do about it.

use std::collections::BTreeMap;
use std::fmt;

use crate::bgp::{AsPath, Community, IpNet};
use crate::remedy::{Fix, Remedy};
use crate::source::Span;

/// How bad a finding is; ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A place and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// A machine-readable particular of a finding, part of its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    Text(String),
    Number(u64),
    List(Vec<String>),
}

/// What became of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteVerdict {
    Accept,
    Reject,
    /// The answer hangs on something that was not understood or is not known.
    Unsure,
}

impl fmt::Display for RouteVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RouteVerdict::Accept => "accept",
            RouteVerdict::Reject => "reject",
            RouteVerdict::Unsure => "unsure",
        })
    }
}

/// One concrete route that shows a defect; `pairlint trace` on it gives the same verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub prefix: IpNet,
    /// Ascending, without duplicates.
    pub communities: Vec<Community>,
    pub as_path: AsPath,
    pub verdict: RouteVerdict,
}

/// One finding. The message is one fact in lower case without a period, names in backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name: `missing-region-community`.
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    /// First the line to edit, then the evidence. Never empty when reported.
    pub labels: Vec<Label>,
    /// An action.
    pub help: Option<String>,
    /// What the finding is about, as a waiver names it: a filter's name, `device/vrf/neighbor` …
    pub object: Option<String>,
    /// A stable name of the object for the fingerprint, where `object` alone may not be unique (a resource id).
    pub identity: Option<String>,
    pub facts: BTreeMap<&'static str, Fact>,
    pub witness: Option<Witness>,
    /// What would mend it, where that is certain enough to be written.
    pub remedy: Option<Remedy>,
    /// The remedy as edits, once it was tried.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    pub fn new(rule: &'static str, severity: Severity, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            severity,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            object: None,
            identity: None,
            facts: BTreeMap::new(),
            witness: None,
            remedy: None,
            fix: None,
        }
    }

    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    pub fn object(mut self, name: impl Into<String>) -> Diagnostic {
        self.object = Some(name.into());
        self
    }

    pub fn identity(mut self, id: impl Into<String>) -> Diagnostic {
        self.identity = Some(id.into());
        self
    }

    pub fn fact(mut self, key: &'static str, value: impl Into<Fact>) -> Diagnostic {
        self.facts.insert(key, value.into());
        self
    }

    pub fn witness(mut self, witness: Witness) -> Diagnostic {
        self.witness = Some(witness);
        self
    }

    pub fn remedy(mut self, remedy: impl Into<Option<Remedy>>) -> Diagnostic {
        self.remedy = remedy.into();
        self
    }

    pub fn severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Fact {
        Fact::Text(text)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }
}

impl From<u64> for Fact {
    fn from(number: u64) -> Fact {
        Fact::Number(number)
    }
}

impl<T: fmt::Display> From<&[T]> for Fact {
    fn from(list: &[T]) -> Fact {
        Fact::List(list.iter().map(T::to_string).collect())
    }
}

impl<T: fmt::Display> From<Vec<T>> for Fact {
    fn from(list: Vec<T>) -> Fact {
        Fact::from(list.as_slice())
    }
}
