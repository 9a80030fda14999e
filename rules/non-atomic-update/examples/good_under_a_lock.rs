//! All who change the atomic hold a lock while they do.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Journal {
    lines: Mutex<Vec<String>>,
    written: AtomicU64,
}

impl Journal {
    pub fn write(&self, line: String) {
        let mut lines = self.lines.lock().unwrap();
        lines.push(line);
        let written = self.written.load(Ordering::Relaxed);
        self.written.store(written + 1, Ordering::Relaxed);
    }

    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
}
