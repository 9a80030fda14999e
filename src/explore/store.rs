//! One state of an exploration: what the places hold and who wrote it, where every task stands, and the little that
//! monitors must remember.

use std::cell::RefCell;

use super::model::{LockId, Mode};
use super::program::{N, NONE};
use super::value::{Data, V};

/// The most versions of one place that a schedule may make.
pub(super) const MAX_VERSIONS: u8 = 30;
pub(super) const NOBODY: u8 = 15;

/// A register, or a value on its way: what it is and what it rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Reg {
    pub(super) val: V,
    pub(super) data: Data,
    /// Runs whose varying request this is an answer to.
    pub(super) tickets: u8,
    /// An unmodified copy of the one version in `data`.
    pub(super) copy: bool,
    /// Read in this very stretch.
    pub(super) now: bool,
    /// Rests on the run's own arguments.
    pub(super) varies: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Slot {
    pub(super) val: V,
    pub(super) cur: u8,
    /// Runs whose answers the current value rests on.
    pub(super) tickets: u8,
    /// The current version was written as a claim.
    pub(super) claimed: bool,
    /// ... by an exclusive create.
    pub(super) created: bool,
    /// Written where a truth had been chosen for what a run wrote, or by something unknown.
    pub(super) shaky: bool,
    /// Writers of the versions, four bits each.
    writers: u128,
    /// Where the newest version was written; for telling only.
    pub(super) site: u32,
}

impl Slot {
    pub(super) fn new(val: V) -> Slot {
        Slot {
            val,
            cur: 0,
            tickets: 0,
            claimed: false,
            created: false,
            shaky: false,
            writers: u128::from(NOBODY),
            site: u32::MAX,
        }
    }

    pub(super) fn writer(&self, version: u8) -> u8 {
        (self.writers >> (4 * u32::from(version.min(31))) & 15) as u8
    }

    pub(super) fn push(&mut self, run: u8) {
        self.cur = (self.cur + 1).min(31);
        let at = 4 * u32::from(self.cur);
        self.writers = self.writers & !(15 << at) | u128::from(run) << at;
    }

    /// Whether some version after `version` was written by another run than `run`.
    pub(super) fn foreign(&self, run: u8, version: u8) -> bool {
        (version + 1..=self.cur).any(|v| self.writer(v) != run)
    }
}

/// What a run remembers of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Own {
    /// Its last own version, `NEVER` if none.
    pub(super) wrote: u8,
    pub(super) wrote_val: V,
    /// The newest version it has handed on, to a call or a caller.
    pub(super) used: u8,
    pub(super) read: u8,
    /// It took the initial emptiness for the answer.
    pub(super) early: bool,
    /// It once wrote something that is not absent.
    pub(super) filled: bool,
}

pub(super) const NEVER: u8 = u8::MAX;

impl Default for Own {
    fn default() -> Own {
        Own { wrote: NEVER, wrote_val: V::ABSENT, used: NEVER, read: NEVER, early: false, filled: false }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    /// Not begun: a run whose turn has not come.
    Waiting,
    Ready,
    /// Sleeps on a condition, without its lock.
    Asleep,
    /// Notified; wants its lock back.
    Woken,
    Done,
    Failed,
    Cut,
}

impl Status {
    pub(super) fn ended(self) -> bool {
        matches!(self, Status::Done | Status::Failed | Status::Cut)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) run: u8,
    pub(super) status: Status,
    pub(super) pc: N,
    /// What fresh things of this task are called after.
    pub(super) key: u32,
    /// Its first register in the state's registers.
    pub(super) regs: u32,
    /// The promise that it settles when it ends.
    pub(super) promise: V,
    /// Starts only when this has settled.
    pub(super) after: V,
    /// Where it starts if that fails.
    pub(super) otherwise: N,
    pub(super) atomic: u8,
    pub(super) in_tx: bool,
    /// Waits in the queue of a read-write lock.
    pub(super) queued: bool,
    /// A re-check that nobody can decide stands between the last pause and now.
    pub(super) validated: bool,
    pub(super) shaky: bool,
    pub(super) unknowns: u8,
    /// An exclusive create failed after a test that said it was free.
    pub(super) conflict: Option<(u8, u32)>,
    pub(super) ret: V,
    /// It joined a promise of another run.
    pub(super) joined: bool,
}

impl Task {
    pub(super) fn new(run: u8, pc: N, key: u32, regs: u32) -> Task {
        Task {
            run,
            status: Status::Ready,
            pc,
            key,
            regs,
            promise: V::ABSENT,
            after: V::ABSENT,
            otherwise: NONE,
            atomic: 0,
            in_tx: false,
            queued: false,
            validated: false,
            shaky: false,
            unknowns: 0,
            conflict: None,
            ret: V::ABSENT,
            joined: false,
        }
    }
}

/// A predicate with one open place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phi {
    Truthy,
    Absent,
    Equals(V),
    Below(V),
    Above(V),
    /// Something computed from it.
    Opaque,
}

