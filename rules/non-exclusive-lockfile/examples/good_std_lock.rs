//! The standard library has it, too.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

pub fn lock(lock_path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).open(lock_path)?;
    file.lock()?;
    Ok(file)
}
