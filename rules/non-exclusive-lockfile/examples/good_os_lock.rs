//! The lock is on the open file, not its being there.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use fs2::FileExt;

pub fn lock(lock_path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).open(lock_path)?;
    file.try_lock_exclusive()?;
    Ok(file)
}
