//! A third lock around both: the two orders never meet.

use std::sync::Mutex;

pub struct Office {
    gate: Mutex<()>,
    jobs: Mutex<Vec<u32>>,
    servers: Mutex<Vec<String>>,
}

impl Office {
    pub fn assign(&self, job: u32) {
        let _gate = self.gate.lock().unwrap();
        let mut jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.push(job + servers.len() as u32);
    }

    pub fn retire(&self) {
        let _gate = self.gate.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        let mut jobs = self.jobs.lock().unwrap();
        jobs.truncate(servers.len());
    }
}
