//! A try does not wait: nobody stands still.

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

    pub fn probe(&self) {
        let servers = self.servers.lock().unwrap();
        if let Ok(mut jobs) = self.jobs.try_lock() {
            jobs.push(servers.len() as u32);
        }
    }
}
