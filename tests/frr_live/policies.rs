//! Random route maps and the lists they refer to, as configuration text.
//!
//! Names come from small pools and not every name is defined, so that undefined, empty and twice defined lists
//! occur by themselves; so do lines that the daemon refuses.

use std::collections::BTreeSet;

use crate::entries::{entries, session};
use crate::lists::lists;
use crate::random::Random;

/// The policy that is attached to the session.
pub const IMPORT: &str = "IN";

/// Configuration that stands or falls together: a list's line, or an entry of a route map with its lines.
#[derive(Debug, Clone)]
pub struct Section {
    pub head: String,
    pub lines: Vec<String>,
    /// The command that removes what the section defines.
    pub undo: String,
}

/// A whole policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub sections: Vec<Section>,
    /// Attached to the neighbor in each family, beside the route map.
    pub session: Vec<(Family, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Ipv4,
    Ipv6,
}

impl Policy {
    /// As it stands in a file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            text += &format!("{}\n", section.head);
            for line in &section.lines {
                text += &format!(" {line}\n");
            }
            if section.is_entry() {
                text += "exit\n!\n";
            }
        }
        text
    }

    /// The commands that remove everything, route maps first.
    pub fn undo(&self) -> Vec<String> {
        let commands: BTreeSet<(bool, &str)> = self
            .sections
            .iter()
            .map(|section| (!section.is_entry(), section.undo.as_str()))
            .collect();
        commands.into_iter().map(|(_, undo)| undo.to_owned()).collect()
    }

    pub fn without_session(&self) -> Policy {
        Policy {
            session: Vec::new(),
            ..self.clone()
        }
    }

    pub fn without_section(&self, at: usize) -> Policy {
        let mut less = self.clone();
        less.sections.remove(at);
        less
    }

    pub fn without_line(&self, at: usize, line: usize) -> Policy {
        let mut less = self.clone();
        less.sections[at].lines.remove(line);
        less
    }
}

impl Section {
    pub fn is_entry(&self) -> bool {
        self.head.starts_with("route-map ")
    }
}

/// Makes a policy: lists in random order before, between and after the maps.
pub fn policy(random: &mut Random) -> Policy {
    let mut sections = lists(random);
    if random.one_in(2) {
        // Lists whose lines are interleaved, and defined after their use.
        random.shuffle(&mut sections);
    }
    let mut maps = entries(random, IMPORT, 5);
    for name in ["SUB1", "SUB2"] {
        if !random.one_in(3) {
            maps.extend(entries(random, name, 2));
        }
    }
    match random.below(3) {
        0 => sections.splice(0..0, maps).for_each(drop),
        _ => sections.extend(maps),
    }
    let session = if random.one_in(8) {
        session(random)
    } else {
        Vec::new()
    };
    Policy { sections, session }
}
