//! Lines that later lines may take back.

use std::collections::HashMap;
use std::hash::Hash;

/// Values in the order in which they came, each found again by its key, so that a text full of `no …` lines costs no
/// more than its length.
pub(super) struct Noted<K, V> {
    values: Vec<Option<V>>,
    places: HashMap<K, Vec<usize>>,
}

impl<K: Hash + Eq, V> Noted<K, V> {
    pub fn new() -> Noted<K, V> {
        Noted {
            values: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub fn add(&mut self, key: K, value: V) {
        self.places.entry(key).or_default().push(self.values.len());
        self.values.push(Some(value));
    }

    /// Forgets every value of the key.
    pub fn take_back(&mut self, key: &K) {
        for place in self.places.remove(key).unwrap_or_default() {
            if let Some(value) = self.values.get_mut(place) {
                *value = None;
            }
        }
    }

    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.values.into_iter().flatten()
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter().flatten()
    }
}
