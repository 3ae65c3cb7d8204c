//! What is said of single neighbors: what they are told beyond their policies, and how good their routes are.

use pairlint_model::network::{Announcement, AnnouncementKind, Preference};
use pairlint_model::policy::Truth;
use pairlint_model::source::Spanned;

use super::Reader;
use crate::lines::{Line, Words};

impl<'a> Reader<'_, 'a> {
    /// A weight, or a local preference for what is received.
    pub(super) fn preferred(&mut self, name: &'a str, line: &Line<'a>, negated: bool) {
        let vrf = self.vrf();
        match negated {
            true => self.preferences.take_back(&(name, vrf)),
            false => {
                let said = Preference {
                    neighbor: name.to_owned(),
                    vrf: vrf.map(str::to_owned),
                    span: self.source.span(line.text),
                };
                self.preferences.add((name, vrf), said);
            }
        }
    }

    /// Reads an option of a neighbor that is about what it is told, or how good its routes are.
    pub(super) fn told(&mut self, name: &'a str, line: &Line<'a>, words: Words<'a>, negated: bool) {
        // VRP calls its weight `preferred-value`; EOS sets a local preference with `import-localpref`.
        if matches!(
            words.peek(),
            Some("weight" | "preferred-value" | "import-localpref")
        ) {
            return self.preferred(name, line, negated);
        }
        let kind = match words.ahead().find_map(|word| match word {
            "default-originate" | "default-route-advertise" => Some(AnnouncementKind::DefaultRoute),
            "disable-peer-as-check" => Some(AnnouncementKind::PeerAs { sent: Truth::Yes }),
            // FRR issue 8940: the neighbor is then alone in its update group, where the path may be looked at.
            "solo" => Some(AnnouncementKind::PeerAs { sent: Truth::Unknown }),
            "sender-as-path-loop-detection" => Some(AnnouncementKind::PeerAs { sent: Truth::No }),
            _ => None,
        }) {
            Some(kind) => kind,
            None => {
                let loops = words.ahead().any(|word| word.starts_with("as-path-loopcheck"));
                match loops && words.ahead().any(|word| word == "disable") {
                    true => AnnouncementKind::PeerAs { sent: Truth::Yes },
                    false => return,
                }
            }
        };
        let vrf = self.vrf();
        let key = (name, vrf, kind);
        if negated {
            return self.announcements.take_back(&key);
        }
        let told = Announcement {
            neighbor: name.to_owned(),
            vrf: vrf.map(str::to_owned),
            family: None,
            kind: Spanned::new(self.source.span(line.text), kind),
        };
        self.announcements.add(key, told);
    }
}
