//! The statement does its work under the lock.

use std::sync::Mutex;

pub struct Ledger {
    entries: Mutex<Vec<u64>>,
}

impl Ledger {
    pub fn add(&self, amount: u64) -> usize {
        self.entries.lock().unwrap().push(amount);
        let entries = self.entries.lock().unwrap();
        entries.len()
    }
}
