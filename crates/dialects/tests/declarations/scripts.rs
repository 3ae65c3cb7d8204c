//! Commands in scripts.

use pairlint_dialects::scripts::DIALECT;

use super::check;

const RULE: &str =
    "az network route-filter rule create -g rg --filter-name rf -n r --access Allow --communities";

#[test]
fn what_only_reads_is_not_ours() {
    for text in [
        "az network route-filter show -g rg -n rf\n",
        "az network route-filter rule list -g rg --filter-name rf\n",
        "# az network route-filter rule create -g rg --filter-name rf -n r --communities 12076:1\n",
        "echo az network route-filter rule create --communities 12076:1\n",
        "az network route-filter list --query \"[].rules[].communities\"\n",
    ] {
        check(&DIALECT, "a.sh", text, &[]);
    }
    check(
        &DIALECT,
        "a.ps1",
        "Get-AzRouteFilter -Name a -ResourceGroupName g | Format-List\n",
        &[],
    );
    check(&DIALECT, "notes.md", &format!("{RULE} 12076:51004\n"), &[]);
}

#[test]
fn words_are_those_of_the_shell() {
    for (communities, expected) in [
        ("12076:51004 12076:51006", "[12076:51004 12076:51006]"),
        (
            "'12076:51004' \"12076:51006\" # 12076:5010",
            "[12076:51004 12076:51006]",
        ),
        ("\\\n  12076:51004 \\\n  12076:51006", "[12076:51004 12076:51006]"),
        ("12076:51004,12076:51006", "[12076:51004,12076:51006]"),
        ("'[12076:51004,12076:51006]'", "[12076:51004 12076:51006]"),
        ("12076:51004 && echo done", "[12076:51004]"),
        ("12076:51004 > /dev/null 2>&1", "[12076:51004]"),
        ("12076:51004 | jq .id", "[12076:51004]"),
        ("12076:51004; true", "[12076:51004]"),
    ] {
        let text = format!("{RULE} {communities}\n");
        check(
            &DIALECT,
            "a.sh",
            &text,
            &[&format!("rf script: r Allow {expected}")],
        );
    }
}

#[test]
fn variables_count_as_the_script_sets_them() {
    for (before, word, expected) in [
        ("C=12076:51004", "$C", "[12076:51004]"),
        ("C='12076:51004 12076:51006'", "$C", "[12076:51004 12076:51006]"),
        (
            "C='12076:51004 12076:51006'",
            "\"$C\"",
            "[12076:51004 12076:51006]",
        ),
        ("export V=51004", "12076:${V}", "[12076:51004]"),
        (
            "L=(12076:51004\n  12076:51006)",
            "\"${L[@]}\"",
            "[12076:51004 12076:51006]",
        ),
    ] {
        let text = format!("{before}\n{RULE} {word}\n");
        check(
            &DIALECT,
            "a.sh",
            &text,
            &[&format!("rf script: r Allow {expected}")],
        );
    }
    for (before, word, why) in [
        (
            "",
            "$C",
            "the variable `C` is not known: it is not set in the script",
        ),
        (
            "if x; then C=12076:1; fi",
            "$C",
            "the variable `C` is not known: the command is in a condition",
        ),
        ("read C", "$C", "the variable `C` is not known: it is asked for"),
        (
            "C=$(cat list)",
            "$C",
            "`$(cat list)` is known when the script runs",
        ),
        ("", "$1", "`$1` is known when the script runs"),
        (
            "",
            "${C:-12076:1}",
            "`${C:-12076:1}` is known when the script runs",
        ),
    ] {
        let text = format!("{before}\n{RULE} {word}\n");
        let source =
            pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "a.sh", text.as_str());
        let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
        assert!(
            shown.starts_with("rf script: r Allow unresolved") && shown.ends_with(why),
            "{text}: {shown}"
        );
    }
}

