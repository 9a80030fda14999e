//! The loader as it is written first: a flag that is tested, and later set.

use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// A model, and how many predictions it has made.
#[derive(Debug, Default)]
pub struct NaiveModel<M> {
    /// The model.
    pub model: M,
    /// Whoever predicts counts here.
    pub predictions: AtomicU64,
}

/// A slot guarded by a flag.
///
/// Two callers can both see the flag down, and each loads a model of its own;
/// and the flag is taken down on success only, so an error or a cancelled
/// caller leaves the slot busy for ever.
pub struct NaiveSlot<M> {
    loading: AtomicBool,
    current: Mutex<Option<Arc<NaiveModel<M>>>>,
}

impl<M> Default for NaiveSlot<M> {
    fn default() -> Self {
        NaiveSlot { loading: AtomicBool::new(false), current: Mutex::new(None) }
    }
}

impl<M> NaiveSlot<M> {
    /// The model, if one was loaded.
    pub fn current(&self) -> Option<Arc<NaiveModel<M>>> {
        lock(&self.current).clone()
    }

    /// The model that is there; else makes room for one, and loads it.
    pub async fn load<E, R, F>(
        &self,
        make_room: impl FnOnce() -> R,
        init: impl FnOnce() -> F,
    ) -> Result<Arc<NaiveModel<M>>, NaiveError<E>>
    where
        R: Future<Output = ()>,
        F: Future<Output = Result<M, E>>,
    {
        let known = lock(&self.current).clone();
        if let Some(model) = known {
            return Ok(model);
        }
        if self.loading.load(Ordering::SeqCst) {
            return Err(NaiveError::Busy);
        }
        // The tests above are old by the time the flag goes up.
        make_room().await;
        self.loading.store(true, Ordering::SeqCst);
        // racelint-missed: broken-guard
        let model = init().await.map_err(NaiveError::Failed)?;
        let model = Arc::new(NaiveModel { model, predictions: AtomicU64::new(0) });
        // racelint-expect: racy-lazy-init
        *lock(&self.current) = Some(Arc::clone(&model));
        self.loading.store(false, Ordering::SeqCst);
        Ok(model)
    }
}
