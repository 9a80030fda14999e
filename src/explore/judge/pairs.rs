//! Judged at the end of a schedule: places that belong together.

use super::super::machine::Machine;
use super::super::model::PlaceId;
use super::super::store::{NEVER, NOBODY, State};
use super::super::verdict::Violation;

impl Machine<'_, '_> {
    pub(super) fn judge_pairs(&mut self, s: &State, found: &mut Vec<u32>) {
        let model = self.program.model;
        for (p, q) in &model.pairs {
            let (a, b) = (self.program.layout.slot(0, *p), self.program.layout.slot(0, *q));
            if self.torn(s, a, b) {
                self.end_finding(s, found, Violation::TornPair, (*p, Some(*q)));
            }
            if self.mixed(s, a, b) {
                self.end_finding(s, found, Violation::MixedPair, (*p, Some(*q)));
            }
        }
    }

    /// A reader has one of the two as it was before a run wrote both, and the other as it was after.
    fn torn(&self, s: &State, p: usize, q: usize) -> bool {
        let runs = 0..self.setup.runs.len() as u8;
        runs.clone().any(|w| {
            let (i, j) = (s.own_of(w, p).wrote, s.own_of(w, q).wrote);
            i != NEVER
                && j != NEVER
                && runs.clone().filter(|r| *r != w).any(|r| {
                    let (a, b) = (s.own_of(r, p).read, s.own_of(r, q).read);
                    a != NEVER && b != NEVER && (a >= i) != (b >= j)
                })
        })
    }

    /// The two were last written by different runs, each of which wrote both, and differently.
    fn mixed(&self, s: &State, p: usize, q: usize) -> bool {
        let (a, b) = (s.slots[p].writer(s.slots[p].cur), s.slots[q].writer(s.slots[q].cur));
        if a == b || a == NOBODY || b == NOBODY {
            return false;
        }
        let (other_p, other_q) = (s.own_of(b, p), s.own_of(a, q));
        let both = other_p.wrote != NEVER && other_q.wrote != NEVER;
        if !self.table.definitions.mixture {
            return both;
        }
        both && self.values.equals(other_p.wrote_val, s.slots[p].val) != Some(true)
            && self.values.equals(other_q.wrote_val, s.slots[q].val) != Some(true)
    }

    pub(super) fn end_finding(
        &mut self,
        s: &State,
        found: &mut Vec<u32>,
        violation: Violation,
        places: (PlaceId, Option<PlaceId>),
    ) {
        let slot = self.program.layout.slot(0, places.0);
        let n = self.end_number(s, violation, places, s.slots[slot].site);
        if !found.contains(&n) {
            found.push(n);
        }
    }
}
