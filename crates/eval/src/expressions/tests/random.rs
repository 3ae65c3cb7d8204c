//! Random expressions against a matcher that tries everything, and searches against enumeration.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// An expression as a tree, which can be written in a language and matched by trying everything.
#[derive(Debug, Clone)]
enum Tree {
    Sign(u8),
    Any,
    /// One of the signs, or none of them.
    Set(Vec<u8>, bool),
    Start,
    End,
    Delimiter,
    Sequence(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat(Box<Tree>, usize, Option<usize>),
}

const DELIMITERS: &[u8] = b" ,{}()";

impl Tree {
    fn write(&self, syntax: RegexSyntax) -> String {
        let group = |inner: &Tree| format!("({})", inner.write(syntax));
        match self {
            Tree::Sign(sign) => char::from(*sign).to_string(),
            Tree::Any => ".".to_owned(),
            Tree::Set(signs, negated) => {
                let signs: String = signs.iter().map(|&sign| char::from(sign)).collect();
                format!("[{}{signs}]", if *negated { "^" } else { "" })
            }
            Tree::Start => "^".to_owned(),
            Tree::End => "$".to_owned(),
            Tree::Delimiter if syntax == Posix => "(^|[,{}() ]|$)".to_owned(),
            Tree::Delimiter => "_".to_owned(),
            Tree::Sequence(parts) => parts.iter().map(|part| part.write(syntax)).collect(),
            Tree::Either(branches) => {
                let branches: Vec<String> = branches.iter().map(|branch| branch.write(syntax)).collect();
                format!("({})", branches.join("|"))
            }
            Tree::Repeat(part, 0, None) => format!("{}*", group(part)),
            Tree::Repeat(part, 1, None) => format!("{}+", group(part)),
            Tree::Repeat(part, 0, Some(1)) => format!("{}?", group(part)),
            Tree::Repeat(part, min, None) => format!("{}{{{min},}}", group(part)),
            Tree::Repeat(part, min, Some(max)) => format!("{}{{{min},{max}}}", group(part)),
        }
    }

    fn has_counts(&self) -> bool {
        match self {
            Tree::Repeat(part, 0 | 1, None) | Tree::Repeat(part, 0, Some(1)) => part.has_counts(),
            Tree::Repeat(..) => true,
            Tree::Sequence(parts) | Tree::Either(parts) => parts.iter().any(Tree::has_counts),
            _ => false,
        }
    }

    /// Where a match that begins at `from` can end.
    fn ends(&self, text: &[u8], from: usize) -> BTreeSet<usize> {
        let one = |accepted: &dyn Fn(u8) -> bool| match text.get(from) {
            Some(&sign) if accepted(sign) => BTreeSet::from([from + 1]),
            _ => BTreeSet::new(),
        };
        let here = |holds: bool| {
            if holds {
                BTreeSet::from([from])
            } else {
                BTreeSet::new()
            }
        };
        match self {
            Tree::Sign(sign) => one(&|found| found == *sign),
            Tree::Any => one(&|_| true),
            Tree::Set(signs, negated) => one(&|found| signs.contains(&found) != *negated),
            Tree::Start => here(from == 0),
            Tree::End => here(from == text.len()),
            Tree::Delimiter => {
                let mut ends = one(&|found| DELIMITERS.contains(&found));
                ends.extend(here(from == 0 || from == text.len()));
                ends
            }
            Tree::Sequence(parts) => parts.iter().fold(BTreeSet::from([from]), |ends, part| {
                ends.iter().flat_map(|&end| part.ends(text, end)).collect()
            }),
            Tree::Either(branches) => branches
                .iter()
                .flat_map(|branch| branch.ends(text, from))
                .collect(),
            Tree::Repeat(part, min, max) => {
                let mut ends = BTreeSet::from([from]);
                let mut all = here(*min == 0);
                for count in 1..=max.unwrap_or(text.len() + min + 1) {
                    ends = ends.iter().flat_map(|&end| part.ends(text, end)).collect();
                    if count >= *min {
                        all.extend(&ends);
                    }
                }
                all
            }
        }
    }

    fn is_found_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        (0..=text.len()).any(|from| !self.ends(text, from).is_empty())
    }

    fn is_whole(&self, text: &str) -> bool {
        self.ends(text.as_bytes(), 0).contains(&text.len())
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let sign = prop::sample::select(b"1123: ".to_vec());
    let leaf = prop_oneof![
        6 => sign.clone().prop_map(Tree::Sign),
        1 => Just(Tree::Any),
        1 => Just(Tree::Start),
        1 => Just(Tree::End),
        1 => Just(Tree::Delimiter),
        1 => (prop::collection::vec(sign, 1..3), any::<bool>()).prop_map(|(signs, not)| Tree::Set(signs, not)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let counts = prop::sample::select(vec![
            (0, None),
            (1, None),
            (0, Some(1)),
            (2, None),
            (0, Some(2)),
            (1, Some(3)),
        ]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Sequence),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Either),
            1 => (inner, counts).prop_map(|(part, (min, max))| Tree::Repeat(Box::new(part), min, max)),
        ]
    })
}

