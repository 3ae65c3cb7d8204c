//! Random networks and routes from a seed: small pools of values, so that tests and routes meet.

use pairlint_model::bgp::{Community, Family, IpNet, prefix};
use pairlint_model::network::{Device, ExactExpression, Platform};
use pairlint_model::policy::*;
use pairlint_model::source::{SourceId, Span, Spanned};

/// SplitMix64: small, and the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub fn community(&mut self) -> Community {
        let (asn, value) = self.pick(&[
            (12076, 51002),
            (12076, 51003),
            (12076, 51004),
            (12076, 5040),
            (12076, 52002),
            (12076, 5100),
            (65001, 1),
            (65001, 2),
            (1, 1),
            (65535, 65281),
        ]);
        Community::new(asn, value)
    }

    pub fn communities(&mut self, most: usize) -> Vec<Community> {
        let mut set: Vec<Community> = (0..self.below(most + 1)).map(|_| self.community()).collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    pub fn path(&mut self) -> Vec<u32> {
        (0..self.below(4))
            .map(|_| self.pick(&[12076, 8075, 8068, 65001, 1, 120, 76]))
            .collect()
    }

    pub fn prefix(&mut self, family: Family, inside: Option<IpNet>) -> IpNet {
        let texts: &[&str] = match family {
            Family::Ipv4 => &[
                "10.0.0.0",
                "10.1.0.0",
                "10.1.2.0",
                "10.128.0.0",
                "13.64.0.0",
                "13.69.64.0",
                "0.0.0.0",
            ],
            Family::Ipv6 => &[
                "2001:db8::",
                "2001:db8:1::",
                "2001:db8:8000::",
                "2603:1000::",
                "::",
            ],
        };
        let shortest = inside.map_or(0, |net| net.prefix_len());
        loop {
            let address = self.pick(texts).parse().expect("an address");
            let length = shortest + self.below(usize::from(family.width() - shortest) + 1) as u8;
            let net = IpNet::new(address, length)
                .expect("a length of the family")
                .trunc();
            if inside.is_none_or(|outer| outer.contains(&net)) {
                return net;
            }
        }
    }

    /// A fresh place; conditions are told apart by it.
    fn span(&mut self) -> Span {
        let start = (self.next() % 1_000_000_000) as u32;
        Span {
            source: SourceId(0),
            start,
            end: start + 1,
        }
    }

    fn named(&mut self, names: &[&str]) -> Spanned<String> {
        let name = self.pick(names).to_owned();
        Spanned::new(self.span(), name)
    }

    fn verdict(&mut self) -> Verdict {
        if self.one_in(4) {
            Verdict::Reject
        } else {
            Verdict::Accept
        }
    }

    fn truth(&mut self) -> Truth {
        self.pick(&[Truth::Yes, Truth::No, Truth::Unknown])
    }

    fn prefix_pattern(&mut self) -> PrefixPattern {
        if self.one_in(25) {
            return PrefixPattern::Unsupported;
        }
        if self.one_in(25) {
            return PrefixPattern::Any;
        }
        let family = if self.one_in(4) {
            Family::Ipv6
        } else {
            Family::Ipv4
        };
        let prefix = self.prefix(family, None);
        let low =
            prefix.prefix_len() + self.below(usize::from(family.width() - prefix.prefix_len()) + 1) as u8;
        let high = low + self.below(usize::from(family.width() - low) + 1) as u8;
        let lengths = if self.one_in(3) {
            prefix.prefix_len()..=prefix.prefix_len()
        } else {
            low..=high
        };
        if self.one_in(8) {
            let mask = match family {
                Family::Ipv4 => self
                    .pick(&["255.0.0.0", "255.3.0.0", "0.0.0.0"])
                    .parse()
                    .expect("a mask"),
                Family::Ipv6 => self
                    .pick(&["ffff:ffff::", "ffff::8000:0:0:0:0", "::"])
                    .parse()
                    .expect("a mask"),
            };
            return PrefixPattern::Masked {
                address: prefix.addr(),
                mask,
                lengths,
            };
        }
        PrefixPattern::Range { prefix, lengths }
    }

    fn prefix_entries(&mut self, most: usize) -> Vec<PrefixEntry> {
        (0..self.below(most + 1))
            .map(|_| PrefixEntry {
                verdict: self.verdict(),
                pattern: self.prefix_pattern(),
                span: self.span(),
            })
            .collect()
    }

    fn pattern(&mut self) -> CommunityPattern {
        match self.below(14) {
            0 => CommunityPattern::Range {
                asn: 12076..=12076,
                value: 51000..=51003,
            },
            1 => CommunityPattern::Text {
                expression: self
                    .pick(&["^12076:5", "51002", ":1$", "^6.*:", "12076:.*4"])
                    .to_owned(),
                syntax: RegexSyntax::Posix,
                anchored: false,
            },
            2 => CommunityPattern::Halves {
                asn: "12076".into(),
                value: "5.*".into(),
                syntax: RegexSyntax::Posix,
            },
            3 if self.one_in(3) => CommunityPattern::Unsupported,
            4 if self.one_in(3) => CommunityPattern::Other,
            _ => CommunityPattern::Exactly(self.community()),
        }
    }

    fn line(&mut self) -> CommunityTest {
        let count = 1 + self.below(2);
        CommunityTest::Line(
            (0..count)
                .map(|_| Spanned::new(self.span(), self.pattern()))
                .collect(),
        )
    }

    fn text(&mut self) -> CommunityTest {
        let expression = self.pick(&[
            "_12076:51002_",
            "12076:5100[2-4]",
            "^12076:51002$",
            "12076:.*5040",
            "_1:1.*12076:5",
            ".*",
            "^$",
            "(_12076:51003_|_65001:1_)",
            "no-export",
            "5100",
        ]);
        let rendering = self.pick(&[
            CommunityRendering::Numbers,
            CommunityRendering::Numbers,
            CommunityRendering::NumbersOrPacked,
            CommunityRendering::Names(WellKnownNames::Frr8),
            CommunityRendering::Names(WellKnownNames::Frr10),
        ]);
        let regex = CommunityRegex {
            expression: expression.to_owned(),
            syntax: RegexSyntax::PosixDelimiter,
            rendering,
        };
        CommunityTest::Text(Spanned::new(self.span(), regex))
    }

    fn community_test(&mut self, depth: usize) -> CommunityTest {
        match self.below(16) {
            0 => CommunityTest::Always,
            1 => CommunityTest::Empty,
            2 | 3 => self.text(),
            4 if depth > 0 => CommunityTest::Not(Box::new(self.community_test(depth - 1))),
            5 if depth > 0 => CommunityTest::Any((0..2).map(|_| self.community_test(depth - 1)).collect()),
            6 if depth > 0 => CommunityTest::All((0..2).map(|_| self.community_test(depth - 1)).collect()),
            7 if self.one_in(3) => CommunityTest::Unsupported(self.span()),
            _ => self.line(),
        }
    }

    fn as_path_test(&mut self) -> AsPathTest {
        match self.below(10) {
            0 => AsPathTest::PassesThrough(8000..=8070),
            1 => AsPathTest::Origin(8075..=8075),
            2 => AsPathTest::Neighbor(12076..=12076),
            3 => AsPathTest::Not(Box::new(self.as_path_test())),
            4 if self.one_in(3) => AsPathTest::Unsupported,
            4 => AsPathTest::Length {
                hops: 1..=2,
                unique: self.one_in(4),
            },
            5 => AsPathTest::Regex {
                expression: "12076 .*".into(),
                syntax: RegexSyntax::AsTokens,
            },
            6 => AsPathTest::Regex {
                expression: ".* 8075 .*".into(),
                syntax: RegexSyntax::AsTokens,
            },
            _ => {
                let expression = self.pick(&[
                    "^12076$", "_8075_", "^12076_", "8068$", "_65001_", "120", "^$", ".*",
                ]);
                AsPathTest::Regex {
                    expression: expression.to_owned(),
                    syntax: RegexSyntax::Cisco,
                }
            }
        }
    }

    fn condition(&mut self, depth: usize) -> Condition {
        match self.below(26) {
            0..=4 => Condition::PrefixList {
                name: self.named(&["P0", "P1", "P2", "P3", "PX"]),
                family: self.pick(&[ListFamily::Ipv4, ListFamily::Both, ListFamily::Both]),
                how: self.pick(&[
                    PrefixMatch::Listed,
                    PrefixMatch::Listed,
                    PrefixMatch::OrLonger,
                    PrefixMatch::Longer,
                ]),
            },
            5..=11 => Condition::CommunityList {
                name: self.named(&["C0", "C1", "C2", "C3", "CX"]),
                how: self.pick(&[
                    CommunityMatch::Listed,
                    CommunityMatch::Listed,
                    CommunityMatch::Listed,
                    CommunityMatch::Exact,
                    CommunityMatch::AnyElement,
                    CommunityMatch::EveryElement,
                    CommunityMatch::Within,
                    CommunityMatch::AnyValue,
                ]),
            },
            12 | 13 => Condition::AsPathList {
                name: self.named(&["A0", "A1", "AX"]),
            },
            14 => {
                let test = self.community_test(2);
                Condition::Community(Spanned::new(self.span(), test))
            }
            15 => {
                let test = self.as_path_test();
                Condition::AsPath(Spanned::new(self.span(), test))
            }
            16 => Condition::Prefixes(self.prefix_entries(3)),
            17 => Condition::LocalPreference(self.pick(&[100..=100, 200..=200, 0..=99])),
            18 if depth > 0 => Condition::Not(Box::new(self.condition(depth - 1))),
            19 if depth > 0 => Condition::Any((0..2).map(|_| self.condition(depth - 1)).collect()),
            20 if depth > 0 => Condition::All((0..2).map(|_| self.condition(depth - 1)).collect()),
            21 => Condition::Policy {
                chain: vec![PolicyExpression::Policy(self.named(&["SUB", "SUB2"]))],
                default: self.verdict(),
            },
            22 if self.one_in(2) => Condition::Undecidable {
                span: self.span(),
                on: "RPKI state".into(),
            },
            23 if self.one_in(2) => Condition::Unsupported(self.span()),
            24 => Condition::AsPathLength {
                hops: 1..=self.below(3) as u32 + 1,
                unique: false,
            },
            25 => Condition::LongestPrefix(
                (0..1 + self.below(3))
                    .map(|_| {
                        let prefix = self.prefix(Family::Ipv4, None);
                        let upper =
                            prefix.prefix_len() + self.below(usize::from(32 - prefix.prefix_len()) + 1) as u8;
                        let pattern = PrefixPattern::Range {
                            prefix,
                            lengths: prefix.prefix_len()..=upper,
                        };
                        RouteFilterEntry {
                            prefix,
                            pattern,
                            span: self.span(),
                        }
                    })
                    .collect(),
            ),
            _ => Condition::ALWAYS,
        }
    }

    fn action(&mut self) -> Spanned<Action> {
        let action = match self.below(12) {
            0 => Action::SetCommunities(self.communities(2)),
            1 | 2 => Action::AddCommunities(self.communities(2)),
            3 if self.one_in(2) => Action::DeleteMeantCommunities {
                name: self.named(&["C0", "C1", "CX"]),
                seen: self.pick(&[4, 10]),
            },
            3 if self.one_in(3) => Action::KeepCommunityList {
                name: self.named(&["C0", "C1", "CX"]),
            },
            3 => Action::DeleteCommunityList {
                name: self.named(&["C0", "C1", "CX"]),
            },
            4 if self.one_in(3) => Action::KeepCommunities(vec![self.pattern()]),
            4 => Action::DeleteCommunities(vec![self.pattern()]),
            5 | 6 => Action::SetLocalPreference(self.pick(&[
                NumberEdit::To(200),
                NumberEdit::To(100),
                NumberEdit::Add(50),
            ])),
            7 => Action::Pending(self.verdict()),
            8 if self.one_in(4) => Action::Default(self.verdict()),
            9 if self.one_in(3) => Action::Unsupported,
            10 => Action::Call {
                policy: self.named(&["SUB", "SUB2", "NONE"]),
                kind: self.pick(&[Call::Gate, Call::Inline]),
            },
            _ => Action::Inert,
        };
        Spanned::new(self.span(), action)
    }

    fn policy(&mut self, name: &str, most: usize) -> RoutePolicy {
        let count = self.below(most + 1);
        let statements = (0..count)
            .map(|i| {
                let span = self.span();
                let conditions = 1 + self.below(2);
                Statement {
                    label: i.to_string(),
                    head: span,
                    span,
                    condition: Condition::All((0..conditions).map(|_| self.condition(2)).collect()),
                    actions: (0..self.below(3)).map(|_| self.action()).collect(),
                    outcome: match self.below(12) {
                        0..=4 => Outcome::Accept,
                        5 | 6 => Outcome::Reject,
                        7 | 8 => Outcome::Next,
                        9 => Outcome::GoTo(i + 1 + self.below(3)),
                        10 => self.pick(&[Outcome::NextPolicy, Outcome::EndOfPolicy]),
                        _ if self.one_in(4) => Outcome::Unknown,
                        _ => Outcome::Accept,
                    },
                }
            })
            .collect();
        RoutePolicy {
            name: Spanned::new(self.span(), name.to_owned()),
            statements,
            sees_sets: self.one_in(2),
            failed_match_rejects_pending: self.one_in(3),
            end: self.pick(&[
                End::Reject,
                End::Reject,
                End::NextPolicy,
                End::Accept,
                End::Unknown,
            ]),
        }
    }

    fn community_list(&mut self, name: &str) -> CommunityList {
        let texts = self.one_in(4);
        let entries = (0..self.below(4))
            .map(|_| CommunityEntry {
                verdict: self.verdict(),
                test: if texts { self.text() } else { self.line() },
                span: self.span(),
            })
            .collect();
        CommunityList {
            name: Spanned::new(self.span(), name.to_owned()),
            entries,
            span: self.span(),
        }
    }
}

