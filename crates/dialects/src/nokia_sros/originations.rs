//! What export policies can take from the routing table: static routes and the networks of interfaces ("BGP export
//! route policies": routes of other protocols are announced only where a policy accepts them).

use pairlint_model::bgp::prefix;
use pairlint_model::network::{Device, Protocol};
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;
use crate::originations::{connected, of_table};

pub(super) fn originations<'t>(
    config: &Config<'_>,
    places: impl Iterator<Item = (NodeId, Option<&'t str>)>,
    device: &mut Device,
) {
    let mut found = connected(config.source, device);
    for (place, vrf) in places {
        let routes = config.child(place, "static-routes");
        let lists = [
            routes.and_then(|routes| config.child(routes, "route")),
            // The classic command line.
            config.child(place, "static-route-entry"),
        ];
        for route in lists.into_iter().flatten().flat_map(|list| config.children(list)) {
            if let Ok(net) = prefix(config.word(route)) {
                let net = Spanned::new(config.statement(route), net);
                found.push(of_table(config.source, net, Protocol::Static, vrf));
            }
        }
    }
    device.originated = found;
}
