//! `drop` around it says that it is meant: wait until the others are through.

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

    pub fn close(&self) {
        drop(self.turn.lock().unwrap());
        self.sum.store(0, Ordering::Relaxed);
    }
}
