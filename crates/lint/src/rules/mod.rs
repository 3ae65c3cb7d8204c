//! The rules: one file each, listed once.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use crate::Context;

/// A defect that is looked for.
pub struct Rule {
    /// Names the defect and reads well after "allow".
    pub name: &'static str,
    /// The default severity; a finding may be of a lower one where the evidence is weaker.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// The rule's page, `docs/rules/<name>.md`.
    pub page: &'static str,
    pub check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

impl Rule {
    /// Begins a finding of this rule.
    pub fn at(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.name, self.severity, message)
    }
}

/// Declares each rule's module and lists it, so that a rule cannot be written and forgotten.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every rule, by name.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![];

/// Returns the rule of that name.
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}
