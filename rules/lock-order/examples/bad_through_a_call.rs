//! The second lock is taken by a helper.

use std::sync::{Mutex, RwLock};

pub struct Office {
    jobs: Mutex<Vec<u32>>,
    servers: Mutex<Vec<String>>,
    plan: RwLock<u32>,
}

impl Office {
    fn forget_jobs(&self) {
        self.jobs.lock().unwrap().clear();
    }

    pub fn assign(&self, job: u32) {
        let mut jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.push(job + servers.len() as u32);
    }

    pub fn retire(&self, name: &str) {
        let mut servers = self.servers.lock().unwrap();
        servers.retain(|server| server != name);
        // racelint-expect: lock-order
        self.forget_jobs();
    }

    pub fn count(&self) -> usize {
        let jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.len() + servers.len()
    }
}
