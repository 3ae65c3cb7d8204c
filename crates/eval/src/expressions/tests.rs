use super::*;
use pairlint_model::bgp::*;
use pairlint_model::policy::*;
use std::collections::BTreeSet;

#[test]
fn smoke() {
    let names = CommunityRendering::Names(WellKnownNames::Frr8);
    for e in [
        "12076:5010",
        "_12076:5010_",
        "12076:51[0-9][0-9]",
        "12076:.*",
        "[0-9]+:666",
        "6:5010",
        "^12076:5010$",
        "^12076:51..$",
        "^[0-9]+:666$",
        "5010$",
        "12076:.*:5",
        "^$",
        ".*",
        "_12076:5010_.*_12076:5020_",
        "12076:51002 12076:5040",
        "12076:5040 12076:51002",
        "no-export",
        "65535:65281",
        "12076:5100",
        "\\d",
        "a{2}",
        "12076:51{1,3}",
    ] {
        let x = Expression::compile(e, RegexSyntax::PosixDelimiter, Subject::Communities, false).unwrap();
        let t = std::time::Instant::now();
        println!(
            "{e}: states {} {:?} {:?} {:?}",
            x.automaton.len(),
            locality(&x, names),
            locality(&x, CommunityRendering::Packed),
            t.elapsed()
        );
    }
    for e in [
        ".* 8075",
        "12076 .*",
        "()",
        "!1",
        "[1-100] .*",
        "12076 (8075|8068)?",
        ". .{1,3}",
        "12076",
    ] {
        let x = Expression::compile(e, RegexSyntax::AsTokens, Subject::AsPath, false).unwrap();
        let r = find_path(
            &PathLanguage {
                first: vec![Asn(12076)],
                without: vec![Asn(65000)],
                open: true,
            },
            &[(&x, true)],
            100000,
        );
        let q = find_path(
            &PathLanguage {
                first: vec![Asn(12076)],
                without: vec![Asn(65000)],
                open: true,
            },
            &[(&x, false)],
            100000,
        );
        println!("{e}: states {} {:?} {:?}", x.automaton.len(), r, q);
    }
    let x: Vec<_> = ["12076:51...", "^12076:", "[0-9]+:666$", "12076:5100[1-4]"]
        .iter()
        .map(|e| Expression::compile(e, RegexSyntax::Posix, Subject::OneCommunity, false).unwrap())
        .collect();
    let r: Vec<_> = x.iter().collect();
    println!("{:?}", representatives(&r, None, &BTreeSet::new(), 100000));
    println!("{:?}", representatives(&r, Some(12076), &BTreeSet::new(), 100000));
}
