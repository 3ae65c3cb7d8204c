//! Manifests of Crossplane.

use pairlint_dialects::crossplane::DIALECT;

use super::check;

fn filter(spec: &str) -> String {
    format!(
        "apiVersion: network.azure.upbound.io/v1beta1\nkind: RouteFilter\nmetadata: {{name: rf}}\nspec: {spec}\n"
    )
}

const RULE: &str = "rule: [{name: r, access: Allow, communities: [12076:51004], ruleType: Community}]";

#[test]
fn the_group_says_whose_kind_it_is() {
    let text = filter(&format!("{{forProvider: {{{RULE}}}}}"));
    check(
        &DIALECT,
        "f.yaml",
        &text,
        &["rf crossplane: r Allow [12076:51004]"],
    );
    let other = text.replace("network.azure.upbound.io", "gateway.example.org");
    check(&DIALECT, "f.yaml", &other, &[]);
    check(
        &DIALECT,
        "notes.md",
        "network.azure.upbound.io has a RouteFilter\n",
        &[],
    );
}

#[test]
fn a_rule_may_be_an_object_a_list_or_absent() {
    let single = RULE
        .replace(['[', ']'], "")
        .replace("communities: 12076:51004", "communities: [12076:51004]");
    let text = filter(&format!("{{forProvider: {{{single}}}}}"));
    check(
        &DIALECT,
        "f.yaml",
        &text,
        &["rf crossplane: r Allow [12076:51004]"],
    );
    let text = filter("{forProvider: {location: x}}");
    check(
        &DIALECT,
        "f.yaml",
        &text,
        &["rf crossplane: rules absent before `}}`"],
    );
}

#[test]
fn what_is_not_applied_is_unresolved() {
    let paused = filter(&format!("{{forProvider: {{{RULE}}}}}")).replace(
        "{name: rf}",
        "{name: rf, annotations: {crossplane.io/paused: \"true\"}}",
    );
    for (text, why) in [
        (paused, "reconciliation is paused (`crossplane.io/paused`)"),
        (
            filter(&format!(
                "{{managementPolicies: [Create, Observe], forProvider: {{{RULE}}}}}"
            )),
            "the manifest does not update the resource (`managementPolicies`)",
        ),
        (
            filter(&format!("{{initProvider: {{{RULE}}}, forProvider: {{}}}}")),
            "`initProvider` only counts when the resource is made",
        ),
    ] {
        let source =
            pairlint_model::source::Source::new(pairlint_model::source::SourceId(0), "f.yaml", text.as_str());
        let shown = super::summary(&source, &(DIALECT.parse)(&source)).join("\n");
        assert!(
            shown.contains("rules unresolved") && shown.ends_with(why),
            "{shown}"
        );
    }
    let observed = filter(&format!(
        "{{managementPolicies: [Observe], forProvider: {{{RULE}}}}}"
    ));
    check(&DIALECT, "f.yaml", &observed, &[]);
}