#[test]
fn what_may_not_run_is_unresolved() {
    for text in [
        "if [ -n \"$X\" ]; then\n  $RULE 12076:1\nfi\n",
        "[ -n \"$X\" ] && $RULE 12076:1\n",
        "other || $RULE 12076:1\n",
        "for i in 1 2; do $RULE 12076:1; done\n",
        "while true; do\n$RULE 12076:1\ndone\n",
        "deploy() {\n  $RULE 12076:1\n}\n",
        "function deploy {\n  $RULE 12076:1\n}\n",
        "case $X in\n a) $RULE 12076:1 ;;\nesac\n",
    ] {
        let text = text.replace("$RULE", RULE);
        let source =
            pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "a.sh", text.as_str());
        let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
        assert!(
            shown.starts_with("rf script: rules unresolved"),
            "{text}: {shown}"
        );
    }
}

#[test]
fn later_commands_change_what_earlier_ones_made() {
    let rule = |verb: &str, rest: &str| {
        format!("az network route-filter rule {verb} -g rg --filter-name rf -n r {rest}\n")
    };
    let text =
        rule("create", "--access Allow --communities 12076:1") + &rule("update", "--communities 12076:2");
    check(&DIALECT, "a.sh", &text, &["rf script: r Allow [12076:2]"]);
    let text = rule("create", "--communities 12076:1") + "az network route-filter delete -g rg -n rf\n";
    check(&DIALECT, "a.sh", &text, &[]);
    let text = rule("update", "--set communities[0]=12076:1");
    check(
        &DIALECT,
        "a.sh",
        &text,
        &[&format!(
            "rf script: rules unresolved `{}`: what `--set` changes is not followed",
            text.trim()
        )],
    );
}

#[test]
fn a_filter_that_is_made_where_there_is_none_says_nothing_of_its_rules() {
    let text = format!(
        "if ! az network route-filter show -g rg -n rf; then\n  az network route-filter create -g rg -n rf\nfi\n{RULE} 12076:1\naz network route-filter update -g rg -n rf --add tags a=b\n"
    );
    check(&DIALECT, "a.sh", &text, &["rf script: r Allow [12076:1]"]);
}

#[test]
fn powershell_passes_objects_on() {
    let rule =
        "New-AzRouteFilterRuleConfig -Name r -Access Allow -RouteFilterRuleType Community -CommunityList";
    let make = "New-AzRouteFilter -Name rf -ResourceGroupName rg -Location x -Rule";
    for (text, expected) in [
        (
            format!("$r = {rule} \"12076:1\",\"12076:2\"\n{make} $r\n"),
            "r Allow [12076:1 12076:2]",
        ),
        (format!("{make} ({rule} '12076:1')\n"), "r Allow [12076:1]"),
        (
            format!("$c = @('12076:1'\n'12076:2')\n{make} ({rule} $c)\n"),
            "r Allow [12076:1 12076:2]",
        ),
        (
            format!("$c = '12076:1'; $c = '12076:2'\n{make} ({rule} $c)\n"),
            "r Allow [12076:2]",
        ),
        (
            format!("$v = 51004\n{make} ({rule} \"12076:$v\")\n"),
            "r Allow [12076:51004]",
        ),
        (
            format!("$c = @('12076:1')\n$c += '12076:2'\n{make} ({rule} $c)\n"),
            "r Allow [12076:1 12076:2]",
        ),
        (
            format!("$c = \"12076:1,12076:2\"\n{make} ({rule} $c)\n"),
            "r Allow [12076:1,12076:2]",
        ),
        (
            format!("$c = '12076:1,12076:2'.Split(',')\n{make} ({rule} $c)\n"),
            "r Allow [12076:1 12076:2]",
        ),
    ] {
        check(&DIALECT, "a.ps1", &text, &[&format!("rf script: {expected}")]);
    }
    for text in [
        format!("{make} ({rule} $env:LIST)\n"),
        format!("param($c = '12076:1')\n{make} ({rule} $c)\n"),
        format!("{make} ({rule} (Get-Content list.txt))\n"),
        format!("if ($x) {{ {make} ({rule} '12076:1') }}\n"),
        format!("foreach ($c in '12076:1') {{ {make} ({rule} $c) }}\n"),
        format!(
            "$rf = Get-AzRouteFilter -Name rf -ResourceGroupName rg\n$rf | Add-{} '12076:1'\n",
            &rule[4..]
        ),
    ] {
        let source =
            pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "a.ps1", text.as_str());
        let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
        assert!(
            shown.starts_with("rf script:") && shown.contains("unresolved"),
            "{text}: {shown}"
        );
    }
}

