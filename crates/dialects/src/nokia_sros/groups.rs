//! Configuration groups: `apply-groups ["G"]` takes what `groups { group "G" { … } }` says at the same place.
//!
//! Nokia "MD-CLI User Guide", "Configuration groups": what is written at a place goes before what a group says there,
//! an earlier group before a later one; a name `<expression>` in a group stands for every entry that is there.

use crate::braces::{MAX_NODES, NodeId, Tree};

/// Applies every group; what cannot be applied stays unread at its `apply-groups`.
pub(super) fn apply(tree: &mut Tree<'_>) {
    let Some(list) = tree.path(NodeId::ROOT, &["groups", "group"]) else {
        return;
    };
    let places: Vec<NodeId> = tree
        .all()
        .filter(|&node| tree.word(node) == "apply-groups" && !tree.is_quoted(node) && !tree.is_removed(node))
        .collect();
    // What is applied further in goes first.
    for place in places.into_iter().rev() {
        let Some(parent) = tree.parent(place) else {
            continue;
        };
        let path = super::config::path(tree, parent);
        if path.first().is_some_and(|&first| tree.word(first) == "groups") {
            continue;
        }
        let names: Vec<NodeId> = tree.children(place).collect();
        for (rank, name) in names.into_iter().enumerate() {
            let Some(group) = tree.child(list, tree.word(name)) else {
                continue;
            };
            let sources = path.iter().fold(vec![group], |sources, &step| {
                let found = sources
                    .iter()
                    .flat_map(|&source| matching(tree, source, tree.word(step)));
                found.collect()
            });
            for source in sources {
                merge(tree, parent, source, rank as u32 + 1);
            }
        }
    }
}

/// Returns the children that stand for a word: itself, or an expression that it meets.
fn matching(tree: &Tree<'_>, node: NodeId, word: &str) -> Vec<NodeId> {
    let children = tree.children(node);
    children
        .filter(|&child| tree.word(child) == word || stands_for(tree.word(child), word))
        .collect()
}

/// Whether `<text.*>` stands for a word; only expressions without operators but `.*` are known.
fn stands_for(pattern: &str, word: &str) -> bool {
    let Some(inner) = pattern.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return false;
    };
    let parts: Vec<&str> = inner.split(".*").collect();
    let [first, .., last] = parts.as_slice() else {
        return inner == word;
    };
    let Some(rest) = word.strip_prefix(first) else {
        return false;
    };
    let mut rest = match rest.strip_suffix(last) {
        Some(rest) => rest,
        None => return false,
    };
    for part in parts.get(1..parts.len() - 1).unwrap_or_default() {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// Copies what stands under `source` to where it is not yet.
fn merge(tree: &mut Tree<'_>, target: NodeId, source: NodeId, rank: u32) {
    let mut pending = vec![(target, source)];
    while let Some((target, source)) = pending.pop() {
        if tree.len() >= MAX_NODES {
            return;
        }
        let children: Vec<NodeId> = tree.children(source).collect();
        for child in children {
            let word = tree.word(child);
            if word.starts_with('<') && word.ends_with('>') {
                let entries: Vec<NodeId> = tree
                    .children(target)
                    .filter(|&e| stands_for(word, tree.word(e)))
                    .collect();
                pending.extend(entries.into_iter().map(|entry| (entry, child)));
            } else if let Some(copy) = tree.inherit(target, child, rank) {
                pending.push((copy, child));
            }
        }
    }
}
