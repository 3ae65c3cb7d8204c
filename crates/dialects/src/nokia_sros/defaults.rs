//! What becomes of a route that no policy of a session decides.
//!
//! Nokia "Unicast Routing Protocols Guide", "Default external BGP route propagation policy" (22.2): sessions configured
//! through the classic CLI accept and announce everything unless `ebgp-default-reject-policy` is set; those configured
//! through MD-CLI in 19.5 or later reject everything unless it is cleared. Internal sessions accept.

use pairlint_model::policy::{ChainDefault, Verdict};
use pairlint_model::source::Span;

use super::config::Config;
use crate::braces::NodeId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Import,
    Export,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Direction::Import => "import",
            Direction::Export => "export",
        }
    }
}

/// What the text as a whole tells.
pub(super) struct Defaults {
    pub model_driven: bool,
    pub version: Option<(u32, u32)>,
}

const REJECTS: &str =
    "SR OS rejects on external sessions what no policy accepts (ebgp-default-reject-policy)";
const ACCEPTS: &str = "SR OS accepts what no policy rejects, without ebgp-default-reject-policy";
const INTERNAL: &str = "SR OS accepts on internal sessions what no policy rejects";
const OPEN: &str = "SR OS rejects or accepts what no policy decides, depending on the release";
const KIND: &str =
    "SR OS treats internal and external sessions differently, and this one is not known to be either";

impl Defaults {
    pub fn of(
        &self,
        config: &Config<'_>,
        levels: &[NodeId],
        is_external: Option<bool>,
        direction: Direction,
    ) -> ChainDefault {
        let default = |verdict, reason, span| ChainDefault {
            verdict,
            reason,
            span,
        };
        let (verdict, reason, span) = match levels.iter().find_map(|&level| written(config, level, direction))
        {
            Some((Verdict::Reject, span)) => (Some(Verdict::Reject), REJECTS, Some(span)),
            Some((Verdict::Accept, span)) => (Some(Verdict::Accept), ACCEPTS, Some(span)),
            None if !self.model_driven => (Some(Verdict::Accept), ACCEPTS, None),
            None => match self.version {
                Some(version) if version >= (19, 5) => (Some(Verdict::Reject), REJECTS, None),
                Some(_) => (Some(Verdict::Accept), ACCEPTS, None),
                None => (None, OPEN, None),
            },
        };
        match (is_external, verdict) {
            (Some(false), _) => default(Some(Verdict::Accept), INTERNAL, None),
            (None, verdict) if verdict != Some(Verdict::Accept) => default(None, KIND, span),
            _ => default(verdict, reason, span),
        }
    }
}

/// What one level says: `ebgp-default-reject-policy { import false }`, in classic form `… import export`.
fn written(config: &Config<'_>, level: NodeId, direction: Direction) -> Option<(Verdict, Span)> {
    const NAME: &str = "ebgp-default-reject-policy";
    if let Some(node) = config.child(level, NAME) {
        let values = config.values(node);
        let flags = values
            .iter()
            .any(|&value| config.is(value, "true") || config.is(value, "false"));
        let named = values
            .iter()
            .copied()
            .find(|&value| config.is(value, direction.word()));
        let Some(named) = named else {
            // In classic form what is not named is off; in MD-CLI it keeps its default.
            return (!flags && !values.is_empty()).then(|| (Verdict::Accept, config.statement(node)));
        };
        let off = config
            .tree
            .value(named)
            .is_some_and(|value| config.is(value, "false"));
        let verdict = if off { Verdict::Accept } else { Verdict::Reject };
        return Some((verdict, config.statement(named)));
    }
    let no = config.child(level, "no").and_then(|no| config.child(no, NAME))?;
    Some((Verdict::Accept, config.statement(no)))
}
