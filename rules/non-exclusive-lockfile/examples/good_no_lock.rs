//! A file with a lock in its name that is none.

use std::fs;
use std::io;
use std::path::Path;

pub fn read_lock(folder: &Path) -> io::Result<String> {
    fs::read_to_string(folder.join("Cargo.lock"))
}
