//! Fails with an error when its patience is at an end.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub fn acquire(lock_path: &Path) -> io::Result<()> {
    let started = Instant::now();
    while OpenOptions::new().write(true).create_new(true).open(lock_path).is_err() {
        if started.elapsed() > Duration::from_secs(300) {
            return Err(io::Error::other("the lock is held"));
        }
        sleep(Duration::from_millis(100));
    }
    Ok(())
}
