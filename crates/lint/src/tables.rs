//! Reference tables (placeholder until the `tables` branch lands).

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cloud {
    Public,
    UsGov,
    China,
}

pub struct Tables;
