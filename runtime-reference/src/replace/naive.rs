//! File replacement as it is written first: in place, through a shared temp, or read-edit-write.

use std::fs;
use std::io;
use std::path::Path;

/// Writes in place: a reader sees it empty, then growing.
pub fn replace_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)
}

/// Removes, then renames: between the two a reader finds no file.
pub fn remove_then_rename(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One name for all writers: two of them write into one file.
    let temp = path.with_extension("tmp");
    fs::write(&temp, bytes)?;
    if path.exists() {
        fs::remove_file(path)?;
    }
    fs::rename(&temp, path)
}

/// Reads, edits and writes back with nothing held: of two edits one is lost.
pub fn update(path: &Path, edit: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<()> {
    let old = fs::read(path)?;
    let new = edit(&old);
    fs::write(path, new)
}
