//! Deterministic automata as plain tables, built by `regex-automata`.

use std::collections::VecDeque;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind, util::start};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};
use rustc_hash::FxHashMap;

use super::ExpressionError;

/// Limits against hostile expressions; a real one needs less than a hundredth.
const NFA_BYTES: usize = 4 << 20;
const DFA_BYTES: usize = 8 << 20;
const STATES: usize = 20_000;
/// Automata of up to this many states are made minimal, which is not linear.
const MINIMISED: usize = 2_000;

/// A state of an [`Automaton`]; two bytes hold [`STATES`] and keep the products of many automata small.
pub type State = u16;

/// A complete deterministic automaton over bytes.
#[derive(Debug, Clone)]
pub struct Automaton {
    /// The column of each byte.
    columns: [u8; 256],
    width: usize,
    /// `next[state * width + column]`.
    next: Vec<State>,
    /// Whether the text that led here is accepted if it ends here.
    accepting: Vec<bool>,
    /// Whether every continuation is accepted (true), or none is (false).
    settled: Vec<Option<bool>>,
    start: State,
}

/// Any byte.
pub fn any() -> Hir {
    Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(0, 255)])))
}

/// As often as you like.
pub fn repeated(sub: Hir, min: u32, max: Option<u32>) -> Hir {
    Hir::repetition(Repetition {
        min,
        max,
        greedy: true,
        sub: Box::new(sub),
    })
}

/// The texts in which the expression occurs.
pub fn searched(expression: Hir) -> Hir {
    Hir::concat(vec![
        repeated(any(), 0, None),
        expression,
        repeated(any(), 0, None),
    ])
}

