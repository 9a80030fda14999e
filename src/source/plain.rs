//! Plain: small files beside the source, read with care. A project may be anybody's: a pipe would never end, a huge file
//! would fill the memory, and a link can lead anywhere.

use std::io;
use std::path::Path;

/// Larger files are no manifests, configurations or baselines.
const MAX_BYTES: u64 = 64 << 20;

/// The text of a file, if it is one.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    let metadata = path.metadata()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(io::Error::other("is no file that racelint reads"));
    }
    std::fs::read_to_string(path)
}

/// The same, if it lies inside of a folder, whatever links lead to it.
pub(crate) fn text_inside(path: &Path, folder: &Path) -> io::Result<String> {
    if is_inside(path, folder) { text(path) } else { Err(io::Error::other("lies outside of the project")) }
}

/// Does the path lead to something inside of the folder? What is not there yet lies where its folder does.
pub(crate) fn is_inside(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let Some(folder) = real(folder) else { return false };
    match path.symlink_metadata() {
        Ok(_) => real(path).is_some_and(|path| path.starts_with(folder)),
        Err(_) => path.parent().and_then(real).is_some_and(|parent| parent.starts_with(folder)),
    }
}
