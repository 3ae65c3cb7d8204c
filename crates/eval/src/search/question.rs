//! Questions about sets of routes, and the ways that are their answers.

use std::rc::Rc;

use pairlint_model::bgp::{AsPath, Community, IpNet};
use pairlint_model::policy::Verdict;
use pairlint_model::source::Span;

use crate::expressions::{Expression, PathLanguage};
use crate::guesses::Key;
use crate::program::Others;
use crate::route::Because;

/// Which prefixes a question is about.
#[derive(Debug, Clone, Copy)]
pub enum Prefixes<'q> {
    /// The base set of that index, and these routes beside it.
    Base {
        base: usize,
        also: &'q [IpNet],
    },
    Exactly(&'q [IpNet]),
}

/// A set of routes: all combinations of what it allows.
#[derive(Clone)]
pub struct Question<'q> {
    pub prefixes: Prefixes<'q>,
    /// On every route.
    pub present: &'q [Community],
    /// On some routes.
    pub optional: &'q [Community],
    /// Whether further communities may stand beside them; no more than the program was made for.
    pub others: Others,
    pub path: &'q PathLanguage,
}

/// One way through the policies, and a route that takes it.
#[derive(Debug, Clone)]
pub struct Way {
    pub verdict: Verdict,
    pub prefix: IpNet,
    pub communities: Vec<Community>,
    pub as_path: AsPath,
    /// What had to be assumed; empty where the verdict is certain.
    pub assumed: Vec<Because>,
    /// The statements and filters that decided, in order.
    pub decided_by: Vec<Span>,
    /// As the policies leave it; `None` where nobody set it.
    pub local_preference: Option<u32>,
    /// Where the ways of two programs are compared: communities that the way found not to be there, and what
    /// expressions over the AS path answered. Further communities and paths may differ without mattering.
    pub(super) absent: Vec<Community>,
    pub(super) path_answers: Vec<(Rc<Expression>, bool)>,
    /// What each of the assumptions is about, and which way it went.
    pub(super) guessed: Vec<(Key, bool)>,
}

/// Whether to look for more ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    GoOn,
    Stop,
}
