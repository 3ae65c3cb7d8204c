//! What routers decide about routes, from their own text: the defaults that surprise, each as its platform's page has it.

#![allow(clippy::unwrap_used)] // helpers of tests

use pairlint_eval::{Judge, Route};
use pairlint_model::bgp::{AsPath, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::{Source, SourceId, Span, Spanned};

/// Judges a route, `PREFIX COMMUNITY…`, by the policy `P`.
fn policy(dialect: &str, text: &str, route: &str) -> (RouteVerdict, Route) {
    let dialect = pairlint_dialects::named(dialect).unwrap();
    let network = (dialect.parse)(&Source::new(SourceId(0), "edge.cfg", text));
    let place = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };
    let chain = [PolicyExpression::Policy(Spanned::new(place, "P".to_owned()))];
    let decision = Judge::new(&network.devices[0]).policies(&chain, &read(route));
    (decision.verdict, decision.route)
}

fn read(route: &str) -> Route {
    let mut words = route.split(' ');
    let net = prefix(words.next().unwrap()).unwrap();
    Route::new(
        net,
        AsPath::sequence([12076, 8075]),
        words.map(|word| word.parse().unwrap()),
    )
}

#[track_caller]
fn check(dialect: &str, text: &str, expected: &[(&str, RouteVerdict)]) {
    for (route, verdict) in expected {
        assert_eq!(policy(dialect, text, route).0, *verdict, "{route}\n{text}");
    }
}

/// Judges a route by the import side of the only session.
#[track_caller]
fn session(dialect: &str, text: &str, expected: &[(&str, RouteVerdict)]) {
    let dialect = pairlint_dialects::named(dialect).unwrap();
    let network = (dialect.parse)(&Source::new(SourceId(0), "edge.cfg", text));
    let device = &network.devices[0];
    for (route, verdict) in expected {
        let chain = &device.neighbors[0].families[0].import;
        let decision = Judge::new(device).session(chain, &read(route));
        assert_eq!(decision.verdict, *verdict, "{route}\n{text}");
    }
}

use RouteVerdict::{Accept, Reject, Unsure};

#[test]
fn vrp_takes_a_clause_about_nothing_as_met() {
    for clause in [
        "community-filter NONE",
        "ip-prefix NONE",
        "as-path-filter NONE",
        "acl 2000",
        "ipv6 address prefix-list NONE",
    ] {
        let text = format!("route-policy P permit node 10\n if-match {clause}\n");
        check(
            "huawei-vrp",
            &text,
            &[("203.0.113.0/24", Accept), ("2001:db8::/32", Accept)],
        );
    }
    // A filter of denials is there, and never matches.
    let text = "route-policy P deny node 10\n if-match community-filter 1\nroute-policy P permit node 20\n\
                ip community-filter 1 deny 64500:1\n";
    check(
        "huawei-vrp",
        text,
        &[("203.0.113.0/24 64500:1", Accept), ("203.0.113.0/24", Accept)],
    );
}

#[test]
fn vrp_clauses_of_one_kind_are_alternatives_and_kinds_add_up() {
    let text = "route-policy P permit node 10\n if-match community-filter 1 2\n if-match community-filter 3\n \
                if-match as-path-filter 1\n if-match ip-prefix FIRST\n if-match ip-prefix SECOND\n\
                ip community-filter 1 permit 64500:1\nip community-filter 2 permit 64500:2\n\
                ip community-filter 3 permit 64500:3\nip as-path-filter 1 permit ^12076_\n\
                ip ip-prefix FIRST permit 10.0.0.0 8\nip ip-prefix SECOND permit 203.0.113.0 24\n";
    check(
        "huawei-vrp",
        text,
        &[
            ("203.0.113.0/24 64500:1", Accept),
            ("203.0.113.0/24 64500:3 64500:9", Accept),
            ("203.0.113.0/24 64500:9", Reject),
            ("10.0.0.0/8 64500:1", Reject),
        ],
    );
}

