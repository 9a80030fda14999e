//! The distributed lock as it is written first: set if absent, delete when done.

use super::Memory;
use std::time::Duration;

/// A lock that anybody's release removes.
///
/// A holder that has outlived its time deletes the lock of the next one; then
/// a third gets it while the second still works. Nothing tells a resource that
/// the first has been overtaken.
pub struct NaiveLock {
    service: Memory,
    key: String,
    time: Duration,
}

impl NaiveLock {
    /// The lock `key`, held for at most `time`.
    pub fn new(service: Memory, key: &str, time: Duration) -> Self {
        NaiveLock { service, key: key.to_owned(), time }
    }

    /// Whether the lock is now one's own.
    pub fn try_acquire(&self) -> bool {
        self.service.set_if_absent(&self.key, "locked", self.time).is_some()
    }

    /// Deletes the key, whoever set it.
    pub fn release(&self) {
        // racelint-expect: unowned-release
        self.service.delete(&self.key);
    }
}
