//! File replacement as it is written first: in place, through a shared temp, or read-edit-write.

use std::fs;
use std::io;
use std::path::Path;

/// Writes the settings in place: a reader sees it empty, then growing.
pub fn save_in_place(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    // racelint-expect: non-atomic-publish
    fs::write(folder.join("settings.toml"), bytes)
}

/// What others do at any time.
pub fn read(folder: &Path) -> io::Result<Vec<u8>> {
    fs::read(folder.join("settings.toml"))
}

/// Removes, then renames: between the two a reader finds no file.
pub fn remove_then_rename(settings: &Path, bytes: &[u8]) -> io::Result<()> {
    // One name for all writers: two of them write into one file.
    let temp = settings.with_extension("tmp");
    fs::write(&temp, bytes)?;
    if settings.exists() {
        fs::remove_file(settings)?;
    }
    // racelint-expect: shared-temp-path
    fs::rename(&temp, settings)
}

/// Reads, edits and writes back with nothing held: of two edits one is lost.
pub fn update(settings: &Path, edit: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<()> {
    let old = fs::read(settings)?;
    let new = edit(&old);
    // racelint-expect: file-read-modify-write
    fs::write(settings, new)
}
