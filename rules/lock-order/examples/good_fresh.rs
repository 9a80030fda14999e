//! What was just made is seen by nobody else.

use std::sync::Mutex;

#[derive(Default)]
pub struct Office {
    jobs: Mutex<Vec<u32>>,
    servers: Mutex<Vec<String>>,
}

impl Office {
    pub fn open() -> Office {
        let office = Office::default();
        {
            let servers = office.servers.lock().unwrap();
            let mut jobs = office.jobs.lock().unwrap();
            jobs.truncate(servers.len());
        }
        office
    }

    pub fn assign(&self, job: u32) {
        let mut jobs = self.jobs.lock().unwrap();
        let servers = self.servers.lock().unwrap();
        jobs.push(job + servers.len() as u32);
    }
}
