//! Hot reload as it is written first: parse when told, store when done.

use crate::sync::{Arc, Mutex, lock};
use std::io;
use std::path::{Path, PathBuf};

/// A file's parsed content.
///
/// Reloads store in the order in which they end, so a slow parse of the old
/// content lands over the new; and content that does not parse becomes the
/// default value.
pub struct NaiveLive<T> {
    path: PathBuf,
    value: Mutex<Arc<T>>,
}

impl<T: Default> NaiveLive<T> {
    /// Nothing read yet.
    pub fn new(path: &Path) -> Self {
        NaiveLive { path: path.to_owned(), value: Mutex::new(Arc::new(T::default())) }
    }

    /// The value.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&lock(&self.value))
    }

    /// Reads, parses, stores.
    pub fn reload<E>(&self, parse: impl FnOnce(&[u8]) -> Result<T, E>) -> io::Result<()> {
        let bytes = std::fs::read(&self.path)?;
        let value = parse(&bytes).unwrap_or_default();
        // racelint-missed: stale-response
        *lock(&self.value) = Arc::new(value);
        Ok(())
    }
}
