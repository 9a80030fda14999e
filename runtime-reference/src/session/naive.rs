//! Session state as it is written first: two locks for one fact.

use crate::sync::{Arc, Mutex, lock};
use std::collections::BTreeMap;

/// The sessions behind one lock, the active one behind another.
///
/// A reader between the two updates sees an active session that does not exist;
/// and `active_title` takes the locks in the opposite order to `switch_session`.
#[derive(Clone, Default)]
pub struct NaiveCoordinator {
    sessions: Arc<Mutex<BTreeMap<u64, String>>>,
    active: Arc<Mutex<Option<u64>>>,
}

impl NaiveCoordinator {
    /// No sessions.
    pub fn new() -> Self {
        NaiveCoordinator::default()
    }

    /// Opens a session, then makes it the active one, in two steps.
    pub fn create_session(&self, id: u64, title: &str) {
        lock(&self.sessions).insert(id, title.to_owned());
        // racelint-expect: split-locks
        *lock(&self.active) = Some(id);
    }

    /// Closes a session, then makes it active no more, in two steps.
    pub fn close_session(&self, id: u64) {
        lock(&self.sessions).remove(&id);
        // racelint-expect: split-locks
        let mut active = lock(&self.active);
        if *active == Some(id) {
            *active = None;
        }
    }

    /// Whether the active session exists, read in two steps.
    pub fn active_exists(&self) -> bool {
        let active = *lock(&self.active);
        active.is_none_or(|id| lock(&self.sessions).contains_key(&id))
    }

    /// Moves the active mark while it holds both locks: sessions, then active.
    pub fn switch_session(&self, id: u64) -> bool {
        let sessions = lock(&self.sessions);
        // racelint-expect: lock-order
        let mut active = lock(&self.active);
        let known = sessions.contains_key(&id);
        if known {
            *active = Some(id);
        }
        known
    }

    /// The active session's title, under both locks: active, then sessions.
    pub fn active_title(&self) -> Option<String> {
        let active = lock(&self.active);
        let sessions = lock(&self.sessions);
        active.and_then(|id| sessions.get(&id).cloned())
    }
}
