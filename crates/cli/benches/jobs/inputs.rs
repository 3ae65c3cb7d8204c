//! The inputs of the jobs, written by counting: the same on every run.

use std::fmt::Write as _;
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

pub fn route_filter(folder: &Path) {
    let text = r#"{
  "id": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf",
  "location": "westeurope",
  "name": "rf",
  "rules": [
    {
      "access": "Allow",
      "communities": ["12076:51002", "12076:51003"],
      "name": "r",
      "routeFilterRuleType": "Community"
    }
  ],
  "type": "Microsoft.Network/routeFilters"
}
"#;
    write(folder, "rf.json", text);
}

pub fn small_router(folder: &Path) {
    write(folder, "edge.cfg", &router(1));
}

pub fn many_routers(folder: &Path) {
    for number in 0..10_000 {
        write(folder, &format!("edge-{number:05}.cfg"), &router(number));
    }
}

pub fn router(number: usize) -> String {
    let (high, low) = (number / 250, number % 250);
    format!(
        "version 17.9
hostname edge-{number}
!
interface GigabitEthernet0/0/0
 ip address 203.0.113.1 255.255.255.252
!
router bgp 65010
 bgp log-neighbor-changes
 neighbor 203.0.113.2 remote-as 12076
 !
 address-family ipv4
  neighbor 203.0.113.2 activate
  neighbor 203.0.113.2 route-map FROM-MICROSOFT in
  neighbor 203.0.113.2 route-map TO-MICROSOFT out
 exit-address-family
!
ip bgp-community new-format
ip community-list standard MS-EUROPE permit 12076:51002
ip community-list standard MS-EUROPE permit 12076:51003
!
ip prefix-list OURS seq 5 permit 198.51.{high}.{low}/32
ip prefix-list TOO-LONG seq 5 permit 0.0.0.0/0 ge 25
!
route-map FROM-MICROSOFT deny 5
 match ip address prefix-list TOO-LONG
!
route-map FROM-MICROSOFT permit 10
 match community MS-EUROPE
 set local-preference {}
!
route-map TO-MICROSOFT permit 10
 match ip address prefix-list OURS
!
end
",
        150 + number % 10
    )
}

/// The prefix of entry `number`: /24s spread over the address space, nested in some places.
fn prefix(number: usize) -> (String, u8) {
    let spread = (number as u32).wrapping_mul(2_654_435_761);
    let length = 12 + (spread >> 3) % 13;
    let bits = spread & (u32::MAX << (32 - length));
    (std::net::Ipv4Addr::from(bits).to_string(), length as u8)
}

const LISTS: usize = 50;
const ENTRIES: usize = 800;
const CLAUSES: usize = 500;

/// 40,000 prefix-list lines in 50 lists, 500 community lists, 500 clauses.
pub fn large_ios(folder: &Path) {
    let mut text = head_ios();
    for list in 0..LISTS {
        for entry in 0..ENTRIES {
            let (address, length) = prefix(list * ENTRIES + entry);
            let action = if entry % 20 == 7 { "deny" } else { "permit" };
            let le = if entry % 3 == 0 { " le 24" } else { "" };
            let le = if length >= 24 { "" } else { le };
            let seq = (entry + 1) * 5;
            let _ = writeln!(
                text,
                "ip prefix-list P{list} seq {seq} {action} {address}/{length}{le}"
            );
        }
    }
    for list in 0..CLAUSES {
        let _ = writeln!(text, "ip community-list standard C{list} permit 65010:{list}");
        let _ = writeln!(
            text,
            "ip community-list standard C{list} permit 12076:{}",
            51001 + list % 60
        );
    }
    for clause in 0..CLAUSES {
        let _ = writeln!(text, "route-map FROM-MICROSOFT permit {}", (clause + 1) * 10);
        let _ = writeln!(text, " match ip address prefix-list P{}", clause % LISTS);
        let _ = writeln!(text, " match community C{clause}");
        let _ = writeln!(text, " set local-preference {}", 100 + clause);
    }
    text.push_str("end\n");
    write(folder, "edge.cfg", &text);
}

/// Two states of it: one prefix and one community are others, and a comment is new.
pub fn two_large_ios(folder: &Path) {
    two(
        folder,
        "edge.cfg",
        large_ios,
        &[
            ("permit 65010:7\n", "permit 65010:7007\n"),
            (
                "ip community-list standard C9 permit 12076:51010",
                "ip community-list standard C9 permit 12076:51075",
            ),
            ("ip prefix-list P3 seq 500 ", "ip prefix-list P3 seq 501 "),
            ("hostname edge\n", "!\nhostname edge\n"),
        ],
    );
}

pub fn two_large_junos(folder: &Path) {
    two(
        folder,
        "edge.conf",
        large_junos,
        &[
            ("members 65010:7;", "members 65010:7007;"),
            (
                "community M9 members 12076:51010;",
                "community M9 members 12076:51075;",
            ),
        ],
    );
}

fn two(folder: &Path, name: &str, write_one: fn(&Path), edits: &[(&str, &str)]) {
    let sides = ["old", "new"].map(|side| folder.join(side));
    for side in &sides {
        std::fs::create_dir(side).unwrap();
        write_one(side);
    }
    let [_, new] = &sides;
    let mut text = std::fs::read_to_string(new.join(name)).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    write(new, name, &text);
}

