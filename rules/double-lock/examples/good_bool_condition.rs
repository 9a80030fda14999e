//! A plain `if` or `while` lets the guard of its condition go before the body.

use std::collections::BTreeSet;
use std::sync::Mutex;

#[derive(Default)]
pub struct Jobs {
    running: Mutex<BTreeSet<u64>>,
}

impl Jobs {
    pub fn start(&self, job: u64) {
        self.running.lock().unwrap().insert(job);
    }

    pub fn end(&self, job: u64) {
        if !self.running.lock().unwrap().is_empty() {
            self.running.lock().unwrap().remove(&job);
        }
    }

    pub fn end_all(&self) {
        while !self.running.lock().unwrap().is_empty() {
            self.running.lock().unwrap().pop_first();
        }
    }
}
