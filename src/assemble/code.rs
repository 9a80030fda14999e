//! Instructions in the making: labels first, addresses last.

use crate::explore::model::{Check, Instr, Op, Pc, RegIx, Site, Val};

/// More than this is not explored.
const LIMIT: usize = 1500;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Label(u32);

#[derive(Default)]
pub(super) struct Code {
    instrs: Vec<Instr>,
    labels: Vec<Option<Pc>>,
    registers: RegIx,
}

impl Code {
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    /// The label stands here.
    pub(super) fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = Some(self.instrs.len() as Pc);
    }

    pub(super) fn registers(&mut self, count: u32) -> RegIx {
        let first = self.registers;
        self.registers += count;
        first
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.instrs.len() > LIMIT
    }

    pub(super) fn push(&mut self, op: Op, site: Site, on_error: Option<Label>, may_fail: bool) {
        self.instrs.push(Instr { op, site, on_error: on_error.map(|label| label.0), may_fail });
    }

    pub(super) fn jump(&mut self, to: Label, site: Site) {
        self.push(Op::Jump(to.0), site, None, false);
    }

    pub(super) fn branch(&mut self, test: Check, to: Label, site: Site) {
        self.push(Op::Branch { test, to: to.0 }, site, None, false);
    }

    pub(super) fn start(&mut self, entry: Label, fail: Option<Label>, after: Option<Val>, into: RegIx, site: Site) {
        self.push(Op::Start { entry: entry.0, after, into }, site, fail, false);
    }

    /// The instructions with addresses, and how many registers they use.
    pub(super) fn finish(mut self) -> (Vec<Instr>, RegIx) {
        let end = self.instrs.len() as Pc;
        let labels = &self.labels;
        // A label that was never placed leads behind the end: nothing jumps there.
        let address = |label: u32| labels.get(label as usize).copied().flatten().unwrap_or(end);
        for instr in &mut self.instrs {
            instr.on_error = instr.on_error.map(address);
            match &mut instr.op {
                Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => *to = address(*to),
                _ => {}
            }
        }
        (self.instrs, self.registers)
    }
}
