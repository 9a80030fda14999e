//! The next job is chosen under one lock and started under another: in between it may have been removed.

use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Queue {
    jobs: Mutex<BTreeMap<u32, String>>,
}

impl Queue {
    pub fn run_next(&self) -> Option<String> {
        let next = self.jobs.lock().unwrap().keys().next().copied();
        let id = next?;
        let job = self.jobs.lock().unwrap().remove(&id).unwrap();
        Some(job)
    }

    pub fn cancel(&self, id: u32) {
        self.jobs.lock().unwrap().remove(&id);
    }
}
