//! Three queues that know nothing of each other; being idle is a guess at any moment, and nobody acts on it.

use std::collections::VecDeque;
use std::sync::Mutex;

#[derive(Default)]
pub struct Queues {
    mail: Mutex<VecDeque<String>>,
    jobs: Mutex<VecDeque<u64>>,
}

impl Queues {
    pub fn mail(&self, text: String) {
        self.mail.lock().unwrap().push_back(text);
    }

    pub fn job(&self, id: u64) {
        self.jobs.lock().unwrap().push_back(id);
    }

    pub fn is_idle(&self) -> bool {
        self.mail.lock().unwrap().is_empty() && self.jobs.lock().unwrap().is_empty()
    }
}
