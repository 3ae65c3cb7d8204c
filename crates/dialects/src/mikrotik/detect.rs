//! Whether a text is RouterOS.

use pairlint_model::source::Source;

use super::syntax::after_prompt;
use crate::Fit;
use crate::evidence::beginning;
use crate::lines::Lines;

/// Menus of routing, in both spellings; no other platform's lines begin so.
const MENUS: [&str; 8] = [
    "/routing bgp",
    "/routing filter",
    "/routing/bgp",
    "/routing/filter",
    "/system identity",
    "/system/identity",
    "/ip address",
    "/ip/address",
];

pub(super) fn detect(source: &Source) -> Fit {
    for line in Lines::new(beginning(source.text())) {
        let text = after_prompt(line.text);
        let is_head = text.starts_with('#') && text.contains(" by RouterOS ");
        if is_head || MENUS.iter().any(|menu| text.starts_with(menu)) {
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
    fn menus_and_heads_are_recognised() {
        let fit = |text: &str| detect(&Source::new(SourceId(0), "x", text));
        assert_eq!(fit("# 2026-11-02 08:15:00 by RouterOS 7.11.2\n"), Fit::Certain);
        assert_eq!(fit("/routing bgp connection\nadd name=a\n"), Fit::Certain);
        assert_eq!(fit("[ops@ce1] > /routing/filter/rule print\n"), Fit::Certain);
        assert_eq!(fit("/configure router bgp\n"), Fit::No);
        assert_eq!(fit("router bgp 65000\n"), Fit::No);
    }
}