#[test]
fn a_filter_is_assigned_to_a_peering() {
    let before = "$rf = Get-AzRouteFilter -Name rf -ResourceGroupName rg\n$ckt = Get-AzExpressRouteCircuit -Name er -ResourceGroupName rg\n";
    let send = "Set-AzExpressRouteCircuit -ExpressRouteCircuit $ckt\n";
    let attached = "circuit er script: MicrosoftPeering filter=rf";
    for assignment in [
        "$ckt.Peerings[0].RouteFilter = $rf",
        "$ckt.Peerings[0].RouteFilter.Id = $rf.Id",
        "$ckt.Peerings[1].RouteFilterId = $rf.Id",
        "$i = 0; $ckt.Peerings[$i].RouteFilter = $rf",
        "$index = [array]::IndexOf(@($ckt.Peerings.PeeringType), \"MicrosoftPeering\")\n$ckt.Peerings[$index].RouteFilter = $rf",
        "$index = $ckt.Peerings.Name.IndexOf('MicrosoftPeering')\n$ckt.Peerings[$index].RouteFilter = $rf",
        "$p = $ckt.Peerings | Where-Object { $_.PeeringType -eq \"MicrosoftPeering\" }\n$p.RouteFilter = $rf",
        "$p = $ckt.Peerings | ? PeeringType -eq MicrosoftPeering; $p.RouteFilter = $rf",
        "($ckt.Peerings | Where-Object { $_.Name -eq 'MicrosoftPeering' }).RouteFilter = $rf",
        "$p = Get-AzExpressRouteCircuitPeeringConfig -Name MicrosoftPeering -ExpressRouteCircuit $ckt\n$p.RouteFilter = $rf",
    ] {
        let text = format!("{before}{assignment}\n{send}");
        check(&DIALECT, "a.ps1", &text, &[attached]);
        let text = format!("{before}{assignment}\n$ckt | Set-AzExpressRouteCircuit | Out-Null\n");
        check(&DIALECT, "a.ps1", &text, &[attached]);
    }
    for assignment in [
        "$ckt.Peerings[0].RouteFilter = $null",
        "$ckt.Peerings[0].RouteFilterId = $null",
    ] {
        let text = format!("{before}{assignment}\n{send}");
        check(&DIALECT, "a.ps1", &text, &["circuit er script: MicrosoftPeering"]);
    }
    let unsure = |assignment: &str, send: &str| {
        let text = format!("{before}{assignment}\n{send}");
        let source =
            pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "a.ps1", text.as_str());
        let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
        assert!(
            shown.starts_with("circuit er script: peerings unresolved"),
            "{text}: {shown}"
        );
    };
    unsure("$ckt.Peerings[0].RouteFilter = $rf", "");
    unsure(
        "$ckt.Peerings[0].RouteFilter = $rf",
        "if ($go) { Set-AzExpressRouteCircuit -ExpressRouteCircuit $ckt }\n",
    );
    unsure("if ($go) { $ckt.Peerings[0].RouteFilter = $rf }", send);
    unsure("$ckt.Peerings[$which].RouteFilter = $rf", send);
    unsure("$ckt.Peerings[0].RouteFilter = $other", send);
    unsure("$ckt.Peerings[0].VlanId = 7", send);
    unsure(
        "foreach ($p in $ckt.Peerings) { if ($p.PeeringType -eq 'MicrosoftPeering') { $p.RouteFilter = $rf } }",
        send,
    );
}

