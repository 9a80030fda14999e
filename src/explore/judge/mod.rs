//! The monitors: what each step of a trace is judged by, one file a group.
//!
//! Every violation is a property of the trace (who read which version, who wrote which), never of the schedule. What a
//! monitor looks at counts as a read of the step it judges; what more than one run has a part in is judged at the end,
//! from what was recorded.

mod acts;
pub(super) mod ends;
mod guards;
mod pairs;
mod writes;

use rustc_hash::{FxHashMap, FxHashSet};

use super::definitions::Definitions;
use super::machine::{Machine, Path};
use super::model::{LockId, PlaceId, Site};
use super::program::N;
use super::store::{Phi, State};
use super::value::V;
use super::verdict::{Break, Grade, Schedule, Violation};

/// A finding, without its schedule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Finding {
    pub(super) violation: Violation,
    pub(super) place: Option<PlaceId>,
    pub(super) also: Option<PlaceId>,
    pub(super) lock: Option<LockId>,
    pub(super) act: u32,
    pub(super) grade: Grade,
}

impl Finding {
    /// What must differ for two findings to be two.
    pub(super) fn kind(&self) -> (Violation, Option<PlaceId>, Option<PlaceId>) {
        (self.violation, self.place, self.also)
    }

    /// The break that it is, without a schedule.
    pub(super) fn untold(&self) -> Break {
        Break {
            violation: self.violation,
            place: self.place,
            also: self.also,
            lock: self.lock,
            grade: self.grade,
            assumptions: Vec::new(),
            act: Site(self.act),
            rests_on: Vec::new(),
            rival: Site(self.act),
            witness: Vec::new(),
            outcome: String::new(),
            schedule: Schedule::default(),
        }
    }
}

/// Told of a finding along one trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Detail {
    pub(super) rests_on: Vec<Site>,
    pub(super) rival: Option<Site>,
}

/// What an exploration has come across, over all of its searches.
#[derive(Default)]
pub(super) struct Table {
    findings: Vec<Finding>,
    index: FxHashMap<Finding, u32>,
    /// Of the trace that was run last.
    pub(super) details: FxHashMap<u32, Detail>,
    undecided: FxHashSet<Site>,
    /// More versions or tasks than a state has room for.
    pub(super) too_much: bool,
    pub(super) shared_locks: u128,
    pub(super) definitions: Definitions,
    /// Arms taken, by branch.
    pub(super) arms: FxHashMap<N, (bool, bool)>,
    /// Tests by branch: slot, predicate, which outcome was seen.
    pub(super) guards: FxHashSet<(N, u8, Phi, bool)>,
    /// Values written, by flow and slot.
    pub(super) written: FxHashSet<(u32, u8, V)>,
}

impl Table {
    pub(super) fn number(&mut self, finding: Finding) -> u32 {
        if let Some(n) = self.index.get(&finding) {
            return *n;
        }
        let n = self.findings.len() as u32;
        self.findings.push(finding);
        self.index.insert(finding, n);
        n
    }

    pub(super) fn finding(&self, n: u32) -> &Finding {
        &self.findings[n as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    pub(super) fn undecided(&mut self, site: Site) {
        self.undecided.insert(site);
    }

    pub(super) fn undecided_sites(&self) -> Vec<Site> {
        let mut sites: Vec<Site> = self.undecided.iter().copied().collect();
        sites.sort_unstable();
        sites
    }

    pub(super) fn arm(&mut self, branch: N, taken: bool) {
        let arms = self.arms.entry(branch).or_default();
        if taken {
            arms.0 = true;
        } else {
            arms.1 = true;
        }
    }

    pub(super) fn guard(&mut self, branch: N, slot: usize, phi: Phi, outcome: bool) {
        self.guards.insert((branch, slot as u8, phi, outcome));
    }
}

/// How a finding stands to the outcome and to what is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// It is a finding as it is.
    Plain,
    /// Only if no serial order gives the outcome.
    WithOutcome,
    /// Its harm is something that nobody knows.
    Unknown,
    /// What it turns on cannot be decided.
    Undecided,
}

/// Whether the monitor of this violation looks at the place as it is now; the others go by what was read before.
fn looks_at_place(violation: Violation) -> bool {
    use Violation::{
        ClaimLost, EarlyEnd, LostInsert, LostUpdate, OutOfOrder, StaleCheck, Steal, TwoOwners, UnownedRelease,
    };
    matches!(
        violation,
        LostUpdate | LostInsert | StaleCheck | ClaimLost | TwoOwners | UnownedRelease | Steal | OutOfOrder | EarlyEnd
    )
}

impl Machine<'_, '_> {
    /// Records a finding of the step that `path` takes.
    pub(super) fn report(&mut self, path: &mut Path, task: usize, violation: Violation, slot: usize, stand: Stand) {
        let t = &path.s.tasks[task];
        if t.validated {
            return;
        }
        let site = self.site_of(t.pc);
        let shaky = t.shaky || looks_at_place(violation) && path.s.slots[slot].shaky;
        let grade = match stand {
            Stand::Undecided => Grade::Possible,
            _ if shaky => Grade::Possible,
            Stand::WithOutcome | Stand::Unknown => Grade::Likely,
            Stand::Plain if t.unknowns > 0 => Grade::Likely,
            Stand::Plain => Grade::Certain,
        };
        let place = Some(self.program.layout.place_of[slot]);
        let finding = Finding { violation, place, also: None, lock: None, act: site, grade };
        let n = self.table.number(finding);
        if stand == Stand::WithOutcome || shaky {
            path.s.add_candidate(n);
        } else if !path.found.contains(&n) {
            path.found.push(n);
        }
        if self.setup.trace {
            let mut rests_on: Vec<Site> = self
                .live(&path.s, task)
                .filter(|(_, e)| usize::from(e.slot) == slot)
                .map(|(_, e)| Site(e.site))
                .collect();
            rests_on.sort_unstable();
            rests_on.dedup();
            let rival = path.s.slots[slot].site;
            self.table.details.insert(n, Detail { rests_on, rival: (rival != u32::MAX).then_some(Site(rival)) });
        }
    }

    pub(super) fn site_of(&self, pc: N) -> u32 {
        if pc < super::program::NONE { self.program.instr(pc).site.0 } else { u32::MAX }
    }

    /// Whether this value is a promise that nobody has settled yet.
    pub(super) fn unsettled(&self, s: &State, v: V) -> bool {
        s.promised(v).is_some_and(|p| p.settled == super::store::Settled::No)
    }
}
