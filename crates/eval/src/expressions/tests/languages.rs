//! What each language's signs mean, and what it refuses.

use super::*;

#[track_caller]
fn check(expression: &str, syntax: RegexSyntax, matching: &[&str], others: &[&str]) {
    let compiled = compile(expression, syntax);
    for text in matching {
        assert!(compiled.is_match(text), "`{expression}` does not match `{text}`");
    }
    for text in others {
        assert!(!compiled.is_match(text), "`{expression}` matches `{text}`");
    }
}

#[track_caller]
fn refused(expression: &str, syntax: RegexSyntax) {
    let subject = if syntax == AsTokens {
        Subject::AsPath
    } else {
        Subject::Communities
    };
    let error = Expression::compile(expression, syntax, subject, false).unwrap_err();
    assert!(
        matches!(error, ExpressionError::Invalid(_)),
        "`{expression}`: {error}"
    );
}

#[track_caller]
fn unsupported(expression: &str, syntax: RegexSyntax) {
    let subject = if syntax == AsTokens {
        Subject::AsPath
    } else {
        Subject::Communities
    };
    let error = Expression::compile(expression, syntax, subject, false).unwrap_err();
    assert!(
        matches!(error, ExpressionError::Unsupported(_)),
        "`{expression}`: {error}"
    );
}

#[test]
fn expressions_are_searched_unless_anchored() {
    check(
        "12076:5100",
        Cisco,
        &["12076:51004", "112076:5100", "1:1 12076:5100"],
        &["12076:510", ""],
    );
    check(
        "^12076:51004$",
        Cisco,
        &["12076:51004"],
        &["12076:51004 12076:51005", "1:1 12076:51004"],
    );
    check("^$", Cisco, &[""], &["1:1"]);
    check("", Posix, &["", "1:1"], &[]);
    let whole = Expression::compile("12076:5[0-9]*", Posix, Subject::OneCommunity, true).unwrap();
    assert!(whole.is_match("12076:51004"));
    assert!(!whole.is_match("112076:51004"));
    assert!(!whole.is_match("12076:51004 "));
}

#[test]
fn cisco_signs() {
    for syntax in [Cisco, XrIos] {
        check(
            "_12076_",
            syntax,
            &["12076", "1 12076 2", "{12076,1}", "(12076)"],
            &["112076", "120761", "1 120760"],
        );
        check(
            "_12076_8075_",
            syntax,
            &["12076 8075", "12076,8075", "1 12076 8075 2"],
            &["12076  8075", "120768075"],
        );
        check(
            "^64666(_64666)*$",
            syntax,
            &["64666", "64666 64666"],
            &["64666 64667", "64666 646661"],
        );
        check(
            "^12076_[0-9]+$",
            syntax,
            &["12076 8075"],
            &["12076", "12076 8075 1"],
        );
        check("1|2$", syntax, &["10", "02"], &["20"]);
        check("^(1|)$", syntax, &["1", ""], &["2"]);
        check("^1?2+3*$", syntax, &["2", "12", "1223"], &["", "1", "132"]);
        check("[^0-9]", syntax, &["1:1"], &["11"]);
        check(r"^[\]a-c-]$", syntax, &["]", "b", "-"], &["d", "\\"]);
        check(r"1\.2", syntax, &["1.2"], &["1:2"]);
        check(r"\(65000_1\)", syntax, &["1 (65000 1)"], &["65000 1"]);
        check(
            "{1,2}".replace(',', "[,]").as_str(),
            syntax,
            &["1 {1,2}"],
            &["1,2"],
        );
        check(r"\_", syntax, &["a_b"], &["", "1 2"]);
        for expression in ["*1", "(*1)", "1|+", "?", "^*", "(1", "1)", "[1", "[3-1]", "1\\"] {
            refused(expression, syntax);
        }
        // Classic IOS has neither counts nor classes; back-references are no regular language.
        for expression in [
            "1{2}",
            "_{1,2}_",
            r"(1)\1",
            r"\d",
            "[[:digit:]]",
            "[_ ]",
            "[]1]",
            "é",
        ] {
            unsupported(expression, syntax);
        }
    }
}

