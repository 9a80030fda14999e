//! The same order everywhere.

use std::sync::{Mutex, RwLock};

pub struct Office {
    jobs: Mutex<Vec<u32>>,
    servers: Mutex<Vec<String>>,
    plan: RwLock<u32>,
}

impl Office {
    pub fn assign(&self, job: u32) {
        let mut jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.push(job + servers.len() as u32);
    }

    pub fn retire(&self, name: &str) {
        let mut jobs = self.jobs.lock().unwrap();
        let mut servers = self.servers.lock().unwrap();
        servers.retain(|server| server != name);
        jobs.clear();
    }
}
