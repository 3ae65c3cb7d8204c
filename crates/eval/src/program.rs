//! An import attachment compiled for questions about many routes at once.
//!
//! Prefix lists become exact route sets and one sweep cuts them into classes; communities that the
//! policies name become atoms; every statement becomes a column whose prefix part is known for each class.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::rc::Rc;

use pairlint_model::bgp::{Community, Family, IpNet};
use pairlint_model::network::Device;
use pairlint_model::policy::{CommunityRendering, End, NumberEdit, Outcome, PolicyChain, Truth, Verdict};
use pairlint_model::source::Span;
use rustc_hash::FxHashMap;

use crate::bits::Bits;
use crate::expressions::{Expression, StateId};
use crate::guesses::Key;
use crate::judge::Judge;
use crate::prefixes::{Classes, PrefixSet};
use crate::route::Because;

/// One question that a program cannot answer by itself: what is guessed, and what to tell about it.
#[derive(Debug, Clone)]
pub(crate) struct Opaque {
    pub key: Key,
    pub because: Because,
}

/// A compiled condition.
pub(crate) enum Cond {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    Constant(bool),
    /// Index into [`Program::prefix_leaves`].
    Prefix(usize),
    /// Index into [`Program::community_leaves`].
    Communities(usize),
    Path(PathTest),
    LocalPreference(RangeInclusive<u32>),
    Opaque(Opaque),
    /// An attribute that the session's routes carry with unknown value, until a policy sets it.
    Med(RangeInclusive<u32>, Opaque),
    /// A condition on large or extended communities: `none` answers for a route without any, where it is known.
    OtherKinds {
        none: Option<bool>,
        opaque: Opaque,
    },
    Policy {
        chain: Vec<Expr>,
        default: Verdict,
        /// What it runs may change the route.
        edits: bool,
    },
    /// A condition on an attribute, with what to guess where an uninterpreted edit stands before it.
    Attribute(Box<Cond>, String),
}

impl Cond {
    /// Whether testing the condition runs a policy that may edit the route: then it cannot be skipped.
    pub fn edits(&self) -> bool {
        match self {
            Cond::Policy { edits, .. } => *edits,
            Cond::All(parts) | Cond::Any(parts) => parts.iter().any(Cond::edits),
            Cond::Not(part) | Cond::Attribute(part, _) => part.edits(),
            _ => false,
        }
    }
}

pub(crate) enum PathTest {
    /// Index into [`Program::path_expressions`].
    Expression(usize),
    /// First entry that holds decides.
    List(Vec<(Verdict, PathTest)>),
    Any(Vec<PathTest>),
    All(Vec<PathTest>),
    Not(Box<PathTest>),
    Opaque(Opaque),
}

pub(crate) enum Expr {
    Policy(usize),
    /// Whether the platform accepts then, what to guess where that is not certain, and the reference.
    Undefined(Truth, Opaque, Span),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Opaque(Opaque),
}

/// A compiled community test, over the atoms of the program.
pub(crate) enum Test {
    Always,
    Empty,
    /// Some community of the route is of these.
    Has(usize),
    Line(Vec<usize>),
    /// Exactly these: every pattern met, and nothing that meets none.
    Exact(Vec<usize>),
    /// Every community meets one of the tests; the opaque answers for a route without communities.
    Within(Vec<usize>, Opaque),
    Text(Box<TextTest>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Opaque(Opaque),
    /// A large or extended community is asked for.
    OtherKinds(Opaque),
    /// First entry that holds decides.
    List(Vec<(Verdict, Test)>),
    Count(RangeInclusive<u32>, Opaque),
}

/// A state of an expression, and whether a community was written before.
pub(crate) type TextState = (StateId, bool);

/// An expression over the whole text, decided by walking the text of the communities in order.
pub(crate) struct TextTest {
    pub expression: Rc<Expression>,
    pub rendering: CommunityRendering,
    pub written: Written,
    /// Where the rendering is not certain: the atoms as packed numbers, and what to guess when the two differ.
    pub packed: Option<(Written, Opaque)>,
    /// What to guess where communities that the question leaves open altogether could tip the expression.
    pub open: Opaque,
}

/// The atoms as a platform writes them, for one expression.
pub(crate) struct Written {
    pub words: Rc<Words>,
    /// For each state, where any further communities can lead; filled as it is asked for.
    pub anything: RefCell<FxHashMap<TextState, Rc<Vec<TextState>>>>,
}

/// Each atom as a platform writes it.
pub(crate) struct Words {
    pub texts: Vec<String>,
    /// One decimal number instead of two halves.
    pub packed: bool,
    /// The atoms that are written as words, not as numbers.
    pub named: Bits,
}

pub(crate) enum Act {
    Set(Vec<usize>),
    Add(Vec<usize>),
    /// Atoms that are removed, and what is guessed about others.
    Delete(Bits),
    LocalPreference(NumberEdit),
    Med(NumberEdit),
    Prepend,
    Pending(Verdict),
    Default(Verdict),
    /// With `gate`, a rejection of the callee ends everything; else its statements run as if they stood here.
    Call {
        policy: Option<usize>,
        undefined: Truth,
        opaque: Opaque,
        gate: bool,
    },
    LargeEdit,
    Poison(Span),
}

pub(crate) struct Step {
    pub head: Span,
    pub condition: Cond,
    pub actions: Vec<Act>,
    pub outcome: Outcome,
}

pub(crate) struct Policy {
    pub name: Span,
    /// Its statements' columns begin here.
    pub column: usize,
    pub steps: Vec<Step>,
    pub sees_sets: bool,
    pub failed_match_rejects_pending: bool,
    pub end: End,
    pub end_opaque: Opaque,
}

pub(crate) struct PrefixLeaf {
    pub accepted: PrefixSet,
    pub uncertain: PrefixSet,
    pub opaque: Opaque,
}

/// Which communities beyond the named ones a question may put on a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// None: a session with Microsoft itself.
    None,
    /// Any that is not Microsoft's: a provider in between.
    NotMicrosoft,
    /// Any at all.
    Any,
}

