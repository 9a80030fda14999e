//! The locks the forms are built on: std here, a model checker's in the models.

pub(crate) use std::sync::atomic;
pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Locks `mutex`, also after a panic inside it.
///
/// Used only where no code of the caller runs under the lock, so that a panic
/// cannot leave the data half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
