//! Judged at a write: lost update and insert, stale check, claim lost, unowned release, steal, out of order.

use super::super::machine::{Machine, Path};
use super::super::model::How;
use super::super::store::{Entry, NEVER, Phi, Reg};
use super::super::value::Data;
use super::super::verdict::Violation;
use super::Stand;

impl Machine<'_, '_> {
    pub(in super::super) fn judge_write(
        &mut self,
        path: &mut Path,
        task: usize,
        slot: usize,
        reg: &Reg,
        how: How,
        accounts: &[Reg],
    ) {
        let flow = self.setup.runs[usize::from(path.s.tasks[task].run)].flow;
        self.table.written.insert((flow, slot as u8, reg.val));
        if how != How::Insert {
            self.lost_update(path, task, slot, reg);
            self.lost_insert(path, task, slot, reg, accounts);
        }
        if let Some(at) = self.live_on(&path.s, task, slot) {
            let entry = path.s.entries[at];
            if entry.claim {
                self.claim_lost(path, task, slot, reg, &entry);
            } else {
                self.stale_check(path, task, slot, reg, &entry);
            }
        }
        self.unowned_release(path, task, slot, reg);
        self.steal(path, task, slot, how);
        self.out_of_order(path, task, slot, reg);
        self.judge_elsewhere(path, task, slot);
    }

    /// The value written rests on a version of the place that another run has since replaced.
    fn lost_update(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) {
        let run = path.s.tasks[task].run;
        let s = &path.s.slots[slot];
        let known = self.table.definitions;
        let excused = known.copies && (reg.copy || !known.computed);
        if excused && reg.val == s.val {
            return;
        }
        let lost = self.values.versions(reg.data).any(|(q, v)| q == slot && s.foreign(run, v));
        if lost {
            self.report(path, task, Violation::LostUpdate, slot, Stand::Plain);
        }
    }

    /// What another run has added is cleared together with what this one has seen to.
    fn lost_insert(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg, accounts: &[Reg]) {
        let run = path.s.tasks[task].run;
        let s = &path.s.slots[slot];
        let told = accounts.iter().any(|a| self.values.versions(a.data).any(|(q, v)| q == slot && s.foreign(run, v)));
        let own = path.s.own_of(run, slot);
        let reset = reg.data == Data(0)
            && (self.values.is_constant(reg.val) || self.values.is_fresh(reg.val))
            && !self.program.model.places[self.program.layout.place_of[slot] as usize].resource
            && accounts.is_empty()
            && own.used != NEVER
            && (own.wrote == NEVER || own.used >= own.wrote)
            && s.foreign(run, own.used)
            && s.writer(s.cur) != run
            && own.read != s.cur;
        if (told || reset) && s.val != reg.val {
            self.report(path, task, Violation::LostInsert, slot, Stand::Plain);
        }
    }

    fn stale_check(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg, entry: &Entry) {
        let s = &path.s.slots[slot];
        let known = self.table.definitions;
        // What is written is the very thing that is there: it was made once, and both runs have waited for it.
        if known.shared && reg.val == s.val && self.values.is_of_one_run(reg.val) {
            return;
        }
        let sure = !known.harm || entry.acted > 1 || reg.val != s.val;
        let harm = sure || entry.acted > 0;
        if !s.foreign(path.s.tasks[task].run, entry.version) || !harm {
            return;
        }
        let now = if known.reevaluation { self.holds(entry.phi, s.val) } else { Some(!entry.outcome) };
        match now {
            Some(now) if now != entry.outcome => {
                let stand = if sure { Stand::Plain } else { Stand::Unknown };
                self.report(path, task, Violation::StaleCheck, slot, stand);
            }
            None if s.val != entry.seen => self.report(path, task, Violation::StaleCheck, slot, Stand::Undecided),
            _ => {}
        }
    }

    fn claim_lost(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg, entry: &Entry) {
        let s = &path.s.slots[slot];
        let gone =
            s.foreign(path.s.tasks[task].run, entry.version) && self.values.equals(s.val, entry.seen) != Some(true);
        if entry.strong && gone && reg.val != s.val {
            self.report(path, task, Violation::ClaimLost, slot, Stand::Plain);
        }
    }

    /// Gives back what another run holds.
    fn unowned_release(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) {
        let run = path.s.tasks[task].run;
        let s = &path.s.slots[slot];
        let own = path.s.own_of(run, slot);
        let newest = [own.read, own.wrote].into_iter().filter(|v| *v != NEVER).max();
        let Some(basis) = self.live_on(&path.s, task, slot).map(|at| path.s.entries[at].version).or(newest) else {
            return;
        };
        let held = s.claimed && s.writer(s.cur) != run && self.values.truthy(s.val) == Some(true);
        if !held || self.values.truthy(reg.val) != Some(false) || !s.foreign(run, basis) {
            return;
        }
        if self.values.is_promise(s.val) {
            path.access.r |= self.program.layout.promises();
            if !self.unsettled(&path.s, path.s.slots[slot].val) {
                return;
            }
        }
        self.report(path, task, Violation::UnownedRelease, slot, Stand::Plain);
    }

    /// Takes an exclusive claim from another run without a look at whose it is.
    fn steal(&mut self, path: &mut Path, task: usize, slot: usize, how: How) {
        let run = path.s.tasks[task].run;
        let s = &path.s.slots[slot];
        if how == How::Insert || !s.created || s.writer(s.cur) == run {
            return;
        }
        let owner_seen = self.live(&path.s, task).any(|(_, e)| {
            usize::from(e.slot) == slot && e.version == s.cur && e.outcome && matches!(e.phi, Phi::Equals(_))
        });
        if !owner_seen {
            self.report(path, task, Violation::Steal, slot, Stand::Plain);
        }
    }

    /// An older answer lands on a newer one.
    fn out_of_order(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) {
        let run = path.s.tasks[task].run;
        let s = path.s.slots[slot];
        if s.cur == 0 || s.writer(s.cur) == run {
            return;
        }
        let merges = self.values.versions(reg.data).any(|(q, v)| q == slot && v == s.cur);
        if merges && self.table.definitions.merges {
            return;
        }
        let rank = |r: u8| path.s.started.iter().position(|x| *x == r);
        let bits = |set: u8| (0..8u8).filter(move |r| set >> r & 1 == 1);
        let older = bits(reg.tickets).any(|a| bits(s.tickets & !reg.tickets).any(|b| rank(b) > rank(a)));
        if older {
            self.report(path, task, Violation::OutOfOrder, slot, Stand::Plain);
            return;
        }
        let by = s.writer(s.cur);
        let versions: Vec<(usize, u8)> = self.values.versions(reg.data).filter(|(q, _)| *q != slot).collect();
        for (q, v) in versions {
            path.access.r |= self.program.layout.bit(q);
            let other = &path.s.slots[q];
            if (v + 1..=other.cur).any(|u| other.writer(u) == by) {
                self.report(path, task, Violation::OutOfOrder, slot, Stand::WithOutcome);
            }
        }
    }
}
