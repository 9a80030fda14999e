//! One step, or a loop that begins again when somebody came in between.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Meter {
    highest: AtomicU64,
    last: AtomicU64,
    sum: AtomicU64,
}

impl Meter {
    pub fn measured(&self, value: u64) {
        self.highest.fetch_max(value, Ordering::Relaxed);
        let mut sum = self.sum.load(Ordering::Relaxed);
        loop {
            match self.sum.compare_exchange(sum, sum + value, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => sum = now,
            }
        }
    }

    pub fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::SeqCst) + 1
    }
}
