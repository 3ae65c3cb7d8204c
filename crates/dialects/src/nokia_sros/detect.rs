//! Whether a text is SR OS.

use pairlint_model::source::Source;

use super::prompt::prompt;
use crate::Fit;
use crate::evidence::{Sign, Signs, Tally, beginning};
use crate::lines::Lines;

#[rustfmt::skip]
const SIGNS: Signs = &[
    (Sign::Own,     "configure { $"),
    (Sign::Own,     "/configure *"),
    (Sign::Own,     "configure router|service|policy-options *"),
    (Sign::Own,     "router \"Base\" *"),
    (Sign::Own,     "router Base $"),
    (Sign::Own,     "action-type accept|reject|next-entry|next-policy $"),
    (Sign::Own,     "named-entry * {"),
    (Sign::Own,     "entry # {"),
    (Sign::Own,     "prefix */#~ type *"),
    (Sign::Own,     "prefix */#~ longer|exact|through|prefix-length-range"),
    (Sign::Own,     "policy-statement * $"),

    (Sign::Own,     "[ex:configure~"),
    (Sign::Own,     "[ex:/configure~"),
    (Sign::Own,     "[gl:configure~"),
    (Sign::Own,     "[gl:/configure~"),
    (Sign::Own,     "[pr:/configure~"),
    (Sign::Own,     "[/configure~"),
    (Sign::Own,     "(ex)[~"),
    (Sign::Own,     "(gl)[~"),
    (Sign::Own,     "(pr)[~"),
    (Sign::Own,     "(ro)[~"),
    (Sign::Own,     "echo \"Policy Configuration\" $"),
    (Sign::Own,     "echo \"BGP Configuration\" $"),
    (Sign::Own,     "echo \"System Configuration\" $"),
    (Sign::Own,     "vprn # customer|name *"),
    (Sign::Foreign, "<?xml~"),
    (Sign::Foreign, "set policy-options|protocols|interfaces|routing-options *"),
];

pub(super) fn detect(source: &Source) -> Fit {
    let mut tally = Tally::new(SIGNS);
    for line in Lines::new(beginning(source.text())) {
        let text = line.text;
        // Every statement of the look-alikes ends so, and none of SR OS.
        if text.ends_with(';') {
            return Fit::No;
        }
        tally.own |= text.starts_with("# TiMOS-");
        match prompt(text) {
            // `A:pe1>config>router# info`.
            Some((Some(path), _)) if !path.is_empty() => tally.own = true,
            Some((_, command)) => tally.line(command),
            None => tally.line(text),
        }
    }
    tally.fit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlint_model::source::SourceId;

    #[track_caller]
    fn check(text: &str, expected: Fit) {
        assert_eq!(detect(&Source::new(SourceId(0), "x", text)), expected, "{text}");
    }

    #[test]
    fn every_form_is_recognised() {
        check("# TiMOS-B-22.10.R1 both/x86_64 Nokia 7750 SR\n", Fit::Certain);
        check("configure {\n    system {\n        name \"pe1\"\n", Fit::Certain);
        check(
            "/configure router \"Base\" bgp group \"G\" peer-as 12076\n",
            Fit::Certain,
        );
        check(
            "        policy-options\n            begin\n            policy-statement \"A\"\n",
            Fit::Certain,
        );
        check(
            "[gl:/configure policy-options]\n    prefix-list \"A\" {\n",
            Fit::Certain,
        );
        check(
            "A:pe1>config>router>bgp# info\n            group \"G\"\n",
            Fit::Certain,
        );
    }

    #[test]
    fn look_alikes_are_not() {
        check(
            "policy-options {\n    policy-statement A {\n        then accept;\n    }\n}\n",
            Fit::No,
        );
        check("set policy-options policy-statement A then accept\n", Fit::No);
        check(
            "router bgp 65000\n neighbor 192.0.2.1 remote-as 12076\nexit\n",
            Fit::No,
        );
        check("protocol bgp ms {\n  local as 65000;\n}\n", Fit::No);
        check(
            "policy {\n    prefix-list A {\n        rule 10 {\n            action permit\n",
            Fit::No,
        );
        check("configure terminal\nrouter bgp 65000\n", Fit::No);
        check("", Fit::No);
    }
}
