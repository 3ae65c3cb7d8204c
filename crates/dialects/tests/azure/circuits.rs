//! Circuits, peerings, and the keys that their exports hold.

use super::check;

#[test]
fn a_filter_under_a_peering_is_only_named() {
    check(
        r#"{"name": "er", "sku": {}, "properties": {"serviceProviderProperties": {}, "peerings": [{"name": "MicrosoftPeering", "properties":
           {"peeringType": "MicrosoftPeering", "routeFilter": {"id": "$FILTER", "properties": {"rules": [], "peerings": []}}}}]}}"#,
        &["circuit er arm: MicrosoftPeering filter=rf"],
    );
}

#[test]
fn circuits_are_read_with_both_families() {
    check(
        r#"{"id": "$CIRCUIT", "name": "er", "circuitProvisioningState": "Enabled", "sku": {"tier": "Local"}, "peerings": [
            {"id": "$CIRCUIT/peerings/MicrosoftPeering", "peeringType": "MicrosoftPeering", "state": "Enabled", "azureAsn": 12076, "peerAsn": 65001,
             "primaryPeerAddressPrefix": "192.0.2.0/30", "secondaryPeerAddressPrefix": "", "vlanId": 100, "routeFilter": {"id": "$FILTER"},
             "microsoftPeeringConfig": {"advertisedCommunities": ["12076:5010"], "advertisedPublicPrefixes": ["203.0.113.0/24"], "legacyMode": 1},
             "ipv6PeeringConfig": {"primaryPeerAddressPrefix": "2001:db8::/126", "state": "Enabled", "routeFilter": null}}]}"#,
        &[
            "circuit er az Enabled Local: MicrosoftPeering Enabled 12076/65001 192.0.2.0/30 vlan=100 filter=rf \
           microsoft([12076:5010] [203.0.113.0/24] legacy=1) ipv6(2001:db8::/126 Enabled)",
        ],
    );
    check(
        r#"{"id": "$CIRCUIT", "name": "er"}"#,
        &["circuit er az: peerings absent before `}`"],
    );
    check(
        r#"{"id": "$CIRCUIT", "name": "er", "peerings": []}"#,
        &["circuit er az: no peerings `[]`"],
    );
    check(
        r#"{"id": "$CIRCUIT", "name": "er", "peerings": [{"etag": "e", "peeringType": "MicrosoftPeering", "peerASN": "many"}]}"#,
        &[
            "circuit er az: MicrosoftPeering",
            "remark truncated `\"many\"`: an export whose `peerASN` is not an AS number",
        ],
    );
}

#[test]
fn peerings_alone_belong_to_the_circuit_of_their_id() {
    let peering = |kind: &str| {
        format!(
            r#"{{"etag": "e", "id": "$CIRCUIT/peerings/{kind}", "peeringType": "{kind}", "state": "Enabled"}}"#
        )
    };
    let (a, b) = (peering("AzurePrivatePeering"), peering("MicrosoftPeering"));
    check(&a, &["circuit er az: AzurePrivatePeering Enabled"]);
    check(
        &format!("[{a}, {b}]"),
        &["circuit er az: AzurePrivatePeering Enabled, MicrosoftPeering Enabled"],
    );
    check(
        &format!("{{\"id\": \"$CIRCUIT\", \"name\": \"er\", \"peerings\": [{a}]}}[{a}, {b}]"),
        &["circuit er az: AzurePrivatePeering Enabled, MicrosoftPeering Enabled"],
    );
    // A private peering has no filter that could be missing.
    check(
        r#"[{"peeringType": "AzurePrivatePeering", "state": "Enabled"}]"#,
        &["circuit circuit az: AzurePrivatePeering Enabled"],
    );
    // Without the reference that a whole peering may lack, nothing can be said of its filter.
    check(
        r#"[{"peeringType": "MicrosoftPeering", "state": "Enabled"}]"#,
        &[
            "circuit circuit az: peerings truncated `{\"peeringType\": \"MicrosoftPeering\", \"state\": \"Enabled\"}`",
            "remark incomplete `{\"peeringType\": \"MicrosoftPeering\", \"state\": \"Enabled\"}`: some fields of a peering (`--query`), \
           from which it cannot be told whether it has a route filter",
        ],
    );
}

#[test]
fn keys_are_pointed_at_and_never_shown() {
    check(
        r#"{"id": "$CIRCUIT", "serviceKey": "7d0a", "peerings": [{"etag": "e", "peeringType": "MicrosoftPeering", "sharedKey": "s3"}],
           "authorizations": [{"authorizationKey": "b1d0"}]}"#,
        &[
            "circuit er az: MicrosoftPeering",
            "remark secret `\"7d0a\"`: serviceKey",
            "remark secret `\"s3\"`: sharedKey",
            "remark secret `\"b1d0\"`: authorizationKey",
        ],
    );
    // Somebody has already taken them out.
    for masked in [
        "null",
        "\"\"",
        "\"00000000-0000-0000-0000-000000000000\"",
        "\"***\"",
        "\"<key>\"",
        "\"REDACTED\"",
    ] {
        check(
            &format!(r#"{{"id": "$CIRCUIT", "peerings": [], "serviceKey": {masked}}}"#),
            &["circuit er az: no peerings `[]`"],
        );
    }
    check(
        r#"[{"id": "$CIRCUIT/authorizations/a", "name": "a", "authorizationKey": "b1d0"}]"#,
        &["remark secret `\"b1d0\"`: authorizationKey"],
    );
    check(r#"{"sharedKey": "s3", "name": "vpn"}"#, &[]);
}