#[test]
fn vrp_lets_the_other_family_by_unless_told() {
    let text = "ip ip-prefix A permit 10.1.0.0 16\nip ipv6-prefix B permit 2001:db8:a:: 48\n\
                route-policy P permit node 10\n if-match ip-prefix A\n\
                route-policy P permit node 20\n if-match ipv6 address prefix-list B\n\
                route-policy P deny node 30\n";
    let all = ["10.1.0.0/16", "10.9.0.0/16", "2001:db8:a::/48", "2001:db8:9::/48"];
    check("huawei-vrp", text, &all.map(|route| (route, Accept)));
    let strict = format!("{text}route-policy P address-family mismatch-deny\n");
    let verdicts = [Accept, Reject, Accept, Reject];
    let expected: Vec<_> = all.into_iter().zip(verdicts).collect();
    check("huawei-vrp", &strict, &expected);
    // In one node both kinds can never hold then.
    let both = "ip ip-prefix A permit 10.1.0.0 16\nip ipv6-prefix B permit 2001:db8:a:: 48\n\
                route-policy P permit node 10\n if-match ip-prefix A\n if-match ipv6 address prefix-list B\n";
    check(
        "huawei-vrp",
        both,
        &[
            (all[0], Accept),
            (all[1], Reject),
            (all[2], Accept),
            (all[3], Reject),
        ],
    );
    let both = format!("{both}route-policy P address-family mismatch-deny\n");
    check("huawei-vrp", &both, &all.map(|route| (route, Reject)));
}

#[test]
fn vrp_goes_on_where_it_is_told_and_needs_a_match_there() {
    let text = "ip community-filter 1 permit 64500:1\nip community-filter 2 permit 64500:2\n\
                route-policy P permit node 10\n if-match community-filter 1\n apply local-preference 200\n goto next-node 15\n\
                route-policy P permit node 20\n if-match community-filter 2\n apply cost 7\n";
    check(
        "huawei-vrp",
        text,
        &[
            ("203.0.113.0/24 64500:1 64500:2", Accept),
            ("203.0.113.0/24 64500:2", Accept),
            ("203.0.113.0/24 64500:1", Reject),
        ],
    );
    let (_, route) = policy("huawei-vrp", text, "203.0.113.0/24 64500:1 64500:2");
    assert_eq!((route.local_preference, route.med), (Some(200), Some(7)));
    let nowhere = "route-policy P permit node 10\n goto next-node\n";
    check("huawei-vrp", nowhere, &[("203.0.113.0/24", Reject)]);
    // Whether the second node sees the new community is not known; what it had before is.
    let edited = "ip community-filter 1 permit 64500:1\nip community-filter 2 permit 64500:2\n\
                  route-policy P permit node 10\n if-match community-filter 1\n apply community 64500:2 additive\n goto next-node\n\
                  route-policy P permit node 20\n if-match community-filter 2\n";
    check(
        "huawei-vrp",
        edited,
        &[
            ("203.0.113.0/24 64500:1", Unsure),
            ("203.0.113.0/24 64500:9", Reject),
        ],
    );
    let denied = "route-policy P deny node 10\n goto next-node\nroute-policy P permit node 20\n";
    check("huawei-vrp", denied, &[("203.0.113.0/24", Unsure)]);
}

#[test]
fn vrp_communities() {
    let whole = "ip community-filter 1 permit 64500:1\nroute-policy P permit node 10\n if-match community-filter 1 whole-match\n";
    check(
        "huawei-vrp",
        whole,
        &[
            ("203.0.113.0/24 64500:1", Accept),
            ("203.0.113.0/24 64500:1 64500:2", Reject),
        ],
    );
    let expression = "ip community-filter 100 permit 12076:5100[23]\nroute-policy P permit node 10\n if-match community-filter 100\n";
    check(
        "huawei-vrp",
        expression,
        &[
            ("203.0.113.0/24 12076:5010 12076:51002", Accept),
            ("203.0.113.0/24 12076:51004", Reject),
            ("203.0.113.0/24", Reject),
        ],
    );
    // Whether an expression sees communities one by one or together is not documented.
    let anchored = "ip community-filter 100 permit ^12076:51002$\nroute-policy P permit node 10\n if-match community-filter 100\n";
    check(
        "huawei-vrp",
        anchored,
        &[
            ("203.0.113.0/24 12076:51002", Accept),
            ("203.0.113.0/24 12076:5010 12076:51002", Unsure),
            ("203.0.113.0/24 12076:51004", Reject),
        ],
    );
    // Deletes first, whatever the order; a line of several values deletes nothing.
    let edits = "ip community-filter 1 permit 64500:1\nip community-filter 1 permit 64500:9\nip community-filter 2 permit 64500:3 64500:4\n\
                 route-policy P permit node 10\n apply community 64500:9 additive\n apply comm-filter 1 delete\n apply comm-filter 2 delete\n";
    let (_, route) = policy("huawei-vrp", edits, "203.0.113.0/24 64500:1 64500:3 64500:4");
    let left: Vec<String> = route.communities.iter().map(ToString::to_string).collect();
    assert_eq!(left, ["64500:3", "64500:4", "64500:9"]);
}

