//! `let _` keeps nothing: the ledger is written without its lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Ledger {
    turn: Mutex<()>,
    sum: AtomicU64,
}

impl Ledger {
    pub fn add(&self, amount: u64) {
        // racelint-expect: dropped-guard
        let _ = self.turn.lock().unwrap();
        self.sum.store(amount, Ordering::Relaxed);
    }

    pub fn read(&self) -> u64 {
        let _turn = self.turn.lock().unwrap();
        self.sum.load(Ordering::Relaxed)
    }
}
