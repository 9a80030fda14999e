//! Loom's locks in the place of std's.

pub(crate) use loom::sync::atomic;
pub(crate) use loom::sync::{Arc, Mutex, MutexGuard, RwLock};
pub(crate) use std::sync::PoisonError;

/// As in the forms.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
