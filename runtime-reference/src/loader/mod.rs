/*!
Guarded model loader: one load at a time, hot swap under running predictions.

Invariants:

* **L1** At most one load runs.
* **L2** Under [`Busy::Refuse`] a second caller is answered at once, without
  effect, and a warning is logged.
* **L3** The in-progress mark is gone after success, error, panic, a dropped
  future and an abort.
* **L4** Every joiner gets the value, the shared error or
  [`LoadError::LeaderGone`]; none hangs.
* **L5** A failed reload keeps the old model.
* **L6** A prediction sees one generation; generations never go back, so a late
  load never overwrites a newer one.
* **L7** No lock is held over the load, an await or a model's destructor.
* **L8** The old model is freed once, after its last user.

```
use runtime_reference::loader::{Busy, Cancel, LoadError, Slot};

# #[tokio::main(flavor = "current_thread")] async fn main() {
let slot: Slot<String, std::io::Error> = Slot::new();
let loaded = slot
    .load(Busy::Refuse, Cancel::WithCaller, || async { Ok("weights".to_owned()) })
    .await
    .expect("nobody else is loading");
assert_eq!(loaded.model, "weights");

// A prediction takes the model once and keeps it to its end.
let model = slot.current().expect("loaded");
slot.install("newer weights".to_owned());
assert_eq!(model.model, "weights");
assert!(slot.current().expect("installed").generation > model.generation);
# }
```
*/

mod board;
pub mod naive;

pub(crate) use board::Board;

use crate::sync::Arc;
use std::fmt;
use std::future::Future;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A model and the generation it was published under.
#[derive(Debug, PartialEq, Eq)]
pub struct Loaded<M> {
    /// Grows with every load, reload and install; never goes back.
    pub generation: u64,
    /// The model.
    pub model: M,
}

/// What a caller gets who finds a load running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// An error at once, and a warning in the log.
    Refuse,
    /// The running load's outcome, whatever it is.
    Join,
    /// The running load's outcome; if its leader vanishes, lead in its place.
    JoinOrLead,
}

/// When a load that was started ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancel {
    /// It runs inside the caller's future and is dropped with it.
    WithCaller,
    /// It runs in a task of its own, aborted when the last caller has left.
    WhenNobodyWaits,
}

/// Why there is no model.
#[derive(Debug)]
pub enum LoadError<E> {
    /// Another load is running, and the policy was [`Busy::Refuse`].
    Busy {
        /// When that load started.
        since: Instant,
    },
    /// The load failed; all who waited for it share the error.
    Failed(Arc<E>),
    /// The caller who ran the load was cancelled, or its load panicked.
    LeaderGone {
        /// True for a panic.
        panicked: bool,
    },
    /// A newer model, or an unload, came before this load had finished.
    Superseded {
        /// The generation of the load that came late.
        generation: u64,
    },
}

impl<E> Clone for LoadError<E> {
    fn clone(&self) -> Self {
        match self {
            LoadError::Busy { since } => LoadError::Busy { since: *since },
            LoadError::Failed(error) => LoadError::Failed(Arc::clone(error)),
            LoadError::LeaderGone { panicked } => LoadError::LeaderGone { panicked: *panicked },
            LoadError::Superseded { generation } => LoadError::Superseded { generation: *generation },
        }
    }
}

impl<E: fmt::Display> fmt::Display for LoadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Busy { since } => {
                write!(f, "a load has been running for {:?}", since.elapsed())
            }
            LoadError::Failed(error) => write!(f, "the load failed: {}", **error),
            LoadError::LeaderGone { panicked: true } => f.write_str("the load panicked"),
            LoadError::LeaderGone { panicked: false } => f.write_str("the load was cancelled"),
            LoadError::Superseded { generation } => {
                write!(f, "load {generation} finished after a newer change")
            }
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for LoadError<E> {}

/// What a [`Slot`] is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The generation that predictions get.
    pub generation: Option<u64>,
    /// How long a load has been running.
    pub loading_for: Option<Duration>,
}

/// A result that many callers share.
pub type Outcome<M, E> = Result<Arc<Loaded<M>>, LoadError<E>>;

/// A place for one model, loaded by one caller at a time.
pub struct Slot<M, E> {
    board: Arc<Board<M, Waiters<M, E>>>,
}

impl<M, E> Clone for Slot<M, E> {
    fn clone(&self) -> Self {
        Slot { board: Arc::clone(&self.board) }
    }
}

struct Waiters<M, E> {
    verdict: watch::Receiver<Option<Outcome<M, E>>>,
    abort: Arc<OnceLock<AbortHandle>>,
}

impl<M, E> Clone for Waiters<M, E> {
    fn clone(&self) -> Self {
        Waiters { verdict: self.verdict.clone(), abort: Arc::clone(&self.abort) }
    }
}

impl<M, E> Default for Slot<M, E>
where
    M: Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    fn default() -> Self {
        Slot::new()
    }
}

