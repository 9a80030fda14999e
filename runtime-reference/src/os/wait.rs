//! Waiting for a lock: tried again and again, never blocked on, with an end.

use super::Os;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Ends work early; a clone ends the same work.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Nothing cancelled yet.
    pub fn new() -> Self {
        CancelToken::default()
    }

    /// Ends the work within 100 ms.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the work should end.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How long to wait for a lock, and when to say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After this long the wait fails; it never takes the lock by force.
    pub deadline: Duration,
    /// When the first message is due.
    pub first_message: Duration,
    /// The time between later messages.
    pub next_message: Duration,
}

impl Default for Patience {
    /// One hour; a message after 250 ms and then every 10 s.
    fn default() -> Self {
        Patience {
            deadline: Duration::from_secs(3600),
            first_message: Duration::from_millis(250),
            next_message: Duration::from_secs(10),
        }
    }
}

/// Why a wait ended without the lock.
#[derive(Debug)]
pub enum WaitError {
    /// The deadline passed; the lock stays with its holder.
    Deadline {
        /// How long the wait was.
        waited: Duration,
    },
    /// The caller's token was cancelled.
    Cancelled,
    /// The lock file cannot be used.
    Io(io::Error),
}

/// Tries for the lock at `path` until it is free, the deadline, or a cancel.
///
/// `message` is called with the time waited. A pause is a sixty-fourth of the
/// wait so far, between 1 and 50 ms: a wait is hardly longer than it must be,
/// and a long one costs little. Pauses differ between callers, so that they do
/// not march in step.
pub fn wait_for_lock<O: Os>(
    os: &O,
    path: &Path,
    patience: &Patience,
    cancel: &CancelToken,
    message: &mut dyn FnMut(Duration),
) -> Result<O::Lock, WaitError> {
    loop {
        let never = &mut || Ok(false);
        if let Some(lock) = wait_for_lock_unless(os, path, patience, cancel, message, never)? {
            return Ok(lock);
        }
    }
}

// #region wait
/// [`wait_for_lock`] that ends with `None` as soon as `needless` says so.
pub fn wait_for_lock_unless<O: Os>(
    os: &O,
    path: &Path,
    patience: &Patience,
    cancel: &CancelToken,
    message: &mut dyn FnMut(Duration),
    needless: &mut dyn FnMut() -> io::Result<bool>,
) -> Result<Option<O::Lock>, WaitError> {
    let start = os.now();
    let mut next_message = patience.first_message;
    loop {
        if cancel.is_cancelled() {
            return Err(WaitError::Cancelled);
        }
        if let Some(lock) = os.try_lock(path).map_err(WaitError::Io)? {
            return Ok(Some(lock));
        }
        if needless().map_err(WaitError::Io)? {
            return Ok(None);
        }
        let waited = os.now().saturating_sub(start);
        if waited >= patience.deadline {
            return Err(WaitError::Deadline { waited });
        }
        if waited >= next_message {
            message(waited);
            next_message = waited + patience.next_message;
        }
        let spread = Duration::from_micros(u64::from(os.now().subsec_micros()) % 1000);
        let pause = (waited / 64).clamp(Duration::from_millis(1), Duration::from_millis(50));
        os.pause((pause + spread).min(patience.deadline - waited));
    }
}
// #endregion wait
