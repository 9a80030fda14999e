//! A resource that refuses whoever was overtaken.

use crate::sync::{Mutex, MutexGuard, PoisonError};
use std::fmt;

/// A value that is written under a fence.
#[derive(Debug)]
pub struct Fenced<T> {
    desk: Mutex<(u64, T)>,
}

/// A later holder has written already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overtaken {
    /// The fence that was shown.
    pub fence: u64,
    /// The highest that was seen.
    pub seen: u64,
}

impl fmt::Display for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holder {} was overtaken by holder {}", self.fence, self.seen)
    }
}

impl std::error::Error for Overtaken {}

impl<T> Fenced<T> {
    /// A value that nobody has written yet.
    pub fn new(value: T) -> Self {
        Fenced { desk: Mutex::new((0, value)) }
    }

    /// Writes, unless a later holder has; comparing and writing are one step.
    pub fn write<R>(&self, fence: u64, change: impl FnOnce(&mut T) -> R) -> Result<R, Overtaken> {
        let mut desk = self.lock();
        if fence < desk.0 {
            return Err(Overtaken { fence, seen: desk.0 });
        }
        desk.0 = fence;
        Ok(change(&mut desk.1))
    }

    /// Looks at the value.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock().1)
    }

    fn lock(&self) -> MutexGuard<'_, (u64, T)> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
