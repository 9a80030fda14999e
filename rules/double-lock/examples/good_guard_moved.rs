//! The guard is moved into the call, which ends it.

use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct Ledger {
    entries: Mutex<Vec<i64>>,
}

fn seal(mut entries: MutexGuard<'_, Vec<i64>>) {
    entries.push(0);
}

impl Ledger {
    pub fn close(&self) -> usize {
        let entries = self.entries.lock().unwrap();
        seal(entries);
        self.entries.lock().unwrap().len()
    }
}
