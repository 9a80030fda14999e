//! Judged at the end of a schedule: who is stuck, what is left open, what was taken too early or done twice.

use super::super::machine::Machine;
use super::super::model::{LockId, Op, PlaceId, Site};
use super::super::program::NONE;
use super::super::setup::WRITER;
use super::super::store::{NEVER, NOBODY, Resource, Settled, State, Status};
use super::super::value::V;
use super::super::verdict::{Event, EventKind, Grade, Violation};
use super::{Detail, Finding};

/// What the end of a schedule shows.
#[derive(Default)]
pub(in super::super) struct End {
    pub(in super::super) found: Vec<u32>,
    /// Findings that stand only if no serial order gives the outcome.
    pub(in super::super) candidates: Vec<u32>,
    pub(in super::super) stuck: bool,
    /// Stuck for want of a signal that may come from elsewhere: a finding only if other schedules go through.
    pub(in super::super) waiting: bool,
    pub(in super::super) cut: bool,
}

impl Machine<'_, '_> {
    pub(in super::super) fn judge_end(&mut self, s: &State) -> End {
        let mut end = End { candidates: s.candidates.clone(), ..End::default() };
        end.cut = s.tasks.iter().any(|t| t.status == Status::Cut);
        end.stuck = s.tasks.iter().any(|t| t.status != Status::Waiting && !t.status.ended());
        if end.stuck {
            if !end.cut {
                self.deadlock(s, &mut end);
            }
            return end;
        }
        if end.cut {
            return end;
        }
        self.resources_left(s, &mut end.found);
        self.judge_pairs(s, &mut end.found);
        self.too_early(s, &mut end.found);
        self.double_effect(s, &mut end.candidates);
        end
    }

    pub(super) fn end_number(
        &mut self,
        s: &State,
        violation: Violation,
        (place, also): (PlaceId, Option<PlaceId>),
        act: u32,
    ) -> u32 {
        let grade = self.end_grade(s);
        self.table.number(Finding { violation, place: Some(place), also, lock: None, act, grade })
    }

    fn end_grade(&self, s: &State) -> Grade {
        let most = s.tasks.iter().map(|t| (t.shaky, t.unknowns)).max().unwrap_or_default();
        match most {
            (true, _) => Grade::Possible,
            (false, 0) => Grade::Certain,
            _ if s.tasks.iter().any(|t| t.shaky) => Grade::Possible,
            _ => Grade::Likely,
        }
    }

    fn deadlock(&mut self, s: &State, end: &mut End) {
        let stuck: Vec<usize> = (0..s.tasks.len())
            .filter(|t| matches!(s.tasks[*t].status, Status::Ready | Status::Asleep | Status::Woken))
            .collect();
        let locks: Vec<(usize, LockId)> = stuck.iter().filter_map(|t| Some((*t, self.wanted_lock(s, *t)?))).collect();
        let row = stuck.iter().copied().find(|t| self.wants_row(s, *t).is_some());
        end.waiting = locks.is_empty() && row.is_none();
        let (task, lock, place) = match (locks.first(), row) {
            (Some((t, lock)), _) => (*t, Some(*lock), None),
            (None, Some(t)) => (t, None, self.wants_row(s, t)),
            (None, None) => (stuck[0], None, None),
        };
        let act = self.site_of(s.tasks[task].pc);
        let writer =
            s.tasks.iter().any(|t| t.queued && self.setup.runs[usize::from(t.run)].flow as usize >= self.table_flows());
        let grade = if writer || s.tasks.iter().any(|t| t.unknowns > 0) { Grade::Likely } else { Grade::Certain };
        let n = self.table.number(Finding { violation: Violation::Deadlock, place, also: None, lock, act, grade });
        if self.setup.trace {
            let rests_on = stuck.iter().filter(|t| **t != task).map(|t| Site(self.site_of(s.tasks[*t].pc))).collect();
            let rival = stuck.iter().find(|t| **t != task).map(|t| Site(self.site_of(s.tasks[*t].pc)));
            self.table.details.insert(n, Detail { rests_on, rival });
        }
        end.found.push(n);
    }

    /// Where each task stays for ever.
    pub(in super::super) fn waiting(&self, s: &State) -> Vec<Event> {
        let stuck = |t: &usize| !s.tasks[*t].status.ended() && s.tasks[*t].status != Status::Waiting;
        let event = |t: usize| {
            let what = self.wanted_lock(s, t).map_or(EventKind::Stays, EventKind::WaitsFor);
            let run = s.tasks[t].run;
            let lane = self.setup.runs[usize::from(run)].lane;
            Event { lane, run, site: Site(self.site_of(s.tasks[t].pc)), what, note: String::new() }
        };
        (0..s.tasks.len()).filter(stuck).map(event).collect()
    }

