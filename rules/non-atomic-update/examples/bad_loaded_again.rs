//! Two runs count up, and then both load the same number.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Tickets {
    last: AtomicU64,
}

impl Tickets {
    pub fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::SeqCst);
        // racelint-expect: non-atomic-update
        self.last.load(Ordering::SeqCst)
    }
}