#[test]
fn vrp_filters_of_a_peer_add_up() {
    let peer = "bgp 64500\n peer 192.0.2.2 as-number 12076\n peer 192.0.2.2 ip-prefix WIDE import\n \
                peer 192.0.2.2 filter-policy 2000 import\n peer 192.0.2.2 as-path-filter 1 import\n";
    let lists = "ip ip-prefix WIDE permit 0.0.0.0 0 less-equal 24\nip as-path-filter 1 permit _8075$\n\
                 acl number 2000\n rule deny source 203.0.113.0 0.0.0.255\n rule permit\n";
    session(
        "huawei-vrp",
        &format!("{peer}{lists}"),
        &[
            ("198.51.100.0/24", Accept),
            ("203.0.113.0/24", Reject),
            ("198.51.100.0/25", Reject),
        ],
    );
    // What a filter does that is not there is not known.
    session("huawei-vrp", peer, &[("198.51.100.0/24", Unsure)]);
    session(
        "huawei-vrp",
        "bgp 1\n peer 192.0.2.2 as-number 2\n",
        &[("198.51.100.0/24", Accept)],
    );
    session(
        "huawei-vrp",
        "bgp 1\n peer 192.0.2.2 as-number 2\n peer 192.0.2.2 route-policy NONE import\n",
        &[("198.51.100.0/24", Unsure)],
    );
}

/// A route map `P` of one rule with these lines, and lists.
fn fortios(rule: &str, lists: &str) -> String {
    let rule: String = rule.lines().map(|line| format!("set {line}\n")).collect();
    format!("{lists}config router route-map\nedit P\nconfig rule\nedit 1\n{rule}next\nend\nnext\nend\n")
}

#[test]
fn fortios_rules_by_number_and_the_rest_denied() {
    let text = "config router prefix-list\nedit ten\nconfig rule\nedit 1\nset prefix 10.0.0.0 255.0.0.0\nset le 24\nnext\nend\nnext\nend\n\
                config router route-map\nedit P\nconfig rule\nedit 20\nnext\nedit 10\nset action deny\nset match-ip-address ten\nnext\nend\nnext\nend\n";
    check(
        "fortios",
        text,
        &[
            ("10.1.0.0/16", Reject),
            ("10.1.0.0/25", Accept),
            ("203.0.113.0/24", Accept),
        ],
    );
    let nothing = fortios("match-community c", "config router community-list\nedit c\nend\n");
    check("fortios", &nothing, &[("203.0.113.0/24 64500:1", Reject)]);
}

#[test]
fn fortios_communities() {
    let lists = "config router community-list\nedit both\nconfig rule\nedit 1\nset action permit\nset match \"64500:1 64500:2\"\nnext\nend\nnext\n\
                 edit text\nset type expanded\nconfig rule\nedit 1\nset action permit\nset regexp \"_64500:[12]_\"\nnext\nend\nnext\nend\n";
    check(
        "fortios",
        &fortios("match-community both", lists),
        &[
            ("203.0.113.0/24 64500:1", Reject),
            ("203.0.113.0/24 64500:1 64500:2 64500:3", Accept),
        ],
    );
    check(
        "fortios",
        &fortios("match-community both\nmatch-community-exact enable", lists),
        &[
            ("203.0.113.0/24 64500:1 64500:2", Accept),
            ("203.0.113.0/24 64500:1 64500:2 64500:3", Reject),
        ],
    );
    check(
        "fortios",
        &fortios("match-community text", lists),
        &[
            ("203.0.113.0/24 64500:2 64500:7", Accept),
            ("203.0.113.0/24 64500:12", Reject),
        ],
    );
    check(
        "fortios",
        &fortios("match-community missing", lists),
        &[("203.0.113.0/24", Unsure)],
    );
}

#[test]
fn fortios_filters_of_a_neighbor_add_up() {
    let neighbor = "config router bgp\nset as 64500\nconfig neighbor\nedit 192.0.2.2\nset remote-as 12076\n";
    session("fortios", neighbor, &[("203.0.113.0/24", Accept)]);
    let lists = "config router access-list\nedit a\nconfig rule\nedit 1\nset action deny\nset prefix 10.0.0.0 255.0.0.0\nnext\n\
                 edit 2\nset action deny\nset prefix 203.0.113.0 255.255.255.0\nset exact-match enable\nnext\nedit 3\nset prefix any\nnext\nend\nnext\nend\n\
                 config router aspath-list\nedit p\nconfig rule\nedit 1\nset action permit\nset regexp \"^12076_\"\nnext\nend\nnext\nend\n";
    let text = format!("{lists}{neighbor}set distribute-list-in a\nset filter-list-in p\n");
    session(
        "fortios",
        &text,
        &[
            ("10.1.0.0/16", Reject),
            ("203.0.113.0/24", Reject),
            ("203.0.113.0/25", Accept),
            ("198.51.100.0/24", Accept),
        ],
    );
}
