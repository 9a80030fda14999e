//! Writes for async callers: the whole closure on a thread of its own, with a cancel.

use super::{Db, StoreError, lock};
use rusqlite::Transaction;
use std::sync::{Arc, Mutex};

/// How far a write on its own thread has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Running,
    Ended,
    Cancelled,
}

impl Db {
    /// [`Db::write`] for async callers.
    ///
    /// Dropping the future interrupts the closure's SQL and undoes the
    /// transaction, unless its commit has begun.
    pub async fn write_apart<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let stage = Arc::new(Mutex::new(Stage::Waiting));
        let guard = CancelOnDrop { db: self.clone(), stage: Arc::clone(&stage) };
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let db = self.clone();
        let run = move || {
            let outcome = db.write(|tx| {
                enter(&stage)?;
                let result = work(tx);
                // From here on a cancel comes too late, and must not hit another's write.
                leave(&stage, result)
            });
            // The caller may have gone.
            let _ = sender.send(outcome);
        };
        let thread = std::thread::Builder::new().name("write".to_owned());
        let spawned = thread.spawn(run);
        spawned.map_err(|error| StoreError::Refused(Box::new(error)))?;
        let outcome = receiver.await;
        drop(guard);
        outcome.map_err(|_| StoreError::Refused("the closure panicked".into()))?
    }
}

fn enter(stage: &Mutex<Stage>) -> Result<(), StoreError> {
    let mut stage = lock(stage);
    if *stage == Stage::Cancelled {
        return Err(StoreError::Cancelled);
    }
    *stage = Stage::Running;
    Ok(())
}

fn leave<T>(stage: &Mutex<Stage>, result: Result<T, StoreError>) -> Result<T, StoreError> {
    let mut stage = lock(stage);
    if *stage == Stage::Cancelled {
        return Err(StoreError::Cancelled);
    }
    *stage = Stage::Ended;
    result
}

struct CancelOnDrop {
    db: Db,
    stage: Arc<Mutex<Stage>>,
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        let mut stage = lock(&self.stage);
        // Under the stage's lock: the closure cannot end, and another begin, in between.
        if *stage == Stage::Running {
            self.db.inner.interrupt.interrupt();
        }
        if *stage != Stage::Ended {
            *stage = Stage::Cancelled;
        }
    }
}
