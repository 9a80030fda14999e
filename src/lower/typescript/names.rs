//! The names that this thread met before: asking here first keeps the shared table's locks out of the way.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use crate::names::Name;

/// A file says the same few words again and again: those stand in `recent`, small enough for the fastest memory.
#[derive(Default)]
pub(super) struct Names {
    recent: Vec<Option<Name>>,
    all: FxHashMap<&'static str, Name>,
}

const RECENT: usize = 1024;

thread_local! {
    static NAMES: Cell<Names> = Cell::default();
}

impl Names {
    /// This thread's names, until they are given back.
    pub(super) fn take() -> Names {
        let mut names = NAMES.take();
        names.recent.resize(RECENT, None);
        names
    }

    pub(super) fn give_back(self) {
        NAMES.set(self);
    }

    pub(super) fn name(&mut self, text: &str) -> Name {
        let slot = slot(text.as_bytes());
        match self.recent[slot] {
            Some(name) if name.as_str() == text => name,
            _ => {
                let name = self.look_up(text);
                self.recent[slot] = Some(name);
                name
            }
        }
    }

    fn look_up(&mut self, text: &str) -> Name {
        if let Some(name) = self.all.get(text) {
            return *name;
        }
        let name = Name::new(text);
        self.all.insert(name.as_str(), name);
        name
    }
}

/// From the length and both ends of the text.
fn slot(text: &[u8]) -> usize {
    let (start, end) = match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(start), Some(end)) => (u32::from_le_bytes(*start), u32::from_le_bytes(*end)),
        _ => (text.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)), 0),
    };
    let mixed = start.wrapping_mul(0x9E37_79B1) ^ end.wrapping_mul(0x85EB_CA6B) ^ (text.len() as u32) << 21;
    (mixed >> 16) as usize % RECENT
}
