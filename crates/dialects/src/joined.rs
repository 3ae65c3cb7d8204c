//! An export behind a configuration in one file: `cat edge1.cfg rf.json > all.txt`.
//!
//! No line of a configuration begins with a brace or a bracket that opens JSON. The configuration is read without it,
//! and that an export stands there is said, for a configuration alone would look like a whole network.

use memchr::memchr2_iter;
use pairlint_model::network::{Remark, RemarkKind};
use pairlint_model::source::{Source, Span};

use crate::{DIALECTS, Fit, Kind};

/// Candidates that are looked at; a text of many objects is something else.
const LOOKED_AT: usize = 16;

/// The configuration alone, and where the export begins.
pub(crate) struct Joined {
    pub configuration: Source,
    at: usize,
}

impl Joined {
    /// None where nothing stands before an export, or no export of ours behind anything.
    pub fn of(source: &Source) -> Option<Joined> {
        let text = source.text();
        let opens = memchr2_iter(b'{', b'[', text.as_bytes())
            .filter(|&at| at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n'))
            .filter(|&at| {
                let inside = text.get(at + 1..).unwrap_or("").trim_start();
                inside.starts_with(['"', '{'])
            });
        let mut opens = opens.take(LOOKED_AT);
        let at = opens.find(|&at| {
            let rest = text.get(at..).unwrap_or("");
            let export = Source::new(source.id, source.name.as_str(), rest);
            let mut exports = DIALECTS.iter().filter(|dialect| dialect.kind == Kind::Azure);
            exports.any(|dialect| (dialect.detect)(&export) != Fit::No)
        })?;
        let before = text.get(..at)?;
        (!before.trim().is_empty()).then(|| Joined {
            configuration: Source::new(source.id, source.name.as_str(), before),
            at,
        })
    }

    /// What is said about the export.
    pub fn remark(&self, source: &Source) -> Remark {
        let line = source.text().get(self.at..).and_then(|rest| rest.lines().next());
        let end = self.at + line.map_or(0, str::len);
        Remark {
            span: Span {
                source: source.id,
                start: self.at as u32,
                end: end as u32,
            },
            kind: RemarkKind::Truncated {
                what: "a configuration with an export behind it, which is not read".to_owned(),
                instead: "az network route-filter show -g RG -n NAME -o json > rf.json".to_owned(),
            },
        }
    }
}
