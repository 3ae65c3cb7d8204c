//! Programs and states of Pulumi.

use pairlint_dialects::pulumi::DIALECT;
use pairlint_model::source::{Source, SourceId};

use super::{check, read, summary};

fn native(properties: &str) -> String {
    format!("resources:\n  rf:\n    type: azure-native:network:RouteFilter\n    properties: {properties}\n")
}

#[test]
fn types_of_both_packages_with_and_without_a_version() {
    for kind in [
        "azure-native:network:RouteFilter",
        "azure-native:network/v20230901:RouteFilter",
        "azure-native_network_v20240501:network:RouteFilter",
    ] {
        let rule = "{rules: [{name: r, access: Allow, communities: [12076:51004]}], routeFilterName: a}";
        let text = native(rule).replace("azure-native:network:RouteFilter", kind);
        check(&DIALECT, "Main.yaml", &text, &["a pulumi: r Allow [12076:51004]"]);
    }
    for kind in [
        "azure:network/routeFilter:RouteFilter",
        "azure:network:RouteFilter",
    ] {
        let rule = "{rule: {name: r, access: Allow, communities: [12076:51004]}, name: a}";
        let text = native(rule).replace("azure-native:network:RouteFilter", kind);
        check(&DIALECT, "Main.yaml", &text, &["a pulumi: r Allow [12076:51004]"]);
    }
    let other = native("{}").replace(
        "azure-native:network:RouteFilter",
        "azure-native:network:RouteTable",
    );
    check(&DIALECT, "Main.yaml", &other, &[]);
    check(
        &DIALECT,
        "notes.md",
        "Use azure-native:network:RouteFilter.\n",
        &[],
    );
}

#[test]
fn what_is_not_written_out_is_unresolved() {
    let rule = |communities: &str| {
        native(&format!(
            "{{rules: [{{name: r, communities: {communities}}}], routeFilterName: a}}"
        ))
    };
    let unresolved = |place: &str, why: &str| format!("a pulumi: r unresolved `{place}`: {why}");
    check(
        &DIALECT,
        "Main.yaml",
        &rule("\"${list}\""),
        &[&unresolved("\"${list}\"", "`${list}` is not declared here")],
    );
    check(
        &DIALECT,
        "Main.yaml",
        &format!("config:\n  list: {{type: array}}\n{}", rule("\"${list}\"")),
        &[&unresolved(
            "\"${list}\"",
            "`list` has no value without the configuration of a stack",
        )],
    );
    check(
        &DIALECT,
        "Main.yaml",
        &rule("[12076:51004, {\"fn::invoke\": {}}]"),
        &[&unresolved(
            "{\"fn::invoke\": {}}",
            "`fn::invoke` is evaluated when the program runs",
        )],
    );
    check(
        &DIALECT,
        "Main.yaml",
        &format!(
            "variables:\n  a: \"${{b}}\"\n  b: \"${{a}}\"\n{}",
            rule("\"${a}\"")
        ),
        &[&unresolved("\"${b}\"", "references go round in circles")],
    );
}

#[test]
fn functions_that_only_rearrange_are_evaluated() {
    let text = native(
        "{routeFilterName: {\"fn::join\": [\"-\", [rf, eu]]}, rules: [{name: r, communities: {\"fn::split\": [\",\", {\"fn::secret\": \"12076:1,12076:2\"}]}}]}",
    );
    check(
        &DIALECT,
        "Main.yaml",
        &text,
        &["rf-eu pulumi: r [12076:1 12076:2]"],
    );
}

#[test]
fn a_stack_may_give_a_list() {
    let program = format!(
        "config:\n  c: {{type: array}}\n{}",
        native("{rules: [{name: r, communities: \"${c}\"}], routeFilterName: a}")
    );
    let sources = [
        Source::new(SourceId(0), "Pulumi.yaml", program),
        Source::new(
            SourceId(1),
            "Pulumi.prod.yaml",
            "config:\n  c:\n  - 12076:2\n  - \"12076:3\"\n",
        ),
    ];
    let network = read(&DIALECT, &sources);
    assert_eq!(summary(&sources[0], &network), ["a pulumi: r [12076:2 12076:3]"]);
}

#[test]
fn stacks_that_do_not_agree_leave_a_value_open() {
    let program = format!(
        "name: p\nconfig:\n  c: {{type: string, default: \"12076:1\"}}\n{}",
        native("{rules: [{name: r, communities: [\"${c}\"]}], routeFilterName: a}")
    );
    let stack = |id: u32, name: &str, value: &str| {
        Source::new(SourceId(id), name, format!("config:\n  p:c: \"{value}\"\n"))
    };
    let given = |second: &str| {
        let sources = [
            Source::new(SourceId(0), "Pulumi.yaml", program.as_str()),
            stack(1, "Pulumi.dev.yaml", "12076:2"),
            stack(2, "Pulumi.prod.yaml", second),
        ];
        let network = read(&DIALECT, &sources);
        summary(&sources[0], &network).remove(0)
    };
    assert_eq!(given("12076:2"), "a pulumi: r [12076:2]");
    assert_eq!(
        given("12076:3"),
        "a pulumi: r unresolved `\"${c}\"`: the stacks do not give one value for `c`"
    );
}
