//! What leaves a router of every platform: the same four rules about exports over the same network in each dialect.
//!
//! Two sessions to Microsoft on one router, a private network and a default route in its table. A line of a
//! configuration may begin with `O|` (there where a policy without a condition is attached outbound), `F|` (where one
//! permits the public prefix only), or `P|` (where any is).

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::check;

const RULES: [&str; 4] = [
    "default-route-advertised",
    "microsoft-route-readvertised",
    "no-export-policy",
    "private-prefix-advertised",
];

struct Case {
    file: &'static str,
    text: &'static str,
    /// What is said where nothing is attached, and where a policy without a condition is. Where only the public prefix
    /// goes out, nothing is said.
    bare: &'static [&'static str],
    open: &'static [&'static str],
}

/// The configuration for one of the three.
fn written(text: &str, what: char) -> String {
    let lines = text.lines().filter_map(|line| match line.split_once('|') {
        Some(("O", line)) => (what == 'O').then_some(line),
        Some(("F", line)) => (what == 'F').then_some(line),
        Some(("P", line)) => (what != '-').then_some(line),
        _ => Some(line),
    });
    lines.map(|line| format!("{line}\n")).collect()
}

fn said(case: &Case, what: char) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(case.file), written(case.text, what)).unwrap();
    let report = check(folder.path(), &["."]);
    let findings = report.diagnostics().iter().filter_map(|finding| {
        let rule = finding["rule"].as_str()?;
        let severity = finding["severity"].as_str()?;
        RULES.contains(&rule).then(|| format!("{rule} {severity}"))
    });
    findings.collect()
}

#[test]
fn what_goes_out_is_told_on_every_platform() {
    for case in CASES {
        for (what, expected) in [('-', case.bare), ('O', case.open), ('F', &[])] {
            let expected: BTreeSet<String> = expected.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(said(case, what), expected, "{} {what}", case.file);
        }
    }
}

const DEFAULT: &str = "default-route-advertised error";
const MAYBE_DEFAULT: &str = "default-route-advertised warning";
const BACK: &str = "microsoft-route-readvertised warning";
const NONE: &str = "no-export-policy warning";
const PRIVATE: &str = "private-prefix-advertised error";

