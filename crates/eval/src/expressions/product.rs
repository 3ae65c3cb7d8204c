//! Several automata run side by side over texts of one form.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Expression;
use super::automaton::{Automaton, State};

/// The texts that are looked at: digits, and one sign between numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `asn:value`.
    Community,
    /// `12076 8075`.
    Path,
}

/// The ten digits and the sign between numbers.
const SIGNS: usize = 11;

impl Form {
    fn separator(self) -> u8 {
        match self {
            Form::Community => b':',
            Form::Path => b' ',
        }
    }

    /// The parts of a text that are told apart, by number.
    fn parts(self) -> usize {
        match self {
            Form::Community => 2,
            Form::Path => 1,
        }
    }

    /// The part after a sign, none where the sign cannot stand.
    fn step(self, part: usize, sign: usize) -> Option<usize> {
        match (self, part, sign) {
            (Form::Community, 1, 10) => None,
            (Form::Community, 0, 10) => Some(1),
            _ => Some(part),
        }
    }

    fn may_end(self, part: usize) -> bool {
        part + 1 == self.parts()
    }
}

/// The common states of several automata, numbered as they are met; each transition is computed once.
///
/// Where an automaton's answer no longer depends on how a text of the form goes on, its state is the answer.
/// That keeps apart far fewer common states, and most of a step's work away from them.
pub struct Product<'a> {
    form: Form,
    members: Vec<Member<'a>>,
    numbers: FxHashMap<Rc<[State]>, u32>,
    states: Vec<Common>,
    steps: FxHashMap<(u32, u8), u32>,
    /// Where the states after a step are put together.
    after: Vec<State>,
}

struct Member<'a> {
    automaton: &'a Automaton,
    /// The state after a sign: `next[(part * states + state) * SIGNS + sign]`.
    next: Vec<State>,
}

struct Common {
    /// Each automaton's state, and last the part of the text.
    states: Rc<[State]>,
    /// The automata whose answer still depends on the rest.
    open: Box<[u32]>,
}

/// States that stand for an answer.
const NEVER: State = State::MAX - 1;
const ALWAYS: State = State::MAX;

impl<'a> Product<'a> {
    pub const START: u32 = 0;

    pub fn of(expressions: impl Iterator<Item = &'a Expression>, form: Form) -> Self {
        let members = expressions.map(|expression| Member::of(&expression.automaton, form));
        let (members, starts): (Vec<_>, Vec<_>) = members.unzip();
        let mut product = Product {
            form,
            members,
            numbers: FxHashMap::default(),
            states: Vec::new(),
            steps: FxHashMap::default(),
            after: starts,
        };
        product.after.push(0);
        product.number();
        product
    }

    /// The common state after one more sign. A sign that cannot stand in the form leads nowhere.
    pub fn step(&mut self, state: u32, byte: u8) -> u32 {
        if let Some(&known) = self.steps.get(&(state, byte)) {
            return known;
        }
        let Some(common) = self.states.get(state as usize) else {
            return state;
        };
        let sign = match byte {
            b'0'..=b'9' => usize::from(byte - b'0'),
            _ => SIGNS - 1,
        };
        let part = common.states.last().map_or(0, |&part| usize::from(part));
        self.after.clear();
        self.after.extend_from_slice(&common.states);
        for &open in &common.open {
            let member = self.members.get(open as usize);
            if let (Some(member), Some(state)) = (member, self.after.get_mut(open as usize)) {
                *state = member.step(part, *state, sign);
            }
        }
        if let (Some(after), Some(part)) = (self.form.step(part, sign), self.after.last_mut()) {
            *part = after as State;
        }
        let number = self.number();
        self.steps.insert((state, byte), number);
        number
    }

    /// The number of the states in `after`.
    fn number(&mut self) -> u32 {
        if let Some(&known) = self.numbers.get(self.after.as_slice()) {
            return known;
        }
        let states: Rc<[State]> = self.after.as_slice().into();
        let number = self.states.len() as u32;
        let members = (0..self.members.len() as u32).zip(states.iter());
        let open = members
            .filter(|&(_, &state)| state < NEVER)
            .map(|(member, _)| member)
            .collect();
        self.states.push(Common {
            states: Rc::clone(&states),
            open,
        });
        self.numbers.insert(states, number);
        number
    }

    pub fn run(&mut self, state: u32, text: &str) -> u32 {
        text.bytes().fold(state, |state, byte| self.step(state, byte))
    }

    /// Each automaton's answer to a text that ends here.
    pub fn answers(&self, state: u32) -> impl Iterator<Item = bool> {
        self.pairs(state).map(|(member, state)| match state {
            NEVER => false,
            ALWAYS => true,
            state => member.automaton.accepts(state),
        })
    }

    /// What each automaton answers to every continuation, as far as that is settled here.
    pub fn settled(&self, state: u32) -> impl Iterator<Item = Option<bool>> {
        self.pairs(state).map(|(_, state)| match state {
            NEVER => Some(false),
            ALWAYS => Some(true),
            _ => None,
        })
    }

    fn pairs(&self, state: u32) -> impl Iterator<Item = (&Member<'a>, State)> {
        let states = self.states.get(state as usize).map(|common| common.states.iter());
        self.members.iter().zip(states.into_iter().flatten().copied())
    }
}

impl<'a> Member<'a> {
    /// Also returns the first state.
    fn of(automaton: &'a Automaton, form: Form) -> (Self, State) {
        let (parts, states) = (form.parts(), automaton.len());
        let sign = |sign: usize| match sign {
            10 => form.separator(),
            digit => b'0' + digit as u8,
        };
        // Pairs of a part and a state, and where each sign leads them.
        let mut targets: Vec<Option<u32>> = Vec::with_capacity(parts * states * SIGNS);
        for part in 0..parts {
            for state in 0..states as State {
                targets.extend((0..SIGNS).map(|at| {
                    let part = form.step(part, at)?;
                    Some((part * states + usize::from(automaton.step(state, sign(at)))) as u32)
                }));
            }
        }
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); parts * states];
        for (at, target) in targets.iter().enumerate() {
            if let Some(sources) = target.and_then(|target| sources.get_mut(target as usize)) {
                sources.push((at / SIGNS) as u32);
            }
        }
        // The pairs from which some text of the form ends with an answer.
        let reaching = |answer: bool| {
            let mut reached = vec![false; parts * states];
            let mut queue: Vec<u32> = (0..reached.len() as u32)
                .filter(|&pair| {
                    let state = (pair as usize % states) as State;
                    form.may_end(pair as usize / states) && automaton.accepts(state) == answer
                })
                .collect();
            while let Some(pair) = queue.pop() {
                let Some(reached) = reached.get_mut(pair as usize) else {
                    continue;
                };
                if !std::mem::replace(reached, true) {
                    queue.extend(sources.get(pair as usize).into_iter().flatten());
                }
            }
            reached
        };
        let (yes, no) = (reaching(true), reaching(false));
        let at = |reached: &[bool], pair: u32| reached.get(pair as usize).copied().unwrap_or(false);
        let named = |pair: u32| match (at(&yes, pair), at(&no, pair)) {
            (true, true) => (pair as usize % states) as State,
            (true, false) => ALWAYS,
            (false, _) => NEVER,
        };
        let next = targets.iter().map(|target| target.map_or(NEVER, named)).collect();
        (Member { automaton, next }, named(automaton.start().into()))
    }

    fn step(&self, part: usize, state: State, sign: usize) -> State {
        let row = part * self.automaton.len() + usize::from(state);
        self.next.get(row * SIGNS + sign).copied().unwrap_or(NEVER)
    }
}