/// A device and the import chain of a session on it.
pub fn network(random: &mut Random) -> (Device, PolicyChain) {
    let platform = Platform {
        sends_to_as_in_path: Truth::Unknown,
        name: "Random OS",
        undefined_policy_accepts: random.truth(),
        undefined_call_accepts: random.truth(),
        undefined_prefix_list_matches: random.truth(),
        undefined_community_list_matches: random.truth(),
        undefined_as_path_list_matches: random.truth(),
        undefined_access_list_matches: random.truth(),
        undefined_session_filter_passes: random.truth(),
        empty_prefix_list_matches: random.truth(),
        empty_session_filter_passes: random.truth(),
        other_family_matches: random.truth(),
        unset_local_preference_is_100: random.truth(),
        exact_expression: random.pick(&[ExactExpression::AsListed, ExactExpression::Unknown]),
    };
    let mut device = Device::new("random", SourceId(0), "random", platform);
    for name in ["M0", "M1", "SUB", "SUB2"] {
        let most = if name.starts_with('M') { 6 } else { 2 };
        let policy = random.policy(name, most);
        device.policies.insert(name.to_owned(), policy);
    }
    for name in ["P0", "P1", "P2", "P3"] {
        for family in [ListFamily::Ipv4, ListFamily::Both] {
            let entries = random.prefix_entries(4);
            let list = PrefixList {
                name: Spanned::new(random.span(), name.to_owned()),
                entries,
                span: random.span(),
            };
            device
                .prefix_lists
                .entry(family)
                .or_default()
                .insert(name.to_owned(), list);
        }
    }
    for name in ["C0", "C1", "C2", "C3"] {
        let list = random.community_list(name);
        device.community_lists.insert(name.to_owned(), list);
    }
    for name in ["A0", "A1"] {
        let entries = (0..random.below(3))
            .map(|_| AsPathEntry {
                verdict: random.verdict(),
                test: random.as_path_test(),
                span: random.span(),
            })
            .collect();
        let list = AsPathList {
            name: Spanned::new(random.span(), name.to_owned()),
            entries,
            span: random.span(),
        };
        device.as_path_lists.insert(name.to_owned(), list);
    }
    let mut filters = Vec::new();
    if random.one_in(4) {
        let name = random.named(&["P0", "P1", "PX"]);
        filters.push(Spanned::new(
            random.span(),
            SessionFilter::PrefixList {
                name,
                family: ListFamily::Both,
            },
        ));
    }
    if random.one_in(6) {
        let name = random.named(&["A0", "AX"]);
        filters.push(Spanned::new(random.span(), SessionFilter::AsPathList { name }));
    }
    let mut policies: Vec<PolicyExpression> = Vec::new();
    for _ in 0..1 + random.below(2) {
        let one = PolicyExpression::Policy(random.named(&["M0", "M1", "M0", "M1", "NONE"]));
        let other = PolicyExpression::Policy(random.named(&["M1", "SUB"]));
        policies.push(match random.below(8) {
            0 => PolicyExpression::And(vec![one, other]),
            1 => PolicyExpression::Or(vec![one, other]),
            2 => PolicyExpression::Not(Box::new(one)),
            _ => one,
        });
    }
    let verdict = random.pick(&[Some(Verdict::Accept), Some(Verdict::Reject), None]);
    let default = ChainDefault {
        verdict,
        reason: "the session's default",
        span: None,
    };
    (
        device,
        PolicyChain {
            filters,
            policies,
            default,
        },
    )
}

/// Kept used in every test binary.
#[allow(dead_code)]
pub fn net(text: &str) -> IpNet {
    prefix(text).expect("a prefix")
}
