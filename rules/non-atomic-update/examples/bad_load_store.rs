//! Each step on an atomic is one step; two of them are two.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Meter {
    highest: AtomicU64,
    count: AtomicU64,
}

impl Meter {
    pub fn measured(&self, value: u64) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let highest = self.highest.load(Ordering::Relaxed);
        // racelint-expect: non-atomic-update
        self.highest.store(highest.max(value), Ordering::Relaxed);
    }

    pub fn highest(&self) -> u64 {
        self.highest.load(Ordering::Relaxed)
    }
}