const CASES: &[Case] = &[
    Case {
        file: "ios.cfg",
        text: r##"version 17.9
hostname edge
!
router bgp 65010
 neighbor 198.51.100.2 remote-as 12076
 neighbor 198.51.100.6 remote-as 12076
 !
 address-family ipv4
  network 10.20.0.0 mask 255.255.0.0
  network 0.0.0.0
  neighbor 198.51.100.2 activate
  neighbor 198.51.100.2 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.2 route-map TO-MICROSOFT out
  neighbor 198.51.100.6 activate
  neighbor 198.51.100.6 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.6 route-map TO-MICROSOFT out
 exit-address-family
!
ip bgp-community new-format
ip community-list standard EUROPE permit 12076:51002
ip prefix-list OURS seq 5 permit 203.0.113.0/28
!
route-map FROM-MICROSOFT permit 10
 match community EUROPE
!
route-map TO-MICROSOFT permit 10
F| match ip address prefix-list OURS
!
end
"##,
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "asa.cfg",
        text: r##"ASA Version 9.16(4)
!
hostname edge
!
community-list standard EUROPE permit 12076:51002
prefix-list OURS seq 5 permit 203.0.113.0/28
!
route-map FROM-MICROSOFT permit 10
 match community EUROPE
!
route-map TO-MICROSOFT permit 10
F| match ip address prefix-list OURS
!
router bgp 65010
 address-family ipv4 unicast
  neighbor 198.51.100.2 remote-as 12076
  neighbor 198.51.100.2 activate
  neighbor 198.51.100.2 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.2 route-map TO-MICROSOFT out
  neighbor 198.51.100.6 remote-as 12076
  neighbor 198.51.100.6 activate
  neighbor 198.51.100.6 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.6 route-map TO-MICROSOFT out
  redistribute static
  default-information originate
 exit-address-family
!
route inside 10.20.0.0 255.255.0.0 10.1.1.1 1
route outside 0.0.0.0 0.0.0.0 192.0.2.1 1
: end
"##,
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "nxos.cfg",
        text: r##"!Command: show running-config
version 9.3(8)
hostname edge
feature bgp
ip prefix-list OURS seq 5 permit 203.0.113.0/28
ip community-list standard EUROPE seq 10 permit 12076:51002
route-map FROM-MICROSOFT permit 10
  match community EUROPE
route-map TO-MICROSOFT permit 10
F|  match ip address prefix-list OURS
router bgp 65010
  address-family ipv4 unicast
    network 10.20.0.0/16
    network 0.0.0.0/0
  neighbor 198.51.100.2
    remote-as 12076
    address-family ipv4 unicast
      route-map FROM-MICROSOFT in
P|      route-map TO-MICROSOFT out
  neighbor 198.51.100.6
    remote-as 12076
    address-family ipv4 unicast
      route-map FROM-MICROSOFT in
P|      route-map TO-MICROSOFT out
"##,
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "eos.cfg",
        text: r##"! device: edge (DCS-7280SR3, EOS-4.31.1F)
!
hostname edge
!
ip community-list EUROPE permit 12076:51002
!
ip prefix-list OURS
   seq 5 permit 203.0.113.0/28
!
ip route 10.20.0.0/16 10.1.1.1
ip route 0.0.0.0/0 192.0.2.1
!
route-map FROM-MICROSOFT permit 10
   match community EUROPE
!
route-map TO-MICROSOFT permit 10
F|   match ip address prefix-list OURS
!
router bgp 65010
   neighbor 198.51.100.2 remote-as 12076
   neighbor 198.51.100.6 remote-as 12076
   redistribute static
   !
   address-family ipv4
      neighbor 198.51.100.2 activate
      neighbor 198.51.100.2 route-map FROM-MICROSOFT in
P|      neighbor 198.51.100.2 route-map TO-MICROSOFT out
      neighbor 198.51.100.6 activate
      neighbor 198.51.100.6 route-map FROM-MICROSOFT in
P|      neighbor 198.51.100.6 route-map TO-MICROSOFT out
!
end
"##,
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "xr.cfg",
        text: r##"!! IOS XR Configuration 7.5.2
hostname edge
!
community-set EUROPE
  12076:51002
end-set
!
route-policy FROM-MICROSOFT
  if community matches-any EUROPE then
    pass
  endif
end-policy
!
route-policy TO-MICROSOFT
O|  pass
F|  if destination in (203.0.113.0/28) then
F|    pass
F|  endif
end-policy
!
router bgp 65010
 address-family ipv4 unicast
  network 10.20.0.0/16
  network 0.0.0.0/0
 !
 neighbor 198.51.100.2
  remote-as 12076
  address-family ipv4 unicast
   route-policy FROM-MICROSOFT in
P|   route-policy TO-MICROSOFT out
  !
 !
 neighbor 198.51.100.6
  remote-as 12076
  address-family ipv4 unicast
   route-policy FROM-MICROSOFT in
P|   route-policy TO-MICROSOFT out
  !
 !
!
end
"##,
        bare: &[],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "junos.conf",
        text: r##"version 21.4R3.15;
system {
    host-name edge;
}
routing-options {
    autonomous-system 65010;
    static {
        route 10.20.0.0/16 discard;
        route 0.0.0.0/0 discard;
    }
}
protocols {
    bgp {
        group MICROSOFT {
            type external;
            peer-as 12076;
            import FROM-MICROSOFT;
P|            export TO-MICROSOFT;
            neighbor 198.51.100.2;
            neighbor 198.51.100.6;
        }
    }
}
policy-options {
    policy-statement FROM-MICROSOFT {
        term europe {
            from community EUROPE;
            then accept;
        }
        then reject;
    }
    policy-statement TO-MICROSOFT {
        term ours {
F|            from {
F|                route-filter 203.0.113.0/28 exact;
F|            }
            then accept;
        }
        then reject;
    }
    community EUROPE members 12076:51002;
}
"##,
        bare: &[NONE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "frr.conf",
        text: r##"frr version 8.4.4
frr defaults traditional
hostname edge
!
bgp community-list standard EUROPE permit 12076:51002
ip prefix-list OURS seq 5 permit 203.0.113.0/28
!
route-map FROM-MICROSOFT permit 10
 match community EUROPE
exit
!
route-map TO-MICROSOFT permit 10
F| match ip address prefix-list OURS
exit
!
router bgp 65010
 no bgp ebgp-requires-policy
 neighbor 198.51.100.2 remote-as 12076
 neighbor 198.51.100.6 remote-as 12076
 !
 address-family ipv4 unicast
  network 10.20.0.0/16
  network 0.0.0.0/0
  neighbor 198.51.100.2 activate
  neighbor 198.51.100.2 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.2 route-map TO-MICROSOFT out
  neighbor 198.51.100.6 activate
  neighbor 198.51.100.6 route-map FROM-MICROSOFT in
P|  neighbor 198.51.100.6 route-map TO-MICROSOFT out
 exit-address-family
exit
!
end
"##,
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "vyos.set",
        text: r##"set system host-name 'edge'
set policy community-list EUROPE rule 10 action 'permit'
set policy community-list EUROPE rule 10 regex '_12076:51002_'
set policy prefix-list OURS rule 10 action 'permit'
set policy prefix-list OURS rule 10 prefix '203.0.113.0/28'
set policy route-map FROM-MICROSOFT rule 10 action 'permit'
set policy route-map FROM-MICROSOFT rule 10 match community community-list 'EUROPE'
set policy route-map TO-MICROSOFT rule 10 action 'permit'
F|set policy route-map TO-MICROSOFT rule 10 match ip address prefix-list 'OURS'
set protocols static route 10.20.0.0/16 blackhole
set protocols static route 0.0.0.0/0 next-hop 192.0.2.1
set protocols bgp system-as '65010'
set protocols bgp address-family ipv4-unicast redistribute static
set protocols bgp neighbor 198.51.100.2 remote-as '12076'
set protocols bgp neighbor 198.51.100.2 address-family ipv4-unicast route-map import 'FROM-MICROSOFT'
P|set protocols bgp neighbor 198.51.100.2 address-family ipv4-unicast route-map export 'TO-MICROSOFT'
set protocols bgp neighbor 198.51.100.6 remote-as '12076'
set protocols bgp neighbor 198.51.100.6 address-family ipv4-unicast route-map import 'FROM-MICROSOFT'
P|set protocols bgp neighbor 198.51.100.6 address-family ipv4-unicast route-map export 'TO-MICROSOFT'
"##,
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "sros.cfg",
        text: r##"# TiMOS-B-23.10.R2 both/x86_64 Nokia 7750 SR Copyright (c) 2000-2023 Nokia.
# Configuration format version 23.10 revision 0

configure {
    policy-options {
        community "europe" {
            member "12076:51002" { }
        }
        prefix-list "ours" {
            prefix 203.0.113.0/28 type exact {
            }
        }
        policy-statement "from-microsoft" {
            entry 10 {
                from {
                    community {
                        name "europe"
                    }
                }
                action {
                    action-type accept
                }
            }
            default-action {
                action-type reject
            }
        }
        policy-statement "to-microsoft" {
            entry 10 {
F|                from {
F|                    prefix-list ["ours"]
F|                }
                action {
                    action-type accept
                }
            }
        }
    }
    router "Base" {
        autonomous-system 65010
        static-routes {
            route 10.20.0.0/16 route-type unicast {
                blackhole {
                    admin-state enable
                }
            }
            route 0.0.0.0/0 route-type unicast {
                next-hop "192.0.2.1" {
                    admin-state enable
                }
            }
        }
        bgp {
            ebgp-default-reject-policy {
                import true
                export true
            }
            group "microsoft" {
                peer-as 12076
                import {
                    policy ["from-microsoft"]
                }
P|                export {
P|                    policy ["to-microsoft"]
P|                }
            }
            neighbor "198.51.100.2" {
                group "microsoft"
            }
            neighbor "198.51.100.6" {
                group "microsoft"
            }
        }
    }
    system {
        name "edge"
    }
}
"##,
        bare: &[],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "vrp.cfg",
        text: r##"!Software Version V800R022C10SPC500
#
sysname edge
#
bgp 65010
 peer 198.51.100.2 as-number 12076
 peer 198.51.100.6 as-number 12076
 #
 ipv4-family unicast
  network 10.20.0.0 255.255.0.0
  network 0.0.0.0 0.0.0.0
  peer 198.51.100.2 enable
  peer 198.51.100.2 route-policy FROM-MICROSOFT import
P|  peer 198.51.100.2 route-policy TO-MICROSOFT export
  peer 198.51.100.6 enable
  peer 198.51.100.6 route-policy FROM-MICROSOFT import
P|  peer 198.51.100.6 route-policy TO-MICROSOFT export
#
route-policy FROM-MICROSOFT permit node 10
 if-match community-filter EUROPE
#
route-policy TO-MICROSOFT permit node 10
F| if-match ip-prefix OURS
#
ip ip-prefix OURS index 10 permit 203.0.113.0 28
#
ip community-filter basic EUROPE index 10 permit 12076:51002
#
return
"##,
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "comware.cfg",
        text: r##" version 7.1.070, Release 6616P05
#
sysname edge
#
bgp 65010
 peer 198.51.100.2 as-number 12076
 peer 198.51.100.6 as-number 12076
 #
 address-family ipv4 unicast
  network 10.20.0.0 255.255.0.0
  network 0.0.0.0 0.0.0.0
  peer 198.51.100.2 enable
  peer 198.51.100.2 route-policy FROM-MICROSOFT import
P|  peer 198.51.100.2 route-policy TO-MICROSOFT export
  peer 198.51.100.6 enable
  peer 198.51.100.6 route-policy FROM-MICROSOFT import
P|  peer 198.51.100.6 route-policy TO-MICROSOFT export
#
route-policy FROM-MICROSOFT permit node 10
 if-match community EUROPE
#
route-policy TO-MICROSOFT permit node 10
F| if-match ip address prefix-list OURS
#
ip prefix-list OURS index 10 permit 203.0.113.0 28
#
ip community-list basic EUROPE permit 12076:51002
#
return
"##,
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "fortios.conf",
        text: r##"#config-version=FGT100F-7.4.3-FW-build2573-240201:opmode=0:vdom=0:user=admin
config system global
    set hostname "edge"
end
config router prefix-list
    edit "ours"
        config rule
            edit 1
                set prefix 203.0.113.0 255.255.255.240
                unset ge
                unset le
            next
        end
    next
end
config router community-list
    edit "europe"
        config rule
            edit 1
                set action permit
                set match "12076:51002"
            next
        end
    next
end
config router route-map
    edit "from-microsoft"
        config rule
            edit 1
                set match-community "europe"
            next
        end
    next
    edit "to-microsoft"
        config rule
            edit 1
F|                set match-ip-address "ours"
            next
        end
    next
end
config router static
    edit 1
        set gateway 192.0.2.1
    next
    edit 2
        set dst 10.20.0.0 255.255.0.0
        set blackhole enable
    next
end
config router bgp
    set as 65010
    config neighbor
        edit "198.51.100.2"
            set remote-as 12076
            set route-map-in "from-microsoft"
P|            set route-map-out "to-microsoft"
        next
        edit "198.51.100.6"
            set remote-as 12076
            set route-map-in "from-microsoft"
P|            set route-map-out "to-microsoft"
        next
    end
    config redistribute "static"
        set status enable
    end
end
"##,
        bare: &[MAYBE_DEFAULT, NONE, PRIVATE],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "panos.set",
        text: r##"set deviceconfig system hostname edge
set network virtual-router default routing-table ip static-route lan destination 10.20.0.0/16
set network virtual-router default routing-table ip static-route out destination 0.0.0.0/0
set network virtual-router default protocol redist-profile static-routes priority 1
set network virtual-router default protocol redist-profile static-routes filter type static
set network virtual-router default protocol redist-profile static-routes action redist
set network virtual-router default protocol bgp enable yes
set network virtual-router default protocol bgp local-as 65010
set network virtual-router default protocol bgp allow-redist-default-route yes
set network virtual-router default protocol bgp redist-rules static-routes enable yes
set network virtual-router default protocol bgp peer-group microsoft type ebgp
set network virtual-router default protocol bgp peer-group microsoft peer msee-1 peer-as 12076
set network virtual-router default protocol bgp peer-group microsoft peer msee-1 peer-address ip 198.51.100.2
set network virtual-router default protocol bgp peer-group microsoft peer msee-2 peer-as 12076
set network virtual-router default protocol bgp peer-group microsoft peer msee-2 peer-address ip 198.51.100.6
P|set network virtual-router default protocol bgp policy export rules out used-by microsoft
P|set network virtual-router default protocol bgp policy export rules out enable yes
F|set network virtual-router default protocol bgp policy export rules out match address-prefix 203.0.113.0/28 exact yes
P|set network virtual-router default protocol bgp policy export rules out action allow
"##,
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "mikrotik7.rsc",
        text: r##"# 2026-03-02 09:11:02 by RouterOS 7.16.1
/ip route
add gateway=192.0.2.1
add blackhole dst-address=10.20.0.0/16
/routing bgp template
P|set default as=65010 input.filter=from-microsoft output.filter-chain=to-microsoft .redistribute=static
/routing bgp connection
P|add local.role=ebgp name=msee-1 remote.address=198.51.100.2 .as=12076 templates=default
P|add local.role=ebgp name=msee-2 remote.address=198.51.100.6 .as=12076 templates=default
/routing filter rule
add chain=from-microsoft rule="if (bgp-communities includes 12076:51002) { accept } else { reject }"
O|add chain=to-microsoft rule="accept"
F|add chain=to-microsoft rule="if (dst == 203.0.113.0/28) { accept } else { reject }"
/system identity
set name=edge
"##,
        bare: &[],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "mikrotik6.rsc",
        text: r##"# mar/02/2022 09:11:02 by RouterOS 6.49.10
/routing bgp instance
set default as=65010 redistribute-static=yes
/ip route
add distance=1 dst-address=10.20.0.0/16 type=blackhole
add distance=1 gateway=192.0.2.1
/routing bgp peer
P|add in-filter=from-microsoft name=msee-1 out-filter=to-microsoft remote-address=198.51.100.2 remote-as=12076
P|add in-filter=from-microsoft name=msee-2 out-filter=to-microsoft remote-address=198.51.100.6 remote-as=12076
/routing filter
add action=accept bgp-communities=12076:51002 chain=from-microsoft
add action=discard chain=from-microsoft
O|add action=accept chain=to-microsoft
F|add action=accept chain=to-microsoft prefix=203.0.113.0/28
F|add action=discard chain=to-microsoft
/system identity
set name=edge
"##,
        bare: &[],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
];