/// What is known beforehand about the routes of all questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    /// They arrive on a BGP session from another AS.
    Session,
    /// Nothing, but for what the sessions of the file say where `facts` holds.
    Any { facts: bool },
}

/// A session's policies in one direction, ready for questions.
pub struct Program<'a> {
    pub(crate) judge: Judge<'a>,
    pub(crate) chain: &'a PolicyChain,
    pub(crate) family: Family,
    pub(crate) policies: Vec<Policy>,
    pub(crate) filters: Vec<(Span, Cond)>,
    pub(crate) expressions: Vec<Expr>,
    pub(crate) default_opaque: Opaque,
    pub(crate) prefix_leaves: Vec<PrefixLeaf>,
    pub(crate) community_leaves: Vec<Test>,
    pub(crate) path_expressions: Vec<Rc<Expression>>,
    /// The communities that can make a difference, ascending.
    pub(crate) atoms: Vec<Community>,
    /// For each distinct pattern, the atoms that meet it.
    pub(crate) patterns: Vec<Bits>,
    /// For each atom, which others meet the same patterns.
    pub(crate) signatures: Vec<u32>,
    pub(crate) unset_local_preference_is_100: Truth,
    /// Not every kind of unnamed community has an atom, so nothing can be proven about routes with others.
    pub(crate) incomplete: bool,
    /// Tests that look at more than which patterns are met.
    pub(crate) counts: bool,
    pub(crate) whole_texts: bool,
    /// Questions are about any route of any session in any direction, not about what arrives on one.
    pub(crate) any_route: bool,
    /// A policy that sees edits exists, and communities are edited.
    pub(crate) edits_seen: bool,
    pub(crate) classes: Classes,
    /// For each class: the columns (statements) whose prefix part may hold, then one column for each leaf's
    /// truth and one for its uncertainty.
    pub(crate) keys: Vec<Bits>,
    pub(crate) columns: usize,
    pub(crate) leaf_column: usize,
    pub(crate) bases: usize,
}

impl<'a> Program<'a> {
    /// Compiles a chain. `bases` are the sets of routes that questions will be about; `communities` the
    /// values that they will name.
    pub fn new(
        device: &'a Device,
        chain: &'a PolicyChain,
        family: Family,
        bases: &[PrefixSet],
        communities: &BTreeSet<Community>,
        others: Others,
    ) -> Program<'a> {
        let world = World::Session;
        crate::compile::compile(
            Judge::new(device),
            chain,
            family,
            bases,
            communities,
            others,
            world,
        )
    }

    /// Which classes of the sweep lie in a base.
    pub(crate) fn in_base(&self, class: usize, base: usize) -> bool {
        debug_assert!(base < self.bases);
        self.classes.members(class).binary_search(&(base as u32)).is_ok()
    }

    /// Steps of work spent on lists and classes, for showing how the work grows.
    pub fn steps(&self) -> u64 {
        self.classes.steps()
    }

    /// How many kinds of prefixes the lists tell apart.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// Whether some list of prefixes can matter at all.
    pub fn looks_at_prefixes(&self) -> bool {
        !self.prefix_leaves.is_empty()
    }

    /// The class of a route; routes of one class fare alike.
    pub fn class_of(&self, route: &IpNet) -> usize {
        self.classes.class_of(route)
    }

    /// A number that is the same for communities which no test of the policies tells apart (unless it counts
    /// them or reads them in order). `u32::MAX` for one that the program was not made for.
    pub fn signature(&self, community: Community) -> u32 {
        match self.atoms.binary_search(&community) {
            Ok(at) if self.counts || self.whole_texts => u32::MAX / 2 + at as u32,
            Ok(at) => self.signatures.get(at).copied().unwrap_or(u32::MAX),
            Err(_) => u32::MAX,
        }
    }

    /// The one-route judge of the same device.
    pub fn judge(&self) -> &Judge<'a> {
        &self.judge
    }

    pub fn family(&self) -> Family {
        self.family
    }

    pub fn chain(&self) -> &'a PolicyChain {
        self.chain
    }
}
