//! One of the four is a reader: the writer of the other run keeps it out.

use std::sync::{Mutex, RwLock};

pub struct Office {
    jobs: Mutex<Vec<u32>>,
    servers: Mutex<Vec<String>>,
    plan: RwLock<u32>,
}

impl Office {
    pub fn assign(&self, job: u32) {
        let mut plan = self.plan.write().unwrap();
        let jobs = self.jobs.lock().unwrap();
        *plan = job + jobs.len() as u32;
    }

    pub fn count(&self) -> usize {
        let mut plan = self.plan.write().unwrap();
        let jobs = self.jobs.lock().unwrap();
        *plan = 0;
        jobs.len()
    }

    pub fn retire(&self) {
        let mut jobs = self.jobs.lock().unwrap();
        // racelint-expect: lock-order
        let plan = self.plan.read().unwrap();
        jobs.push(*plan);
    }
}
