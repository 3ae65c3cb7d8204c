//! Several automata run side by side.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Expression;
use super::automaton::{Automaton, State};

/// The common states of several automata, numbered as they are met; each transition is computed once.
pub struct Product<'a> {
    automata: Vec<&'a Automaton>,
    numbers: FxHashMap<Rc<[State]>, u32>,
    states: Vec<Rc<[State]>>,
    steps: FxHashMap<(u32, u8), u32>,
}

impl<'a> Product<'a> {
    pub fn of(expressions: impl Iterator<Item = &'a Expression>) -> Self {
        let automata: Vec<_> = expressions.map(|expression| &expression.automaton).collect();
        let mut product = Product {
            numbers: FxHashMap::default(),
            states: Vec::new(),
            steps: FxHashMap::default(),
            automata,
        };
        let start: Vec<State> = product
            .automata
            .iter()
            .map(|automaton| automaton.start())
            .collect();
        product.number(start);
        product
    }

    pub const START: u32 = 0;

    fn number(&mut self, states: Vec<State>) -> u32 {
        let states: Rc<[State]> = states.into();
        if let Some(&known) = self.numbers.get(&states) {
            return known;
        }
        let number = self.states.len() as u32;
        self.states.push(Rc::clone(&states));
        self.numbers.insert(states, number);
        number
    }

    pub fn step(&mut self, state: u32, byte: u8) -> u32 {
        if let Some(&known) = self.steps.get(&(state, byte)) {
            return known;
        }
        let Some(states) = self.states.get(state as usize) else {
            return state;
        };
        let after = self.automata.iter().zip(states.iter());
        let after: Vec<State> = after
            .map(|(automaton, &state)| automaton.step(state, byte))
            .collect();
        let number = self.number(after);
        self.steps.insert((state, byte), number);
        number
    }

    pub fn run(&mut self, state: u32, text: &str) -> u32 {
        text.bytes().fold(state, |state, byte| self.step(state, byte))
    }

    /// Each automaton's answer to a text that ends here.
    pub fn answers(&self, state: u32) -> impl Iterator<Item = bool> {
        let states = self.states.get(state as usize);
        let states = states.into_iter().flat_map(|states| states.iter());
        let pairs = self.automata.iter().zip(states);
        pairs.map(|(automaton, &state)| automaton.accepts(state))
    }

    /// What each automaton answers to every continuation, as far as that is settled here.
    pub fn settled(&self, state: u32) -> impl Iterator<Item = Option<bool>> {
        let states = self.states.get(state as usize);
        let states = states.into_iter().flat_map(|states| states.iter());
        let pairs = self.automata.iter().zip(states);
        pairs.map(|(automaton, &state)| automaton.settled(state))
    }
}