/// An expression over whole AS numbers.
fn path_tree() -> impl Strategy<Value = (String, Tree)> {
    let number = |number: &str| Tree::Sequence(format!(" {number}").bytes().map(Tree::Sign).collect());
    let digits = || Tree::Repeat(Box::new(Tree::Set(b"0123456789".to_vec(), false)), 1, None);
    let hop = |inner: Tree| Tree::Sequence(vec![Tree::Sign(b' '), inner]);
    let leaf = prop_oneof![
        3 => prop::sample::select(vec!["1", "2", "12", "21"]).prop_map(move |n| (n.to_owned(), number(n))),
        2 => Just((".".to_owned(), hop(digits()))),
        1 => Just(("[2-12]".to_owned(), hop(Tree::Either(
            (2..=12).map(|n: u8| Tree::Sequence(n.to_string().bytes().map(Tree::Sign).collect())).collect(),
        )))),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let operators = prop::sample::select(vec![
            ("*", 0, None),
            ("+", 1, None),
            ("?", 0, Some(1)),
            ("{2,3}", 2, Some(3)),
        ]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| {
                let (texts, trees): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                (format!("({})", texts.join(" ")), Tree::Sequence(trees))
            }),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| {
                let (texts, trees): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                (format!("({})", texts.join(" | ")), Tree::Either(trees))
            }),
            2 => (inner, operators).prop_map(|((text, tree), (sign, min, max))| {
                (format!("({text}){sign}"), Tree::Repeat(Box::new(tree), min, max))
            }),
        ]
    })
}

/// Every path of up to three of the numbers.
fn short_paths(first: &[u32], numbers: &[u32], more: usize) -> Vec<Vec<u32>> {
    let mut paths = vec![first.to_vec()];
    let mut last = paths.clone();
    for _ in 0..more {
        last = last
            .iter()
            .flat_map(|path| {
                numbers
                    .iter()
                    .map(move |&number| [path.as_slice(), &[number]].concat())
            })
            .collect();
        paths.extend_from_slice(&last);
    }
    paths
}

fn text(path: &[u32]) -> String {
    AsPath::sequence(path.iter().copied()).to_string()
}

