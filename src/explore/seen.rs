//! Seen: the states that a search has come to, by their encodings, numbered as they come. All encodings stand in one row.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

#[derive(Default)]
pub(super) struct Seen {
    table: HashTable<u32>,
    words: Vec<u32>,
    /// Where each encoding ends; the next one begins there.
    ends: Vec<usize>,
}

impl Seen {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of an encoding, and whether it is new.
    pub(super) fn number(&mut self, key: &[u32]) -> (u32, bool) {
        let Seen { table, words, ends } = self;
        let of = |number: u32| {
            let start = if number == 0 { 0 } else { ends[number as usize - 1] };
            &words[start..ends[number as usize]]
        };
        let hash = FxBuildHasher.hash_one(key);
        match table.entry(hash, |number| of(*number) == key, |number| FxBuildHasher.hash_one(of(*number))) {
            Entry::Occupied(known) => (*known.get(), false),
            Entry::Vacant(free) => {
                let number = ends.len() as u32;
                free.insert(number);
                words.extend_from_slice(key);
                ends.push(words.len());
                (number, true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn each_encoding_has_a_number_of_its_own() {
        let keys: Vec<Vec<u32>> = (0..500u32).map(|n| (0..n % 7).chain([n]).collect()).collect();
        let mut seen = Seen::default();
        assert_eq!(seen.number(&[]), (0, true));
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(seen.number(key), (at as u32 + 1, true));
        }
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(seen.number(key), (at as u32 + 1, false));
        }
        assert_eq!((seen.number(&[]), seen.len()), ((0, false), 501));
    }
}
