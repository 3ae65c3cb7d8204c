//! Prefix and access lists as exact sets of routes.

use pairlint_model::bgp::Family;
use pairlint_model::policy::{ListFamily, PrefixMatch, PrefixPattern};
use pairlint_model::source::{Span, Spanned};

use super::{Compiler, is_other, missing, opaque, place, truth};
use crate::guesses::Key;
use crate::prefixes::PrefixSet;
use crate::program::{Cond, PrefixLeaf, World};

impl Compiler<'_, '_> {
    pub(super) fn prefix_condition(
        &mut self,
        name: &Spanned<String>,
        family: ListFamily,
        how: PrefixMatch,
    ) -> Cond {
        let platform = &self.device.platform;
        if is_other(family, self.family) {
            return self.other_family(name);
        }
        match self.device.prefix_list(family, &name.value) {
            None => truth(
                platform.undefined_prefix_list_matches,
                missing("prefix list", name),
            ),
            Some(list) if list.entries.is_empty() => truth(
                platform.empty_prefix_list_matches,
                opaque(
                    Key::Undefined("empty prefix list", name.value.clone()),
                    Some(name.span),
                    format!(
                        "what the platform does with the empty prefix list `{}`",
                        name.value
                    ),
                ),
            ),
            Some(_) => self.prefix_list(name, family, how),
        }
    }

    pub(super) fn other_family(&self, name: &Spanned<String>) -> Cond {
        let text = "whether a condition of the other address family holds";
        truth(
            self.device.platform.other_family_matches,
            opaque(Key::Fact("other family"), Some(name.span), text),
        )
    }

    pub(super) fn prefix_list(
        &mut self,
        name: &Spanned<String>,
        family: ListFamily,
        how: PrefixMatch,
    ) -> Cond {
        let key = (how as u8 * 3 + family as u8, name.value.clone());
        if let Some(&leaf) = self.prefix_index.get(&key) {
            return Cond::Prefix(leaf);
        }
        let Some(list) = self.device.prefix_list(family, &name.value) else {
            return Cond::Constant(false);
        };
        let longer: Vec<PrefixPattern>;
        let sets = match how {
            PrefixMatch::Listed => {
                PrefixSet::first_match(list.entries.iter().map(|e| (e.verdict, &e.pattern)), self.family)
            }
            PrefixMatch::Longer | PrefixMatch::OrLonger => {
                longer = list.entries.iter().map(|e| lengthened(&e.pattern, how)).collect();
                let entries = list.entries.iter().zip(&longer);
                PrefixSet::first_match(entries.map(|(e, pattern)| (e.verdict, pattern)), self.family)
            }
        };
        let unsupported = list
            .entries
            .iter()
            .find(|e| matches!(e.pattern, PrefixPattern::Unsupported));
        let leaf = self.prefix_leaf(sets.accepted, sets.uncertain, unsupported.map(|e| e.span));
        if let Cond::Prefix(at) = leaf {
            self.prefix_index.insert(key, at);
        }
        leaf
    }

    pub(super) fn access_list(&mut self, name: &Spanned<String>, family: Family) -> Cond {
        if family != self.family {
            return self.other_family(name);
        }
        let list = match self.device.access_list(family, &name.value) {
            Some(list) if !list.entries.is_empty() => list,
            _ => {
                return truth(
                    self.device.platform.undefined_access_list_matches,
                    missing("access list", name),
                );
            }
        };
        let key = (100 + family as u8, name.value.clone());
        if let Some(&leaf) = self.prefix_index.get(&key) {
            return Cond::Prefix(leaf);
        }
        let sets =
            PrefixSet::first_match_access(list.entries.iter().map(|e| (e.verdict, &e.pattern)), family);
        let unsupported = list
            .entries
            .iter()
            .find(|e| PrefixSet::of_access(&e.pattern, family).is_none());
        let at = unsupported.map(|entry| entry.span);
        let leaf = self.prefix_leaf(sets.accepted, sets.uncertain, at);
        if let Cond::Prefix(at) = leaf {
            self.prefix_index.insert(key, at);
        }
        leaf
    }

    pub(super) fn prefix_leaf(
        &mut self,
        accepted: PrefixSet,
        uncertain: PrefixSet,
        unsupported: Option<Span>,
    ) -> Cond {
        let opaque = match unsupported {
            // One line that is not interpreted may answer two ways of using its list differently.
            _ if self.world != World::Session => opaque(
                Key::Outside(format!("prefixes {}", self.prefix_leaves.len())),
                unsupported,
                "a prefix condition that is not certain",
            ),
            Some(span) => place(span, "this is not interpreted"),
            None => opaque(
                Key::Fact("prefix"),
                None,
                "a prefix condition that is not certain",
            ),
        };
        self.prefix_leaves.push(PrefixLeaf {
            accepted,
            uncertain,
            opaque,
        });
        Cond::Prefix(self.prefix_leaves.len() - 1)
    }
}

fn lengthened(pattern: &PrefixPattern, how: PrefixMatch) -> PrefixPattern {
    match pattern {
        PrefixPattern::Range { prefix, .. } => {
            let more = u8::from(how == PrefixMatch::Longer);
            let lengths = prefix.prefix_len().saturating_add(more)..=prefix.max_prefix_len();
            PrefixPattern::Range {
                prefix: *prefix,
                lengths,
            }
        }
        other => other.clone(),
    }
}
