//! Expressions over communities and AS paths, compiled to automata so that questions about all texts have answers.
//!
//! Every language is translated sign by sign; what is not known to mean one thing is an error, not a guess.

mod ascending;
mod automaton;
mod communities;
mod decimal;
mod locality;
mod paths;
mod product;
mod syntax;
mod tokens;

#[cfg(test)]
mod tests;

use std::fmt;

use pairlint_model::policy::RegexSyntax;

use automaton::Automaton;
use syntax::Language;

pub use communities::{matches_set, named, render, render_one, representatives};
pub use locality::{Locality, locality};
pub use paths::{PathLanguage, PathSearch, find_path};

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Expression {
    automaton: Automaton,
}

/// What text an expression sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A route's whole set of communities, as [`render`] writes it.
    Communities,
    /// One community alone, as [`render_one`] writes it.
    OneCommunity,
    /// An AS path, as it displays: `12076 8075 {1,2}`.
    AsPath,
}

/// Why an expression cannot be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionError {
    /// The platform may know it, but what it means there is not known here.
    Unsupported(String),
    /// The platform refuses it.
    Invalid(String),
    /// Its automaton exceeds the limits.
    TooLarge,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpressionError::Unsupported(what) => write!(f, "{what} is not supported in an expression"),
            ExpressionError::Invalid(why) => write!(f, "not an expression: {why}"),
            ExpressionError::TooLarge => f.write_str("the expression is too large"),
        }
    }
}

impl std::error::Error for ExpressionError {}

/// How far an expression has come in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(automaton::State);

impl Expression {
    /// Compiles an expression. It is searched anywhere in the text, or must match the whole text where it is
    /// `anchored`; expressions over whole AS numbers always match the whole path.
    pub fn compile(
        expression: &str,
        syntax: RegexSyntax,
        subject: Subject,
        anchored: bool,
    ) -> Result<Expression, ExpressionError> {
        let hir = match syntax {
            RegexSyntax::AsTokens if subject == Subject::AsPath => {
                let automaton = tokens::automaton(expression)?;
                return Ok(Expression { automaton });
            }
            RegexSyntax::AsTokens => {
                let what = "an expression over AS numbers for communities".to_owned();
                return Err(ExpressionError::Unsupported(what));
            }
            RegexSyntax::Cisco | RegexSyntax::XrIos => syntax::parse(expression, Language::Cisco)?,
            RegexSyntax::Posix => syntax::parse(expression, Language::Posix)?,
            RegexSyntax::PosixDelimiter => {
                syntax::parse(&expression.replace('_', syntax::FRR_DELIMITER), Language::Gnu)?
            }
        };
        let automaton = Automaton::whole(match anchored {
            true => hir,
            false => automaton::searched(hir),
        })?;
        Ok(Expression { automaton })
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.accepts_at_end(self.step(self.start(), text))
    }

    /// The state before any text.
    pub fn start(&self) -> StateId {
        StateId(self.automaton.start())
    }

    /// The state after more text.
    pub fn step(&self, state: StateId, text: &str) -> StateId {
        StateId(self.automaton.run(state.0, text))
    }

    /// Whether the text matches if it ends here.
    pub fn accepts_at_end(&self, state: StateId) -> bool {
        self.automaton.accepts(state.0)
    }

    /// Whether every continuation matches (true), or none does (false); the empty one counts.
    pub fn is_settled(&self, state: StateId) -> Option<bool> {
        self.automaton.settled(state.0)
    }
}
