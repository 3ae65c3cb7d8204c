//! Conditions under the decisions so far; what they need and nobody decided is asked.

use std::rc::Rc;

use pairlint_model::policy::{CommunityRendering, Truth, Verdict, WellKnownNames};
use rustc_hash::FxHashSet;

use super::{Flow, Overlay, Run};
use crate::bits::Bits;
use crate::expressions::{Expression, StateId};
use crate::guesses::Key;
use crate::program::{Cond, Others, PathTest, Test, TextState, TextTest, Written};
use crate::route::Because;

impl Run<'_, '_> {
    pub(super) fn holds(&mut self, condition: &Cond, key: &Bits, sees: bool) -> bool {
        match condition {
            Cond::All(parts) => parts.iter().all(|part| self.holds(part, key, sees)),
            Cond::Any(parts) => parts.iter().any(|part| self.holds(part, key, sees)),
            Cond::Not(part) => !self.holds(part, key, sees),
            Cond::Constant(value) => *value,
            Cond::Prefix(leaf) => {
                let column = self.program.leaf_column + 2 * leaf;
                key.contains(column)
                    || (key.contains(column + 1) && self.guess(&self.program.prefix_leaves[*leaf].opaque))
            }
            Cond::Communities(leaf) => self.test(&self.program.community_leaves[*leaf], sees),
            Cond::Path(test) => self.path_test(test, sees),
            Cond::LocalPreference(range) => match self.local_preference.filter(|_| sees) {
                Some(value) => range.contains(&value),
                None if self.program.any_route => {
                    let because = || Because {
                        span: None,
                        text: "the local preference that the route has".to_owned(),
                    };
                    self.guess_key(&Key::Outside(format!("local preference {range:?}")), because)
                }
                None if !range.contains(&100) => false,
                None => {
                    let because = || Because {
                        span: None,
                        text: "whether an unset local preference counts as 100".to_owned(),
                    };
                    match self.program.unset_local_preference_is_100 {
                        Truth::Yes => true,
                        Truth::No => false,
                        Truth::Unknown => self.guess_key(&Key::Fact("unset local preference"), because),
                    }
                }
            },
            Cond::Opaque(opaque) => self.guess(opaque),
            Cond::Med(range, opaque) => match self.med.filter(|_| sees) {
                Some(value) => range.contains(&value),
                None => self.guess(opaque),
            },
            Cond::OtherKinds {
                none: Some(answer), ..
            } if self.question.others == Others::None && !(sees && self.large_edited) => *answer,
            Cond::OtherKinds { opaque, .. } => self.guess(opaque),
            Cond::Policy { chain, default, .. } => match self.expressions(chain, key) {
                Flow::Accept => true,
                Flow::Reject => false,
                Flow::Fall => *default == Verdict::Accept,
            },
            Cond::Attribute(inner, text) => match self.poisoned.filter(|_| sees) {
                Some(action) => {
                    let because = || Because {
                        span: Some(action),
                        text: "an action before it was not interpreted and may have changed the route"
                            .to_owned(),
                    };
                    self.guess_key(&Key::Behind(action, text.clone()), because)
                }
                None => self.holds(inner, key, sees),
            },
        }
    }

    pub(super) fn path_test(&mut self, test: &PathTest, sees: bool) -> bool {
        match test {
            PathTest::Expression(at) if sees && self.prepended => {
                let because = || Because {
                    span: None,
                    text: "the AS path was changed before an expression tests it".to_owned(),
                };
                self.guess_key(&Key::Outside(format!("prepended path {at}")), because)
            }
            PathTest::Expression(at) => self.ask_path(*at),
            PathTest::List(entries) => {
                for (verdict, test) in entries {
                    if self.path_test(test, sees) {
                        return *verdict == Verdict::Accept;
                    }
                }
                false
            }
            PathTest::Any(tests) => tests.iter().any(|test| self.path_test(test, sees)),
            PathTest::All(tests) => tests.iter().all(|test| self.path_test(test, sees)),
            PathTest::Not(test) => !self.path_test(test, sees),
            PathTest::Opaque(opaque) => self.guess(opaque),
        }
    }

