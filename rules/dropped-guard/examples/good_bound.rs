//! Bound to a name, however short: held to the end.

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

    pub fn add(&self, amount: u64) {
        let _turn = self.turn.lock().unwrap();
        self.sum.store(amount, Ordering::Relaxed);
    }
}