#[test]
fn posix_signs() {
    for syntax in [Posix, PosixDelimiter] {
        check("^1{2,3}$", syntax, &["11", "111"], &["1", "1111"]);
        check("^(12){2}$", syntax, &["1212"], &["12"]);
        check("^1{2,}$", syntax, &["11", "11111"], &["1"]);
        check("^1{0}$", syntax, &[""], &["1"]);
        check("^[[:digit:]]+$", syntax, &["123"], &["12a"]);
        check("^[[:alpha:][:digit:]-]+$", syntax, &["no-export", "1"], &["1:1"]);
        check("^[]a]$", syntax, &["]", "a"], &["b"]);
        check("^[^]a]$", syntax, &["b"], &["]", "a"]);
        check("^[a[.-.]9]$", syntax, &["a", "-", "9"], &["b"]);
        check("^[[=a=]b]$", syntax, &["a", "b"], &["="]);
        // Signs that mean something to other engines only.
        check("^[a&&b]$", syntax, &["a", "&", "b"], &["c"]);
        check("^[[a]$", syntax, &["[", "a"], &["b"]);
        check("^[0-9~]$", syntax, &["~", "5"], &["-"]);
        check("a**", syntax, &["", "a"], &[]);
        check("^a*?$", syntax, &["", "aaa"], &["b"]);
        check("()", syntax, &[""], &[]);
        check(r"1\.2", syntax, &["1.2"], &["1:2"]);
        for expression in [
            "*",
            "(*a)",
            "a|*",
            "^*",
            "$+",
            "(",
            "[a",
            "[z-a]",
            "a{2",
            "a{2,1}",
            "a{x}",
            "{2}",
            "a{70000}",
            "[1-3-5]",
            "[[:foo:]]",
            "[[:digit:]-9-]x[",
            "\\",
            "(?i)a",
            "(?:a)",
            "(?=a)",
        ] {
            refused(expression, syntax);
        }
        for expression in [r"(a)\1", r"\w", r"\bx", "[[.hyphen.]]", "[a---]"] {
            unsupported(expression, syntax);
        }
    }
    refused("a)", Posix);
    check("a)", PosixDelimiter, &["a)"], &["a"]);
    // The GNU C library takes other escaped letters for themselves; POSIX says nothing.
    check(r"\d", PosixDelimiter, &["d"], &["1", "\\"]);
    unsupported(r"\d", Posix);
    unsupported("1_{2}", PosixDelimiter);
    unsupported("(a|b$){1,2}", PosixDelimiter);
    unsupported(r"[\d]", Posix);
    check(r"^[\d]$", PosixDelimiter, &["\\", "d"], &["1"]);
    check("^a{,2}$", PosixDelimiter, &["", "aa"], &["aaa"]);
    check("a_b", Posix, &["a_b"], &["a b"]);
}

#[test]
fn frr_replaces_the_underscore_as_text() {
    check(
        "_1:1_",
        PosixDelimiter,
        &["1:1", "2:2 1:1", "1:1,"],
        &["11:1", "1:11"],
    );
    // `[(^|[,{}() ]`, then an alternative that is the end and `),]`.
    check(
        "a[_,]",
        PosixDelimiter,
        &["a(", "a[", "a ", "a,", "a|"],
        &["a_", "a$", "a"],
    );
    // An escaped one becomes an escaped parenthesis: three alternatives, of which only the middle one can match.
    check(r"a\_", PosixDelimiter, &["a(", "1 2"], &["a_", "1:1"]);
    let as_path = compile("_8075_", PosixDelimiter);
    assert!(as_path.is_match("12076 8075"));
    assert!(!as_path.is_match("12076 18075"));
}

