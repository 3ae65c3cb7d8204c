//! What the tables say of a region's routes, worked out once for all sessions of a run.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use pairlint_eval::space::{Cover, aggregate, uncovered};
use pairlint_model::bgp::{Community, Family, IpNet};

use crate::announced::is_long;
use crate::tables::{Cloud, Evidence, Tables};

/// Losses that are kept: sessions of a network lose much the same.
const KEPT: usize = 4096;

type Of = (Cloud, Community, Family);

type Known<K, V> = Mutex<HashMap<K, Arc<V>>>;

/// The routes of regions, and what becomes of their space where some are rejected.
pub(super) struct Regions<'t> {
    tables: &'t Tables,
    regions: Known<Of, Region<'t>>,
    losses: Known<(Of, Vec<u32>), Loss>,
}

/// The routes that carry a regional community, in one address family.
pub(super) struct Region<'t> {
    pub routes: &'t [IpNet],
    pub evidence: Evidence,
    /// Those longer than what travels between networks.
    pub long: Vec<IpNet>,
    /// Power Platform prefixes that ride on one of the routes.
    pub reachable: Vec<IpNet>,
}

/// What is lost where some routes of a region are rejected.
pub(super) struct Loss {
    /// Power Platform space that no other route reaches, as the fewest prefixes.
    pub space: Vec<IpNet>,
    /// How many prefixes of the table that touches.
    pub prefixes: usize,
    /// The rejected routes, as the fewest prefixes.
    pub rejected: Vec<IpNet>,
}

impl<'t> Regions<'t> {
    pub fn new(tables: &'t Tables) -> Self {
        Regions {
            tables,
            regions: Mutex::default(),
            losses: Mutex::default(),
        }
    }

    pub fn region(&self, of: Of) -> Arc<Region<'t>> {
        once(&self.regions, of, usize::MAX, || self.look_up(of))
    }

    fn look_up(&self, (cloud, community, family): Of) -> Region<'t> {
        let mut entries = self.tables.community(cloud, community).iter();
        let Some(region) = entries.find_map(|entry| entry.region.as_deref()) else {
            return Region {
                routes: &[],
                evidence: Evidence::Estimate,
                long: Vec::new(),
                reachable: Vec::new(),
            };
        };
        let routes = self.tables.region_routes(cloud, region).of(family);
        let announced = Cover::of(routes.prefixes.iter().copied());
        let wanted = self.tables.power_platform_prefixes(cloud, region);
        let reachable = wanted
            .map(|(_, prefix)| prefix)
            .filter(|prefix| Family::of(prefix) == family && announced.holds(prefix));
        Region {
            routes: routes.prefixes,
            evidence: routes.evidence,
            long: routes
                .prefixes
                .iter()
                .filter(|route| is_long(route))
                .copied()
                .collect(),
            reachable: reachable.collect(),
        }
    }

    /// What is lost where the routes with these indices, ascending, are rejected.
    pub fn loss(&self, of: Of, rejected: Vec<u32>) -> Arc<Loss> {
        let key = (of, rejected.clone());
        once(&self.losses, key, KEPT, || {
            let region = self.region(of);
            let mut shut = rejected.iter().copied().peekable();
            let (mut closed, mut open) = (Vec::new(), Vec::new());
            for (at, route) in (0..).zip(region.routes) {
                match shut.next_if_eq(&at) {
                    Some(_) => closed.push(*route),
                    None => open.push(*route),
                }
            }
            let space = uncovered(&region.reachable, &open);
            let touched = Cover::of(space.iter().copied());
            Loss {
                prefixes: region
                    .reachable
                    .iter()
                    .filter(|prefix| touched.touches(prefix))
                    .count(),
                rejected: aggregate(&closed),
                space,
            }
        })
    }
}

/// Looks up a value or makes it; made outside of the lock, so that two threads may both make it.
fn once<K: Hash + Eq, V>(known: &Known<K, V>, key: K, kept: usize, make: impl FnOnce() -> V) -> Arc<V> {
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = lock().get(&key) {
        return Arc::clone(value);
    }
    let made = Arc::new(make());
    let mut known = lock();
    if known.len() < kept {
        known.insert(key, Arc::clone(&made));
    }
    made
}
