//! Prefix lists without entries.

use std::collections::BTreeMap;

use pairlint_model::network::Device;
use pairlint_model::policy::{Condition, ListFamily, PrefixEntry, PrefixPattern, Verdict};

/// Makes uncertain what a prefix list that has only a description holds for, where a route map names it before it is
/// described: then every route matches, until the daemon reads its own configuration again, lists first, and none
/// does (observed in 8.4.4 and 10.3; the lookup tree of the route map is not told of the list).
pub fn doubt_late_empty_lists(device: &mut Device) {
    let mut named: BTreeMap<(ListFamily, &str), u32> = BTreeMap::new();
    let conditions = device.policies.values().flat_map(|policy| &policy.statements);
    for statement in conditions {
        let parts = match &statement.condition {
            Condition::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            if let Condition::PrefixList { name, family, .. } = part {
                let first = named.entry((*family, &name.value)).or_insert(name.span.start);
                *first = name.span.start.min(*first);
            }
        }
    }
    for ((family, name), first) in named {
        let list = device
            .prefix_lists
            .get_mut(&family)
            .and_then(|lists| lists.get_mut(name));
        if let Some(list) = list.filter(|list| list.entries.is_empty() && list.span.start > first) {
            list.entries.push(PrefixEntry {
                verdict: Verdict::Accept,
                pattern: PrefixPattern::Unsupported,
                span: list.span,
            });
        }
    }
}