#[test]
fn as_numbers_are_tokens() {
    check(
        "12076",
        AsTokens,
        &["12076"],
        &["12076 8075", "1207", "112076", ""],
    );
    check(
        "12076 .*",
        AsTokens,
        &["12076", "12076 8075", "12076 8075 1"],
        &["", "8075", "8075 12076", "120761"],
    );
    check(".* 8075", AsTokens, &["8075", "12076 8075"], &["18075", "8075 1"]);
    check("^12076 .+$", AsTokens, &["12076 8075"], &["12076"]);
    check("()", AsTokens, &[""], &["1"]);
    check("null", AsTokens, &[""], &["1"]);
    check(".", AsTokens, &["1", "{1,2}"], &["", "1 2"]);
    check(
        ". (11 | 22)?",
        AsTokens,
        &["100", "200 11", "300 22"],
        &["", "100 33", "100 11 22"],
    );
    check("11{2}", AsTokens, &["11 11"], &["11", "11 11 11", "111"]);
    check("11 {1,2} 3", AsTokens, &["11 3", "11 11 3"], &["3", "11 11 11 3"]);
    check(
        "(1 2){2,}",
        AsTokens,
        &["1 2 1 2", "1 2 1 2 1 2"],
        &["1 2", "1 2 1"],
    );
    check(
        "[1-100] .*",
        AsTokens,
        &["1", "100", "57 8075"],
        &["101", "0", "", "1000"],
    );
    check("1-100", AsTokens, &["1", "100"], &["101"]);
    check(
        "[64512 - 65534 8075]",
        AsTokens,
        &["64512", "65534", "8075"],
        &["65535", "64511"],
    );
    check(
        "[^1-10 2-5 0]",
        AsTokens,
        &["11", "4294967295"],
        &["0", "1", "6", "10"],
    );
    check(
        "[^12076 1-10]",
        AsTokens,
        &["11", "4294967295", "0"],
        &["12076", "5", ""],
    );
    check(
        "4200000000-4294967295",
        AsTokens,
        &["4200000000", "4294967295"],
        &["4199999999", "420000000"],
    );
    check(
        ".*(174|701|12076).*",
        AsTokens,
        &["174", "1 701 2"],
        &["1", "1740"],
    );
    check("!1", AsTokens, &["", "2", "1 1"], &["1"]);
    check(
        "!(.* 8075 .*)",
        AsTokens,
        &["12076", ""],
        &["8075", "12076 8075 1"],
    );
    for expression in [
        "",
        "(",
        "1)",
        "*",
        "1|",
        "|1",
        "[1",
        "[]",
        "[9-1]",
        "4294967296",
        "1{",
        "1{2,1}",
        "5-",
    ] {
        refused(expression, AsTokens);
    }
    for expression in [
        "1.10",
        "1 2 | 3",
        "(. 11) | (. 22) .*",
        "!1 2",
        "a",
        "<1 2>",
        "1 ^ 2",
        r"\1",
        "[1,2]",
    ] {
        unsupported(expression, AsTokens);
    }
    assert!(Expression::compile("1", AsTokens, Subject::OneCommunity, false).is_err());
}

#[test]
fn every_range_of_as_numbers_is_exact() {
    for (first, last) in [
        (0, 0),
        (0, 9),
        (5, 12),
        (99, 101),
        (64512, 65534),
        (1, 4294967295),
        (999, 10000),
    ] {
        let compiled = compile(&format!("[{first}-{last}]"), AsTokens);
        let near = |edge: i64| (edge - 12..=edge + 12).filter(|n| (0..=4_294_967_295).contains(n));
        for number in near(first)
            .chain(near(last))
            .chain([7, 70, 700, 7000, 70000, 700000])
        {
            let inside = (first..=last).contains(&number);
            assert_eq!(
                compiled.is_match(&number.to_string()),
                inside,
                "{first}-{last}: {number}"
            );
        }
    }
}

#[test]
fn hostile_expressions_end_in_an_error() {
    let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    let open = "(".repeat(100_000);
    let stars = format!("a{}", "*".repeat(10_000));
    let nested = "((((((((a{99}){99}){99}){99}){99}){99}){99}){99})";
    let exponential = "(a|b)*a(a|b){24}";
    let long = "12076:51004|".repeat(20_000);
    for syntax in [Posix, PosixDelimiter] {
        for expression in [
            &deep,
            &open,
            &stars,
            nested,
            exponential,
            &long,
            "a{32000}{32000}",
        ] {
            let result = Expression::compile(expression, syntax, Subject::Communities, false);
            assert!(result.is_err(), "{}", &expression[..20.min(expression.len())]);
        }
    }
    for expression in [&deep, &open, &stars, "1{255}{255}{255}", &"1 ".repeat(60_000)] {
        let result = Expression::compile(expression, AsTokens, Subject::AsPath, false);
        assert!(result.is_err(), "{}", &expression[..12.min(expression.len())]);
    }
    // Harmless although they look it.
    check("((((a*)*)*)*)*", Posix, &["", "a"], &[]);
    check(
        "((((a+)+)+)+)+b",
        Posix,
        &["aaab"],
        &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
    );
}
