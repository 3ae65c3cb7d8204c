//! Small sets of small numbers.

/// A set of indices below a fixed size.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn new(size: usize) -> Bits {
        Bits(vec![0; size.div_ceil(64)])
    }

    pub fn insert(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub fn remove(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    pub fn contains(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub fn meets(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    pub fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// The first member of both sets.
    pub fn first_common(&self, other: &Bits) -> Option<usize> {
        self.0.iter().zip(&other.0).enumerate().find_map(|(i, (a, b))| {
            let both = a & b;
            (both != 0).then(|| i * 64 + both.trailing_zeros() as usize)
        })
    }

    /// Writes the members of both sets to `into`.
    pub fn common(&self, other: &Bits, into: &mut Bits) {
        into.0.clear();
        into.0.extend(self.0.iter().zip(&other.0).map(|(a, b)| a & b));
    }

    /// The first member that is at least `from` and below `to`.
    pub fn next(&self, from: usize, to: usize) -> Option<usize> {
        let mut at = from / 64;
        let mut word = self.0.get(at)? & (u64::MAX << (from % 64));
        loop {
            if word != 0 {
                let found = at * 64 + word.trailing_zeros() as usize;
                return (found < to).then_some(found);
            }
            at += 1;
            if at * 64 >= to {
                return None;
            }
            word = *self.0.get(at)?;
        }
    }

    /// The members of one set or the other, ascending.
    pub fn either<'a>(&'a self, other: &'a Bits) -> impl Iterator<Item = usize> + 'a {
        let words = self.0.iter().zip(&other.0).map(|(a, b)| a | b);
        words.enumerate().flat_map(|(i, word)| members(i, word))
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(i, &word)| members(i, word))
    }
}

/// The members that the word of that number holds.
fn members(number: usize, word: u64) -> impl Iterator<Item = usize> {
    let mut rest = word;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            number * 64 + bit
        })
    })
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(members: I) -> Bits {
        let members: Vec<usize> = members.into_iter().collect();
        let mut bits = Bits::new(members.iter().max().map_or(0, |&max| max + 1));
        members.into_iter().for_each(|at| bits.insert(at));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_finds_members_across_words() {
        let mut bits = Bits::new(200);
        [0, 63, 64, 130].into_iter().for_each(|at| bits.insert(at));
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 130]);
        assert_eq!(bits.next(1, 200), Some(63));
        assert_eq!(bits.next(65, 130), None);
        assert_eq!(bits.next(65, 131), Some(130));
        assert_eq!(bits.next(131, 200), None);
        assert_eq!(bits.next(500, 600), None);
    }
}
