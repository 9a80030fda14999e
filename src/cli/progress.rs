//! Progress: a line on the terminal for runs that take longer than a second.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::Progress;

const PATIENCE: Duration = Duration::from_secs(1);
const REFRESH: Duration = Duration::from_millis(100);
const CLEAR: &[u8] = b"\r\x1b[K";

/// A thread that writes the line until it is told to stop.
pub(super) struct Watch {
    state: Arc<State>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    ended: Mutex<bool>,
    end: Condvar,
    wrote: AtomicBool,
}

impl Watch {
    pub(super) fn start(progress: Arc<Progress>) -> Watch {
        let state = Arc::new(State::default());
        let watched = Arc::clone(&state);
        let thread = std::thread::spawn(move || watched.watch(&progress));
        Watch { state, thread }
    }

    /// Stops, and takes the line away.
    pub(super) fn end(self, err: &mut dyn Write) {
        *self.state.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.state.end.notify_all();
        // Either way there is nobody left who writes.
        let _ = self.thread.join();
        if self.state.wrote.load(Ordering::Relaxed) {
            let _ = err.write_all(CLEAR);
        }
    }
}

impl State {
    fn watch(&self, progress: &Progress) {
        let mut patience = PATIENCE;
        while !self.ended_within(patience) {
            patience = REFRESH;
            let text = match progress.seen() {
                (_, 0) => "\rracelint: looking for files\x1b[K".to_owned(),
                (done, files) if done < files => format!("\rracelint: {done} of {files} files\x1b[K"),
                _ => "\rracelint: trying schedules\x1b[K".to_owned(),
            };
            self.wrote.store(true, Ordering::Relaxed);
            // A line that nobody can see needs no excuse.
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }

    fn ended_within(&self, time: Duration) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let (ended, _) =
            self.end.wait_timeout_while(ended, time, |ended| !*ended).unwrap_or_else(PoisonError::into_inner);
        *ended
    }
}
