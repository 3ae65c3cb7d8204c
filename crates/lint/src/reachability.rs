//! Which Azure regions a circuit brings, by its SKU and the place where it meets Microsoft's network.

use crate::circuits::CircuitView;
use crate::context::Context;
use crate::environments::{DeclaredEnvironment, Region};

/// Regions that an environment needs and a circuit does not reach.
#[derive(Debug)]
pub struct Unreached<'e> {
    pub regions: Vec<&'e Region>,
    /// It needs no other.
    pub all: bool,
    /// Other circuits of the environment reach all of them.
    pub elsewhere: bool,
}

/// Whether routes of an Azure region arrive over the circuit; `None` where no table tells (Microsoft, ExpressRoute
/// FAQ: Local reaches the regions near its location, Standard those of its geography, Premium all).
pub fn reaches(cx: &Context<'_>, circuit: &CircuitView<'_>, azure_region: &str) -> Option<bool> {
    let cloud = cx.circuit_cloud(circuit.index);
    let region = cx.tables.azure_region(azure_region)?;
    if cloud.is_some_and(|cloud| cloud != region.cloud) {
        return Some(false);
    }
    if circuit.has_tier("Premium").is_some() {
        return Some(true);
    }
    let location = &circuit.peering_location()?.value;
    let location = cx
        .tables
        .peering_location(cloud.or(Some(region.cloud)), location)?;
    if circuit.has_tier("Local").is_some() {
        // Sold where the table says that it is not: the table is older than the circuit.
        let known = !location.local_regions.is_empty();
        return known.then(|| location.local_regions.contains(&region.name));
    }
    circuit.has_tier("Standard")?;
    let (of_location, of_region) = (&location.expressroute_geography, &region.expressroute_geography);
    match (of_location, of_region) {
        (Some(of_location), Some(of_region)) => Some(of_location == of_region),
        _ => None,
    }
}

/// What an environment needs and a circuit is known not to reach, of the set of which it reaches most; nothing where
/// the circuit is in another cloud.
pub fn unreached<'e>(
    cx: &Context<'_>,
    circuit: &CircuitView<'_>,
    index: usize,
    environment: &'e DeclaredEnvironment<'_>,
) -> Option<Unreached<'e>> {
    let cloud = cx.circuit_cloud(circuit.index);
    if cloud.is_some() && cloud != environment.cloud {
        return None;
    }
    let sets = environment.region_sets.iter().map(|set| {
        let regions = set.regions.iter();
        let unreached = regions.filter(|region| reaches(cx, circuit, &region.name) == Some(false));
        (unreached.collect::<Vec<_>>(), set.regions.len())
    });
    let (regions, needed) = sets.min_by_key(|(regions, _)| regions.len())?;
    if regions.is_empty() {
        return None;
    }
    let others = || {
        let circuits = cx.circuits_of(index).map(|(other, _)| other);
        circuits.filter(|other| other.index != circuit.index && other.microsoft().next().is_some())
    };
    let elsewhere = regions
        .iter()
        .all(|region| others().any(|other| reaches(cx, other, &region.name) == Some(true)));
    Some(Unreached {
        all: regions.len() == needed,
        regions,
        elsewhere,
    })
}
