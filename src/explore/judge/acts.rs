//! Judged at an act: stale check of another place, two owners, early end, read-back; uses and closes of resources; an
//! exclusive create that fails.

use super::super::machine::{Machine, Path};
use super::super::store::{NEVER, NOBODY, Reg, Resource, Settled};
use super::super::value::V;
use super::super::verdict::Violation;
use super::Stand;

impl Machine<'_, '_> {
    /// An act outside the store, or on a resource.
    pub(in super::super) fn judge_act(&mut self, path: &mut Path, task: usize, known: bool) {
        self.judge_elsewhere(path, task, usize::MAX);
        self.acted(path, task, usize::MAX, 1 + u8::from(known));
    }

    /// The tests and claims that an act stands under, other than those on the place it writes.
    pub(in super::super) fn judge_elsewhere(&mut self, path: &mut Path, task: usize, except: usize) {
        let run = path.s.tasks[task].run;
        let live: Vec<_> =
            self.live(&path.s, task).map(|(_, e)| *e).filter(|e| usize::from(e.slot) != except).collect();
        for entry in live {
            let slot = usize::from(entry.slot);
            if self.table.definitions.rests {
                path.access.r |= self.program.layout.bit(slot);
            }
            let s = path.s.slots[slot];
            if !s.foreign(run, entry.version) {
                continue;
            }
            if !entry.claim {
                if self.holds(entry.phi, s.val) == Some(!entry.outcome) {
                    self.report(path, task, Violation::StaleCheck, slot, Stand::WithOutcome);
                }
                continue;
            }
            let mine = self.values.truthy(entry.seen) == Some(true);
            let held = s.claimed && s.writer(s.cur) != run && self.values.truthy(s.val) == Some(true);
            let own = path.s.own_of(run, slot);
            let given_back = own.wrote != NEVER && own.wrote > entry.version;
            let violation = if given_back { Violation::EarlyEnd } else { Violation::TwoOwners };
            if entry.created || entry.strong && mine && held {
                self.report(path, task, violation, slot, Stand::Plain);
            } else if entry.strong && mine && self.values.equals(s.val, entry.seen) != Some(true) {
                self.report(path, task, violation, slot, Stand::WithOutcome);
            }
        }
    }

    /// Marks the tests that stood before an act of this run: they have done harm if they turn out stale.
    fn acted(&mut self, path: &mut Path, task: usize, except: usize, how: u8) {
        let run = path.s.tasks[task].run;
        let mine: Vec<(u8, u8)> = self.live(&path.s, task).map(|(_, e)| (e.slot, e.version)).collect();
        for at in 0..path.s.entries.len() {
            let e = path.s.entries[at];
            let same_run = path.s.tasks[usize::from(e.task)].run == run;
            if same_run && usize::from(e.slot) != except && mine.contains(&(e.slot, e.version)) {
                path.s.entries[at].acted = how.max(e.acted);
            }
        }
    }

    /// A write of something computed is an act under the other tests; a constant is not.
    pub(in super::super) fn did(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) {
        if !self.values.is_constant(reg.val) {
            self.acted(path, task, slot, 2);
        }
    }

    /// Values leave the run's hands: to a call, to a caller.
    pub(in super::super) fn hand_on(&mut self, path: &mut Path, task: usize, regs: &[Reg]) {
        let run = path.s.tasks[task].run;
        let alone = path.s.tasks.len() == self.setup.runs.len();
        for reg in regs {
            let versions: Vec<(usize, u8)> = self.values.versions(reg.data).collect();
            for (slot, version) in versions {
                if !alone {
                    path.access.r |= self.program.layout.bit(slot);
                }
                let own = path.s.own(run, slot);
                if own.used == NEVER || version > own.used {
                    own.used = version;
                }
                let initial = version == 0 && reg.copy && self.values.truthy(reg.val) == Some(false);
                if initial && !self.setup.runs[usize::from(run)].after.is_empty() {
                    own.early = true;
                }
                self.read_back(path, task, slot, version, reg);
            }
        }
    }

    /// A value that goes into another place has been used, too.
    pub(in super::super) fn hand_elsewhere(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) {
        let versions: Vec<(usize, u8)> = self.values.versions(reg.data).filter(|(q, _)| *q != slot).collect();
        for (q, version) in versions {
            self.read_back(path, task, q, version, reg);
        }
    }

    /// The run wrote the place, then read another run's value from it, and goes on as if it were its own.
    fn read_back(&mut self, path: &mut Path, task: usize, slot: usize, version: u8, reg: &Reg) {
        let run = path.s.tasks[task].run;
        let own = path.s.own_of(run, slot);
        let s = &path.s.slots[slot];
        let foreign = own.wrote != NEVER && version > own.wrote && version <= s.cur && s.writer(version) != run;
        if !foreign || reg.copy && reg.val == own.wrote_val {
            return;
        }
        let tested = self.live(&path.s, task).any(|(_, e)| usize::from(e.slot) == slot && e.version == version);
        if !tested {
            self.report(path, task, Violation::ReadBack, slot, Stand::WithOutcome);
        }
    }

