//! Periodic work as it is written first: a timer that spawns, and a flag.

use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, Ordering};
use std::future::Future;

/// A runner that spawns one task per tick or trigger.
///
/// The flag is tested and set in two steps, so a tick and a manual trigger can
/// both find it down; and a body that panics leaves it up for ever.
#[derive(Clone, Default)]
pub struct NaiveRunner {
    running: Arc<AtomicBool>,
}

impl NaiveRunner {
    /// Whether nothing is running, as far as the flag tells.
    pub fn idle(&self) -> bool {
        !self.running.load(Ordering::SeqCst)
    }

    /// What a tick or a trigger does: spawns the body unless the flag is up.
    pub async fn fire<F, Fut>(&self, body: F)
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        if !self.idle() {
            return;
        }
        // Whoever else fires here has found the flag down too.
        tokio::task::yield_now().await;
        // racelint-expect: check-then-act
        self.running.store(true, Ordering::SeqCst);
        let running = Arc::clone(&self.running);
        let body = body();
        tokio::spawn(async move {
            body.await;
            running.store(false, Ordering::SeqCst);
        });
    }
}