#[test]
fn tables_are_sent_as_json() {
    let table = "$body = @{ location = 'westus'; properties = @{ rules = @(@{ name = 'r'; properties = @{ access = 'Allow'; communities = @('12076:1', '12076:2') } }) } }";
    let path = "/subscriptions/$id/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf?api-version=2024-05-01";
    for send in [
        format!("Invoke-AzRestMethod -Method PUT -Path \"{path}\" -Payload ($body | ConvertTo-Json -Depth 10)"),
        format!("$json = ConvertTo-Json -InputObject $body -Depth 10 -Compress\nInvoke-AzRestMethod -Method PUT -Path \"{path}\" -Payload $json"),
        format!("Invoke-RestMethod -Method Put -Uri \"https://management.azure.com{path}\" -Headers $h -Body ($body | ConvertTo-Json -Depth 6)"),
        "Invoke-AzRestMethod -Method PUT -ResourceGroupName rg -ResourceProviderName Microsoft.Network -ResourceType routeFilters -Name rf -ApiVersion 2024-05-01 -Payload ($body | ConvertTo-Json -Depth 10)".to_owned(),
    ] {
        check(&DIALECT, "a.ps1", &format!("{table}\n{send}\n"), &["rf script: r Allow [12076:1 12076:2]"]);
    }
    let shallow = format!(
        "{table}\nInvoke-AzRestMethod -Method PUT -Path \"{path}\" -Payload ($body | ConvertTo-Json)\n"
    );
    let source =
        pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "a.ps1", shallow.as_str());
    let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
    assert!(
        shown.ends_with("`ConvertTo-Json` keeps 2 levels only (`-Depth`)"),
        "{shown}"
    );
}

#[test]
fn a_body_stands_in_a_file_beside_the_script() {
    use pairlint_model::source::{Source, SourceId};
    let url = "https://management.azure.com/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf?api-version=2024-05-01";
    let body = "{\"location\": \"westus\", \"properties\": {\"rules\": [{\"name\": \"r\", \"properties\": {\"access\": \"Allow\", \"communities\": [\"12076:1\"]}}]}}";
    let read = |name: &str, script: &str| {
        let sources = [
            Source::new(SourceId(0), name, script),
            Source::new(SourceId(1), "infra/bodies/rf.json", body),
        ];
        let needs = DIALECT
            .together
            .as_ref()
            .map(|together| (together.needs)(&[&sources[0]]));
        let network = super::read(&DIALECT, &sources);
        let known = match &network.route_filters[0].rules {
            pairlint_model::network::Listing::Known { items, .. } => {
                items[0].communities.span().source == SourceId(1)
            }
            _ => false,
        };
        (needs.is_some_and(|needs| !needs.is_empty()), known)
    };
    let put = |path: &str| format!("az rest --method put --url \"{url}\" --body {path}\n");
    assert_eq!(read("infra/a.sh", &put("@bodies/rf.json")), (true, true));
    assert_eq!(read("infra/a.sh", &put("\"@./bodies/rf.json\"")), (true, true));
    assert_eq!(
        read(
            "infra/a.sh",
            &format!("cd \"$(dirname \"$0\")\"\n{}", put("@bodies/rf.json"))
        ),
        (true, true)
    );
    assert_eq!(read("infra/a.ps1", &put("'@bodies\\rf.json'")), (true, true));
    assert_eq!(read("infra/a.sh", &put("@other.json")), (true, false));
    assert_eq!(
        read("infra/a.sh", &format!("cd other\n{}", put("@bodies/rf.json"))),
        (false, false)
    );
    assert_eq!(read("infra/a.sh", &put("@$DIR/rf.json")), (false, false));
}
