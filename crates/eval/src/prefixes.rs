//! prefixes
