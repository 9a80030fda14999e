//! Write: a file that people keep holds all of the new text or all of the old, whatever happens on the way (a full disk, a
//! signal). This room must never know what it writes.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts `bytes` into a file, through a new one beside it that takes its place.
pub(crate) fn whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays, and what it leads to is written.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return fs::write(&path, bytes);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = new_file(folder)?;
    new.write_all(bytes)?;
    if let Some(old) = old {
        // What may not be written is not replaced either.
        fs::OpenOptions::new().write(true).open(&path)?;
        new.as_file().set_permissions(old.permissions())?;
    }
    new.persist(&path)?;
    Ok(())
}

#[cfg(unix)]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // As any new file: the mask of the process takes away from it.
    tempfile::Builder::new().prefix(".racelint-").permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".racelint-").tempfile_in(folder)
}
