//! Its age decides, in a helper.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn is_stale(lock_path: &Path) -> io::Result<bool> {
    let modified = fs::metadata(lock_path)?.modified()?;
    let age = SystemTime::now().duration_since(modified).unwrap_or(Duration::ZERO);
    if age > Duration::from_secs(3600) {
        return Ok(true);
    }
    Ok(false)
}

pub fn acquire(lock_path: &Path) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(lock_path) {
        Ok(_) => Ok(true),
        Err(_) => {
            if is_stale(lock_path)? {
                // racelint-expect: lock-timeout-steal
                fs::remove_file(lock_path)?;
            }
            Ok(false)
        }
    }
}
