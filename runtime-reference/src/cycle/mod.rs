/*!
Non-overlapping periodic work: the loop awaits its body, so two bodies cannot run.

Invariants:

* **C1** Never two bodies at once, with triggers too; across processes with
  [`CrossProcess`].
* **C2** No burst after a long run.
* **C3** A panic or an error of the body neither ends nor blocks the cycle.
* **C4** After [`Handle::stop`] has returned nothing runs.
* **C5** Triggers during a run cost at most one more run.
* **C6** Skipped ticks are counted.

```
use runtime_reference::cycle::{Cycle, Missed};
use std::time::Duration;

# #[tokio::main(flavor = "current_thread")] async fn main() {
let handle = Cycle::new(Duration::from_secs(3600), Missed::Skip)
    .spawn(|| async { Ok::<(), std::io::Error>(()) });
handle.trigger_now();
while handle.stats().runs == 0 {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
assert_eq!(handle.stop().await.runs, 1);
# }
```
*/

mod across;
pub mod naive;

pub use across::CrossProcess;

use crate::sync::{Arc, Mutex, lock};
use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// What becomes of ticks that fall into a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// They are skipped; the next run is at the next whole period.
    Skip,
    /// The next run is one period after the end of this one.
    Delay,
}

/// What a cycle has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bodies that were started.
    pub runs: u64,
    /// Of these, how many gave an error.
    pub failed: u64,
    /// Of these, how many panicked.
    pub panicked: u64,
    /// Ticks that fell into a run.
    pub skipped: u64,
    /// Ticks and triggers at which another process was running.
    pub held_elsewhere: u64,
}

/// Work to be done every period.
pub struct Cycle {
    period: Duration,
    missed: Missed,
    across: Option<CrossProcess>,
}

impl Cycle {
    /// The first run is one period after [`Cycle::spawn`], or at a trigger.
    ///
    /// A period of zero is taken as one millisecond.
    pub fn new(period: Duration, missed: Missed) -> Self {
        Cycle { period: period.max(Duration::from_millis(1)), missed, across: None }
    }

    /// Runs only while no other process runs under the same lock file.
    pub fn across_processes(mut self, across: CrossProcess) -> Self {
        self.across = Some(across);
        self
    }

    /// Starts the one task that owns the body.
    pub fn spawn<F, Fut, E>(self, body: F) -> Handle
    where
        F: FnMut() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let shared = Arc::new(Shared { trigger: Notify::new(), stats: Mutex::new(Stats::default()) });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(self, body, Arc::clone(&shared), stopped));
        Handle { shared, stop, task }
    }
}

struct Shared {
    trigger: Notify,
    stats: Mutex<Stats>,
}

/// A running cycle; it ends when this is dropped, after the body that runs.
pub struct Handle {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Handle {
    /// Asks for a run as soon as none is running; many requests make one run.
    pub fn trigger_now(&self) {
        self.shared.trigger.notify_one();
    }

    /// Ends the cycle and returns when the last body has ended.
    pub async fn stop(self) -> Stats {
        self.stop.send_replace(true);
        // The task cannot panic: the body's panics are caught inside it.
        let _ = self.task.await;
        *lock(&self.shared.stats)
    }

    /// What the cycle has done so far.
    pub fn stats(&self) -> Stats {
        *lock(&self.shared.stats)
    }
}

// #region loop
async fn run<F, Fut, E>(cycle: Cycle, mut body: F, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Display,
{
    let mut next = Instant::now() + cycle.period;
    loop {
        tokio::select! {
            biased;
            // A dropped handle counts as a stop.
            _ = stopped.wait_for(|stop| *stop) => return,
            () = shared.trigger.notified() => {}
            () = sleep_until(next) => {}
        }
        let ticked = Instant::now() >= next;
        step(&cycle, &mut body, &shared).await;
        let now = Instant::now();
        match cycle.missed {
            Missed::Delay => next = now + cycle.period,
            Missed::Skip => {
                if ticked {
                    next += cycle.period;
                }
                while next <= now {
                    next += cycle.period;
                    lock(&shared.stats).skipped += 1;
                }
            }
        }
    }
}
// #endregion loop

/// One run of the body, to its end.
async fn step<F, Fut, E>(cycle: &Cycle, body: &mut F, shared: &Shared)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Display,
{
    let _held = match cycle.across.as_ref().map(CrossProcess::try_enter) {
        None => None,
        Some(Ok(Some(held))) => Some(held),
        Some(Ok(None)) => {
            lock(&shared.stats).held_elsewhere += 1;
            return;
        }
        Some(Err(error)) => {
            log::error!("cycle: the lock file cannot be used: {error}");
            lock(&shared.stats).failed += 1;
            return;
        }
    };
    lock(&shared.stats).runs += 1;
    match caught(body).await {
        Some(Ok(())) => {}
        Some(Err(error)) => {
            log::warn!("cycle: the body failed: {error}");
            lock(&shared.stats).failed += 1;
        }
        None => {
            log::error!("cycle: the body panicked; the cycle goes on");
            lock(&shared.stats).panicked += 1;
        }
    }
}

/// Awaits the body; `None` if it panicked.
async fn caught<F, Fut>(body: &mut F) -> Option<Fut::Output>
where
    F: FnMut() -> Fut,
    Fut: Future,
{
    let future = catch_unwind(AssertUnwindSafe(body)).ok()?;
    let mut future = pin!(future);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
