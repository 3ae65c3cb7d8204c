//! Decimal texts of numbers, as routers print them: no sign, no leading zeros.

use rustc_hash::FxHashMap;

/// The automaton of the decimal texts of a set of numbers.
#[derive(Debug)]
pub struct Decimal {
    states: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    accepting: bool,
    next: [Option<u32>; 10],
}

/// What can follow some digits so that the number is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rest {
    /// Any digits, if their count has its bit here.
    Counts(u16),
    /// Depends on the digits read so far and on how many they were.
    Prefix(u64, u32),
}

/// Digits of the longest number, 4294967295.
const LONGEST: u32 = 10;

impl Decimal {
    pub const START: u32 = 0;

    /// The numbers in any of the ranges, which are disjoint and ascending.
    pub fn of(ranges: &[(u32, u32)]) -> Decimal {
        let mut builder = Builder {
            ranges,
            numbers: FxHashMap::default(),
            states: vec![Node {
                accepting: false,
                next: [None; 10],
            }],
        };
        let zero = (builder.members(0, 0) == Some(true)).then_some(Rest::Counts(1));
        let first = (0..10).map(|digit| match digit {
            0 => zero,
            _ => Some(builder.rest(digit, 1)),
        });
        for (digit, rest) in first.collect::<Vec<_>>().into_iter().enumerate() {
            let state = rest.and_then(|rest| builder.state(rest));
            if let Some(next) = builder
                .states
                .first_mut()
                .and_then(|start| start.next.get_mut(digit))
            {
                *next = state;
            }
        }
        Decimal {
            states: builder.states,
        }
    }

    /// All numbers from `first` to `last` except some.
    pub fn without(first: u32, last: u32, mut except: Vec<u32>) -> Decimal {
        except.sort_unstable();
        let mut ranges = Vec::new();
        let mut from = Some(first);
        for number in except {
            let Some(start) = from.filter(|&start| start <= number && number <= last) else {
                continue;
            };
            if start < number {
                ranges.push((start, number - 1));
            }
            from = number.checked_add(1);
        }
        ranges.extend(from.filter(|&start| start <= last).map(|start| (start, last)));
        Decimal::of(&ranges)
    }

    pub fn step(&self, state: u32, digit: u8) -> Option<u32> {
        let node = self.states.get(state as usize)?;
        node.next.get(usize::from(digit)).copied().flatten()
    }

    pub fn accepts(&self, state: u32) -> bool {
        self.states.get(state as usize).is_some_and(|node| node.accepting)
    }

    pub fn is_empty(&self) -> bool {
        self.states
            .first()
            .is_none_or(|start| start.next.iter().all(Option::is_none))
    }
}

struct Builder<'a> {
    ranges: &'a [(u32, u32)],
    numbers: FxHashMap<Rest, u32>,
    states: Vec<Node>,
}

impl Builder<'_> {
    /// Whether all numbers from `low` to `high` are members, or none is.
    fn members(&self, low: u64, high: u64) -> Option<bool> {
        let at = self.ranges.partition_point(|&(_, last)| u64::from(last) < low);
        match self.ranges.get(at) {
            Some(&(first, last)) if u64::from(first) <= low && high <= u64::from(last) => Some(true),
            Some(&(first, _)) if u64::from(first) <= high => None,
            _ => Some(false),
        }
    }

    /// What may follow a number's first digits.
    fn rest(&self, prefix: u64, digits: u32) -> Rest {
        let mut counts = 0;
        for more in 0..=LONGEST.saturating_sub(digits) {
            let scale = 10_u64.pow(more);
            match self.members(prefix * scale, prefix * scale + scale - 1) {
                Some(true) => counts |= 1 << more,
                Some(false) => {}
                None => return Rest::Prefix(prefix, digits),
            }
        }
        Rest::Counts(counts)
    }

    /// The state for a rest, none where no text completes it. Recursion is at most ten digits deep.
    fn state(&mut self, rest: Rest) -> Option<u32> {
        if rest == Rest::Counts(0) {
            return None;
        }
        if let Some(&known) = self.numbers.get(&rest) {
            return Some(known);
        }
        let next = match rest {
            Rest::Counts(counts) => [self.state(Rest::Counts(counts >> 1)); 10],
            Rest::Prefix(prefix, digits) => {
                let mut next = [None; 10];
                for (digit, next) in (0..).zip(&mut next) {
                    *next = match digits < LONGEST {
                        true => self.state(self.rest(prefix * 10 + digit, digits + 1)),
                        false => None,
                    };
                }
                next
            }
        };
        let accepting = match rest {
            Rest::Counts(counts) => counts & 1 == 1,
            Rest::Prefix(prefix, _) => self.members(prefix, prefix) == Some(true),
        };
        let state = self.states.len() as u32;
        self.states.push(Node { accepting, next });
        self.numbers.insert(rest, state);
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(decimal: &Decimal, text: &str) -> bool {
        let mut state = Some(Decimal::START);
        for byte in text.bytes() {
            state = state.and_then(|state| decimal.step(state, byte.wrapping_sub(b'0')));
        }
        state.is_some_and(|state| decimal.accepts(state))
    }

    #[test]
    fn holds_the_numbers_of_its_ranges_and_no_others() {
        let some = Decimal::without(0, 65_535, vec![12_076, 0, 70_000, 65_535, 7, 7]);
        for number in 0..=99_999 {
            let member = number <= 65_535 && ![12_076, 0, 65_535, 7].contains(&number);
            assert_eq!(holds(&some, &number.to_string()), member, "{number}");
        }
        for text in ["", "01", "00", "012", "1a", "-1", " 1", "99999999999999999999"] {
            assert!(!holds(&some, text), "{text}");
        }
        let wide = Decimal::without(1, u32::MAX, vec![u32::MAX]);
        for (text, member) in [
            ("0", false),
            ("1", true),
            ("4294967294", true),
            ("4294967295", false),
            ("4294967296", false),
            ("10000000000", false),
        ] {
            assert_eq!(holds(&wide, text), member, "{text}");
        }
        let parts = [(9, 9), (19, 25), (99, 101), (12_079, 12_080)];
        let several = Decimal::of(&parts);
        for number in 0..=20_000 {
            let member = parts
                .iter()
                .any(|&(first, last)| first <= number && number <= last);
            assert_eq!(holds(&several, &number.to_string()), member, "{number}");
        }
        assert!(Decimal::of(&[]).is_empty());
        assert!(holds(&Decimal::of(&[(0, 0)]), "0"));
    }
}
