//! Handing a counter on is not loading it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

struct Worker {
    jobs: Arc<AtomicUsize>,
}

struct Done(Arc<AtomicUsize>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

pub struct Pool {
    workers: Vec<Worker>,
}

impl Pool {
    fn by_number(&self, number: usize) -> Done {
        let worker = &self.workers[number];
        worker.jobs.fetch_add(1, Ordering::SeqCst);
        Done(Arc::clone(&worker.jobs))
    }

    pub fn run(&self, number: usize, job: impl FnOnce() + Send + 'static) {
        let done = self.by_number(number);
        thread::spawn(move || {
            let _done = done;
            job();
        });
    }
}
