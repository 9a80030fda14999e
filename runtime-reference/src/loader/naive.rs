//! The loader as it is written first: a flag that is tested, and later set.

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Arc, Mutex, lock};
use std::future::Future;

/// Why the naive loader gave no model.
#[derive(Debug, PartialEq, Eq)]
pub enum NaiveError<E> {
    /// The flag was up.
    Busy,
    /// The load failed.
    Failed(E),
}

/// A slot guarded by a flag.
///
/// Two callers can both see the flag down; and it is taken down on success
/// only, so an error or a cancelled caller leaves the slot busy for ever.
pub struct NaiveSlot<M> {
    loading: AtomicBool,
    current: Mutex<Option<Arc<M>>>,
}

impl<M> Default for NaiveSlot<M> {
    fn default() -> Self {
        NaiveSlot { loading: AtomicBool::new(false), current: Mutex::new(None) }
    }
}

impl<M> NaiveSlot<M> {
    /// The model, if one was loaded.
    pub fn current(&self) -> Option<Arc<M>> {
        lock(&self.current).clone()
    }

    /// Releases the old model, then loads a new one.
    pub async fn load<E, R, F>(
        &self,
        release: impl FnOnce() -> R,
        init: impl FnOnce() -> F,
    ) -> Result<Arc<M>, NaiveError<E>>
    where
        R: Future<Output = ()>,
        F: Future<Output = Result<M, E>>,
    {
        if self.loading.load(Ordering::SeqCst) {
            return Err(NaiveError::Busy);
        }
        // The test above is old by the time the flag goes up.
        release().await;
        // racelint-expect: check-then-act
        self.loading.store(true, Ordering::SeqCst);
        // racelint-missed: broken-guard
        let model = Arc::new(init().await.map_err(NaiveError::Failed)?);
        *lock(&self.current) = Some(Arc::clone(&model));
        self.loading.store(false, Ordering::SeqCst);
        Ok(model)
    }
}
