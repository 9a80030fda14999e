//! Claimed by one atomic step and given back by a destructor, whatever happens in between.

use std::sync::atomic::{AtomicBool, Ordering};

pub struct Compactor {
    running: AtomicBool,
}

struct Running<'a>(&'a AtomicBool);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Compactor {
    pub fn compact(&self, folder: &std::path::Path) -> std::io::Result<bool> {
        if self.running.swap(true, Ordering::Acquire) {
            return Ok(false);
        }
        let _running = Running(&self.running);
        for entry in std::fs::read_dir(folder)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(true)
    }
}
