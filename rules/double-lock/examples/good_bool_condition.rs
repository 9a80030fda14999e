//! A plain `if` lets its guard go before the body.

use std::collections::VecDeque;
use std::sync::Mutex;

#[derive(Default)]
pub struct Jobs {
    queue: Mutex<VecDeque<u64>>,
}

impl Jobs {
    pub fn ensure(&self, job: u64) {
        if self.queue.lock().unwrap().is_empty() {
            self.queue.lock().unwrap().push_back(job);
        }
    }

    pub fn drain(&self) {
        while !self.queue.lock().unwrap().is_empty() {
            self.queue.lock().unwrap().pop_front();
        }
    }
}
