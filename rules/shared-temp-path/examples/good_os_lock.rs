//! One at a time, by a lock of the operating system.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use fs2::FileExt;

pub fn save(state_path: &Path, lock_path: &Path, text: &str) -> io::Result<()> {
    let lock = File::open(lock_path)?;
    lock.lock_exclusive()?;
    let temporary = state_path.with_extension("tmp");
    fs::write(&temporary, text)?;
    fs::rename(&temporary, state_path)
}