/// Communities that differ in what small expressions see.
const POOL: [(u16, u16); 7] = [(0, 0), (1, 1), (1, 2), (2, 1), (11, 3), (12, 12), (65535, 65281)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn automata_match_what_trying_everything_matches(
        tree in tree(),
        texts in prop::collection::vec("[123: ,]{0,8}", 12),
    ) {
        for syntax in [Cisco, XrIos, Posix, PosixDelimiter] {
            if tree.has_counts() && matches!(syntax, Cisco | XrIos) {
                continue;
            }
            let expression = tree.write(syntax);
            for anchored in [false, true] {
                let compiled = Expression::compile(&expression, syntax, Subject::Communities, anchored);
                if matches!((syntax, &compiled), (PosixDelimiter, Err(ExpressionError::Unsupported(_)))) {
                    // A count behind an anchor.
                    prop_assert!(tree.has_counts(), "`{}`", expression);
                    continue;
                }
                let compiled = compiled.map_err(|error| TestCaseError::fail(format!("{expression}: {error}")))?;
                for text in texts.iter().map(String::as_str).chain(["", "1:1", "12 1:2"]) {
                    let expected = if anchored { tree.is_whole(text) } else { tree.is_found_in(text) };
                    prop_assert_eq!(compiled.is_match(text), expected, "`{}` in `{}`", expression, text);
                    // What is settled along the way stays so.
                    let mut state = compiled.start();
                    for at in 0..text.len() {
                        if let Some(settled) = compiled.is_settled(state) {
                            prop_assert_eq!(settled, expected, "`{}` at {} in `{}`", expression, at, text);
                        }
                        state = compiled.step(state, &text[at..=at]);
                    }
                    prop_assert_eq!(compiled.accepts_at_end(state), expected);
                }
            }
        }
    }

    #[test]
    fn expressions_over_as_numbers_match_whole_paths((expression, tree) in path_tree(), negated in any::<bool>()) {
        let written = if negated { format!("!({expression})") } else { expression };
        let compiled = compile(&written, AsTokens);
        for path in short_paths(&[], &[1, 2, 12, 21, 3], 3) {
            let spaced: String = path.iter().map(|number| format!(" {number}")).collect();
            prop_assert_eq!(compiled.is_match(&text(&path)), tree.is_whole(&spaced) != negated, "`{}` {:?}", written, path);
        }
    }

    #[test]
    fn locality_agrees_with_every_set_of_a_pool(tree in tree(), which in 0..4) {
        let expression = tree.write(Posix);
        let compiled = compile(&expression, Posix);
        let rendering = [CommunityRendering::Numbers, FRR8, FRR10, CommunityRendering::Packed][which as usize];
        let differs = |set: &BTreeSet<Community>| {
            let one = set.iter().any(|&c| compiled.is_match(&render_one(c, rendering)));
            matches_set(&compiled, set, rendering) != one
        };
        match locality(&compiled, rendering) {
            Locality::Local => {
                for chosen in 0..1_u32 << POOL.len() {
                    let members = (0..).zip(POOL).filter(|(bit, _)| chosen >> bit & 1 == 1);
                    let set = members.map(|(_, (asn, value))| Community::new(asn, value)).collect();
                    prop_assert!(!differs(&set), "`{}` is not local: {:?}", expression, set);
                }
            }
            Locality::NotLocal(set) => prop_assert!(differs(&set), "`{}` {:?}", expression, set),
            Locality::Unknown => prop_assert_eq!(rendering, CommunityRendering::Packed, "`{}`", expression),
        }
    }

    #[test]
    fn found_paths_give_the_wanted_answers_and_no_shorter_one_does(
        trees in prop::collection::vec((tree(), any::<bool>()), 1..3),
        tokens in prop::collection::vec((path_tree(), any::<bool>()), 0..2),
        first in prop::sample::select(vec![vec![], vec![1], vec![12, 2]]),
        without in prop::sample::select(vec![vec![], vec![2], vec![1, 21]]),
        open in prop::bool::weighted(0.8),
    ) {
        let texts = trees.iter().map(|(tree, wanted)| (compile(&tree.write(Posix), Posix), *wanted));
        let tokens = tokens.iter().map(|((text, _), wanted)| (compile(text, AsTokens), *wanted));
        let compiled: Vec<_> = texts.chain(tokens).collect();
        let wanted: Vec<_> = compiled.iter().map(|(expression, answer)| (expression, *answer)).collect();
        let language = language(&first, &without, open);
        let holds = |path: &str| wanted.iter().all(|(expression, answer)| expression.is_match(path) == *answer);
        let allowed = |path: &[u32]| !path.iter().any(|number| without.contains(number));
        let more = if open { 3 } else { 0 };
        let mut short = short_paths(&first, &[1, 2, 12, 21, 3, 231], more).into_iter();
        let expected = short.find(|path| allowed(path) && holds(&text(path)));
        match find_path(&language, &wanted, 200_000) {
            PathSearch::Found(path) => {
                let found = path.to_string();
                prop_assert!(holds(&found), "{}", found);
                let hops: Vec<u32> = found.split_whitespace().map(|hop| hop.parse().unwrap()).collect();
                prop_assert!(hops.starts_with(&first) && allowed(&hops) && !hops.contains(&0));
                prop_assert!(open || hops.len() == first.len());
                prop_assert!(expected.is_none_or(|expected| hops.len() <= expected.len()));
            }
            PathSearch::None => prop_assert_eq!(expected, None),
            PathSearch::Spent => prop_assert!(false, "a small search was given up"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_community_answers_as_a_representative_does(
        trees in prop::collection::vec(tree(), 1..4),
        excluded in prop::option::of(Just(12)),
        avoided in prop::collection::btree_set((prop::sample::select(vec![1_u16, 12, 123]), 0..40_u16), 0..30),
    ) {
        let compiled: Vec<_> = trees.iter().map(|tree| compile(&tree.write(Posix), Posix)).collect();
        let expressions: Vec<_> = compiled.iter().collect();
        let avoided: BTreeSet<_> = avoided.into_iter().map(|(asn, value)| Community::new(asn, value)).collect();
        let chosen = representatives(&expressions, excluded, &avoided, 1_000_000);
        let chosen = chosen.expect("small automata");
        let answers = |community: Community| -> Vec<bool> {
            let text = community.to_string();
            expressions.iter().map(|expression| expression.is_match(&text)).collect()
        };
        let allowed = |community: &Community| excluded != Some(community.asn) && !avoided.contains(community);
        let known: BTreeSet<_> = chosen.iter().map(|&community| answers(community)).collect();
        prop_assert_eq!(known.len(), chosen.len(), "two for the same answers");
        prop_assert!(chosen.iter().all(allowed));
        for asn in [0, 1, 2, 12, 123, 3111, 65535] {
            for value in (0..4000).chain((4000..=65535).step_by(97)) {
                let community = Community::new(asn, value);
                prop_assert!(!allowed(&community) || known.contains(&answers(community)), "{}", community);
            }
        }
    }
}
