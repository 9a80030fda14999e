//! The lock is taken when the old content has been read already.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use fs2::FileExt;

pub fn bump(state_path: &Path, lock_path: &Path) -> io::Result<()> {
    let count: u64 = fs::read_to_string(state_path)?.trim().parse().unwrap_or(0);
    let lock = File::open(lock_path)?;
    lock.lock_exclusive()?;
    // racelint-expect: file-read-modify-write
    fs::write(state_path, format!("{}", count + 1))?;
    Ok(())
}
