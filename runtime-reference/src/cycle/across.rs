//! One runner among several processes: a lock file that is tried, never stolen.

use crate::os::{Os, StdLock, StdOs};
use std::io;
use std::path::PathBuf;

/// Lets one process at a time run.
///
/// The operating system frees the lock when its holder ends, however it ends,
/// so nothing is ever judged stale, and the file is never removed.
///
/// ```
/// use runtime_reference::cycle::{CrossProcess, Cycle, Missed};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// # let folder = tempfile::tempdir()?;
/// let one = CrossProcess::new(folder.path().join("report.lock"));
/// let cycle = Cycle::new(Duration::from_secs(3600), Missed::Skip).across_processes(one.clone());
/// let handle = cycle.spawn(|| async { Ok::<(), std::io::Error>(()) });
/// // Nothing runs: the right to is free for others.
/// assert!(one.try_enter()?.is_some());
/// # handle.stop().await; Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct CrossProcess {
    path: PathBuf,
}

impl CrossProcess {
    /// Processes that name the same file exclude each other.
    ///
    /// The file must lie on a local file system: over a network a lock may
    /// be granted to everybody.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        CrossProcess { path: path.into() }
    }

    /// The right to run until it is dropped, or `None` if another has it.
    pub fn try_enter(&self) -> io::Result<Option<StdLock>> {
        StdOs.try_lock(&self.path)
    }
}
