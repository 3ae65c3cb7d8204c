//! From the model to a [`Program`]: names are resolved, platform facts and implicit endings put in place.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use pairlint_model::bgp::{AsPath, Community, Family};
use pairlint_model::network::{Device, ExactExpression};
use pairlint_model::policy::{
    Action, AsPathTest, Call, CommunityEntry, CommunityList, CommunityMatch, CommunityPattern,
    CommunityRegex, CommunityRendering, CommunityTest, Condition, ListFamily, PolicyChain, PolicyExpression,
    PrefixMatch, PrefixPattern, RegexSyntax, SessionFilter, Truth, Verdict, WellKnownNames,
};
use pairlint_model::source::{Span, Spanned};

use crate::bits::Bits;
use crate::expressions::{Expression, Locality, Subject, locality, render_one};
use crate::gather::{Gathered, gather};
use crate::guesses::{Guesses, Key};
use crate::prefixes::{Classes, PrefixSet, longest_match};
use crate::program::{
    Act, Cond, Expr, Opaque, Others, PathTest, Policy, PrefixLeaf, Program, Step, Test, TextTest,
};
use crate::route::{Because, Judge, Route};

pub(crate) fn compile<'a>(
    device: &'a Device,
    chain: &'a PolicyChain,
    family: Family,
    bases: &[PrefixSet],
    communities: &BTreeSet<Community>,
    others: Others,
) -> Program<'a> {
    let judge = Judge::new(device);
    let gathered = gather(device, chain, &judge, communities, others);
    let mut compiler = Compiler {
        device,
        family,
        judge: &judge,
        index: gathered
            .policies
            .iter()
            .enumerate()
            .map(|(i, &name)| (name, i))
            .collect(),
        gathered: &gathered,
        prefix_leaves: Vec::new(),
        prefix_index: HashMap::new(),
        community_leaves: Vec::new(),
        community_index: HashMap::new(),
        path_expressions: Vec::new(),
        path_index: HashMap::new(),
        patterns: Vec::new(),
        pattern_index: HashMap::new(),
        renderings: HashMap::new(),
        counts: false,
        whole_texts: false,
        community_edits: false,
        column: 0,
    };
    let filters = chain
        .filters
        .iter()
        .map(|f| (f.span, compiler.filter(&f.value, f.span)))
        .collect();
    let expressions = compiler.expressions(&chain.policies);
    let policies: Vec<Policy> = gathered
        .policies
        .iter()
        .filter_map(|name| compiler.policy(name))
        .collect();
    let Compiler {
        prefix_leaves,
        community_leaves,
        path_expressions,
        patterns,
        counts,
        whole_texts,
        ..
    } = compiler;
    let edits_seen = compiler.community_edits && policies.iter().any(|policy| policy.sees_sets);
    let (columns, leaf_column) = (compiler.column + 2 * prefix_leaves.len(), compiler.column);

    let sets: Vec<&PrefixSet> = bases
        .iter()
        .chain(
            prefix_leaves
                .iter()
                .flat_map(|leaf| [&leaf.accepted, &leaf.uncertain]),
        )
        .collect();
    let classes = Classes::of(family, &sets);
    let keys = keys(&classes, bases.len(), &policies, columns, leaf_column);
    let default_opaque = Opaque {
        key: Key::Fact("default"),
        because: Because {
            span: chain.default.span,
            text: chain.default.reason.to_owned(),
        },
    };
    let atoms = gathered.atoms.clone();
    let signatures = signatures(atoms.len(), &patterns);
    Program {
        chain,
        family,
        policies,
        filters,
        expressions,
        default_opaque,
        prefix_leaves,
        community_leaves,
        path_expressions,
        atoms,
        patterns,
        signatures,
        unset_local_preference_is_100: device.platform.unset_local_preference_is_100,
        counts,
        whole_texts,
        edits_seen,
        classes,
        keys,
        columns,
        leaf_column,
        bases: bases.len(),
        judge,
    }
}

/// Numbers the atoms by which patterns they meet.
fn signatures(atoms: usize, patterns: &[Bits]) -> Vec<u32> {
    let mut met: Vec<Vec<u32>> = vec![Vec::new(); atoms];
    for (pattern, bits) in patterns.iter().enumerate() {
        bits.iter().for_each(|at| met[at].push(pattern as u32));
    }
    let mut numbers = HashMap::new();
    met.into_iter()
        .map(|patterns| {
            let next = numbers.len() as u32;
            *numbers.entry(patterns).or_insert(next)
        })
        .collect()
}