    pub(super) fn test(&mut self, test: &Test, sees: bool) -> bool {
        match test {
            Test::Always => true,
            Test::Empty => !self.any_of(None, sees),
            Test::Has(pattern) => self.any_of(Some(&self.program.patterns[*pattern]), sees),
            Test::Line(patterns) => {
                // A pattern that certainly fails saves the questions about the others.
                let fails = |run: &Self, at: usize| run.certainly_none(&run.program.patterns[at], sees);
                !patterns.iter().any(|&at| fails(self, at))
                    && patterns
                        .iter()
                        .all(|&at| self.any_of(Some(&self.program.patterns[at]), sees))
            }
            Test::Exact(patterns) => {
                let fails = |run: &Self, at: usize| run.certainly_none(&run.program.patterns[at], sees);
                !patterns.iter().any(|&at| fails(self, at))
                    && !self.certainly_outside(patterns, sees)
                    && patterns
                        .iter()
                        .all(|&at| self.any_of(Some(&self.program.patterns[at]), sees))
                    && !self.any_outside(patterns, sees)
            }
            Test::Within(patterns, none) => {
                if !self.any_of(None, sees) {
                    return self.guess(none);
                }
                !self.any_outside(patterns, sees)
            }
            Test::Text(text) => self.text(text, sees),
            Test::All(tests) => tests.iter().all(|test| self.test(test, sees)),
            Test::Any(tests) => tests.iter().any(|test| self.test(test, sees)),
            Test::Not(test) => !self.test(test, sees),
            Test::Opaque(opaque) => self.guess(opaque),
            Test::OtherKinds(_) if self.question.others == Others::None && !(sees && self.large_edited) => {
                false
            }
            Test::OtherKinds(opaque) => self.guess(opaque),
            Test::List(entries) => {
                for (verdict, test) in entries {
                    if self.test(test, sees) {
                        return *verdict == Verdict::Accept;
                    }
                }
                false
            }
            Test::Count(range, many) if self.question.others != Others::None => {
                let least = self.present.iter().count() as u32;
                match least > *range.end() {
                    true if !self.changed(sees) => false,
                    _ => self.guess(many),
                }
            }
            Test::Count(range, _) => {
                let count = (0..self.program.atoms.len())
                    .filter(|&at| self.atom(at, sees))
                    .count();
                range.contains(&(count as u32))
            }
        }
    }

    pub(super) fn changed(&self, sees: bool) -> bool {
        sees && self.edited
    }

    /// Whether a community is on the route as this condition sees it.
    pub(super) fn atom(&mut self, at: usize, sees: bool) -> bool {
        match self.changed(sees).then(|| self.overlay[at]) {
            Some(Overlay::Present) => true,
            Some(Overlay::Absent) => false,
            Some(Overlay::AsReceived) | None => self.ask_atom(at),
        }
    }

    /// Whether a community of these (of all, with `None`) is there.
    pub(super) fn any_of(&mut self, atoms: Option<&Bits>, sees: bool) -> bool {
        if !self.changed(sees) {
            let Some(atoms) = atoms else {
                if !self.present.is_empty() {
                    return true;
                }
                while let Some(at) = self.unknown.first() {
                    if self.ask_atom(at) {
                        return true;
                    }
                }
                return false;
            };
            if atoms.meets(&self.present) {
                return true;
            }
            while let Some(at) = atoms.first_common(&self.unknown) {
                if self.ask_atom(at) {
                    return true;
                }
            }
            return false;
        }
        let candidates: Vec<usize> = match atoms {
            Some(atoms) => atoms.iter().collect(),
            None => (0..self.program.atoms.len()).collect(),
        };
        let sure = |run: &Self, at: usize| match run.overlay[at] {
            Overlay::Present => true,
            Overlay::Absent => false,
            Overlay::AsReceived => run.present.contains(at),
        };
        candidates.iter().any(|&at| sure(self, at)) || candidates.iter().any(|&at| self.atom(at, sees))
    }

    pub(super) fn certainly_none(&self, atoms: &Bits, sees: bool) -> bool {
        match self.changed(sees) {
            false => !atoms.meets(&self.present) && !atoms.meets(&self.unknown),
            true => !atoms.iter().any(|at| match self.overlay[at] {
                Overlay::Present => true,
                Overlay::Absent => false,
                Overlay::AsReceived => self.present.contains(at) || self.unknown.contains(at),
            }),
        }
    }

    pub(super) fn inside(&self, patterns: &[usize], at: usize) -> bool {
        patterns
            .iter()
            .any(|&pattern| self.program.patterns[pattern].contains(at))
    }

    pub(super) fn certainly_outside(&self, patterns: &[usize], sees: bool) -> bool {
        (0..self.program.atoms.len()).any(|at| {
            let there = match self.changed(sees).then(|| self.overlay[at]) {
                Some(Overlay::Present) => true,
                Some(Overlay::Absent) => false,
                Some(Overlay::AsReceived) | None => self.present.contains(at),
            };
            there && !self.inside(patterns, at)
        })
    }

    /// Whether a community that meets none of the patterns is there.
    pub(super) fn any_outside(&mut self, patterns: &[usize], sees: bool) -> bool {
        self.certainly_outside(patterns, sees)
            || (0..self.program.atoms.len()).any(|at| !self.inside(patterns, at) && self.atom(at, sees))
    }

