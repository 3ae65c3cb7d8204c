//! Questions about sets of communities and about paths.

use super::*;

#[test]
fn steps_lead_where_the_whole_text_leads() {
    let expression = compile("_12076:5010_", PosixDelimiter);
    let part = expression.step(expression.start(), "1:1 12076");
    assert_eq!(expression.is_settled(part), None);
    let matched = expression.step(part, ":5010");
    assert!(expression.accepts_at_end(matched));
    assert_eq!(expression.is_settled(matched), None);
    assert_eq!(expression.is_settled(expression.step(matched, " ")), Some(true));
    assert!(!expression.accepts_at_end(expression.step(matched, "0")));
    let anchored = compile("^12076:", Cisco);
    assert_eq!(
        anchored.is_settled(anchored.step(anchored.start(), "13")),
        Some(false)
    );
    let whole = compile("12076 .*", AsTokens);
    assert_eq!(whole.is_settled(whole.step(whole.start(), "13")), Some(false));
}

#[test]
fn communities_are_written_as_the_platform_writes_them() {
    let communities = set("65535:65281 12076:51004 0:0 12076:5040");
    let texts = [
        (
            CommunityRendering::Numbers,
            "0:0 12076:5040 12076:51004 65535:65281",
        ),
        (
            CommunityRendering::NumbersOrPacked,
            "0:0 12076:5040 12076:51004 65535:65281",
        ),
        (CommunityRendering::Packed, "0 791417776 791463740 4294967041"),
        (FRR8, "internet 12076:5040 12076:51004 no-export"),
        (FRR10, "0:0 12076:5040 12076:51004 no-export"),
        (
            CommunityRendering::Names(WellKnownNames::Ios),
            "internet 12076:5040 12076:51004 no-export",
        ),
    ];
    for (rendering, text) in texts {
        assert_eq!(render(&communities, rendering), text);
    }
    assert_eq!(render(&BTreeSet::new(), FRR8), "");
    assert_eq!(render_one(Community::BLACKHOLE, FRR10), "blackhole");
    assert_eq!(
        named(WellKnownNames::Frr8).count(),
        named(WellKnownNames::Frr10).count() + 1
    );
}

/// Fourteen routes' communities, and which of them bgpd 8.4 and 10.3 accepted.
#[test]
fn expanded_lists_accept_what_bgpd_accepts() {
    let routes = [
        "12076:51002",
        "12076:51003",
        "12076:51002 12076:51003",
        "12076:5040 12076:51002",
        "12076:5040",
        "",
        "12076:51004",
        "12076:51002 65001:1",
        "12076:51002 65535:65281",
        "12076:5100",
        "2076:51002",
        "0:0",
        "12076:5030 12076:5040 12076:51002",
        "12076:51002",
    ];
    let all: Vec<usize> = (1..=14).collect();
    let tagged: Vec<usize> = all.iter().copied().filter(|&route| route != 6).collect();
    let cases: &[(&str, &[usize], &[usize])] = &[
        (
            "12076:5100[1-4]",
            &[1, 2, 3, 4, 7, 8, 9, 13, 14],
            &[1, 2, 3, 4, 7, 8, 9, 13, 14],
        ),
        (
            "_12076:51002_",
            &[1, 3, 4, 8, 9, 13, 14],
            &[1, 3, 4, 8, 9, 13, 14],
        ),
        ("12076:51002", &[1, 3, 4, 8, 9, 13, 14], &[1, 3, 4, 8, 9, 13, 14]),
        ("^12076:51002$", &[1, 14], &[1, 14]),
        ("12076:51002 12076:5040", &[], &[]),
        ("12076:5040 12076:51002", &[4, 13], &[4, 13]),
        (
            "12076:5100",
            &[1, 2, 3, 4, 7, 8, 9, 10, 13, 14],
            &[1, 2, 3, 4, 7, 8, 9, 10, 13, 14],
        ),
        (
            "2076:51002",
            &[1, 3, 4, 8, 9, 11, 13, 14],
            &[1, 3, 4, 8, 9, 11, 13, 14],
        ),
        (
            "12076:*",
            &[1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14],
            &[1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14],
        ),
        (".*", &all, &tagged),
        ("^$", &[6], &[]),
        ("no-export", &[9], &[9]),
        ("65535:65281", &[], &[]),
        ("internet", &[12], &[]),
        ("^0:0$", &[], &[12]),
        (r"\d", &[], &[]),
        ("12076:51002,12076:51003", &[], &[]),
    ];
    for (expression, frr8, frr10) in cases {
        let compiled = compile(expression, PosixDelimiter);
        for (rendering, expected) in [(FRR8, frr8), (FRR10, frr10)] {
            let accepted = (1..=14)
                .zip(routes)
                .filter(|(_, text)| matches_set(&compiled, &set(text), rendering));
            let accepted: Vec<usize> = accepted.map(|(route, _)| route).collect();
            assert_eq!(accepted, *expected, "{expression} {rendering:?}");
        }
    }
}