/// For each class, which statements' prefix parts may hold and what each prefix leaf says.
fn keys(
    classes: &Classes,
    bases: usize,
    policies: &[Policy],
    columns: usize,
    leaf_column: usize,
) -> Vec<Bits> {
    let needs: Vec<(usize, Vec<usize>)> = policies
        .iter()
        .flat_map(|policy| {
            policy
                .steps
                .iter()
                .enumerate()
                .map(move |(i, step)| (policy.column + i, &step.condition))
        })
        .map(|(column, condition)| (column, plain_prefix_leaves(condition)))
        .collect();
    // Statements without a prefix part hold for every class; the others are found by their first leaf.
    let mut always = Bits::new(columns);
    let mut by_leaf: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, (column, leaves)) in needs.iter().enumerate() {
        match leaves.first() {
            None => always.insert(*column),
            Some(&first) => by_leaf.entry(first).or_default().push(i),
        }
    }
    (0..classes.len())
        .map(|class| {
            let mut key = always.clone();
            let leaves = classes
                .members(class)
                .iter()
                .filter_map(|&set| (set as usize).checked_sub(bases));
            leaves.clone().for_each(|leaf| key.insert(leaf_column + leaf));
            let may = |key: &Bits, leaf: usize| {
                key.contains(leaf_column + 2 * leaf) || key.contains(leaf_column + 2 * leaf + 1)
            };
            for leaf in leaves.map(|set| set / 2) {
                for &i in by_leaf.get(&leaf).map_or(&[][..], Vec::as_slice) {
                    let (column, needed) = &needs[i];
                    if needed.iter().all(|&leaf| may(&key, leaf)) {
                        key.insert(*column);
                    }
                }
            }
            key
        })
        .collect()
}

/// The prefix leaves that must hold for the condition to hold.
fn plain_prefix_leaves(condition: &Cond) -> Vec<usize> {
    match condition {
        Cond::Prefix(leaf) => vec![*leaf],
        Cond::All(parts) => parts.iter().flat_map(plain_prefix_leaves).collect(),
        _ => Vec::new(),
    }
}

struct Compiler<'c, 'a> {
    device: &'a Device,
    family: Family,
    judge: &'c Judge<'a>,
    gathered: &'c Gathered<'a>,
    index: HashMap<&'a str, usize>,
    prefix_leaves: Vec<PrefixLeaf>,
    prefix_index: HashMap<(u8, String), usize>,
    community_leaves: Vec<Test>,
    community_index: HashMap<(CommunityMatch, String), usize>,
    path_expressions: Vec<Rc<Expression>>,
    path_index: HashMap<(String, RegexSyntax), usize>,
    patterns: Vec<Bits>,
    pattern_index: HashMap<Bits, usize>,
    renderings: HashMap<CommunityRendering, Rc<Vec<String>>>,
    counts: bool,
    whole_texts: bool,
    community_edits: bool,
    column: usize,
}

