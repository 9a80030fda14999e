//! Shuttle's locks in the place of std's.

pub(crate) use shuttle::sync::atomic;
pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard, RwLock};
pub(crate) use std::sync::PoisonError;

/// As in the forms: a panic under the lock ends the schedule here anyway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
