//! The guard of the head lives through the whole `match`.

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

    pub fn count(&self) -> usize {
        let jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.len() + servers.len()
    }

    pub fn retire(&self, name: &str) {
        match self.servers.lock().unwrap().iter().position(|server| server == name) {
            // racelint-expect: lock-order
            Some(_) => self.jobs.lock().unwrap().clear(),
            None => {}
        }
    }
}