impl<'a> Compiler<'_, 'a> {
    fn policy(&mut self, name: &str) -> Option<Policy> {
        let policy = self.device.policies.get(name)?;
        let column = self.column;
        self.column += policy.statements.len();
        let steps = policy
            .statements
            .iter()
            .map(|statement| Step {
                head: statement.head,
                condition: self.condition(&statement.condition),
                actions: statement
                    .actions
                    .iter()
                    .filter_map(|action| self.action(action))
                    .collect(),
                outcome: statement.outcome,
            })
            .collect();
        Some(Policy {
            name: policy.name.span,
            column,
            steps,
            sees_sets: policy.sees_sets,
            failed_match_rejects_pending: policy.failed_match_rejects_pending,
            end: policy.end,
            end_opaque: opaque(
                Key::Place(policy.name.span),
                Some(policy.name.span),
                format!("how policy `{name}` ends is not known"),
            ),
        })
    }

    fn expressions(&mut self, policies: &[PolicyExpression]) -> Vec<Expr> {
        policies.iter().map(|policy| self.expression(policy)).collect()
    }

    fn expression(&mut self, expression: &PolicyExpression) -> Expr {
        match expression {
            PolicyExpression::Policy(name) => match self.index.get(name.value.as_str()) {
                Some(&at) => Expr::Policy(at),
                None => Expr::Undefined(
                    self.device.platform.undefined_policy_accepts,
                    opaque(
                        Key::Undefined("policy", name.value.clone()),
                        Some(name.span),
                        format!(
                            "what the platform does with the undefined policy `{}`",
                            name.value
                        ),
                    ),
                    name.span,
                ),
            },
            PolicyExpression::And(parts) => Expr::And(self.expressions(parts)),
            PolicyExpression::Or(parts) => Expr::Or(self.expressions(parts)),
            PolicyExpression::Not(part) => Expr::Not(Box::new(self.expression(part))),
            PolicyExpression::Unsupported(span) => {
                Expr::Opaque(place(*span, "this policy expression is not interpreted"))
            }
        }
    }

    fn filter(&mut self, filter: &SessionFilter, span: Span) -> Cond {
        let platform = &self.device.platform;
        let undefined =
            |name: &Spanned<String>| truth(platform.undefined_session_filter_passes, missing("filter", name));
        match filter {
            SessionFilter::PrefixList { name, family } => match self.device.prefix_list(*family, &name.value)
            {
                _ if is_other(*family, self.family) => Cond::Constant(true),
                None => undefined(name),
                Some(list) if list.entries.is_empty() => truth(
                    platform.empty_session_filter_passes,
                    opaque(
                        Key::Undefined("empty filter", name.value.clone()),
                        Some(name.span),
                        format!("what the platform does with the empty list `{}`", name.value),
                    ),
                ),
                Some(_) => self.prefix_list(name, *family, PrefixMatch::Listed),
            },
            SessionFilter::AsPathList { name } => match self.device.as_path_lists.contains_key(&name.value) {
                true => self.condition(&Condition::AsPathList { name: name.clone() }),
                false => undefined(name),
            },
            SessionFilter::AccessList { name, family } => match self.device.access_list(*family, &name.value)
            {
                Some(list) if !list.entries.is_empty() => self.condition(&Condition::AccessList {
                    name: name.clone(),
                    family: *family,
                }),
                _ => undefined(name),
            },
            SessionFilter::CommunityList { name } => {
                match self.device.community_lists.contains_key(&name.value) {
                    true => self.condition(&Condition::CommunityList {
                        name: name.clone(),
                        how: CommunityMatch::Listed,
                    }),
                    false => undefined(name),
                }
            }
            SessionFilter::Unsupported => Cond::Opaque(place(span, "this filter is not interpreted")),
        }
    }

    fn condition(&mut self, condition: &Condition) -> Cond {
        let compiled = match condition {
            Condition::All(parts) => Cond::All(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Any(parts) => Cond::Any(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Not(part) => Cond::Not(Box::new(self.condition(part))),
            Condition::PrefixList { name, family, how } => self.prefix_condition(name, *family, *how),
            Condition::Prefixes(entries) => {
                let sets =
                    PrefixSet::first_match(entries.iter().map(|e| (e.verdict, &e.pattern)), self.family);
                let at = entries
                    .iter()
                    .find(|e| matches!(e.pattern, PrefixPattern::Unsupported))
                    .map(|e| e.span);
                self.prefix_leaf(sets.accepted, sets.uncertain, at)
            }
            Condition::LongestPrefix(entries) => {
                let sets = longest_match(entries, self.family);
                let at = entries
                    .iter()
                    .find(|e| matches!(e.pattern, PrefixPattern::Unsupported))
                    .map(|e| e.span);
                self.prefix_leaf(sets.accepted, sets.uncertain, at)
            }
            Condition::AccessList { name, family } => self.access_list(name, *family),
            Condition::CommunityList { name, how } => match self.device.community_lists.get(&name.value) {
                Some(list) => self.community_list(list, *how),
                None => truth(
                    self.device.platform.undefined_community_list_matches,
                    missing("community list", name),
                ),
            },
            Condition::Community(test) => {
                let test = self.test(&test.value);
                self.community_leaf(test)
            }
            Condition::CommunityCount(range) => {
                self.counts = true;
                let many = opaque(
                    Key::Outside(format!("community count {range:?}")),
                    None,
                    "how many communities the route carries",
                );
                self.community_leaf(Test::Count(range.clone(), many))
            }
            Condition::LargeCommunityList { name, .. } => {
                match self.device.large_community_lists.get(&name.value) {
                    Some(list) => Cond::OtherKinds {
                        none: large_without_any(list),
                        opaque: outside("large communities", &name.value, name.span),
                    },
                    None => truth(
                        self.device.platform.undefined_community_list_matches,
                        missing("community list", name),
                    ),
                }
            }
            Condition::ExtendedCommunityList { name, .. } => {
                match self.device.extended_community_lists.contains_key(&name.value) {
                    true => Cond::OtherKinds {
                        none: Some(false),
                        opaque: outside("extended communities", &name.value, name.span),
                    },
                    false => truth(
                        self.device.platform.undefined_community_list_matches,
                        missing("community list", name),
                    ),
                }
            }
            Condition::AsPathList { name } => match self.device.as_path_lists.get(&name.value) {
                Some(list) => {
                    let entries = &list.entries;
                    Cond::Path(PathTest::List(
                        entries
                            .iter()
                            .map(|e| (e.verdict, self.path(&e.test, e.span)))
                            .collect(),
                    ))
                }
                None => truth(
                    self.device.platform.undefined_as_path_list_matches,
                    missing("AS-path list", name),
                ),
            },
            Condition::AsPath(test) => Cond::Path(self.path(&test.value, test.span)),
            Condition::AsPathLength { hops, unique: false } => {
                let (min, max) = (*hops.start(), *hops.end());
                let text = if max >= 255 {
                    format!(".{{{min},}}")
                } else {
                    format!(".{{{min},{max}}}")
                };
                Cond::Path(
                    self.path_expression(&text, RegexSyntax::AsTokens)
                        .unwrap_or_else(|| {
                            PathTest::Opaque(opaque(
                                Key::Outside(format!("AS-path length {text}")),
                                None,
                                "the AS-path length",
                            ))
                        }),
                )
            }
            Condition::AsPathLength { hops, unique: true } => Cond::Opaque(opaque(
                Key::Outside(format!("unique hops {hops:?}")),
                None,
                "the number of distinct ASes",
            )),
            Condition::LocalPreference(range) => Cond::LocalPreference(range.clone()),
            Condition::Med(range) => Cond::Med(
                range.clone(),
                opaque(
                    Key::Outside(format!("MED {range:?}")),
                    None,
                    "the MED that is received",
                ),
            ),
            Condition::Origin(origin) => Cond::Opaque(opaque(
                Key::Outside(format!("origin {origin:?}")),
                None,
                "the origin that is received",
            )),
            Condition::Family(family) => Cond::Constant(*family == self.family),
            Condition::PolicyList { name } => match self.device.policy_lists.get(&name.value) {
                Some(list) => Cond::All(vec![
                    self.condition(&list.condition),
                    Cond::Constant(list.verdict == Verdict::Accept),
                ]),
                None => Cond::Opaque(missing("policy list", name)),
            },
            Condition::Policy { chain, default } => Cond::Policy {
                chain: self.expressions(chain),
                default: *default,
            },
            Condition::Constant(value) => Cond::Constant(*value),
            Condition::Undecidable { span, on } => Cond::Opaque(opaque(
                Key::Outside(on.clone()),
                Some(*span),
                format!("it depends on {on}"),
            )),
            Condition::Unsupported(span) => Cond::Opaque(place(*span, "this line is not interpreted")),
        };
        match crate::matching::sees_attributes(condition) {
            true => Cond::Attribute(Box::new(compiled), format!("{condition:?}")),
            false => compiled,
        }
    }

    fn prefix_condition(&mut self, name: &Spanned<String>, family: ListFamily, how: PrefixMatch) -> Cond {
        let platform = &self.device.platform;
        if is_other(family, self.family) {
            return self.other_family(name);
        }
        match self.device.prefix_list(family, &name.value) {
            None => truth(
                platform.undefined_prefix_list_matches,
                missing("prefix list", name),
            ),
            Some(list) if list.entries.is_empty() => truth(
                platform.empty_prefix_list_matches,
                opaque(
                    Key::Undefined("empty prefix list", name.value.clone()),
                    Some(name.span),
                    format!(
                        "what the platform does with the empty prefix list `{}`",
                        name.value
                    ),
                ),
            ),
            Some(_) => self.prefix_list(name, family, how),
        }
    }

    fn other_family(&self, name: &Spanned<String>) -> Cond {
        let text = "whether a condition of the other address family holds";
        truth(
            self.device.platform.other_family_matches,
            opaque(Key::Fact("other family"), Some(name.span), text),
        )
    }

    fn prefix_list(&mut self, name: &Spanned<String>, family: ListFamily, how: PrefixMatch) -> Cond {
        let key = (how as u8 * 3 + family as u8, name.value.clone());
        if let Some(&leaf) = self.prefix_index.get(&key) {
            return Cond::Prefix(leaf);
        }
        let Some(list) = self.device.prefix_list(family, &name.value) else {
            return Cond::Constant(false);
        };
        let longer: Vec<PrefixPattern>;
        let sets = match how {
            PrefixMatch::Listed => {
                PrefixSet::first_match(list.entries.iter().map(|e| (e.verdict, &e.pattern)), self.family)
            }
            PrefixMatch::Longer | PrefixMatch::OrLonger => {
                longer = list.entries.iter().map(|e| lengthened(&e.pattern, how)).collect();
                let entries = list.entries.iter().zip(&longer);
                PrefixSet::first_match(entries.map(|(e, pattern)| (e.verdict, pattern)), self.family)
            }
        };
        let unsupported = list
            .entries
            .iter()
            .find(|e| matches!(e.pattern, PrefixPattern::Unsupported));
        let leaf = self.prefix_leaf(sets.accepted, sets.uncertain, unsupported.map(|e| e.span));
        if let Cond::Prefix(at) = leaf {
            self.prefix_index.insert(key, at);
        }
        leaf
    }

    fn access_list(&mut self, name: &Spanned<String>, family: Family) -> Cond {
        if family != self.family {
            return self.other_family(name);
        }
        let list = match self.device.access_list(family, &name.value) {
            Some(list) if !list.entries.is_empty() => list,
            _ => {
                return truth(
                    self.device.platform.undefined_access_list_matches,
                    missing("access list", name),
                );
            }
        };
        let key = (100 + family as u8, name.value.clone());
        if let Some(&leaf) = self.prefix_index.get(&key) {
            return Cond::Prefix(leaf);
        }
        // Access lists in route policies are short; set algebra entry by entry is enough.
        let (mut open, mut accepted) = (PrefixSet::all(family), PrefixSet::empty(family));
        let (mut uncertain, mut at) = (PrefixSet::empty(family), None);
        for entry in &list.entries {
            match PrefixSet::of_access(&entry.pattern, family) {
                Some(set) => {
                    if entry.verdict == Verdict::Accept {
                        accepted = accepted.or(&open.and(&set));
                    }
                    open = open.minus(&set);
                }
                None => {
                    (uncertain, at) = (open, Some(entry.span));
                    break;
                }
            }
            if open.is_empty() {
                break;
            }
        }
        let leaf = self.prefix_leaf(accepted, uncertain, at);
        if let Cond::Prefix(at) = leaf {
            self.prefix_index.insert(key, at);
        }
        leaf
    }

    fn prefix_leaf(&mut self, accepted: PrefixSet, uncertain: PrefixSet, unsupported: Option<Span>) -> Cond {
        let opaque = match unsupported {
            Some(span) => place(span, "this is not interpreted"),
            None => opaque(
                Key::Fact("prefix"),
                None,
                "a prefix condition that is not certain",
            ),
        };
        self.prefix_leaves.push(PrefixLeaf {
            accepted,
            uncertain,
            opaque,
        });
        Cond::Prefix(self.prefix_leaves.len() - 1)
    }

    fn community_list(&mut self, list: &CommunityList, how: CommunityMatch) -> Cond {
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
        };
        let leaf = self.community_leaf(test);
        if let Cond::Communities(at) = leaf {
            self.community_index.insert(key, at);
        }
        leaf
    }

    fn within(&mut self, list: &CommunityList) -> Test {
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

    fn exact(&mut self, entry: &CommunityEntry) -> Test {
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
            CommunityTest::Text(_) if self.device.platform.exact_expression == ExactExpression::AsListed => {
                self.test(&entry.test)
            }
            CommunityTest::Empty => Test::Empty,
            _ => unknown(),
        }
    }

    fn test(&mut self, test: &CommunityTest) -> Test {
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

    fn pattern(&mut self, pattern: &CommunityPattern, span: Span) -> Test {
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

    fn bits(&mut self, bits: Bits) -> usize {
        if let Some(&at) = self.pattern_index.get(&bits) {
            return at;
        }
        self.patterns.push(bits.clone());
        self.pattern_index.insert(bits, self.patterns.len() - 1);
        self.patterns.len() - 1
    }

    fn text(&mut self, regex: &CommunityRegex, span: Span) -> Test {
        let compiled =
            self.judge
                .matcher()
                .expression(&regex.expression, regex.syntax, Subject::Communities, false);
        let Some(expression) = compiled else {
            return Test::Opaque(place(span, "this is not interpreted"));
        };
        let packed = matches!(regex.rendering, CommunityRendering::NumbersOrPacked).then(|| {
            (
                self.rendered(CommunityRendering::Packed),
                opaque(Key::Fact("packed"), Some(span), PACKED),
            )
        });
        let rendering = if packed.is_some() {
            CommunityRendering::Numbers
        } else {
            regex.rendering
        };
        // An expression that no set of communities can satisfy but by one of its members alone is a pattern.
        if packed.is_none() && matches!(locality(&expression, rendering), Locality::Local) {
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
        let texts = self.rendered(rendering);
        let open = opaque(
            Key::Behind(span, "whole text".to_owned()),
            Some(span),
            "the expression reads all communities of the route together, and others may stand among them",
        );
        let anything = RefCell::default();
        Test::Text(Box::new(TextTest {
            expression,
            rendering,
            texts,
            packed,
            open,
            anything,
        }))
    }

    /// The atoms as a platform writes them.
    fn rendered(&mut self, rendering: CommunityRendering) -> Rc<Vec<String>> {
        let atoms = &self.gathered.atoms;
        let texts = || {
            Rc::new(
                atoms
                    .iter()
                    .map(|&atom| render_one(atom, rendering).to_string())
                    .collect(),
            )
        };
        self.renderings.entry(rendering).or_insert_with(texts).clone()
    }

    fn community_leaf(&mut self, test: Test) -> Cond {
        self.community_leaves.push(test);
        Cond::Communities(self.community_leaves.len() - 1)
    }

    fn path(&mut self, test: &AsPathTest, span: Span) -> PathTest {
        let range = |r: &std::ops::RangeInclusive<u32>| match r.start() == r.end() {
            true => r.start().to_string(),
            false => format!("[{}-{}]", r.start(), r.end()),
        };
        let tokens =
            |compiler: &mut Self, text: String| compiler.path_expression(&text, RegexSyntax::AsTokens);
        let compiled = match test {
            AsPathTest::Regex { expression, syntax } => self.path_expression(expression, *syntax),
            AsPathTest::PassesThrough(r) => tokens(self, format!(".* {} .*", range(r))),
            AsPathTest::Neighbor(r) => tokens(self, format!("{} .*", range(r))),
            AsPathTest::Origin(r) => tokens(self, format!(".* {}", range(r))),
            AsPathTest::Any(tests) => Some(PathTest::Any(tests.iter().map(|t| self.path(t, span)).collect())),
            AsPathTest::All(tests) => Some(PathTest::All(tests.iter().map(|t| self.path(t, span)).collect())),
            AsPathTest::Not(test) => Some(PathTest::Not(Box::new(self.path(test, span)))),
            AsPathTest::Unsupported => None,
        };
        compiled.unwrap_or_else(|| PathTest::Opaque(place(span, "this is not interpreted")))
    }

    fn path_expression(&mut self, text: &str, syntax: RegexSyntax) -> Option<PathTest> {
        let key = (text.to_owned(), syntax);
        if let Some(&at) = self.path_index.get(&key) {
            return Some(PathTest::Expression(at));
        }
        let expression = self
            .judge
            .matcher()
            .expression(text, syntax, Subject::AsPath, false)?;
        self.path_expressions.push(expression);
        self.path_index.insert(key, self.path_expressions.len() - 1);
        Some(PathTest::Expression(self.path_expressions.len() - 1))
    }

    fn action(&mut self, action: &Spanned<Action>) -> Option<Act> {
        let atom = |community: &Community| self.gathered.atoms.binary_search(community).ok();
        Some(match &action.value {
            Action::SetCommunities(set) => {
                let act = Act::Set(set.iter().filter_map(atom).collect());
                self.community_edits = true;
                act
            }
            Action::AddCommunities(set) => {
                let act = Act::Add(set.iter().filter_map(atom).collect());
                self.community_edits = true;
                act
            }
            Action::DeleteCommunityList { name } => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    matcher.permits_alone(name, community, guesses)
                })
            }
            Action::DeleteCommunities(patterns) => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    patterns
                        .iter()
                        .any(|pattern| matcher.means(pattern, action.span, community, guesses))
                })
            }
            Action::SetLargeCommunities(_)
            | Action::AddLargeCommunities(_)
            | Action::DeleteLargeCommunityList { .. } => Act::LargeEdit,
            Action::SetLocalPreference(edit) => Act::LocalPreference(*edit),
            Action::SetMed(edit) => Act::Med(*edit),
            Action::PrependAsPath(_) => Act::Prepend,
            Action::Pending(verdict) => Act::Pending(*verdict),
            Action::Default(verdict) => Act::Default(*verdict),
            Action::Call { policy, kind } => Act::Call {
                policy: self.index.get(policy.value.as_str()).copied(),
                undefined: self.device.platform.undefined_call_accepts,
                opaque: opaque(
                    Key::Undefined("call", policy.value.clone()),
                    Some(policy.span),
                    format!(
                        "what the platform does where it calls the undefined policy `{}`",
                        policy.value
                    ),
                ),
                gate: *kind == Call::Gate,
            },
            Action::SetWeight(_) | Action::SetOrigin(_) | Action::Inert => return None,
            Action::Unsupported => {
                self.community_edits = true;
                Act::Poison(action.span)
            }
        })
    }

    fn delete(&mut self, span: Span, removed: impl Fn(Community, &mut Guesses) -> bool) -> Act {
        self.community_edits = true;
        let mut guesses = Guesses::default();
        let mut bits = Bits::new(self.gathered.atoms.len());
        for (at, &community) in self.gathered.atoms.iter().enumerate() {
            if removed(community, &mut guesses) {
                bits.insert(at);
            }
        }
        if guesses.because().is_empty() {
            Act::Delete(bits)
        } else {
            Act::Poison(span)
        }
    }
}

