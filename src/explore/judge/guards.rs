//! Judged over all schedules: a guard whose leaving arm nobody ever takes, because the flow gives it back before it pauses.

use super::super::access::{is_act, place_of};
use super::super::model::{FlowId, Op};
use super::super::program::{N, NONE};
use super::super::search::{Found, Session};
use super::super::setup::Setup;
use super::super::store::Phi;
use super::super::verdict::{Grade, Violation};
use super::Finding;

impl Session<'_> {
    /// Asked of a flow beside itself, when every schedule has been seen to its end.
    pub(in super::super) fn dead_guards(&mut self, setup: &Setup, found: &Found) -> Vec<Finding> {
        let twice = |flow: FlowId| setup.runs.iter().filter(|r| r.flow == flow).count() > 1;
        if found.cut || !found.through {
            return Vec::new();
        }
        let mut guards: Vec<(N, u8, Phi, bool)> = self.table.guards.iter().copied().collect();
        guards.sort_unstable_by_key(|g| (g.0, g.1));
        let mut out: Vec<Finding> = Vec::new();
        for (branch, slot, phi, outcome) in guards {
            let flow = self.program.node(branch).flow;
            let dead = twice(flow)
                && usize::from(slot) < self.program.layout.shared
                && self.starts_work(flow)
                && self.other_arm_leaves(branch)
                && self.writes_both(flow, slot, phi, outcome);
            let act = self.program.instr(branch).site.0;
            if dead && !out.iter().any(|f| f.act == act) {
                let place = Some(self.program.layout.place_of[usize::from(slot)]);
                let violation = Violation::DeadGuard;
                out.push(Finding { violation, place, also: None, lock: None, act, grade: Grade::Certain });
            }
        }
        out
    }

    fn starts_work(&self, flow: FlowId) -> bool {
        self.program.model.flows[flow as usize].code.iter().any(|i| matches!(i.op, Op::Start { .. }))
    }

    /// Whether only one arm of this test was ever taken, in any round, and the other leaves before it does anything.
    fn other_arm_leaves(&self, branch: N) -> bool {
        let node = self.program.node(branch);
        let same = |n: &N| self.program.node(*n).flow == node.flow && self.program.node(*n).pc == node.pc;
        let arms = self
            .table
            .arms
            .iter()
            .filter(|(n, _)| same(n))
            .fold((false, false), |all, (_, a)| (all.0 | a.0, all.1 | a.1));
        match arms {
            (true, false) => self.leaves(node.next),
            (false, true) => self.leaves(node.alt),
            _ => false,
        }
    }

    fn leaves(&self, mut n: N) -> bool {
        for _ in 0..16 {
            if n >= NONE {
                return n == super::super::program::EXIT;
            }
            match self.program.op(n) {
                Op::Return { .. } | Op::Fail | Op::Join { .. } => return true,
                op if is_act(op) || place_of(op).is_some() => return false,
                Op::Branch { .. } => return false,
                _ => n = self.program.node(n).next,
            }
        }
        false
    }

    /// The flow itself writes the place both to turn the test and to turn it back.
    fn writes_both(&mut self, flow: FlowId, slot: u8, phi: Phi, outcome: bool) -> bool {
        let setup = Setup::new(self.program.model, &[], super::super::setup::Errors::None);
        let written: Vec<_> =
            self.table.written.iter().filter(|(f, s, _)| *f == flow && *s == slot).map(|w| w.2).collect();
        let machine = self.machine(&setup);
        let gives = |wanted: bool| written.iter().any(|v| machine.holds(phi, *v) == Some(wanted));
        gives(outcome) && gives(!outcome)
    }
}
