//! Of which subscriptions the run has whole exports, so that what is not there may be called missing.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::SourceId;

use crate::settings::{Absence, Settings};

/// Which subscriptions are known whole.
#[derive(Debug)]
pub struct Exports {
    /// Folders were walked.
    whole_tree: bool,
    /// A damaged export does not tell its subscription.
    any_damaged: bool,
    damaged: BTreeSet<String>,
}

impl Exports {
    pub fn new(network: &Network, settings: &Settings) -> Exports {
        let mut of_file: BTreeMap<SourceId, BTreeSet<String>> = BTreeMap::new();
        let mut damaged = BTreeSet::new();
        for filter in &network.route_filters {
            let id = filter.id.as_ref().and_then(|id| subscription(&id.value));
            of_file.entry(filter.span.source).or_default().extend(id);
        }
        for circuit in &network.circuits {
            let id = circuit.id.as_ref().and_then(|id| subscription(&id.value));
            if !circuit.peerings.is_known() {
                damaged.extend(id.clone());
            }
            of_file.entry(circuit.span.source).or_default().extend(id);
        }
        let routers: BTreeSet<SourceId> = network.devices.iter().map(|device| device.source).collect();
        let mut any_damaged = false;
        for remark in &network.remarks {
            if matches!(remark.kind, RemarkKind::Secret { .. }) {
                continue;
            }
            match of_file.get(&remark.span.source) {
                Some(subscriptions) if !subscriptions.is_empty() => damaged.extend(subscriptions.clone()),
                _ => any_damaged |= !routers.contains(&remark.span.source),
            }
        }
        Exports {
            whole_tree: settings.absence == Absence::WholeTree,
            any_damaged,
            damaged,
        }
    }

    /// Whether folders were walked, so that what is not there is missing.
    pub fn is_whole_tree(&self) -> bool {
        self.whole_tree
    }

    /// Whether something that is not in the subscription of this resource is missing.
    pub fn are_whole(&self, id: &str) -> bool {
        let damaged = subscription(id).is_some_and(|subscription| self.damaged.contains(&subscription));
        self.whole_tree && !self.any_damaged && !damaged
    }
}

/// The subscription of a resource id, in lower case.
pub fn subscription(id: &str) -> Option<String> {
    let mut segments = id.split('/').map(str::trim).filter(|segment| !segment.is_empty());
    segments.find(|segment| segment.eq_ignore_ascii_case("subscriptions"))?;
    segments.next().map(str::to_lowercase)
}
