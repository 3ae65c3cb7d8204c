//! Community tests over the atoms of a program.

use std::cell::RefCell;
use std::rc::Rc;

use pairlint_model::bgp::AsPath;
use pairlint_model::network::ExactExpression;
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityMatch, CommunityPattern, CommunityRegex, CommunityRendering,
    CommunityTest, Verdict, WellKnownNames,
};
use pairlint_model::source::Span;

use super::{Compiler, opaque, outside, place};
use crate::bits::Bits;
use crate::expressions::{Expression, Subject, render_one};
use crate::guesses::{Guesses, Key};
use crate::matching::MEANT_BY_MATCH;
use crate::program::{Cond, Test, TextTest, Words, Written};
use crate::route::Route;

const PACKED: &str =
    "without `ip bgp-community new-format` it is not certain which form of a community expressions see";

impl Compiler<'_, '_> {
    pub(super) fn community_list(&mut self, list: &CommunityList, how: CommunityMatch) -> Cond {
        let key = (how, list.name.value.clone());
        if let Some(&leaf) = self.community_index.get(&key) {
            return Cond::Communities(leaf);
        }
        let test = match how {
            CommunityMatch::Listed => Test::List(
                list.entries
                    .iter()
                    .map(|e| (e.verdict, self.test(&e.test)))
                    .collect(),
            ),
            CommunityMatch::Exact => {
                Test::List(list.entries.iter().map(|e| (e.verdict, self.exact(e))).collect())
            }
            CommunityMatch::AnyElement => {
                Test::Any(list.entries.iter().map(|e| self.test(&e.test)).collect())
            }
            CommunityMatch::EveryElement if list.entries.is_empty() => Test::Any(Vec::new()),
            CommunityMatch::EveryElement => {
                Test::All(list.entries.iter().map(|e| self.test(&e.test)).collect())
            }
            CommunityMatch::Within => self.within(list),
            CommunityMatch::AnyValue => self.any_value(list),
        };
        let leaf = self.community_leaf(test);
        if let Cond::Communities(at) = leaf {
            self.community_index.insert(key, at);
        }
        leaf
    }

    pub(super) fn within(&mut self, list: &CommunityList) -> Test {
        let none = opaque(
            Key::Fact("within of nothing"),
            Some(list.name.span),
            "whether a route without communities is within a set",
        );
        // Each community is tried alone, as the judge does.
        let (mut bits, mut guesses) = (Bits::new(self.gathered.atoms.len()), Guesses::default());
        for (at, &community) in self.gathered.atoms.iter().enumerate() {
            let alone = Route::new(self.family.default_route(), AsPath::default(), [community]);
            let matcher = self.judge.matcher();
            if matcher.communities(
                list,
                CommunityMatch::AnyElement,
                &alone,
                &mut guesses,
                &mut |_, _| {},
            ) {
                bits.insert(at);
            }
        }
        match guesses.because().first() {
            Some(because) => Test::Opaque(opaque(
                Key::Behind(list.span, "within".to_owned()),
                because.span,
                &because.text,
            )),
            None => Test::Within(vec![self.bits(bits)], none),
        }
    }

    /// The communities in ascending order, those of one verdict in a row taken together: the first that is there
    /// decides.
    fn any_value(&mut self, list: &CommunityList) -> Test {
        let mut guesses = Guesses::default();
        let mut runs: Vec<(Verdict, Bits)> = Vec::new();
        for (at, &community) in self.gathered.atoms.iter().enumerate() {
            let matcher = self.judge.matcher();
            let Some(verdict) = matcher.meant(list, community, MEANT_BY_MATCH, &mut guesses) else {
                continue;
            };
            match runs.last_mut() {
                Some((known, bits)) if *known == verdict => bits.insert(at),
                _ => {
                    let mut bits = Bits::new(self.gathered.atoms.len());
                    bits.insert(at);
                    runs.push((verdict, bits));
                }
            }
        }
        if let Some(because) = guesses.because().first() {
            let key = Key::Behind(list.span, "any value".to_owned());
            return Test::Opaque(opaque(key, because.span, &because.text));
        }
        let runs = runs
            .into_iter()
            .map(|(verdict, bits)| (verdict, Test::Has(self.bits(bits))));
        Test::List(runs.collect())
    }

    pub(super) fn exact(&mut self, entry: &CommunityEntry) -> Test {
        let unknown = || {
            let text = "what an exact match of this entry means";
            Test::Opaque(opaque(
                Key::Behind(entry.span, "exact".to_owned()),
                Some(entry.span),
                text,
            ))
        };
        match &entry.test {
            CommunityTest::Line(patterns) => {
                let mut exact = Vec::new();
                for pattern in patterns {
                    match self.pattern(&pattern.value, pattern.span) {
                        Test::Has(at) => exact.push(at),
                        Test::OtherKinds(opaque) => return Test::OtherKinds(opaque),
                        other => return other,
                    }
                }
                Test::Exact(exact)
            }
            CommunityTest::Text(_) | CommunityTest::Always
                if self.device.platform.exact_expression == ExactExpression::AsListed =>
            {
                self.test(&entry.test)
            }
            CommunityTest::Empty => Test::Empty,
            _ => unknown(),
        }
    }

