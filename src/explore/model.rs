//! What the explorer runs: a few flows over a few shared places, small enough to step through every schedule.
//!
//! A model is made from linked functions by `assemble/` (callees already inlined, only the places that matter kept) or
//! read from the text form of the tests. Nothing here knows a language, a file or a rule.

use serde::{Deserialize, Serialize};

/// An instruction's place in the source, as its maker numbers them: below 2^24.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Site(pub u32);

pub type Pc = u32;
pub type RegIx = u32;
pub type PlaceId = u32;
pub type LockId = u32;
pub type FlowId = u32;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Model {
    pub world: World,
    pub places: Vec<PlaceDef>,
    pub locks: Vec<LockDef>,
    /// Places that belong together, with evidence: written together somewhere and read or written together elsewhere.
    pub pairs: Vec<(PlaceId, PlaceId)>,
    pub flows: Vec<Flow>,
    /// `(a, b)`: a run of `b` starts only after a run of `a` has started.
    pub order: Vec<(FlowId, FlowId)>,
    /// `(p, f)`: `f` is the only releaser of the resource in `p` (for *never released*).
    pub releasers: Vec<(PlaceId, FlowId)>,
}

/// Where runs may meet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum World {
    /// One thread: only where a run pauses or joins, and around outside places.
    #[default]
    Tasks,
    /// Before every access to a shared place, every lock operation, every act.
    Threads,
    /// As threads; memory places are not shared.
    Processes,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PlaceDef {
    pub name: String,
    pub outside: bool,
    /// `Absent`, a constant, or anything else for "nobody knows". A place that begins as `Const` or unknown counts as a
    /// collection where it is inserted into: `Insert` adds, `Remove` with a value takes that one out. Elsewhere `Insert` sets.
    pub initial: Val,
    /// What stands there is a resource: replacing it without releasing it is a leak.
    pub resource: bool,
    /// A row, file or key that each run makes afresh: not shared.
    pub own: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LockDef {
    pub name: String,
    pub reentrant: bool,
    /// Some flow outside the lanes takes it exclusively: a queued writer may stand between two shared acquisitions.
    pub writer: bool,
    /// Acquiring it suspends the task instead of blocking the thread.
    pub is_async: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Flow {
    pub name: String,
    pub code: Vec<Instr>,
    pub registers: u32,
    /// Locks held at entry, by the callers' doing.
    pub holds: Vec<(LockId, Mode)>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Instr {
    pub op: Op,
    pub site: Site,
    /// Where the run goes if this instruction raises an error; `None`: the run ends in an error.
    pub on_error: Option<Pc>,
    /// It may raise an error by itself (an awaited call, an outside step): a cut may be tried here.
    pub may_fail: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    Exclusive,
    Shared,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    Read {
        place: PlaceId,
        into: RegIx,
    },
    Write {
        place: PlaceId,
        how: How,
        value: Val,
        accounts: Vec<RegIx>,
    },
    /// Read, compute and write in one step that nobody can divide; `into` is the old value, and `value` may be made of it.
    Update {
        place: PlaceId,
        value: Val,
        into: Option<RegIx>,
    },
    /// Create where nothing is; `into` is whether it worked. A failed one raises an error when `or_fail`.
    Create {
        place: PlaceId,
        value: Val,
        into: RegIx,
        or_fail: bool,
    },
    /// Replace `expected` by `value` if it is still there; `into` is whether it worked.
    Exchange {
        place: PlaceId,
        expected: Val,
        value: Val,
        into: RegIx,
    },
    /// An effect outside the store.
    Act {
        class: Effect,
        args: Vec<Val>,
        into: RegIx,
    },
    /// A fresh live resource.
    Open {
        into: RegIx,
    },
    /// Work on a resource, or a dereference of what may be absent.
    Use {
        of: Val,
    },
    Close {
        of: Val,
        idempotent: bool,
    },
    /// The run pauses (a timer, an answer from outside); `into` is the answer, which rests on `args`. Answers to requests that
    /// do not vary between runs are equal.
    Pause {
        args: Vec<Val>,
        into: RegIx,
    },
    /// A child task: runs from `entry` at once, up to its first pause, inside this run's stretch; it ends at a `Return`.
    /// With `after` it starts when that promise has settled; if that failed, at `on_error`, or not at all. It begins with a
    /// copy of the registers, under the caller's tests and claims. `into` is the promise of its result.
    Start {
        entry: Pc,
        after: Option<Val>,
        into: RegIx,
    },
    /// Waits for a promise; `into` is what it was resolved with. Raises its error.
    Join {
        on: Val,
        into: RegIx,
    },
    /// A promise that somebody settles by hand.
    Promise {
        into: RegIx,
    },
    Settle {
        promise: Val,
        value: Val,
    },
    /// `tried` is whether it was had, for an acquisition that never waits.
    Lock {
        lock: LockId,
        mode: Mode,
        tried: Option<RegIx>,
    },
    Unlock {
        lock: LockId,
    },
    /// Sleeps until notified, without the lock; takes it again. Conditions are locks that nobody takes.
    Wait {
        cond: LockId,
        lock: LockId,
    },
    Notify {
        cond: LockId,
    },
    Begin,
    Commit,
    Rollback,
    /// No meeting point until the matching end.
    AtomicBegin,
    AtomicEnd,
    Let {
        into: RegIx,
        value: Val,
    },
    Jump(Pc),
    /// Goes to `to` when the test holds, else on.
    Branch {
        test: Check,
        to: Pc,
    },
    Return {
        value: Val,
    },
    Fail,
    /// Something unknown was done to this place.
    Havoc {
        place: PlaceId,
    },
}

impl Model {
    /// Can anything about its places break at all? Not where no run ever looks at one, none holds a resource, and all that is
    /// written is constant: it is what the last one wrote, in every order.
    pub fn can_break(&self) -> bool {
        let looks = |op: &Op| {
            matches!(
                op,
                Op::Read { .. }
                    | Op::Update { .. }
                    | Op::Create { .. }
                    | Op::Exchange { .. }
                    | Op::Lock { .. }
                    | Op::Wait { .. }
                    | Op::Open { .. }
                    | Op::Use { .. }
                    | Op::Close { .. }
            ) || matches!(op, Op::Write { value, .. } if !matches!(value, Val::Absent | Val::Bool(_) | Val::Const(_)))
        };
        let held = self.places.iter().any(|place| place.resource);
        held || self.flows.iter().flat_map(|flow| &flow.code).any(|instr| looks(&instr.op))
    }
}

impl Instr {
    /// Can an error leave this instruction at all?
    pub fn may_raise(&self) -> bool {
        let calm = matches!(
            self.op,
            Op::Let { .. } | Op::Jump(_) | Op::Branch { .. } | Op::Return { .. } | Op::Read { .. } | Op::Write { .. }
        );
        self.may_fail || !calm
    }
}

impl Val {
    /// The registers that this is made of.
    pub fn reads(&self, visit: &mut dyn FnMut(RegIx)) {
        match self {
            Val::Reg(reg) | Val::Plus(reg, _) => visit(*reg),
            Val::Made(inner) => inner.reads(visit),
            Val::Term { of, .. } => of.iter().for_each(|value| value.reads(visit)),
            _ => {}
        }
    }
}

impl Check {
    fn reads(&self, visit: &mut dyn FnMut(RegIx)) {
        match self {
            Check::Truthy(value) | Check::Absent(value) => value.reads(visit),
            Check::Equals(a, b) | Check::Less(a, b) => {
                a.reads(visit);
                b.reads(visit);
            }
            Check::Not(inner) => inner.reads(visit),
            Check::Unknown { of, .. } => of.iter().for_each(|value| value.reads(visit)),
        }
    }
}

impl Op {
    /// Does it put something into a place?
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Op::Write { .. } | Op::Update { .. } | Op::Create { .. } | Op::Exchange { .. } | Op::Havoc { .. }
        )
    }

    /// The register that this makes.
    pub fn makes(&self) -> Option<RegIx> {
        match self {
            Op::Read { into, .. }
            | Op::Create { into, .. }
            | Op::Exchange { into, .. }
            | Op::Act { into, .. }
            | Op::Open { into }
            | Op::Pause { into, .. }
            | Op::Start { into, .. }
            | Op::Join { into, .. }
            | Op::Promise { into }
            | Op::Let { into, .. } => Some(*into),
            Op::Update { into, .. } => *into,
            Op::Lock { tried, .. } => *tried,
            _ => None,
        }
    }

    /// Where the run goes on from `pc` when nothing fails: usually one place, two at a fork.
    pub fn goes_on(&self, pc: Pc) -> (Option<Pc>, Option<Pc>) {
        match self {
            Op::Jump(to) => (Some(*to), None),
            Op::Branch { to, .. } => (Some(pc + 1), Some(*to)),
            Op::Return { .. } | Op::Fail => (None, None),
            _ => (Some(pc + 1), None),
        }
    }

    /// The registers that this reads.
    pub fn reads(&self, visit: &mut dyn FnMut(RegIx)) {
        match self {
            Op::Write { value, accounts, .. } => {
                value.reads(visit);
                accounts.iter().for_each(|reg| visit(*reg));
            }
            Op::Update { value, .. } | Op::Create { value, .. } | Op::Let { value, .. } | Op::Return { value } => {
                value.reads(visit);
            }
            Op::Exchange { expected, value, .. } => {
                expected.reads(visit);
                value.reads(visit);
            }
            Op::Act { args, .. } | Op::Pause { args, .. } => args.iter().for_each(|value| value.reads(visit)),
            Op::Use { of } | Op::Close { of, .. } => of.reads(visit),
            Op::Start { after: Some(value), .. } | Op::Join { on: value, .. } => value.reads(visit),
            Op::Settle { promise, value } => {
                promise.reads(visit);
                value.reads(visit);
            }
            Op::Branch { test, .. } => test.reads(visit),
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum How {
    Set,
    Insert,
    Remove,
    /// Empties a collection: accounts for what was read of it (`accounts`).
    Clear,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// Doing it twice is doing it once.
    Repeatable,
    /// Each one counts: an insert, a POST, a spawn.
    Adding,
    Opening,
    Unknown,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Val {
    Absent,
    Bool(bool),
    /// A named constant: number, string, enum case. `Const(0)` is the one that tests false: zero, the empty string, an
    /// empty collection.
    Const(u32),
    Reg(RegIx),
    /// A new object, different for every run of the instruction. Without `identity` they are interchangeable, hence equal.
    Fresh {
        identity: bool,
    },
    /// This value, and it is known to be there: what a call made for a place that was found empty.
    Made(Box<Val>),
    /// The register's value plus a constant.
    Plus(RegIx, i64),
    /// Uninterpreted, computed from these by this instruction (its `Site` names the function: instructions of one site and
    /// one input are equal); `varies` if it also rests on the run's own arguments.
    Term {
        of: Vec<Val>,
        varies: bool,
    },
    /// Now, plus this many milliseconds.
    Instant(i64),
    Unknown,
}

impl Val {
    /// Does it rest on the run's own arguments, as far as it says itself?
    pub fn varies(&self) -> bool {
        match self {
            Val::Made(inner) => inner.varies(),
            Val::Term { of, varies } => *varies || of.iter().any(Val::varies),
            _ => false,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Check {
    Truthy(Val),
    Absent(Val),
    Equals(Val, Val),
    Less(Val, Val),
    Not(Box<Check>),
    /// A choice, made once for the same site and the same values. `validates`: obviously meant as a re-check (a signal, a
    /// disposed flag) though the store cannot decide it.
    Unknown {
        of: Vec<Val>,
        validates: bool,
    },
}
