//! A key-value service within one process, with a clock that can be set.

use super::KeyValue;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::collections::HashMap;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A service within this process.
#[derive(Clone)]
pub struct Memory {
    clock: Clock,
    entries: Arc<Mutex<HashMap<String, Entry>>>,
}

#[derive(Default)]
struct Entry {
    fence: u64,
    holder: Option<(String, Duration)>,
}

impl Default for Memory {
    fn default() -> Self {
        let start = Instant::now();
        Memory::with_clock(Arc::new(move || start.elapsed()))
    }
}

impl Memory {
    /// A service whose time is told by `clock`.
    pub fn with_clock(clock: Clock) -> Self {
        Memory { clock, entries: Arc::default() }
    }

    pub(super) fn set_if_absent(&self, key: &str, value: &str, time: Duration) -> Option<u64> {
        let now = (self.clock)();
        let mut entries = self.lock();
        let entry = entries.entry(key.to_owned()).or_default();
        if entry.holder.as_ref().is_some_and(|(_, end)| *end > now) {
            return None;
        }
        entry.holder = Some((value.to_owned(), now + time));
        entry.fence += 1;
        Some(entry.fence)
    }

    pub(super) fn delete(&self, key: &str) {
        if let Some(entry) = self.lock().get_mut(key) {
            entry.holder = None;
        }
    }

    /// Applies `change` to the holder, if it is `token` and its time is not over.
    fn as_holder(&self, key: &str, token: &str, change: impl FnOnce(&mut Entry, Duration)) -> bool {
        let now = (self.clock)();
        let mut entries = self.lock();
        let Some(entry) = entries.get_mut(key) else {
            return false;
        };
        let own = |(holder, end): &(String, Duration)| holder == token && *end > now;
        let own = entry.holder.as_ref().is_some_and(own);
        if own {
            change(entry, now);
        }
        own
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyValue for Memory {
    type Error = Infallible;

    fn acquire(&self, key: &str, token: &str, time: Duration) -> Result<Option<u64>, Infallible> {
        Ok(self.set_if_absent(key, token, time))
    }

    fn renew(&self, key: &str, token: &str, time: Duration) -> Result<bool, Infallible> {
        Ok(self.as_holder(key, token, |entry, now| {
            entry.holder = Some((token.to_owned(), now + time));
        }))
    }

    fn release(&self, key: &str, token: &str) -> Result<bool, Infallible> {
        Ok(self.as_holder(key, token, |entry, _| entry.holder = None))
    }
}
