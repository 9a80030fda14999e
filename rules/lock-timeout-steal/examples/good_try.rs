//! Tries once.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use fs2::FileExt;

pub fn acquire(lock_path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).open(lock_path)?;
    if file.try_lock_exclusive().is_err() {
        return Ok(None);
    }
    Ok(Some(file))
}
