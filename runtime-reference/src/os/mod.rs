/*!
The few file operations that the forms rest on, as a trait, so that models can stand in.

[`StdOs`] is the real one. The models implement [`Os`] over a simulated kernel
in which a process can be killed between any two operations, and over a disk
that forgets what was not synced.

```
use runtime_reference::os::{CancelToken, LockTrust, Os, Patience, StdOs, wait_for_lock};
use std::time::Duration;

let folder = tempfile::tempdir()?;
assert_eq!(StdOs.lock_trust(folder.path()), LockTrust::Local);

// Free again when it is dropped, or when its process ends, however it ends.
let path = folder.path().join("one.lock");
let held = StdOs.try_lock(&path)?.expect("nobody has it");
let patience = Patience { deadline: Duration::from_millis(20), ..Patience::default() };
let waited = wait_for_lock(&StdOs, &path, &patience, &CancelToken::new(), &mut |_| {});
assert!(waited.is_err(), "it is never taken by force");
drop(held);
assert!(StdOs.try_lock(&path)?.is_some());
# Ok::<(), std::io::Error>(())
```
*/

mod real;
mod wait;

pub use real::{StdFile, StdLock, StdOs};
pub use wait::{CancelToken, Patience, WaitError, wait_for_lock, wait_for_lock_unless};

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is told apart when a file is replaced or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Its length in bytes.
    pub len: u64,
    /// Its time of change, in nanoseconds.
    pub modified: u128,
    /// Its number in the file system, or 0 where there is none.
    pub inode: u64,
}

/// Whether a folder's locks exclude anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockTrust {
    /// A second open of a locked file is refused on this machine.
    Local,
    /// Locks are granted to everybody, not there, or on a network file system.
    None,
}

/// File operations; every one is a point at which a process may be killed.
pub trait Os: Send + Sync + 'static {
    /// An open file.
    type File: OsFile;
    /// A held lock; its drop frees it.
    type Lock: Send;

    /// A new file; an error if the name is taken.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;
    /// An existing file, to read and write, with its content kept.
    fn open_write(&self, path: &Path) -> io::Result<Self::File>;
    /// An existing file, to read.
    fn open_read(&self, path: &Path) -> io::Result<Self::File>;
    /// Gives the file at `from` the name `to`, in place of what had it, in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a name.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// What tells this file from an earlier one; `None` if there is none.
    fn stamp(&self, path: &Path) -> io::Result<Option<Stamp>>;
    /// How long ago a file was last written to; `None` if there is none.
    fn age(&self, path: &Path) -> io::Result<Option<Duration>>;
    /// The names in a folder, sorted.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// Makes the folder's names survive a loss of power.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Gives `file` the access mode of the file at `like`, if there is one.
    fn copy_mode(&self, file: &Self::File, like: &Path) -> io::Result<()>;
    /// Where a path leads when symbolic links are followed.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;
    /// The exclusive lock on a file of its own, or `None` if somebody has it.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Self::Lock>>;
    /// Whether locks in this folder exclude anybody.
    fn lock_trust(&self, folder: &Path) -> LockTrust;
    /// A name part that no other process and no other call gets.
    fn unique(&self) -> String;
    /// Time since some fixed moment.
    fn now(&self) -> Duration;
    /// Waits.
    fn pause(&self, time: Duration);
}

/// An open file; writes are positioned, never appended.
pub trait OsFile: Send {
    /// Writes all of `bytes` at `offset`.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Reads into `buffer` from `offset`; 0 at the end.
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// True if the length is 0.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Makes content and length survive a loss of power.
    fn sync(&self) -> io::Result<()>;
}

/// All of a file's content.
pub fn read_all<O: Os>(os: &O, path: &Path) -> io::Result<Vec<u8>> {
    let mut file = os.open_read(path)?;
    let mut content = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read_at(&mut buffer, content.len() as u64)?;
        if read == 0 {
            return Ok(content);
        }
        content.extend_from_slice(&buffer[..read]);
    }
}

/// The folder a path lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