pub(crate) const PACKED: &str =
    "without `ip bgp-community new-format` it is not certain which form of a community expressions see";

/// Whether a large-community list holds for a route without large communities, where that is certain.
fn large_without_any(list: &CommunityList) -> Option<bool> {
    for entry in &list.entries {
        match &entry.test {
            CommunityTest::Always | CommunityTest::Empty => return Some(entry.verdict == Verdict::Accept),
            CommunityTest::Line(patterns) if patterns.is_empty() => {
                return Some(entry.verdict == Verdict::Accept);
            }
            CommunityTest::Line(patterns)
                if patterns
                    .iter()
                    .all(|p| matches!(p.value, CommunityPattern::Large(_))) => {}
            CommunityTest::Text(_) => {}
            _ => return None,
        }
    }
    Some(false)
}

fn lengthened(pattern: &PrefixPattern, how: PrefixMatch) -> PrefixPattern {
    match pattern {
        PrefixPattern::Range { prefix, .. } => {
            let more = u8::from(how == PrefixMatch::Longer);
            let lengths = prefix.prefix_len().saturating_add(more)..=prefix.max_prefix_len();
            PrefixPattern::Range {
                prefix: *prefix,
                lengths,
            }
        }
        other => other.clone(),
    }
}

fn is_other(list: ListFamily, family: Family) -> bool {
    list != ListFamily::Both && list != ListFamily::of(family)
}

fn opaque(key: Key, span: Option<Span>, text: impl Into<String>) -> Opaque {
    Opaque {
        key,
        because: Because {
            span,
            text: text.into(),
        },
    }
}

fn place(span: Span, text: &str) -> Opaque {
    opaque(Key::Place(span), Some(span), text)
}

fn outside(what: &str, name: &str, span: Span) -> Opaque {
    opaque(
        Key::Outside(format!("{what} {name}")),
        Some(span),
        format!("which {what} the route carries"),
    )
}

fn missing(kind: &'static str, name: &Spanned<String>) -> Opaque {
    opaque(
        Key::Undefined(kind, name.value.clone()),
        Some(name.span),
        format!(
            "what the platform does with the undefined {kind} `{}`",
            name.value
        ),
    )
}

fn truth(truth: Truth, opaque: Opaque) -> Cond {
    match truth {
        Truth::Yes => Cond::Constant(true),
        Truth::No => Cond::Constant(false),
        Truth::Unknown => Cond::Opaque(opaque),
    }
}
