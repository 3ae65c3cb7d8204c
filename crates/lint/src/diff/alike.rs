//! Whether something that is not interpreted means the same in two states of a device, so that one guess holds
//! for both. Where anything that it names has changed, it does not.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt::Debug;

use pairlint_eval::Because;
use pairlint_model::network::Device;
use pairlint_model::source::Sources;

/// Two states of a device.
pub(super) struct States<'a> {
    sources: &'a Sources,
    old: &'a Device,
    new: &'a Device,
    comparable: OnceCell<bool>,
}

impl<'a> States<'a> {
    pub fn new(sources: &'a Sources, old: &'a Device, new: &'a Device) -> States<'a> {
        States {
            sources,
            old,
            new,
            comparable: OnceCell::new(),
        }
    }

    /// The same words about the same line, which names nothing that differs.
    pub fn alike(&self, old: &Because, new: &Because) -> bool {
        if old.text != new.text {
            return false;
        }
        match (old.span, new.span) {
            (None, None) => self.is_comparable(),
            (Some(a), Some(b)) => {
                let (a, b) = (self.sources.slice(a), self.sources.slice(b));
                a.split_whitespace().eq(b.split_whitespace())
                    && self.is_comparable()
                    && a.split(|c: char| c.is_whitespace() || "\"'(){}[],;".contains(c))
                        .all(|word| self.means_the_same(word))
            }
            _ => false,
        }
    }

    /// On one platform, with the same lines that were not read, and without edits that later conditions may see.
    fn is_comparable(&self) -> bool {
        *self.comparable.get_or_init(|| {
            let unread = |device: &'a Device| -> BTreeSet<String> {
                let lines = device.unread.iter();
                lines.map(|line| words(self.sources.slice(line.span))).collect()
            };
            let edits = |device: &Device| -> String {
                let policies = device.policies.values().filter(|policy| policy.sees_sets);
                let actions = policies.map(|policy| {
                    let statements = policy.statements.iter();
                    let actions = statements.filter(|statement| !statement.actions.is_empty());
                    let actions: Vec<_> = actions.map(|statement| &statement.actions).collect();
                    (&policy.name.value, actions)
                });
                bare(&actions.collect::<Vec<_>>())
            };
            self.old.platform.name == self.new.platform.name
                && unread(self.old) == unread(self.new)
                && edits(self.old) == edits(self.new)
        })
    }

    /// Whatever goes by that name is the same in both states. Policies are never taken for the same: what they use
    /// may differ.
    fn means_the_same(&self, name: &str) -> bool {
        let (old, new) = (self.old, self.new);
        if old.policies.contains_key(name) || new.policies.contains_key(name) {
            return false;
        }
        let of = |device: &Device| {
            let prefix_lists = device.prefix_lists.values().filter_map(|lists| lists.get(name));
            let access_lists = device.access_lists.values().filter_map(|lists| lists.get(name));
            [
                bare(&prefix_lists.collect::<Vec<_>>()),
                bare(&access_lists.collect::<Vec<_>>()),
                bare(&device.community_lists.get(name)),
                bare(&device.large_community_lists.get(name)),
                bare(&device.extended_community_lists.get(name)),
                bare(&device.as_path_lists.get(name)),
                bare(&device.policy_lists.get(name)),
            ]
        };
        of(old) == of(new)
    }
}

/// A line with one space between its words.
pub(super) fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Describes a value without the places where it stands.
fn bare(value: &impl Debug) -> String {
    const SPAN: &str = "Span { source: SourceId(";
    let text = format!("{value:?}");
    let mut rest = text.as_str();
    let mut bare = String::with_capacity(text.len());
    while let Some(at) = rest.find(SPAN) {
        let (before, span) = rest.split_at(at);
        bare.push_str(before);
        rest = span.find('}').map_or("", |end| &span[end + 1..]);
    }
    bare.push_str(rest);
    bare
}
