//! The look is in a helper, and so is the path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn lock_path(folder: &Path) -> PathBuf {
    folder.join("daemon.lock")
}

fn owner(folder: &Path) -> io::Result<Option<String>> {
    let path = lock_path(folder);
    if !path.exists() {
        return Ok(None);
    }
    Ok(Some(fs::read_to_string(&path)?))
}

pub fn acquire(folder: &Path) -> io::Result<bool> {
    if let Some(_owner) = owner(folder)? {
        return Ok(false);
    }
    // racelint-expect: non-exclusive-lockfile
    fs::write(lock_path(folder), std::process::id().to_string())?;
    Ok(true)
}