/// A test on a place that controls what a task does now, or the claim that took its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) task: u8,
    pub(super) slot: u8,
    pub(super) version: u8,
    pub(super) phi: Phi,
    pub(super) outcome: bool,
    pub(super) claim: bool,
    /// The claim turns the test's outcome for everybody else.
    pub(super) strong: bool,
    pub(super) created: bool,
    /// What was done since the test: nothing, something unknown, something that counts.
    pub(super) acted: u8,
    pub(super) seen: V,
    /// Where the test no longer controls anything.
    pub(super) until: N,
    pub(super) site: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hold {
    pub(super) lock: LockId,
    pub(super) task: u8,
    pub(super) mode: Mode,
    pub(super) depth: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Settled {
    No,
    With(Reg),
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Promised {
    pub(super) promise: V,
    pub(super) settled: Settled,
    pub(super) run: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Resource {
    pub(super) val: V,
    pub(super) opened: bool,
    /// Who closed it, `NOBODY` if it is open.
    pub(super) closed: u8,
    pub(super) returned: bool,
    /// The task that closed it.
    pub(super) by: u8,
    /// The first place it was stored in, `NEVER` if none.
    pub(super) stored: u8,
    pub(super) site: u32,
    pub(super) run: u8,
}

/// Something done to the world outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Done {
    pub(super) run: u8,
    pub(super) site: u32,
    pub(super) args: V,
    /// The place whose plain test it stood under, `NEVER` if none.
    pub(super) under: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pending {
    pub(super) task: u8,
    pub(super) slot: u8,
    pub(super) reg: Reg,
    pub(super) site: u32,
    pub(super) claim: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) slots: Vec<Slot>,
    /// What each run remembers of each slot: `run * slots + slot`.
    pub(super) own: Vec<Own>,
    pub(super) tasks: Vec<Task>,
    pub(super) regs: Vec<Reg>,
    pub(super) entries: Vec<Entry>,
    pub(super) holds: Vec<Hold>,
    pub(super) promises: Vec<Promised>,
    pub(super) resources: Vec<Resource>,
    /// Truths chosen, by choice.
    pub(super) assumed: Vec<(u32, bool)>,
    pub(super) done: Vec<Done>,
    /// Findings that stand or fall with the outcome.
    pub(super) candidates: Vec<u32>,
    /// Writes of open transactions.
    pub(super) pending: Vec<Pending>,
    /// Runs in the order they started.
    pub(super) started: Vec<u8>,
    pub(super) errors: u8,
}

impl Clone for State {
    fn clone(&self) -> State {
        let mut copy = State::default();
        copy.clone_from(self);
        copy
    }

    /// Into the memory of a state that nobody needs any more.
    fn clone_from(&mut self, from: &State) {
        self.slots.clone_from(&from.slots);
        self.own.clone_from(&from.own);
        self.tasks.clone_from(&from.tasks);
        self.regs.clone_from(&from.regs);
        self.entries.clone_from(&from.entries);
        self.holds.clone_from(&from.holds);
        self.promises.clone_from(&from.promises);
        self.resources.clone_from(&from.resources);
        self.assumed.clone_from(&from.assumed);
        self.done.clone_from(&from.done);
        self.candidates.clone_from(&from.candidates);
        self.pending.clone_from(&from.pending);
        self.started.clone_from(&from.started);
        self.errors = from.errors;
    }
}

/// States that nobody needs any more: their memory serves the next ones, in later explorations of this thread as well.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "a state stays in its box wherever it goes")]
pub(super) struct Spare(Vec<Box<State>>);

thread_local! {
    static KEPT: RefCell<Spare> = const { RefCell::new(Spare(Vec::new())) };
}

/// The most that is kept from one exploration to the next.
const MOST_KEPT: usize = 500;

impl Spare {
    /// What is kept on this thread.
    pub(super) fn take() -> Spare {
        KEPT.with_borrow_mut(|kept| Spare(std::mem::take(&mut kept.0)))
    }

    pub(super) fn keep(states: impl Iterator<Item = Box<State>>) {
        KEPT.with_borrow_mut(|kept| {
            let room = MOST_KEPT.saturating_sub(kept.0.len());
            kept.0.extend(states.take(room));
        });
    }

    pub(super) fn rest(&mut self) -> impl Iterator<Item = Box<State>> {
        self.0.drain(..)
    }

    pub(super) fn copy(&mut self, from: &State) -> Box<State> {
        match self.0.pop() {
            Some(mut state) => {
                (*state).clone_from(from);
                state
            }
            None => Box::new(from.clone()),
        }
    }

    pub(super) fn give_back(&mut self, state: Box<State>) {
        self.0.push(state);
    }
}

impl State {
    pub(super) fn own(&mut self, run: u8, slot: usize) -> &mut Own {
        let at = usize::from(run) * self.slots.len() + slot;
        &mut self.own[at]
    }

    pub(super) fn own_of(&self, run: u8, slot: usize) -> &Own {
        &self.own[usize::from(run) * self.slots.len() + slot]
    }

    pub(super) fn promised(&self, promise: V) -> Option<&Promised> {
        self.promises.iter().find(|p| p.promise == promise)
    }

    /// A run has ended when all that it started has.
    pub(super) fn run_ended(&self, run: u8) -> bool {
        self.tasks.iter().filter(|t| t.run == run).all(|t| t.status.ended())
    }

    pub(super) fn run_started(&self, run: u8) -> bool {
        self.tasks[usize::from(run)].status != Status::Waiting
    }

    pub(super) fn add_candidate(&mut self, candidate: u32) {
        if let Err(at) = self.candidates.binary_search(&candidate) {
            self.candidates.insert(at, candidate);
        }
    }
}