    pub(super) fn test(&mut self, test: &CommunityTest) -> Test {
        match test {
            CommunityTest::Always => Test::Always,
            CommunityTest::Empty => Test::Empty,
            CommunityTest::Line(patterns) => {
                let parts: Vec<Test> = patterns.iter().map(|p| self.pattern(&p.value, p.span)).collect();
                let plain: Option<Vec<usize>> = parts
                    .iter()
                    .map(|part| if let Test::Has(at) = part { Some(*at) } else { None })
                    .collect();
                plain.map_or(Test::All(parts), Test::Line)
            }
            CommunityTest::Text(regex) => self.text(&regex.value, regex.span),
            CommunityTest::All(tests) => Test::All(tests.iter().map(|t| self.test(t)).collect()),
            CommunityTest::Any(tests) => Test::Any(tests.iter().map(|t| self.test(t)).collect()),
            CommunityTest::Not(test) => Test::Not(Box::new(self.test(test))),
            CommunityTest::Unsupported(span) => Test::Opaque(place(*span, "this is not interpreted")),
        }
    }

    pub(super) fn pattern(&mut self, pattern: &CommunityPattern, span: Span) -> Test {
        match pattern {
            CommunityPattern::Large(_) | CommunityPattern::Other => {
                return Test::OtherKinds(outside(
                    "other kinds of communities",
                    &format!("{pattern:?}"),
                    span,
                ));
            }
            CommunityPattern::Unsupported => return Test::Opaque(place(span, "this is not interpreted")),
            _ => {}
        }
        let mut bits = Bits::new(self.gathered.atoms.len());
        if let CommunityPattern::Exactly(community) = pattern {
            if let Ok(at) = self.gathered.atoms.binary_search(community) {
                bits.insert(at);
            }
        } else {
            let mut guesses = Guesses::default();
            for (at, &community) in self.gathered.atoms.iter().enumerate() {
                if self.judge.matcher().means(pattern, span, community, &mut guesses) {
                    bits.insert(at);
                }
            }
            if !guesses.because().is_empty() {
                return Test::Opaque(place(span, "this is not interpreted"));
            }
        }
        Test::Has(self.bits(bits))
    }

    pub(super) fn bits(&mut self, bits: Bits) -> usize {
        if let Some(&at) = self.pattern_index.get(&bits) {
            return at;
        }
        self.patterns.push(bits.clone());
        self.pattern_index.insert(bits, self.patterns.len() - 1);
        self.patterns.len() - 1
    }

    pub(super) fn text(&mut self, regex: &CommunityRegex, span: Span) -> Test {
        let compiled =
            self.judge
                .matcher()
                .expression(&regex.expression, regex.syntax, Subject::Communities, false);
        let Some(expression) = compiled else {
            return Test::Opaque(place(span, "this is not interpreted"));
        };
        let packed = matches!(regex.rendering, CommunityRendering::NumbersOrPacked).then(|| {
            (
                self.written(CommunityRendering::Packed),
                opaque(Key::Fact("packed"), Some(span), PACKED),
            )
        });
        let rendering = if packed.is_some() {
            CommunityRendering::Numbers
        } else {
            regex.rendering
        };
        // An expression that no set of communities can satisfy but by one of its members alone is a pattern.
        if packed.is_none() && self.is_local(regex, &expression, rendering) {
            let never_on_nothing = !expression.accepts_at_end(expression.start())
                || matches!(rendering, CommunityRendering::Names(WellKnownNames::Frr10));
            if never_on_nothing {
                let mut bits = Bits::new(self.gathered.atoms.len());
                for (at, &community) in self.gathered.atoms.iter().enumerate() {
                    if expression.is_match(&render_one(community, rendering)) {
                        bits.insert(at);
                    }
                }
                return Test::Has(self.bits(bits));
            }
        }
        self.whole_texts = true;
        let written = self.written(rendering);
        let open = opaque(
            Key::Behind(span, "whole text".to_owned()),
            Some(span),
            "the expression reads all communities of the route together, and others may stand among them",
        );
        Test::Text(Box::new(TextTest {
            expression,
            rendering,
            written,
            packed,
            open,
        }))
    }

    /// Whether the expression asks for one community that satisfies it alone. Most show it by their signs; the
    /// search for two communities that satisfy it together is only worth its time where many may be there.
    fn is_local(
        &self,
        regex: &CommunityRegex,
        expression: &Expression,
        rendering: CommunityRendering,
    ) -> bool {
        let inner = regex.expression.trim_matches('_');
        let spans = |sign| {
            matches!(
                sign,
                '.' | '^' | '$' | '_' | '\\' | '|' | '(' | ',' | '{' | ' ' | '*' | '?'
            )
        };
        (!inner.is_empty() && !inner.contains(spans))
            || (self.gathered.open
                && self
                    .judge
                    .matcher()
                    .is_local(&regex.expression, regex.syntax, rendering, expression))
    }

    fn written(&mut self, rendering: CommunityRendering) -> Written {
        let atoms = &self.gathered.atoms;
        let words = || {
            let texts: Vec<String> = atoms.iter().map(|&atom| render_one(atom, rendering)).collect();
            let mut named = Bits::new(texts.len());
            let words = texts.iter().enumerate();
            let words = words.filter(|(_, text)| !text.starts_with(|first: char| first.is_ascii_digit()));
            words.for_each(|(at, _)| named.insert(at));
            Rc::new(Words {
                texts,
                packed: rendering == CommunityRendering::Packed,
                named,
            })
        };
        Written {
            words: Rc::clone(self.renderings.entry(rendering).or_insert_with(words)),
            anything: RefCell::default(),
        }
    }

    pub(super) fn community_leaf(&mut self, test: Test) -> Cond {
        self.community_leaves.push(test);
        Cond::Communities(self.community_leaves.len() - 1)
    }
}
