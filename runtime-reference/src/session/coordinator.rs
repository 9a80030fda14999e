//! The session coordinator: eleven operations over one state behind one lock.

use super::{Poisoned, Session};
use std::collections::BTreeMap;
use std::fmt;

/// Names a session.
pub type SessionId = u64;

/// What a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// At work.
    Running,
    /// Waits for input.
    Waiting,
    /// Has been closed; kept until it is saved.
    Closed,
}

/// What a session uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resources {
    /// Bytes in use.
    pub memory: u64,
    /// Steps done so far.
    pub steps: u64,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its name.
    pub id: SessionId,
    /// What it is called.
    pub title: String,
    /// What it is doing.
    pub status: SessionStatus,
    /// What it uses.
    pub resources: Resources,
}

/// A change of a session's status, as it comes from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The session.
    pub id: SessionId,
    /// Its new status.
    pub status: SessionStatus,
}

/// Why an operation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoordinatorError {
    /// There is no such session.
    Unknown(SessionId),
    /// The session has been closed.
    Closed(SessionId),
    /// An earlier change panicked half-way.
    Poisoned,
}

impl fmt::Display for CoordinatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CoordinatorError::Unknown(id) => write!(f, "there is no session {id}"),
            CoordinatorError::Closed(id) => write!(f, "session {id} is closed"),
            CoordinatorError::Poisoned => Poisoned.fmt(f),
        }
    }
}

impl std::error::Error for CoordinatorError {}

impl From<Poisoned> for CoordinatorError {
    fn from(_: Poisoned) -> Self {
        CoordinatorError::Poisoned
    }
}

// #region state
/// The sessions and which of them is active: one fact, so one value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    next: SessionId,
    sessions: BTreeMap<SessionId, SessionInfo>,
    active: Option<SessionId>,
}
// #endregion state

/// Sessions, the active one, and what they use.
///
/// The active session, if any, always exists and is not closed.
///
/// ```
/// use runtime_reference::session::Coordinator;
///
/// let sessions = Coordinator::new();
/// let first = sessions.create_session("first")?;
/// let second = sessions.create_session("second")?;
/// assert_eq!(sessions.active_session_id(), Some(second));
/// sessions.close_session(second)?;
/// assert_eq!(sessions.active_session_id(), None);
/// assert!(sessions.switch_session(second).is_err());
/// sessions.switch_session(first)?;
/// # Ok::<(), runtime_reference::session::CoordinatorError>(())
/// ```
#[derive(Clone)]
pub struct Coordinator {
    session: Session<State>,
}

impl Default for Coordinator {
    fn default() -> Self {
        Coordinator::new()
    }
}

impl Coordinator {
    /// No sessions.
    pub fn new() -> Self {
        Coordinator { session: Session::new(State::default()) }
    }

    /// Opens a session and makes it the active one.
    pub fn create_session(&self, title: &str) -> Result<SessionId, CoordinatorError> {
        Ok(self.session.with(|state| {
            state.next += 1;
            let id = state.next;
            let info = SessionInfo {
                id,
                title: title.to_owned(),
                status: SessionStatus::Running,
                resources: Resources::default(),
            };
            state.sessions.insert(id, info);
            state.active = Some(id);
            id
        })?)
    }

    /// Makes an open session the active one; gives the one that was.
    pub fn switch_session(&self, id: SessionId) -> Result<Option<SessionId>, CoordinatorError> {
        self.session.with(|state| {
            state.open(id)?;
            Ok(state.active.replace(id))
        })?
    }

    /// Adds to what a session uses.
    pub fn update_resource_stats(&self, id: SessionId, more: Resources) -> Result<Resources, CoordinatorError> {
        self.session.with(|state| {
            let info = state.open(id)?;
            info.resources.memory += more.memory;
            info.resources.steps += more.steps;
            Ok(info.resources)
        })?
    }

    // #region close
    /// Closes a session; it is active no more.
    pub fn close_session(&self, id: SessionId) -> Result<(), CoordinatorError> {
        self.session.with(|state| {
            state.open(id)?.status = SessionStatus::Closed;
            state.active = state.active.filter(|active| *active != id);
            Ok(())
        })?
    }
    // #endregion close

    /// Takes a closed session out, or copies an open one, for the caller to store.
    pub fn save_session(&self, id: SessionId) -> Result<SessionInfo, CoordinatorError> {
        self.session.with(|state| {
            let info = state.known(id)?;
            let copy = info.clone();
            if copy.status == SessionStatus::Closed {
                state.sessions.remove(&id);
            }
            Ok(copy)
        })?
    }

    /// The active session.
    pub fn active_session_id(&self) -> Option<SessionId> {
        self.session.read(|state| state.active)
    }

    /// One session.
    pub fn get_session(&self, id: SessionId) -> Option<SessionInfo> {
        self.session.read(|state| state.sessions.get(&id).cloned())
    }

    /// All sessions and the active one, from one moment.
    pub fn list_sessions(&self) -> (Vec<SessionInfo>, Option<SessionId>) {
        self.session.read(|state| (state.sessions.values().cloned().collect(), state.active))
    }

    /// The sessions that wait for input.
    pub fn get_waiting_sessions(&self) -> Vec<SessionInfo> {
        self.session.read(|state| {
            let waiting = |info: &&SessionInfo| info.status == SessionStatus::Waiting;
            state.sessions.values().filter(waiting).cloned().collect()
        })
    }

    /// Sets what an open session is doing; gives what it was doing.
    pub fn update_session_state(
        &self,
        id: SessionId,
        status: SessionStatus,
    ) -> Result<SessionStatus, CoordinatorError> {
        self.session.with(|state| state.set_status(id, status))?
    }

    /// Applies a batch of changes as one step; gives how many named an open session.
    pub fn process_state_changes(&self, changes: &[Change]) -> Result<usize, CoordinatorError> {
        Ok(self.session.with(|state| {
            let applied = |change: &&Change| state.set_status(change.id, change.status).is_ok();
            changes.iter().filter(applied).count()
        })?)
    }
}

impl State {
    fn known(&mut self, id: SessionId) -> Result<&mut SessionInfo, CoordinatorError> {
        let unknown = CoordinatorError::Unknown(id);
        self.sessions.get_mut(&id).ok_or(unknown)
    }

    fn open(&mut self, id: SessionId) -> Result<&mut SessionInfo, CoordinatorError> {
        let info = self.known(id)?;
        match info.status {
            SessionStatus::Closed => Err(CoordinatorError::Closed(id)),
            SessionStatus::Running | SessionStatus::Waiting => Ok(info),
        }
    }

    fn set_status(&mut self, id: SessionId, status: SessionStatus) -> Result<SessionStatus, CoordinatorError> {
        let before = std::mem::replace(&mut self.open(id)?.status, status);
        if status == SessionStatus::Closed {
            self.active = self.active.filter(|active| *active != id);
        }
        Ok(before)
    }
}
