/*!
Unified session state: one lock over one value, reached by closures only.

Invariants:

* **S1** The fields agree in every read.
* **S2** There is one lock, so there is no lock order to get wrong.
* **S3** No guard can be held over an await: the API takes closures.
* **S4** No read-modify-write is lost, and a decision made on an older state is
  refused.
* **S5** A panic inside a closure leaves a readable state, marked as suspect.

```
use runtime_reference::session::Session;

let session = Session::new(Vec::<&str>::new());
session.with(|list| list.push("first"))?;
let seen = session.snapshot();
// Somebody else acts in between.
session.with(|list| list.push("second"))?;
// What was decided on the older view is refused.
assert!(session.transition(seen.generation, |list| list.clear()).is_err());
assert_eq!(session.snapshot().state, ["first", "second"]);
# Ok::<(), runtime_reference::session::Poisoned>(())
```

A closure cannot await, so no guard lives across one:

```compile_fail,E0728
# use runtime_reference::session::Session;
# async fn work() {}
# async fn test() {
let session = Session::new(0);
session.with(|count| { work().await; *count += 1; });
# }
```
*/

mod coordinator;
pub mod naive;

pub use coordinator::{Change, Coordinator, CoordinatorError, Resources, SessionId, SessionInfo, SessionStatus};

use crate::sync::{Arc, Mutex, PoisonError};
use std::fmt;
use tokio::sync::watch;

/// Counts the changes of a state.
pub type Generation = u64;

/// A shared state behind one lock.
pub struct Session<S> {
    inner: Arc<Inner<S>>,
}

struct Inner<S> {
    desk: Mutex<Desk<S>>,
    changed: watch::Sender<Generation>,
}

struct Desk<S> {
    state: S,
    generation: Generation,
    poisoned: bool,
}

/// A copy of the state and the generation it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<S> {
    /// What to hand to [`Session::transition`].
    pub generation: Generation,
    /// True if a closure panicked in the middle of a change.
    pub poisoned: bool,
    /// The copy.
    pub state: S,
}

/// The state has moved on since the decision was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale {
    /// The generation the caller had seen.
    pub expected: Generation,
    /// The generation now.
    pub current: Generation,
}

/// A closure panicked in the middle of a change; the state may be half-changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poisoned;

/// Why a transition was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The state has moved on.
    Stale(Stale),
    /// The state is suspect.
    Poisoned,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Stale(stale) => {
                write!(f, "decided on generation {}, but the state is at {}", stale.expected, stale.current)
            }
            Refused::Poisoned => Poisoned.fmt(f),
        }
    }
}

impl fmt::Display for Poisoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change panicked half-way; the state can be read, and must be repaired")
    }
}

impl std::error::Error for Refused {}
impl std::error::Error for Poisoned {}

impl<S> Clone for Session<S> {
    fn clone(&self) -> Self {
        Session { inner: Arc::clone(&self.inner) }
    }
}

impl<S> Session<S> {
    /// A session at generation 0.
    pub fn new(state: S) -> Self {
        Session {
            inner: Arc::new(Inner {
                desk: Mutex::new(Desk { state, generation: 0, poisoned: false }),
                changed: watch::channel(0).0,
            }),
        }
    }

    /// Changes the state as one step.
    pub fn with<R>(&self, change: impl FnOnce(&mut S) -> R) -> Result<R, Poisoned> {
        self.change(None, change).map_err(|_| Poisoned)
    }

    /// Changes the state if it is still at the generation the decision rests on.
    pub fn transition<R>(
        &self,
        expected: Generation,
        change: impl FnOnce(&mut S) -> R,
    ) -> Result<(R, Generation), Refused> {
        let result = self.change(Some(expected), change)?;
        Ok((result, expected + 1))
    }

    /// Reads several fields as one step, without a copy of the whole.
    pub fn read<R>(&self, look: impl FnOnce(&S) -> R) -> R {
        let desk = self.lock();
        look(&desk.state)
    }

    /// A copy of the state with its generation, also when it is suspect.
    pub fn snapshot(&self) -> Snapshot<S>
    where
        S: Clone,
    {
        let desk = self.lock();
        Snapshot { generation: desk.generation, poisoned: desk.poisoned, state: desk.state.clone() }
    }

    /// Puts a state known to be whole in place of one that is suspect.
    pub fn repair(&self, state: S) {
        let mut desk = self.lock();
        let old = std::mem::replace(&mut desk.state, state);
        desk.poisoned = false;
        desk.generation += 1;
        self.tell(desk.generation);
        drop(desk);
        drop(old);
    }

    /// Tells of the newest generation after each change; old ones are skipped.
    pub fn subscribe(&self) -> watch::Receiver<Generation> {
        let desk = self.lock();
        // While nobody listened nobody was told.
        self.inner.changed.send_replace(desk.generation);
        self.inner.changed.subscribe()
    }

    /// Called under the lock, as `subscribe` listens under it: nobody misses a change.
    fn tell(&self, generation: Generation) {
        if self.inner.changed.receiver_count() > 0 {
            self.inner.changed.send_replace(generation);
        }
    }

    // #region change
    fn change<R>(&self, expected: Option<Generation>, change: impl FnOnce(&mut S) -> R) -> Result<R, Refused> {
        let mut desk = self.lock();
        if desk.poisoned {
            return Err(Refused::Poisoned);
        }
        if let Some(expected) = expected
            && expected != desk.generation
        {
            return Err(Refused::Stale(Stale { expected, current: desk.generation }));
        }
        // Suspect until the closure has returned; after a panic it stays so.
        desk.poisoned = true;
        desk.generation += 1;
        let result = change(&mut desk.state);
        desk.poisoned = false;
        self.tell(desk.generation);
        Ok(result)
    }
    // #endregion change

    fn lock(&self) -> crate::sync::MutexGuard<'_, Desk<S>> {
        // A panic in a change is recorded in `poisoned`; one in a read changes nothing.
        self.inner.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
