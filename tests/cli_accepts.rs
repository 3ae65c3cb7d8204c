//! `pairlint accepts`, from outside.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;

use serde_json::Value;
use support::{Outcome, pairlint, root};

const EDGE: &str = "\
hostname edge1
!
router bgp 65010
 neighbor 192.0.2.2 remote-as 12076
 neighbor 192.0.2.6 remote-as 12076
 neighbor 10.0.0.2 remote-as 12076
 neighbor 198.51.100.9 remote-as 65020
 address-family ipv4
  neighbor 192.0.2.2 activate
  neighbor 192.0.2.2 route-map EUROPE in
  neighbor 192.0.2.6 activate
  neighbor 192.0.2.6 route-map SHORT in
  neighbor 10.0.0.2 activate
  neighbor 198.51.100.9 activate
 exit-address-family
!
ip bgp-community new-format
ip community-list standard EUROPE permit 12076:51002
ip community-list standard EUROPE permit 12076:51003
ip prefix-list SHORT seq 5 permit 0.0.0.0/0 le 16
!
route-map EUROPE permit 10
 match community EUROPE
!
route-map SHORT permit 10
 match community EUROPE
 match ip address prefix-list SHORT
!
end
";

fn accepts(text: &str, arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("edge1.cfg"), text).unwrap();
    let arguments: Vec<&str> = ["accepts", "."]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    pairlint(folder.path(), &arguments)
}

#[test]
fn a_table_for_each_session() {
    let run = accepts(EDGE, &["--region", "japan", "--allow", "12076:51002"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        "\
edge1/192.0.2.2  ipv4  AS 12076  import EUROPE  (edge1.cfg)
  12076:51002  all   West Europe                                         allowed
  12076:51003  all   North Europe                                        named by the policy
  12076:51012  none  Japan East                                          required
  12076:51013  none  Japan West                                          required
  12076:5040   some  CRM Online
  12076:5050   some  Azure Global Services
  12076:5060   some  Microsoft Entra ID
  12076:5070   some  Azure Resource Manager
  12076:5220   some  Microsoft Defender for Identity
  12076:5250   some  Microsoft PSTN services
  (others)     none  245 other known communities
  (regional)   all   8 services in Azure regions (12076:52xxx to 55xxx)
  untagged     none  routes without a community of Microsoft's

edge1/192.0.2.6  ipv4  AS 12076  import SHORT  (edge1.cfg)
  12076:51002  some  West Europe                                         allowed
  12076:51003  some  North Europe                                        named by the policy
  12076:51012  none  Japan East                                          required
  12076:51013  none  Japan West                                          required
  12076:5040   some  CRM Online
  12076:5050   some  Azure Global Services
  12076:5060   some  Microsoft Entra ID
  12076:5070   some  Azure Resource Manager
  12076:5220   some  Microsoft Defender for Identity
  12076:5250   some  Microsoft PSTN services
  (others)     none  245 other known communities
  (regional)   some  8 services in Azure regions (12076:52xxx to 55xxx)
  untagged     none  routes without a community of Microsoft's

edge1/10.0.0.2  ipv4  AS 12076  no import policy  (edge1.cfg)
  private peering: not judged
"
    );
}

#[test]
fn sessions_are_chosen_by_name() {
    let run = accepts(EDGE, &["--neighbor", "192.0.2.6", "--device", "EDGE1"]);
    assert!(run.out.starts_with("edge1/192.0.2.6  "), "{}", run.out);
    assert_eq!(run.out.matches("edge1/").count(), 1);
    for (arguments, error) in [
        (["--neighbor", "192.0.2.7"], "there is no neighbor `192.0.2.7`"),
        (["--device", "edge2"], "there is no device `edge2`"),
    ] {
        let run = accepts(EDGE, &arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains(error), "{}", run.err);
    }
    let run = accepts(
        "hostname edge1\nrouter bgp 65010\n neighbor 198.51.100.9 remote-as 65020\nend\n",
        &[],
    );
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("no session to Microsoft was found"),
        "{}",
        run.err
    );
}

#[test]
fn sessions_that_are_alike_share_a_table() {
    let run = pairlint(
        &root().join("fixtures/networks/correct-a-pair"),
        &["accepts", "."],
    );
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(
        lines[0].starts_with("edge-ams-1/") && lines[1].starts_with("edge-ams-2/"),
        "{}",
        run.out
    );
    assert_eq!(run.out.matches("untagged").count(), 1);
    // And whether what is required gets through from end to end.
    let end: Vec<&str> = run.out.rsplit("\n\n").next().unwrap().lines().collect();
    assert_eq!(end.len(), 3, "{}", run.out);
    assert!(
        end[1].contains("er-ams-1") && end[1].ends_with("met"),
        "{}",
        run.out
    );
}

#[test]
fn json_lists_what_the_report_lists() {
    let folder = root().join("fixtures/networks/correct-g-bogons");
    let run = pairlint(&folder, &["accepts", ".", "--format", "json"]);
    let accepts: Value = serde_json::from_str(&run.out).unwrap();
    let report = pairlint(&folder, &["check", ".", "--format", "json"]);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(accepts["schema"], "pairlint.accepts/1");
    assert_eq!(accepts["matrix"], report["matrix"]);
    let (session, reported) = (&accepts["sessions"][0], &report["sessions"][0]);
    for field in [
        "device",
        "file",
        "neighbor",
        "remote_as",
        "peering",
        "vrf",
        "family",
        "policies",
        "untagged",
    ] {
        assert_eq!(session[field], reported[field], "{field}");
    }
    let listed = session["communities"].as_array().unwrap();
    assert_eq!(listed.len(), reported["communities"].as_object().unwrap().len());
    for entry in listed {
        let community = entry["community"].as_str().unwrap();
        assert_eq!(
            entry["verdict"], reported["communities"][community],
            "{community}"
        );
    }
    let others = session["others"].as_array().unwrap();
    assert!(
        others
            .iter()
            .any(|entry| entry["community"] == "12076:51012" && entry["verdict"] == "none")
    );
}