fn head_ios() -> String {
    "version 17.9
hostname edge
router bgp 65010
 neighbor 203.0.113.2 remote-as 12076
 !
 address-family ipv4
  neighbor 203.0.113.2 activate
  neighbor 203.0.113.2 route-map FROM-MICROSOFT in
  neighbor 203.0.113.2 prefix-list NOTHING out
 exit-address-family
!
ip bgp-community new-format
ip prefix-list NOTHING seq 5 deny 0.0.0.0/0 le 32
"
    .to_owned()
}

/// The same for Junos, with prefix lists.
pub fn large_junos(folder: &Path) {
    let mut text = head_junos();
    text.push_str("policy-options {\n");
    for list in 0..LISTS {
        let _ = writeln!(text, "    prefix-list P{list} {{");
        for entry in 0..ENTRIES {
            let (address, length) = prefix(list * ENTRIES + entry);
            let _ = writeln!(text, "        {address}/{length};");
        }
        text.push_str("    }\n");
    }
    clauses_junos(&mut text, |list| format!("prefix-list-filter P{list} orlonger;"));
    write(folder, "edge.conf", &text);
}

/// The same with route filters in policies that the clauses call.
pub fn large_junos_calls(folder: &Path) {
    let mut text = head_junos();
    text.push_str("policy-options {\n");
    for list in 0..LISTS {
        let _ = writeln!(
            text,
            "    policy-statement P{list} {{\n        term in {{\n            from {{"
        );
        for entry in 0..ENTRIES {
            let (address, length) = prefix(list * ENTRIES + entry);
            let how = if entry % 3 == 0 && length < 24 {
                "upto /24"
            } else {
                "exact"
            };
            let _ = writeln!(text, "                route-filter {address}/{length} {how};");
        }
        text.push_str("            }\n            then accept;\n        }\n        then reject;\n    }\n");
    }
    clauses_junos(&mut text, |list| format!("policy P{list};"));
    write(folder, "edge.conf", &text);
}

/// Communities and 500 clauses that test them and a list.
fn clauses_junos(text: &mut String, list: impl Fn(usize) -> String) {
    for clause in 0..CLAUSES {
        let value = 51001 + clause % 60;
        let _ = writeln!(text, "    community C{clause} members 65010:{clause};");
        let _ = writeln!(text, "    community M{clause} members 12076:{value};");
    }
    text.push_str("    policy-statement FROM-MICROSOFT {\n");
    for clause in 0..CLAUSES {
        let _ = writeln!(
            text,
            "        term t{clause} {{
            from {{
                community [ C{clause} M{clause} ];
                {}
            }}
            then {{
                local-preference {};
                accept;
            }}
        }}",
            list(clause % LISTS),
            100 + clause
        );
    }
    text.push_str("        then reject;\n    }\n    policy-statement NOTHING { then reject; }\n}\n");
}

fn head_junos() -> String {
    "version 21.4R3.15;
system {
    host-name edge;
}
routing-options {
    autonomous-system 65010;
}
protocols {
    bgp {
        group microsoft {
            type external;
            peer-as 12076;
            import FROM-MICROSOFT;
            export NOTHING;
            neighbor 203.0.113.2;
        }
    }
}
"
    .to_owned()
}

const EXPRESSIONS: usize = 400;

/// Expressions over communities, no two alike; some can span two communities.
fn expression(number: usize) -> String {
    let (tens, ones) = (number / 10, number % 10);
    match number % 4 {
        0 => format!("_12076:5{tens}[{ones}-9]"),
        1 => format!("12076:51{tens}{ones}$"),
        2 => format!("^{number}:[0-9]+_"),
        _ => format!("_12076:.*{number}_"),
    }
}

pub fn expressions_ios(folder: &Path) {
    let mut text = head_ios();
    for number in 0..EXPRESSIONS {
        let _ = writeln!(
            text,
            "ip community-list expanded E{number} permit {}",
            expression(number)
        );
    }
    for number in 0..EXPRESSIONS {
        let _ = writeln!(text, "route-map FROM-MICROSOFT permit {}", (number + 1) * 10);
        let _ = writeln!(text, " match community E{number}");
        let _ = writeln!(text, " set local-preference {}", 100 + number);
    }
    text.push_str("end\n");
    write(folder, "edge.cfg", &text);
}

pub fn expressions_junos(folder: &Path) {
    let mut text = head_junos();
    text.push_str("policy-options {\n");
    for number in 0..EXPRESSIONS {
        let (tens, ones) = (number / 10, number % 10);
        let expression = match number % 3 {
            0 => format!("^12076:5{tens}[{ones}-9].*$"),
            1 => format!("12076:51{tens}{ones}"),
            _ => format!("^{number}:[0-9]+$"),
        };
        let _ = writeln!(text, "    community E{number} members \"{expression}\";");
    }
    text.push_str("    policy-statement FROM-MICROSOFT {\n");
    for number in 0..EXPRESSIONS {
        let _ = writeln!(
            text,
            "        term t{number} {{
            from community E{number};
            then {{
                local-preference {};
                accept;
            }}
        }}",
            100 + number
        );
    }
    text.push_str("        then reject;\n    }\n    policy-statement NOTHING { then reject; }\n}\n");
    write(folder, "edge.conf", &text);
}
