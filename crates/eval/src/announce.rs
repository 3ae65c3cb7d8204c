//! An own route on its way into BGP and out to a neighbor.

use pairlint_model::bgp::{AsPath, Community, Origin};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::{Originated, Origination};
use pairlint_model::policy::{PolicyChain, Verdict};

use crate::judge::Judge;
use crate::route::{Because, Decision, Route, Step};

/// With one of these a route stays inside the AS, whatever the policies say (RFC 1997).
const KEPT_INSIDE: [Community; 3] = [Community::NO_EXPORT, Community::NO_ADVERTISE, Community::LOCAL_AS];

impl Route {
    /// The route as the device brings it into BGP.
    pub fn own(own: &Originated) -> Route {
        let origin = match own.how {
            Origination::Redistributed if !own.needs_policy => Origin::Incomplete,
            _ => Origin::Igp,
        };
        Route {
            protocol: own.protocol,
            med: Some(0),
            origin: Some(origin),
            ..Route::new(own.prefix, AsPath::default(), [])
        }
    }

    /// It carries a community that keeps it from external neighbors.
    pub fn stays_inside(&self) -> bool {
        KEPT_INSIDE
            .iter()
            .any(|community| self.communities.contains(community))
    }
}

impl Judge<'_> {
    /// Judges an own route: the policy on the way into BGP, then a session's outbound chain.
    pub fn announced(&self, own: &Originated, chain: &PolicyChain, route: &Route) -> Decision {
        let mut entered = self.session(&own.through, route);
        if entered.verdict == RouteVerdict::Reject {
            return entered;
        }
        if let Some(doubt) = own.doubt {
            entered.verdict = RouteVerdict::Unsure;
            entered.because.push(Because {
                span: Some(own.by.unwrap_or(own.span)),
                text: doubt.to_owned(),
            });
        }
        if entered.route.stays_inside() {
            entered.steps.push(Step {
                span: own.by.unwrap_or(own.span),
                effect: "carries a community that keeps it inside the AS".to_owned(),
            });
            entered.verdict = match entered.route_is_certain {
                true => RouteVerdict::Reject,
                false => RouteVerdict::Unsure,
            };
            return entered;
        }
        let mut left = match own.needs_policy {
            false => self.session(chain, &entered.route),
            true => {
                let mut chain = chain.clone();
                chain.default.verdict = Some(Verdict::Reject);
                self.session(&chain, &entered.route)
            }
        };
        if left.verdict != RouteVerdict::Reject && entered.verdict == RouteVerdict::Unsure {
            left.verdict = RouteVerdict::Unsure;
            left.because.extend(entered.because);
        }
        left.route_is_certain &= entered.route_is_certain;
        left.steps.splice(0..0, entered.steps);
        left
    }
}
