//! Watching by polling: one worker that compares the name's stamp and reloads.

use super::Live;
use crate::os::{Os, Stamp};
use std::fmt::Display;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running watch; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    worker: Option<JoinHandle<()>>,
}

impl<T, E, O> Live<T, E, O>
where
    T: Send + Sync + 'static,
    E: Display + Send + 'static,
    O: Os,
{
    /// Looks every `period` whether the name leads to something else, and reloads.
    ///
    /// Each look resolves the name anew, so it follows renames, links that are
    /// swung round, and delete-and-create. Content that cannot be read or
    /// parsed is tried again at the next look.
    pub fn watch(&self, period: Duration) -> Watch {
        let live = self.clone();
        let (stop, stopped) = channel();
        let mut seen: Option<Stamp> = None;
        let worker = std::thread::spawn(move || {
            while stopped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                // The stamp is taken before the read: a change after it is seen next time.
                let now = live.inner.os.stamp(&live.inner.path).ok().flatten();
                if now.is_none() || now == seen {
                    continue;
                }
                match live.reload() {
                    Ok(_) => seen = now,
                    Err(error) => log::warn!("the last good content stays: {error}"),
                }
            }
        });
        Watch { stop: Some(stop), worker: Some(worker) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(worker) = self.worker.take()
            && worker.join().is_err()
        {
            log::error!("the watch panicked");
        }
    }
}