    /// A use; whether it throws.
    pub(in super::super) fn judge_use(&mut self, path: &mut Path, task: usize, reg: &Reg) -> bool {
        if reg.val == V::ABSENT {
            self.use_of_null(path, task, reg);
            return true;
        }
        let run = path.s.tasks[task].run;
        let found = path.s.resources.iter().find(|r| r.val == reg.val).copied();
        if let Some(resource) = found {
            let child = path.s.tasks[task].promise != V::ABSENT;
            if resource.closed == run && child && usize::from(resource.by) != task {
                let slot = self.slot_of(reg, &resource);
                self.report(path, task, Violation::EarlyEnd, slot, Stand::Plain);
            }
            if resource.closed != NOBODY && resource.closed != run {
                let slot = self.slot_of(reg, &resource);
                self.report(path, task, Violation::UseAfterRelease, slot, Stand::Plain);
            }
            self.judge_act(path, task, true);
        }
        false
    }

    fn use_of_null(&mut self, path: &mut Path, task: usize, reg: &Reg) {
        let run = path.s.tasks[task].run;
        let versions: Vec<(usize, u8)> = self.values.versions(reg.data).collect();
        for (slot, version) in versions.into_iter().filter(|_| reg.copy) {
            let writer = path.s.slots[slot].writer(version);
            if version == 0 {
                path.s.own(run, slot).early = true;
            } else if writer != run && writer != NOBODY {
                self.report(path, task, Violation::UseOfNull, slot, Stand::Plain);
            }
        }
    }

    fn slot_of(&self, reg: &Reg, resource: &Resource) -> usize {
        let read = self.values.versions(reg.data).next().map(|v| v.0);
        read.unwrap_or(if resource.stored == NEVER { 0 } else { usize::from(resource.stored) })
    }

    pub(in super::super) fn judge_close(&mut self, path: &mut Path, task: usize, reg: &Reg, idempotent: bool) -> bool {
        if reg.val == V::ABSENT {
            self.use_of_null(path, task, reg);
            return !idempotent;
        }
        let t = &path.s.tasks[task];
        let (run, site) = (t.run, self.site_of(t.pc));
        match path.s.resources.iter().position(|r| r.val == reg.val) {
            None => path.s.resources.push(Resource {
                val: reg.val,
                opened: false,
                closed: run,
                returned: false,
                by: task as u8,
                stored: NEVER,
                site,
                run,
            }),
            Some(at) => {
                let resource = path.s.resources[at];
                if resource.closed != NOBODY && resource.closed != run && !idempotent {
                    let slot = self.slot_of(reg, &resource);
                    self.report(path, task, Violation::DoubleRelease, slot, Stand::Plain);
                }
                if resource.closed == NOBODY {
                    path.s.resources[at].closed = run;
                    path.s.resources[at].by = task as u8;
                }
            }
        }
        self.judge_act(path, task, true);
        false
    }

    /// A resource that the run's caller gets is the caller's.
    pub(in super::super) fn returned(&mut self, path: &mut Path, task: usize, val: V) {
        if path.s.tasks[task].promise != V::ABSENT {
            return;
        }
        let val = match path.s.promised(val).map(|p| p.settled) {
            Some(Settled::With(reg)) => reg.val,
            _ => val,
        };
        for at in 0..path.s.resources.len() {
            let inside = self.values.contains(val, path.s.resources[at].val);
            path.s.resources[at].returned |= inside;
        }
    }

    /// An exclusive create fails although the run had seen that nothing was there.
    pub(in super::super) fn judge_conflict(&mut self, path: &mut Path, task: usize, slot: usize) {
        let run = path.s.tasks[task].run;
        let Some(at) = self.live_on(&path.s, task, slot) else { return };
        let e = path.s.entries[at];
        let said_free = self.holds(e.phi, V::ABSENT) == Some(e.outcome);
        if !e.claim && said_free && path.s.slots[slot].foreign(run, e.version) {
            let site = self.site_of(path.s.tasks[task].pc);
            path.s.tasks[task].conflict = Some((slot as u8, site));
        }
    }

    /// The run has ended in an error.
    pub(in super::super) fn judge_failed(&mut self, path: &mut Path, task: usize) {
        if let Some((slot, _)) = path.s.tasks[task].conflict {
            self.report(path, task, Violation::UnhandledConflict, usize::from(slot), Stand::Plain);
        }
    }
}
