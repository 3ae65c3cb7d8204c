//! Whether a text is PAN-OS.

use pairlint_model::source::Source;

use crate::Fit;
use crate::evidence::beginning;
use crate::lines::Lines;

/// What only PAN-OS says at the beginning of a line, in one of its three forms.
const STARTS: [&str; 17] = [
    "#RANCID-CONTENT-TYPE: paloalto",
    "set network virtual-router ",
    "set network logical-router ",
    "set network interface ethernet ",
    "set network profiles ",
    "set deviceconfig ",
    "set mgt-config ",
    "set rulebase ",
    "set vsys ",
    "set template ",
    "set device-group ",
    "deviceconfig {",
    "mgt-config {",
    "<virtual-router>",
    "<logical-router>",
    "<mgt-config>",
    "<deviceconfig>",
];

pub(super) fn detect(source: &Source) -> Fit {
    for line in Lines::new(beginning(source.text())) {
        let text = line.text;
        let is_config = text.starts_with("<config ") && text.contains("urldb=\"paloaltonetworks\"");
        if is_config || STARTS.iter().any(|start| text.starts_with(start)) {
            return Fit::Certain;
        }
    }
    Fit::No
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlint_model::source::SourceId;

    #[test]
    fn every_form_is_recognised_and_look_alikes_are_not() {
        let fit = |text: &str| detect(&Source::new(SourceId(0), "x", text));
        for text in [
            "set network virtual-router default protocol bgp enable yes\n",
            "set deviceconfig system hostname fw1\n",
            "deviceconfig {\n  system {\n    hostname fw1;\n",
            "<?xml version=\"1.0\"?>\n<config version=\"10.1.0\" urldb=\"paloaltonetworks\">\n",
        ] {
            assert_eq!(fit(text), Fit::Certain, "{text}");
        }
        for text in [
            "set system host-name ce1\nset protocols bgp group MS peer-as 12076\n",
            "set protocols bgp neighbor 192.0.2.1 remote-as 12076\n",
            "<?xml version=\"1.0\"?>\n<project/>\n",
            "",
        ] {
            assert_eq!(fit(text), Fit::No, "{text}");
        }
    }
}
