//! A try that nobody waits for.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Ledger {
    turn: Mutex<()>,
    sum: AtomicU64,
}

impl Ledger {
    pub fn read(&self) -> u64 {
        let _turn = self.turn.lock().unwrap();
        self.sum.load(Ordering::Relaxed)
    }

    pub fn probe(&self) {
        let _ = self.turn.try_lock();
        self.sum.store(1, Ordering::Relaxed);
    }
}
