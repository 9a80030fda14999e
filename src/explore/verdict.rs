//! What an exploration is asked and what it answers.

use serde::{Deserialize, Serialize};

use super::model::{FlowId, LockId, PlaceId, Site};

/// A sequence of one or two runs.
pub type Lane = Vec<FlowId>;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    pub lanes: Vec<Lane>,
    /// Extra runs that may be put behind a lane's first one: `(lane, flow)`. Tried only if the plain question finds
    /// nothing and the lane's first run clears or releases a place that another lane tests.
    pub seconds: Vec<(usize, FlowId)>,
    /// The most states that one search may visit.
    pub budget: usize,
    /// For a safe pair, find out by ablation what makes it so. Costs one more exploration for each guard.
    pub because: bool,
    /// Tell each break by its easiest schedule. Else only what breaks is found out, which is cheaper.
    pub told: bool,
    /// What breaks for sure with few switches is enough: nothing more is looked for then.
    pub brief: bool,
}

impl Question {
    pub fn new(lanes: Vec<Lane>) -> Question {
        Question { lanes, seconds: Vec::new(), budget: 20_000, because: false, told: true, brief: false }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Verdict {
    Breaks(Vec<Break>),
    Safe(Safe),
    TooBig,
}

impl Verdict {
    /// What was found to break.
    pub fn breaks(&self) -> &[Break] {
        match self {
            Verdict::Breaks(breaks) => breaks,
            Verdict::Safe(_) | Verdict::TooBig => &[],
        }
    }

    /// The first break of that kind.
    pub fn first(&self, violation: Violation) -> Option<Break> {
        self.breaks().iter().find(|found| found.violation == violation).cloned()
    }
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Safe {
    pub states: usize,
    pub schedules: u128,
    pub bounds: Bounds,
    /// The guards without which the pair breaks.
    pub because: Vec<Guard>,
    /// Where a run was cut, or something unknown was done: not decided, never to be called safe.
    pub undecided: Vec<Site>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Bounds {
    pub runs: usize,
    pub unroll: usize,
    /// Runs were also cut short by an error, at each place where one may arise.
    pub cuts: bool,
}

/// A guard, by what it uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Guard {
    Lock(LockId),
    /// A mark that the runs test and set.
    Mark(PlaceId),
    /// A second look at a place, behind the pause.
    Recheck(PlaceId, Site),
    /// A step that cannot be divided: an update, an exclusive create, a compare and exchange.
    Atomic(PlaceId),
    /// A task that starts only when another has ended.
    Queue(Site),
    /// Waiting for the work of another.
    Join(Site),
    Transaction,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Violation {
    LostUpdate,
    LostInsert,
    StaleCheck,
    ClaimLost,
    TwoOwners,
    UnownedRelease,
    Steal,
    DeadGuard,
    UnhandledConflict,
    OverwrittenResource,
    NeverReleased,
    UseAfterRelease,
    UseOfNull,
    TooEarly,
    DoubleRelease,
    ReadBack,
    TornPair,
    MixedPair,
    HalfApplied,
    StuckGuard,
    EarlyEnd,
    DoubleEffect,
    Deadlock,
    OutOfOrder,
    NotSerial,
}

impl Violation {
    pub const ALL: [Violation; 25] = [
        Violation::LostUpdate,
        Violation::LostInsert,
        Violation::StaleCheck,
        Violation::ClaimLost,
        Violation::TwoOwners,
        Violation::UnownedRelease,
        Violation::Steal,
        Violation::DeadGuard,
        Violation::UnhandledConflict,
        Violation::OverwrittenResource,
        Violation::NeverReleased,
        Violation::UseAfterRelease,
        Violation::UseOfNull,
        Violation::TooEarly,
        Violation::DoubleRelease,
        Violation::ReadBack,
        Violation::TornPair,
        Violation::MixedPair,
        Violation::HalfApplied,
        Violation::StuckGuard,
        Violation::EarlyEnd,
        Violation::DoubleEffect,
        Violation::Deadlock,
        Violation::OutOfOrder,
        Violation::NotSerial,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Violation::LostUpdate => "lost-update",
            Violation::LostInsert => "lost-insert",
            Violation::StaleCheck => "stale-check",
            Violation::ClaimLost => "claim-lost",
            Violation::TwoOwners => "two-owners",
            Violation::UnownedRelease => "unowned-release",
            Violation::Steal => "steal",
            Violation::DeadGuard => "dead-guard",
            Violation::UnhandledConflict => "unhandled-conflict",
            Violation::OverwrittenResource => "overwritten-resource",
            Violation::NeverReleased => "never-released",
            Violation::UseAfterRelease => "use-after-release",
            Violation::UseOfNull => "use-of-null",
            Violation::TooEarly => "too-early",
            Violation::DoubleRelease => "double-release",
            Violation::ReadBack => "read-back",
            Violation::TornPair => "torn-pair",
            Violation::MixedPair => "mixed-pair",
            Violation::HalfApplied => "half-applied",
            Violation::StuckGuard => "stuck-guard",
            Violation::EarlyEnd => "early-end",
            Violation::DoubleEffect => "double-effect",
            Violation::Deadlock => "deadlock",
            Violation::OutOfOrder => "out-of-order",
            Violation::NotSerial => "not-serial",
        }
    }

    pub fn from_name(name: &str) -> Option<Violation> {
        Violation::ALL.into_iter().find(|v| v.as_str() == name)
    }
}

/// How sure a finding is, the surest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Grade {
    Possible,
    Likely,
    Certain,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Break {
    pub violation: Violation,
    pub place: Option<PlaceId>,
    /// The other place of a pair.
    pub also: Option<PlaceId>,
    pub lock: Option<LockId>,
    pub grade: Grade,
    /// What the schedule takes for granted.
    pub assumptions: Vec<String>,
    /// Where it breaks.
    pub act: Site,
    /// The reads and tests that the act rests on.
    pub rests_on: Vec<Site>,
    /// The other run's write that took the ground away.
    pub rival: Site,
    pub witness: Vec<Event>,
    /// What comes of it, in one sentence.
    pub outcome: String,
    /// The same schedule for [`replay`](super::replay): lanes, and at each step the task and which of its ways.
    pub schedule: Schedule,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Schedule {
    pub lanes: Vec<Lane>,
    /// Errors may happen.
    pub errors: bool,
    /// The process dies behind the last step.
    pub crash: bool,
    pub steps: Vec<(u8, u8)>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    pub lane: u8,
    pub run: u8,
    pub site: Site,
    pub what: EventKind,
    /// Said of it: which way a test went, that a write was lost.
    pub note: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum EventKind {
    Begins,
    Reads(PlaceId),
    Writes(PlaceId),
    Removes(PlaceId),
    /// An exclusive step that went through, or did not.
    Tries(PlaceId, bool),
    Tests(bool),
    Acts,
    Opens,
    Uses,
    Closes,
    Pauses,
    Starts,
    Joins,
    Settles,
    Locks(LockId),
    WaitsFor(LockId),
    Unlocks(LockId),
    Sleeps(LockId),
    Notifies(LockId),
    Commits,
    Fails,
    Returns,
    Stays,
}