    /// Flows that the model itself has; behind them stand the writers that were added.
    fn table_flows(&self) -> usize {
        self.program
            .model
            .flows
            .iter()
            .position(|f| f.registers == 0 && f.name.starts_with(WRITER))
            .unwrap_or(usize::MAX)
    }

    pub(in super::super) fn wanted_lock(&self, s: &State, task: usize) -> Option<LockId> {
        let t = &s.tasks[task];
        if t.pc >= NONE {
            return None;
        }
        match (t.status, self.program.op(t.pc)) {
            (Status::Ready, Op::Lock { lock, tried: None, .. }) | (Status::Woken, Op::Wait { lock, .. }) => Some(*lock),
            _ => None,
        }
    }

    fn wants_row(&self, s: &State, task: usize) -> Option<PlaceId> {
        let t = &s.tasks[task];
        if t.pc >= NONE || t.status != Status::Ready {
            return None;
        }
        super::super::access::place_of(self.program.op(t.pc)).filter(|_| self.blocked(s, task))
    }

    /// Open resources that nobody can reach any more, or whose only releaser has run.
    fn resources_left(&mut self, s: &State, found: &mut Vec<u32>) {
        for resource in
            s.resources.iter().filter(|r| r.opened && r.closed == NOBODY && !r.returned && r.stored != NEVER)
        {
            let stored = usize::from(resource.stored);
            let place = self.program.layout.place_of[stored];
            let held = s.slots.iter().position(|slot| self.reaches(s, slot.val, resource.val));
            let violation = match held {
                None if self.program.model.places[place as usize].resource => Violation::OverwrittenResource,
                Some(slot) if self.releaser_ran(s, self.program.layout.place_of[slot]) => Violation::NeverReleased,
                _ => continue,
            };
            self.left_open(s, found, violation, place, resource);
        }
    }

    fn left_open(
        &mut self,
        s: &State,
        found: &mut Vec<u32>,
        violation: Violation,
        place: PlaceId,
        resource: &Resource,
    ) {
        let n = self.end_number(s, violation, (place, None), resource.site);
        if self.setup.trace {
            let rival = s.slots[usize::from(resource.stored)].site;
            let detail = Detail { rests_on: Vec::new(), rival: Some(Site(rival)) };
            self.table.details.insert(n, detail);
        }
        if !found.contains(&n) {
            found.push(n);
        }
    }

    fn reaches(&self, s: &State, held: V, wanted: V) -> bool {
        self.values.contains(held, wanted)
            || s.promised(held)
                .is_some_and(|p| matches!(p.settled, Settled::With(r) if self.values.contains(r.val, wanted)))
    }

    fn releaser_ran(&self, s: &State, place: PlaceId) -> bool {
        let flows = self.program.model.releasers.iter().filter(|(p, _)| *p == place).map(|(_, f)| *f);
        let ran = |flow| (0..self.setup.runs.len()).any(|r| self.setup.runs[r].flow == flow && s.run_ended(r as u8));
        flows.into_iter().any(ran)
    }

    /// A run took the initial emptiness of a place for the answer, and another filled it later.
    fn too_early(&mut self, s: &State, found: &mut Vec<u32>) {
        for slot in 0..self.program.layout.shared {
            let runs = 0..self.setup.runs.len() as u8;
            let early = runs.clone().find(|r| s.own_of(*r, slot).early);
            let Some(early) = early else { continue };
            if runs.clone().any(|r| r != early && s.own_of(r, slot).filled) {
                let place = self.program.layout.place_of[slot];
                self.end_finding(s, found, Violation::TooEarly, (place, None));
            }
        }
    }

    /// Two runs did the same thing to the world under the same check.
    fn double_effect(&mut self, s: &State, candidates: &mut Vec<u32>) {
        for (i, first) in s.done.iter().enumerate().filter(|(_, d)| d.under != NEVER) {
            let again =
                s.done[i + 1..].iter().any(|d| d.run != first.run && d.site == first.site && d.under == first.under);
            if again {
                let place = self.program.layout.place_of[usize::from(first.under)];
                let n = self.end_number(s, Violation::DoubleEffect, (place, None), first.site);
                if !candidates.contains(&n) {
                    candidates.push(n);
                }
            }
        }
        candidates.sort_unstable();
    }
}
