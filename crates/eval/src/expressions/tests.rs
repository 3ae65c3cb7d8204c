//! Expressions: their languages, what is asked about all communities and all paths, and random ones.

mod languages;
mod questions;
mod random;

use std::collections::BTreeSet;

use pairlint_model::bgp::{AsPath, Asn, Community};
use pairlint_model::policy::{CommunityRendering, RegexSyntax, WellKnownNames};

use super::*;
use RegexSyntax::{AsTokens, Cisco, Posix, PosixDelimiter, XrIos};

const FRR8: CommunityRendering = CommunityRendering::Names(WellKnownNames::Frr8);
const FRR10: CommunityRendering = CommunityRendering::Names(WellKnownNames::Frr10);

fn compile(expression: &str, syntax: RegexSyntax) -> Expression {
    let subject = if syntax == AsTokens {
        Subject::AsPath
    } else {
        Subject::Communities
    };
    Expression::compile(expression, syntax, subject, false).unwrap_or_else(|e| panic!("{expression}: {e}"))
}

fn community(text: &str) -> Community {
    text.parse().unwrap()
}

fn set(text: &str) -> BTreeSet<Community> {
    text.split_whitespace().map(community).collect()
}

fn language(first: &[u32], without: &[u32], open: bool) -> PathLanguage {
    let asns = |numbers: &[u32]| numbers.iter().map(|&number| Asn(number)).collect();
    PathLanguage {
        first: asns(first),
        without: asns(without),
        open,
    }
}
