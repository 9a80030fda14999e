//! The loader's state machine: who may load, and which model is published.
//!
//! No code of the caller runs under these locks: not the load, not an await,
//! not a model's destructor.

use super::Loaded;
use crate::sync::{Arc, Mutex, PoisonError, RwLock, lock};
use std::time::Instant;

/// The claim, the generation counter and the published model.
pub(crate) struct Board<M, W> {
    desk: Mutex<Desk<W>>,
    published: RwLock<Option<Arc<Loaded<M>>>>,
}

struct Desk<W> {
    /// The generation that the next claim or install gets.
    next: u64,
    /// Loads with a generation below this one come too late to publish.
    floor: u64,
    flight: Option<Flight<W>>,
}

/// A load that is running.
struct Flight<W> {
    generation: u64,
    since: Instant,
    interested: usize,
    waiters: W,
}

/// What a caller sees of a load that somebody else is running.
pub(crate) struct Running<W> {
    pub(crate) generation: u64,
    pub(crate) since: Instant,
    pub(crate) waiters: W,
}

/// The load finished after a newer model, or an unload, had taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) floor: u64,
}

impl<M, W: Clone> Board<M, W> {
    pub(crate) fn new() -> Self {
        Board { desk: Mutex::new(Desk { next: 1, floor: 0, flight: None }), published: RwLock::new(None) }
    }

    pub(crate) fn current(&self) -> Option<Arc<Loaded<M>>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    // #region claim
    /// Claims the load, or says who has it; one step under one lock.
    ///
    /// The claimant is interested from the start; `join` tells whether a caller
    /// who finds the claim taken becomes interested in it as well.
    pub(crate) fn claim(&self, waiters: W, join: bool) -> Result<u64, Running<W>> {
        let mut desk = lock(&self.desk);
        if let Some(flight) = &mut desk.flight {
            flight.interested += usize::from(join);
            return Err(Running {
                generation: flight.generation,
                since: flight.since,
                waiters: flight.waiters.clone(),
            });
        }
        let generation = desk.next;
        desk.next += 1;
        desk.flight = Some(Flight { generation, since: Instant::now(), interested: 1, waiters });
        Ok(generation)
    }
    // #endregion claim

    /// One caller less waits for this load; true when nobody does any more.
    pub(crate) fn leave(&self, generation: u64) -> bool {
        let mut desk = lock(&self.desk);
        match &mut desk.flight {
            Some(flight) if flight.generation == generation => {
                flight.interested -= 1;
                flight.interested == 0
            }
            _ => false,
        }
    }

    /// Since when a load has been running.
    pub(crate) fn running_since(&self) -> Option<Instant> {
        lock(&self.desk).flight.as_ref().map(|f| f.since)
    }

    /// Ends the load without a model; the published one stays.
    pub(crate) fn clear(&self, generation: u64) {
        let mut desk = lock(&self.desk);
        let ended = take_flight(&mut desk, generation);
        drop(desk);
        drop(ended);
    }

    /// Ends the load and publishes its model, unless something newer came first.
    pub(crate) fn finish(&self, generation: u64, model: M) -> Result<Arc<Loaded<M>>, Late> {
        let loaded = Arc::new(Loaded { generation, model });
        let mut desk = lock(&self.desk);
        let ended = take_flight(&mut desk, generation);
        let outcome = if generation < desk.floor {
            Err(Late { floor: desk.floor })
        } else {
            desk.floor = generation + 1;
            Ok(self.swap(Some(Arc::clone(&loaded))))
        };
        drop(desk);
        drop(ended);
        // The old model's destructor may take long, or take a lock: it runs here.
        outcome.map(|old| {
            drop(old);
            loaded
        })
    }

    /// Publishes a finished model at once; loads that started earlier come late.
    pub(crate) fn install(&self, model: M) -> Arc<Loaded<M>> {
        let mut desk = lock(&self.desk);
        let generation = desk.next;
        let loaded = Arc::new(Loaded { generation, model });
        desk.next += 1;
        desk.floor = desk.next;
        let old = self.swap(Some(Arc::clone(&loaded)));
        drop(desk);
        drop(old);
        loaded
    }

    /// Withdraws the model; loads that started earlier come late.
    pub(crate) fn unload(&self) -> Option<Arc<Loaded<M>>> {
        let mut desk = lock(&self.desk);
        desk.floor = desk.next;
        self.swap(None)
    }

    fn swap(&self, new: Option<Arc<Loaded<M>>>) -> Option<Arc<Loaded<M>>> {
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *published, new)
    }
}

fn take_flight<W>(desk: &mut Desk<W>, generation: u64) -> Option<Flight<W>> {
    desk.flight.take_if(|f| f.generation == generation)
}