impl Automaton {
    /// Builds the automaton of the texts that an expression matches from their first byte to their last.
    pub fn whole(expression: Hir) -> Result<Automaton, ExpressionError> {
        let anchored = Hir::concat(vec![Hir::look(Look::Start), expression, Hir::look(Look::End)]);
        let nfa: NFA = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .which_captures(WhichCaptures::None)
                    .nfa_size_limit(Some(NFA_BYTES)),
            )
            .build_from_hir(&anchored)
            .map_err(|_| ExpressionError::TooLarge)?;
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(DFA_BYTES))
                    .determinize_size_limit(Some(DFA_BYTES)),
            )
            .build_from_nfa(&nfa)
            .map_err(|_| ExpressionError::TooLarge)?;
        Ok(Self::of(&dfa)?.reduced())
    }

    /// Copies the reachable part.
    fn of(dfa: &dense::DFA<Vec<u32>>) -> Result<Automaton, ExpressionError> {
        let mut columns = [0; 256];
        for byte in 0..=255 {
            columns[usize::from(byte)] = dfa.byte_classes().get(byte);
        }
        let width = usize::from(columns.iter().copied().max().unwrap_or(0)) + 1;
        let mut representative = vec![0; width];
        for byte in (0..=255).rev() {
            representative[usize::from(columns[usize::from(byte)])] = byte;
        }
        let start = dfa
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .map_err(|_| ExpressionError::TooLarge)?;
        let mut states: FxHashMap<StateID, State> = FxHashMap::from_iter([(start, 0)]);
        let mut queue = VecDeque::from([start]);
        let (mut next, mut accepting) = (Vec::new(), Vec::new());
        while let Some(state) = queue.pop_front() {
            if states.len() > STATES || dfa.is_quit_state(state) {
                return Err(ExpressionError::TooLarge);
            }
            accepting.push(dfa.is_match_state(dfa.next_eoi_state(state)));
            for &byte in &representative {
                let target = dfa.next_state(state, byte);
                let known = states.len() as State;
                let number = *states.entry(target).or_insert(known);
                if number == known {
                    queue.push_back(target);
                }
                next.push(number);
            }
        }
        Ok(Automaton {
            columns,
            width,
            next,
            accepting,
            settled: Vec::new(),
            start: 0,
        })
    }

    pub fn start(&self) -> State {
        self.start
    }

    pub fn step(&self, state: State, byte: u8) -> State {
        let column = usize::from(self.columns[usize::from(byte)]);
        self.next
            .get(usize::from(state) * self.width + column)
            .copied()
            .unwrap_or(state)
    }

    pub fn run(&self, state: State, text: &str) -> State {
        text.bytes().fold(state, |state, byte| self.step(state, byte))
    }

    pub fn accepts(&self, state: State) -> bool {
        self.accepting.get(usize::from(state)).copied().unwrap_or(false)
    }

    pub fn settled(&self, state: State) -> Option<bool> {
        self.settled.get(usize::from(state)).copied().flatten()
    }

    pub fn len(&self) -> usize {
        self.accepting.len()
    }

    /// Accepts exactly the other texts.
    pub fn complement(mut self) -> Automaton {
        for accepting in &mut self.accepting {
            *accepting = !*accepting;
        }
        for settled in self.settled.iter_mut().flatten() {
            *settled = !*settled;
        }
        self
    }

    /// Accepts a text if this automaton accepts it with `prefix` in front, and the empty text as it does now.
    pub fn after_unless_empty(mut self, prefix: u8) -> Automaton {
        let behind = usize::from(self.step(self.start, prefix));
        let row = behind * self.width..(behind + 1) * self.width;
        if self.next.get(row.clone()).is_none() {
            return self;
        }
        let start = self.len() as State;
        self.next.extend_from_within(row);
        self.accepting.push(self.accepts(self.start));
        self.start = start;
        self.reduced()
    }

    /// Joins equivalent states and finds where the answer is settled.
    fn reduced(self) -> Automaton {
        let blocks = match self.len() <= MINIMISED {
            true => self.equivalent(),
            false => self.settled_blocks(),
        };
        let mut reduced = self.quotient(&blocks);
        let same = |answer: bool, automaton: &Automaton| automaton.without_way_to(!answer);
        let (all, none) = (same(true, &reduced), same(false, &reduced));
        reduced.settled = all
            .iter()
            .zip(&none)
            .map(|(&all, &none)| match (all, none) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            })
            .collect();
        reduced
    }

    /// Numbers states by the texts they accept (Moore's refinement).
    fn equivalent(&self) -> Vec<State> {
        let mut blocks: Vec<State> = self.accepting.iter().map(|&accepting| accepting.into()).collect();
        let mut count = 0;
        loop {
            let mut numbers: FxHashMap<Vec<State>, State> = FxHashMap::default();
            let mut refined = Vec::with_capacity(blocks.len());
            for (state, &block) in blocks.iter().enumerate() {
                let row = self.next.iter().skip(state * self.width).take(self.width);
                let mut key = vec![block];
                key.extend(row.map(|&target| blocks.get(usize::from(target)).copied().unwrap_or(0)));
                let fresh = numbers.len() as State;
                refined.push(*numbers.entry(key).or_insert(fresh));
            }
            blocks = refined;
            if numbers.len() == count {
                return blocks;
            }
            count = numbers.len();
        }
    }

    /// Joins only the states where the answer is settled.
    fn settled_blocks(&self) -> Vec<State> {
        let (all, none) = (self.without_way_to(false), self.without_way_to(true));
        let mut fresh = 2;
        all.iter()
            .zip(&none)
            .map(|(&all, &none)| match (all, none) {
                (true, _) => 0,
                (_, true) => 1,
                _ => {
                    fresh += 1;
                    fresh - 1
                }
            })
            .collect()
    }

    /// The states from which no text, the empty one included, ends with this answer.
    fn without_way_to(&self, answer: bool) -> Vec<bool> {
        let mut before: Vec<Vec<State>> = vec![Vec::new(); self.len()];
        for (at, &target) in self.next.iter().enumerate() {
            let source = (at / self.width) as State;
            if let Some(sources) = before.get_mut(usize::from(target))
                && sources.last() != Some(&source)
            {
                sources.push(source);
            }
        }
        let mut without: Vec<bool> = self
            .accepting
            .iter()
            .map(|&accepting| accepting != answer)
            .collect();
        let mut queue: Vec<State> = (0..self.len() as State)
            .filter(|&state| self.accepts(state) == answer)
            .collect();
        while let Some(state) = queue.pop() {
            for &source in before.get(usize::from(state)).into_iter().flatten() {
                if let Some(without) = without.get_mut(usize::from(source))
                    && std::mem::replace(without, false)
                {
                    queue.push(source);
                }
            }
        }
        without
    }

    /// Joins the states of each block, numbering what is reachable from the start.
    fn quotient(&self, blocks: &[State]) -> Automaton {
        let block = |state: State| blocks.get(usize::from(state)).copied().unwrap_or(0);
        let mut numbers: FxHashMap<State, State> = FxHashMap::from_iter([(block(self.start), 0)]);
        let mut queue = VecDeque::from([self.start]);
        let (mut next, mut accepting) = (Vec::new(), Vec::new());
        while let Some(state) = queue.pop_front() {
            accepting.push(self.accepts(state));
            for &target in self
                .next
                .iter()
                .skip(usize::from(state) * self.width)
                .take(self.width)
            {
                let fresh = numbers.len() as State;
                let number = *numbers.entry(block(target)).or_insert(fresh);
                if number == fresh {
                    queue.push_back(target);
                }
                next.push(number);
            }
        }
        Automaton {
            next,
            accepting,
            settled: Vec::new(),
            start: 0,
            ..*self
        }
    }
}
