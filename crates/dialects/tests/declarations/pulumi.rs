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
fn each_stack_is_a_network_of_its_own() {
    let program = format!(
        "name: p\nconfig:\n  c: {{type: string, default: \"12076:1\"}}\n{}  same:\n    type: azure-native:network:RouteFilter\n    properties: {{routeFilterName: b, rules: []}}\n  er:\n    type: azure-native:network:ExpressRouteCircuit\n    properties:\n      circuitName: er\n      peerings: [{{name: MicrosoftPeering, peeringType: MicrosoftPeering, routeFilter: {{id: \"${{rf.id}}\"}}}}]\n",
        native("{rules: [{name: r, communities: [\"${c}\"]}], routeFilterName: a}")
    );
    let stack = |id: u32, name: &str, config: &str| Source::new(SourceId(id), name, config);
    let given = |second: &str| {
        let sources = [
            Source::new(SourceId(0), "Pulumi.yaml", program.as_str()),
            stack(1, "Pulumi.dev.yaml", "config:\n  p:c: \"12076:2\"\n"),
            stack(2, "Pulumi.prod.yaml", second),
        ];
        let network = read(&DIALECT, &sources);
        for circuit in &network.circuits {
            let pairlint_model::network::Listing::Known { items, .. } = &circuit.peerings else {
                panic!("{circuit:?}");
            };
            let reference = items[0].route_filter.as_ref().map(|id| id.value.clone());
            let found = network
                .route_filters
                .iter()
                .find(|filter| filter.id.as_ref().map(|id| id.value.clone()) == reference);
            let stack = |name: &str| name.split_once(' ').map(|(_, stack)| stack.to_owned());
            assert_eq!(
                found.map(|filter| stack(filter.display_name())),
                Some(stack(circuit.display_name())),
            );
        }
        summary(&sources[0], &network)
    };
    let same = "b pulumi: no rules `[]`";
    assert_eq!(
        given("config:\n  p:c: \"12076:2\"\n"),
        [
            "a pulumi: r [12076:2]",
            same,
            "circuit er pulumi: MicrosoftPeering filter=a"
        ]
    );
    for (second, prod) in [
        ("config:\n  p:c: \"12076:3\"\n", "a (prod) pulumi: r [12076:3]"),
        ("config: {}\n", "a (prod) pulumi: r [12076:1]"),
        (
            "config:\n  p:c: {secure: AAABAJ}\n",
            "a (prod) pulumi: r unresolved `\"${c}\"`: `c` is set in the configuration of stack `prod`",
        ),
    ] {
        assert_eq!(
            given(second),
            [
                "a (dev) pulumi: r [12076:2]",
                same,
                prod,
                "circuit er (dev) pulumi: MicrosoftPeering filter=a",
                "circuit er (prod) pulumi: MicrosoftPeering filter=a",
            ]
        );
    }
}
