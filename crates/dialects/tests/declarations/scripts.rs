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