    pub(super) fn text(&mut self, text: &TextTest, sees: bool) -> bool {
        let as_written = self.text_as(text, &text.written, sees);
        let Some((packed, opaque)) = &text.packed else {
            return as_written;
        };
        let packed = self.text_as(text, packed, sees);
        if as_written == packed {
            packed
        } else {
            self.guess(opaque) == packed
        }
    }

    /// Walks the expression over the text of the communities, in order; with every open community both there
    /// and not there, until the answer no longer depends on one.
    fn text_as(&mut self, text: &TextTest, written: &Written, sees: bool) -> bool {
        let expression = &text.expression;
        let empty_never = matches!(text.rendering, CommunityRendering::Names(WellKnownNames::Frr10));
        let others = self.question.others != Others::None;
        loop {
            let states = self.after_text(expression, written, sees);
            let mut answers = states
                .iter()
                .map(|&(state, written)| (written || !empty_never) && expression.accepts_at_end(state));
            let answer = answers.next().unwrap_or(false);
            if answers.all(|other| other == answer) {
                return answer;
            }
            // Where routes may be any, the communities that nobody asked about can tip the answer whatever is
            // decided about the others: to ask for these first would walk many ways to the same guess.
            let first_open = match others && self.program.any_route {
                true => None,
                false => (0..written.words.texts.len()).find(|&at| self.standing(at, sees).1),
            };
            match first_open {
                Some(at) => self.ask_atom(at),
                None => return self.guess(&text.open),
            };
        }
    }

    /// Whether a community is there as a condition sees the route, and whether it may be.
    fn standing(&self, at: usize, sees: bool) -> (bool, bool) {
        match self.changed(sees).then(|| self.overlay[at]) {
            Some(Overlay::Present) => (true, false),
            Some(Overlay::Absent) => (false, false),
            Some(Overlay::AsReceived) | None => (self.present.contains(at), self.unknown.contains(at)),
        }
    }

    /// The states in which the text may end.
    fn after_text(&self, expression: &Expression, written: &Written, sees: bool) -> Vec<TextState> {
        let words = &*written.words;
        let others = self.question.others != Others::None;
        // What any further community can lead to holds the way of an open one already, unless it has a name.
        let matters = |at: usize| {
            let (there, open) = self.standing(at, sees);
            there || open && (!others || words.named.contains(at))
        };
        let candidates: Vec<usize> = match (self.changed(sees), others) {
            (true, _) => (0..words.texts.len()).filter(|&at| matters(at)).collect(),
            (false, true) => self
                .present
                .either(&words.named)
                .filter(|&at| matters(at))
                .collect(),
            (false, false) => self.present.either(&self.unknown).collect(),
        };
        // (state, something was written before)
        let mut states = vec![(expression.start(), false)];
        for at in candidates {
            let Some(word) = words.texts.get(at) else { continue };
            if others {
                states = written.after_anything(expression, &states);
            }
            let mut after = match self.standing(at, sees) {
                (true, _) => Vec::new(),
                (false, _) => states.clone(),
            };
            for (state, written) in states {
                let state = match written {
                    true => expression.step(state, " "),
                    false => state,
                };
                let next = (expression.step(state, word), true);
                if !after.contains(&next) {
                    after.push(next);
                }
            }
            states = after;
        }
        match others {
            true => written.after_anything(expression, &states),
            false => states,
        }
    }
}

impl Written {
    /// Where any number of further communities can lead. Numbers of any size are allowed, so that this errs
    /// on the side of "it depends".
    fn after_anything(&self, expression: &Expression, states: &[TextState]) -> Vec<TextState> {
        let mut reached = states.to_vec();
        let mut next = 0;
        while let Some(&state) = reached.get(next) {
            for &after in self.after_one(expression, state).iter() {
                if !reached.contains(&after) {
                    reached.push(after);
                }
            }
            next += 1;
        }
        reached
    }

    fn after_one(&self, expression: &Expression, from: TextState) -> Rc<Vec<TextState>> {
        if let Some(known) = self.anything.borrow().get(&from) {
            return Rc::clone(known);
        }
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let start = match from.1 {
            true => expression.step(from.0, " "),
            false => from.0,
        };
        let mut ends = Vec::new();
        // (state, in the last number, a digit of this number was read)
        let mut open = vec![(start, self.words.packed, false)];
        let mut seen: FxHashSet<(StateId, bool, bool)> = open.iter().copied().collect();
        while let Some((state, last, read)) = open.pop() {
            if last && read && !ends.contains(&(state, true)) {
                ends.push((state, true));
            }
            let digits = DIGITS
                .iter()
                .map(|digit| (expression.step(state, digit), last, true));
            let colon = (!last && read).then(|| (expression.step(state, ":"), true, false));
            for next in digits.chain(colon) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        let ends = Rc::new(ends);
        self.anything.borrow_mut().insert(from, Rc::clone(&ends));
        ends
    }
}