impl<M, E> Slot<M, E>
where
    M: Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    /// An empty slot.
    pub fn new() -> Self {
        Slot { board: Arc::new(Board::new()) }
    }

    /// The model to predict with; keep it for the whole prediction.
    pub fn current(&self) -> Option<Arc<Loaded<M>>> {
        self.board.current()
    }

    /// The model that is there, else the outcome of loading one.
    pub async fn load<F, Fut>(&self, busy: Busy, cancel: Cancel, init: F) -> Outcome<M, E>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<M, E>> + Send + 'static,
    {
        match self.current() {
            Some(loaded) => Ok(loaded),
            None => self.reload(busy, cancel, init).await,
        }
    }

    /// Loads a model while the old one goes on serving; swaps it in when done.
    pub async fn reload<F, Fut>(&self, busy: Busy, cancel: Cancel, init: F) -> Outcome<M, E>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<M, E>> + Send + 'static,
    {
        loop {
            let (sender, verdict) = watch::channel(None);
            let waiters = Waiters { verdict, abort: Arc::new(OnceLock::new()) };
            // The claim comes before the first await, in one step.
            match self.board.claim(waiters.clone(), busy != Busy::Refuse) {
                Ok(generation) => {
                    let lead = Lead { board: Arc::clone(&self.board), generation, sender, ended: false };
                    return match cancel {
                        Cancel::WithCaller => lead.run(init).await,
                        Cancel::WhenNobodyWaits => self.lead_apart(lead, waiters, init).await,
                    };
                }
                Err(running) if busy == Busy::Refuse => {
                    log::warn!("load refused: another has been running for {:?}", running.since.elapsed());
                    return Err(LoadError::Busy { since: running.since });
                }
                Err(running) => {
                    let outcome = self.wait(running.generation, running.waiters).await;
                    if busy == Busy::Join || !matches!(outcome, Err(LoadError::LeaderGone { .. })) {
                        return outcome;
                    }
                }
            }
        }
    }

    /// Publishes a model that is already there.
    ///
    /// A load that started earlier and ends later gets
    /// [`LoadError::Superseded`].
    pub fn install(&self, model: M) -> Arc<Loaded<M>> {
        self.board.install(model)
    }

    /// Withdraws the model and hands it back; predictions that hold it go on.
    ///
    /// A load that is running comes late: it ends, and publishes nothing.
    pub fn unload(&self) -> Option<Arc<Loaded<M>>> {
        self.board.unload()
    }

    /// The published generation, and whether a load is running.
    pub fn status(&self) -> Status {
        Status {
            generation: self.current().map(|loaded| loaded.generation),
            loading_for: self.board.running_since().map(|since| since.elapsed()),
        }
    }

    async fn lead_apart<F, Fut>(&self, lead: Lead<M, E>, waiters: Waiters<M, E>, init: F) -> Outcome<M, E>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<M, E>> + Send + 'static,
    {
        let generation = lead.generation;
        let task = tokio::spawn(async move {
            // The outcome goes to everybody through the channel.
            let _ = lead.run(init).await;
        });
        // Nobody can have aborted yet: this caller is still interested.
        let _ = waiters.abort.set(task.abort_handle());
        self.wait(generation, waiters).await
    }

    async fn wait(&self, generation: u64, mut waiters: Waiters<M, E>) -> Outcome<M, E> {
        let _interest = Interest { board: Arc::clone(&self.board), generation, abort: Arc::clone(&waiters.abort) };
        let verdict = waiters.verdict.wait_for(Option::is_some).await;
        match verdict.as_deref() {
            Ok(Some(outcome)) => outcome.clone(),
            // A sender without a verdict is unreachable: its drop sends one.
            _ => Err(LoadError::LeaderGone { panicked: false }),
        }
    }
}

/// One caller's wish to have a load's outcome; its drop may end the load.
struct Interest<M, E>
where
    E: Send + Sync + 'static,
    M: Send + Sync + 'static,
{
    board: Arc<Board<M, Waiters<M, E>>>,
    generation: u64,
    abort: Arc<OnceLock<AbortHandle>>,
}

impl<M, E> Drop for Interest<M, E>
where
    E: Send + Sync + 'static,
    M: Send + Sync + 'static,
{
    fn drop(&mut self) {
        if self.board.leave(self.generation)
            && let Some(task) = self.abort.get()
        {
            task.abort();
        }
    }
}

/// The right to load; its drop clears the mark and tells everybody, whatever happened.
struct Lead<M, E>
where
    E: Send + Sync + 'static,
    M: Send + Sync + 'static,
{
    board: Arc<Board<M, Waiters<M, E>>>,
    generation: u64,
    sender: watch::Sender<Option<Outcome<M, E>>>,
    ended: bool,
}

impl<M, E> Lead<M, E>
where
    E: Send + Sync + 'static,
    M: Send + Sync + 'static,
{
    async fn run<F, Fut>(mut self, init: F) -> Outcome<M, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<M, E>>,
    {
        let outcome = match init().await {
            Ok(model) => self.board.finish(self.generation, model).map_err(|late| {
                log::warn!("load {} came late: {} is the first that counts", self.generation, late.floor);
                LoadError::Superseded { generation: self.generation }
            }),
            Err(error) => {
                self.board.clear(self.generation);
                Err(LoadError::Failed(Arc::new(error)))
            }
        };
        self.ended = true;
        self.sender.send_replace(Some(outcome.clone()));
        outcome
    }
}

// #region drop
impl<M, E> Drop for Lead<M, E>
where
    E: Send + Sync + 'static,
    M: Send + Sync + 'static,
{
    fn drop(&mut self) {
        if !self.ended {
            self.board.clear(self.generation);
            self.sender.send_replace(Some(Err(LoadError::LeaderGone { panicked: std::thread::panicking() })));
        }
    }
}
// #endregion drop
