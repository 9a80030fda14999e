//! Periodic work as it is written first: a timer that spawns, and a flag.

use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::future::Future;

/// A runner that spawns one task per tick or trigger.
///
/// The flag is tested and set in two steps, so a tick and a manual trigger can
/// both find it down; and a body that panics leaves it up for ever. What is
/// done under it, as if the body ran alone, goes wrong with it.
#[derive(Clone, Default)]
pub struct NaiveRunner {
    running: Arc<AtomicBool>,
    runs: Arc<AtomicU64>,
}

impl NaiveRunner {
    /// Whether nothing is running, as far as the flag tells.
    pub fn idle(&self) -> bool {
        !self.running.load(Ordering::SeqCst)
    }

    /// How many bodies have ended, as far as the count tells.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }

    /// What a tick or a trigger does: spawns the body unless the flag is up.
    pub async fn fire<F, Fut>(&self, body: F)
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        if self.running.load(Ordering::SeqCst) {
            return;
        }
        // Whoever else fires here has found the flag down too.
        tokio::task::yield_now().await;
        // racelint-possible: check-then-act
        self.running.store(true, Ordering::SeqCst);
        let body = body();
        let runner = self.clone();
        tokio::spawn(async move {
            runner.count(body).await;
            runner.running.store(false, Ordering::SeqCst);
        });
    }

    /// Counts the body when it has ended; nobody else counts, if the flag holds what it promises.
    async fn count(&self, body: impl Future<Output = ()>) {
        let before = self.runs.load(Ordering::SeqCst);
        body.await;
        // racelint-expect: non-atomic-update
        self.runs.store(before + 1, Ordering::SeqCst);
    }
}
