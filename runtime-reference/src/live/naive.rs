//! Hot reload as it is written first: parse when told, store when done.

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, Mutex, lock};
use std::io;
use std::path::{Path, PathBuf};

/// A file's parsed content, and a number that should tell one from the next.
///
/// Reloads store in the order in which they end, so a slow parse of the old
/// content lands over the new, under a number that both have counted; and
/// content that does not parse becomes the default value.
pub struct NaiveLive<T> {
    path: PathBuf,
    version: AtomicU64,
    value: Mutex<Arc<T>>,
}

impl<T: Default> NaiveLive<T> {
    /// Nothing read yet.
    pub fn new(path: &Path) -> Self {
        NaiveLive { path: path.to_owned(), version: AtomicU64::new(0), value: Mutex::new(Arc::new(T::default())) }
    }

    /// The value.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&lock(&self.value))
    }

    /// How many reloads there were, as far as the number tells.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    /// Reads, parses, stores.
    pub fn reload<E>(&self, parse: impl FnOnce(&[u8]) -> Result<T, E>) -> io::Result<()> {
        let version = self.version() + 1;
        let bytes = std::fs::read(&self.path)?;
        let value = parse(&bytes).unwrap_or_default();
        // racelint-missed: stale-response
        *lock(&self.value) = Arc::new(value);
        // racelint-expect: non-atomic-update
        self.version.store(version, Ordering::SeqCst);
        Ok(())
    }
}
