//! The job is taken out in the head of the `match`; the guard of the head lives through its arms.

use std::sync::Mutex;

pub struct Jobs {
    jobs: Mutex<Vec<Job>>,
}

impl Jobs {
    pub fn add(&self, job: Job) {
        self.jobs.lock().unwrap().push(job);
    }

    pub async fn run_one(&self) {
        // racelint-expect: guard-across-await
        match self.jobs.lock().unwrap().pop() {
            Some(job) => job.run().await,
            None => {}
        }
    }
}
