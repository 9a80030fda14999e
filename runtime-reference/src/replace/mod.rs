/*!
Atomic file replacement: readers see the old content or the new, never a part.

Invariants:

* **F1** A reader sees old or new, never part, empty or missing.
* **F2** `Ok` under [`Durability::Durable`] survives a loss of power.
* **F6** A second editor's update is not lost: it waits, or is refused.
* **F7** The access mode is kept; a symbolic link stays, and its target is replaced.

```
use runtime_reference::replace::{Durability, replace, update};

let folder = tempfile::tempdir()?;
let path = folder.path().join("settings.toml");
replace(&path, b"level = 1", Durability::Durable)?;
update(&path, Durability::Durable, |old| {
    let mut new = old.to_vec();
    new.extend_from_slice(b"\ncolour = true");
    new
})?;
assert_eq!(std::fs::read(&path)?, b"level = 1\ncolour = true");
# Ok::<(), Box<dyn std::error::Error>>(())
```
*/

pub mod naive;

use crate::os::{CancelToken, Os, OsFile, Patience, StdOs, WaitError, folder_of, read_all, wait_for_lock};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `Ok` promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every reader sees the new content; after a loss of power it may be the old.
    Visible,
    /// The new content also survives a loss of power.
    Durable,
}

/// Why an update was not made.
#[derive(Debug)]
pub enum UpdateError {
    /// Another editor, who takes no lock, wrote in between; the file is theirs.
    Changed,
    /// Another editor held the lock until the deadline.
    Locked {
        /// How long the wait was.
        waited: Duration,
    },
    /// The file system refused.
    Io(io::Error),
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpdateError::Changed => f.write_str("the file was changed while it was being edited"),
            UpdateError::Locked { waited } => {
                write!(f, "another editor has held the file for {waited:?}")
            }
            UpdateError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for UpdateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            UpdateError::Io(error) => Some(error),
            UpdateError::Changed | UpdateError::Locked { .. } => None,
        }
    }
}

impl From<io::Error> for UpdateError {
    fn from(error: io::Error) -> Self {
        UpdateError::Io(error)
    }
}

/// Puts `bytes` in place of the file's content in one step.
pub fn replace(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    replace_on(&StdOs, path, bytes, durability)
}

// #region replace
/// [`replace`] on another file system.
pub fn replace_on<O: Os>(os: &O, path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let path = os.resolve(path)?;
    let folder = folder_of(&path);
    let temp = Temp::new(os, folder);
    let mut file = os.create_new(&temp.path)?;
    file.write_at(bytes, 0)?;
    os.copy_mode(&file, &path)?;
    if durability == Durability::Durable {
        // Before the rename: else the name could survive, and the content not.
        file.sync()?;
    }
    drop(file);
    temp.publish(&path)?;
    if durability == Durability::Durable {
        os.sync_folder(folder)?;
    }
    Ok(())
}
// #endregion replace

/// Replaces the content by what `edit` makes of it; a missing file reads as empty.
///
/// Editors that call this exclude each other, across processes, through a
/// lock file beside the target. If one who does not changed the file while
/// `edit` ran, the update is refused.
pub fn update(path: &Path, durability: Durability, edit: impl FnOnce(&[u8]) -> Vec<u8>) -> Result<(), UpdateError> {
    let patience = Patience { deadline: Duration::from_secs(30), ..Patience::default() };
    update_on(&StdOs, path, durability, &patience, edit)
}

// #region update
/// [`update`] on another file system, with another patience.
pub fn update_on<O: Os>(
    os: &O,
    path: &Path,
    durability: Durability,
    patience: &Patience,
    edit: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Result<(), UpdateError> {
    let path = os.resolve(path)?;
    let cancel = CancelToken::new();
    let mut message = |waited| log::info!("waiting for {} since {waited:?}", path.display());
    let _lock = wait_for_lock(os, &beside(&path), patience, &cancel, &mut message).map_err(|error| match error {
        WaitError::Deadline { waited } => UpdateError::Locked { waited },
        WaitError::Io(error) => UpdateError::Io(error),
        WaitError::Cancelled => UpdateError::Io(io::ErrorKind::Interrupted.into()),
    })?;
    let old = read_or_empty(os, &path)?;
    let new = edit(&old);
    if read_or_empty(os, &path)? != old {
        return Err(UpdateError::Changed);
    }
    Ok(replace_on(os, &path, &new, durability)?)
}
// #endregion update

// #region read
fn read_or_empty<O: Os>(os: &O, path: &Path) -> io::Result<Vec<u8>> {
    match read_all(os, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        outcome => outcome,
    }
}
// #endregion read

/// The lock file: beside the target, because the target itself gets replaced.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

// #region temp
/// A name of our own in the target's folder, removed unless it was published.
struct Temp<'a, O: Os> {
    os: &'a O,
    path: PathBuf,
    published: bool,
}

impl<'a, O: Os> Temp<'a, O> {
    fn new(os: &'a O, folder: &Path) -> Self {
        Temp { os, path: folder.join(format!(".tmp-{}", os.unique())), published: false }
    }

    fn publish(mut self, to: &Path) -> io::Result<()> {
        self.os.rename(&self.path, to)?;
        self.published = true;
        Ok(())
    }
}
// #endregion temp

impl<O: Os> Drop for Temp<'_, O> {
    fn drop(&mut self) {
        if !self.published
            && let Err(error) = self.os.remove(&self.path)
        {
            log::debug!("{} stays: {error}", self.path.display());
        }
    }
}
