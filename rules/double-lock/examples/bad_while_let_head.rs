//! The guard in the head of `while let` lives through each round of the loop.

use std::collections::VecDeque;
use std::sync::Mutex;

#[derive(Default)]
pub struct Jobs {
    queue: Mutex<VecDeque<u64>>,
}

impl Jobs {
    pub fn run_all(&self) {
        while let Some(job) = self.queue.lock().unwrap().pop_front() {
            if job % 2 == 1 {
                // racelint-expect: double-lock
                self.queue.lock().unwrap().push_back(job / 2);
            }
        }
    }
}