#[test]
fn local_is_what_speaks_of_single_communities() {
    for expression in [
        "12076:5010",
        "_12076:5010_",
        "12076:51[0-9][0-9]",
        "12076:.*",
        "[0-9]+:666",
        "6:5010",
        "no-export",
        // Never: the text is sorted.
        "12076:51002 12076:5040",
    ] {
        assert_eq!(
            locality(&compile(expression, PosixDelimiter), FRR8),
            Locality::Local,
            "{expression}"
        );
    }
    for expression in [
        "^12076:5010$",
        "^12076:51..$",
        "^[0-9]+:666$",
        "5010$",
        "12076:.*:5",
        "^$",
        ".*",
        "_12076:5010_.*_12076:5020_",
        "12076:5040 12076:51002",
        "internet 1",
    ] {
        let compiled = compile(expression, PosixDelimiter);
        for rendering in [FRR8, CommunityRendering::Numbers] {
            match locality(&compiled, rendering) {
                Locality::NotLocal(set) => {
                    let one = set.iter().any(|&c| compiled.is_match(&render_one(c, rendering)));
                    assert_ne!(
                        matches_set(&compiled, &set, rendering),
                        one,
                        "{expression} {set:?}"
                    );
                }
                Locality::Local if expression == "internet 1" && rendering != FRR8 => {}
                other => panic!("{expression} {rendering:?}: {other:?}"),
            }
        }
    }
    // FRR 10 never asks for the empty set, and nothing else separates this.
    assert_eq!(locality(&compile(".*", PosixDelimiter), FRR10), Locality::Local);
    // The two on one route, in the order that they are printed.
    let pair = locality(&compile("12076:5040 12076:51002", PosixDelimiter), FRR8);
    assert_eq!(pair, Locality::NotLocal(set("12076:5040 12076:51002")));
    // As one number each.
    let packed = locality(&compile("_791463738_", Cisco), CommunityRendering::Packed);
    assert_eq!(packed, Locality::Local);
}

#[test]
fn representatives_leave_out_what_they_are_told_to() {
    let only = Expression::compile("^65010:7$", Posix, Subject::OneCommunity, false).unwrap();
    let find = |exclude, avoid: &str| representatives(&[&only], exclude, &set(avoid), 100_000).unwrap();
    assert_eq!(find(None, ""), [community("65000:100"), community("65010:7")]);
    assert_eq!(find(None, "65010:7"), [community("65000:100")]);
    assert_eq!(find(Some(65010), ""), [community("65000:100")]);
    assert_eq!(
        find(Some(65000), ""),
        [community("64500:100"), community("65010:7")]
    );
    assert_eq!(representatives(&[&only], None, &BTreeSet::new(), 10), None);
    assert_eq!(
        representatives(&[], None, &BTreeSet::new(), 100_000),
        Some(vec![community("65000:100")])
    );
}

#[test]
fn paths_are_short_and_plausible() {
    let found = |language: &PathLanguage, wanted: &[(&str, RegexSyntax, bool)]| {
        let compiled = wanted.iter().map(|&(text, syntax, answer)| {
            (
                Expression::compile(text, syntax, Subject::AsPath, false).unwrap(),
                answer,
            )
        });
        let compiled: Vec<_> = compiled.collect();
        let wanted: Vec<_> = compiled
            .iter()
            .map(|(expression, answer)| (expression, *answer))
            .collect();
        match find_path(language, &wanted, 100_000) {
            PathSearch::Found(path) => path.to_string(),
            PathSearch::None => "none".to_owned(),
            PathSearch::Spent => "spent".to_owned(),
        }
    };
    let open = language(&[12076], &[65000], true);
    assert_eq!(found(&open, &[]), "12076");
    assert_eq!(found(&open, &[("^12076_", Cisco, true)]), "12076");
    assert_eq!(found(&open, &[("^12076$", Cisco, false)]), "12076 8075");
    assert_eq!(found(&open, &[("_4711_", Cisco, true)]), "12076 4711");
    assert_eq!(found(&open, &[("_65000_", Cisco, true)]), "none");
    assert_eq!(found(&open, &[("65000", Cisco, true)]), "12076 165000");
    assert_eq!(
        found(&open, &[("_7_.*_9_", Cisco, true), ("_1$", Cisco, true)]),
        "12076 7 8075 9 1"
    );
    assert_eq!(
        found(
            &open,
            &[(". . .", AsTokens, true), (".* 8075 .*", AsTokens, false)]
        ),
        "12076 8068 8068"
    );
    assert_eq!(found(&open, &[(".* 0 .*", AsTokens, true)]), "none");
    assert_eq!(found(&open, &[("^8075", Cisco, true)]), "none");
    assert_eq!(
        found(&language(&[12076], &[], false), &[("_8075$", Cisco, true)]),
        "none"
    );
    assert_eq!(
        found(&language(&[12076, 8075], &[], false), &[("_8075$", Cisco, true)]),
        "12076 8075"
    );
    assert_eq!(found(&language(&[12076], &[12076], true), &[]), "none");
    assert_eq!(found(&language(&[], &[], true), &[("^$", Cisco, true)]), "");
    // The text before the first hop has no space in front.
    assert_eq!(
        found(&language(&[], &[], true), &[(" 8075", Posix, true)]),
        "8075 8075"
    );
    let never = Expression::compile("_4711_", Cisco, Subject::AsPath, false).unwrap();
    assert_eq!(find_path(&open, &[(&never, true)], 3), PathSearch::Spent);
    assert_eq!(
        find_path(&open, &[(&never, true), (&never, false)], 100_000),
        PathSearch::None
    );
    assert_eq!(
        find_path(&open, &[(&never, true)], 100_000),
        PathSearch::Found(AsPath::sequence([12076, 4711]))
    );
}
