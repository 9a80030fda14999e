//! What a schedule comes to: the places, what each run did, returned and left open, who is stuck. And whether some serial
//! order comes to the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::machine::Machine;
use super::program::Program;
use super::store::{NOBODY, Own, State, Status};
use super::value::V;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Outcome {
    slots: Box<[V]>,
    runs: Box<[RunEnd]>,
    open: Box<[V]>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct RunEnd {
    status: u8,
    ret: V,
    done: Box<[(u32, V)]>,
    /// It wrote nothing but marks and did nothing, or only waited for another's work.
    refused: bool,
}

impl Outcome {
    pub(super) fn of(machine: &Machine, s: &State) -> Outcome {
        let runs = (0..machine.setup.runs.len() as u8).map(|run| run_end(machine.program, s, run)).collect();
        let mut open: Vec<V> = s.resources.iter().filter(|r| r.opened && r.closed == NOBODY).map(|r| r.val).collect();
        open.sort_unstable();
        Outcome { slots: s.slots.iter().map(|slot| slot.val).collect(), runs, open: open.into() }
    }

    pub(super) fn refused(&self) -> u8 {
        self.runs.iter().enumerate().filter(|(_, r)| r.refused).fold(0, |all, (i, _)| all | 1 << i)
    }

    /// Whether `serial`, an outcome of the runs in `mask`, says the same of these runs.
    fn same_without(&self, serial: &Outcome, mask: u8, coordination: &[bool]) -> bool {
        let slots = self.slots.iter().zip(&serial.slots).zip(coordination).all(|((a, b), only)| *only || a == b);
        let runs = self.runs.iter().zip(&serial.runs).enumerate().all(|(i, (a, b))| mask >> i & 1 == 0 || a.same(b));
        slots && runs && self.open == serial.open
    }
}

impl RunEnd {
    fn same(&self, other: &RunEnd) -> bool {
        self.status == other.status && self.ret == other.ret && self.done == other.done
    }
}

fn run_end(program: &Program, s: &State, run: u8) -> RunEnd {
    let task = &s.tasks[usize::from(run)];
    let done: Box<[(u32, V)]> = s.done.iter().filter(|d| d.run == run).map(|d| (d.site, d.args)).collect();
    let all_ended = s.run_ended(run);
    let status = match task.status {
        Status::Waiting => 0,
        Status::Done if all_ended => 1,
        Status::Failed if all_ended => 2,
        _ => 3,
    };
    let joined = s.tasks.iter().any(|t| t.run == run && t.joined);
    let wrote = |slot: usize, own: &Own| {
        own.wrote != super::store::NEVER && !program.coordination[program.layout.place_of[slot] as usize]
    };
    let wrote_nothing = (0..s.slots.len()).all(|slot| !wrote(slot, s.own_of(run, slot)));
    let opened = s.resources.iter().any(|r| r.run == run);
    let refused = all_ended && status != 0 && wrote_nothing && !opened && (done.is_empty() || joined);
    RunEnd { status, ret: task.ret, done, refused }
}

/// What serial orders come to, by the set of runs.
#[derive(Default)]
pub(super) struct Serial {
    pub(super) by_mask: FxHashMap<u8, FxHashSet<Outcome>>,
    pub(super) full: u8,
    pub(super) refused: bool,
}

impl Serial {
    /// Whether some serial order, of all runs or of those that were not refused, comes to this outcome.
    pub(super) fn explains(&self, program: &Program, outcome: &Outcome) -> bool {
        let full = self.by_mask.get(&self.full);
        if full.is_some_and(|all| all.iter().any(|o| o.same_as(outcome))) {
            return true;
        }
        let coordination: Vec<bool> =
            program.layout.place_of.iter().map(|p| program.coordination[*p as usize]).collect();
        let refused = if self.refused { outcome.refused() } else { 0 };
        (1..self.full).filter(|mask| (self.full & !mask) & !refused == 0).any(|mask| {
            let serial = self.by_mask.get(&mask);
            serial.is_some_and(|all| all.iter().any(|o| outcome.same_without(o, mask, &coordination)))
        })
    }
}

impl Outcome {
    fn same_as(&self, other: &Outcome) -> bool {
        self.slots == other.slots
            && self.open == other.open
            && self.runs.iter().zip(&other.runs).all(|(a, b)| a.same(b))
    }
}

impl Outcome {
    pub(super) fn stuck(&self) -> bool {
        self.runs.iter().any(|r| r.status == 3)
    }
}
