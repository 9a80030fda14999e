//! Rests: which registers rest on what some steps have made.

use crate::explore::model::{Instr, Op, RegIx};

/// The registers that a step which `begins` has made, and those that a step which `passes` it on has made of them.
pub fn rests(
    code: &[Instr],
    registers: RegIx,
    begins: impl Fn(&Op) -> bool,
    passes: impl Fn(&Op) -> bool,
) -> Vec<bool> {
    let mut known = vec![false; registers as usize];
    loop {
        let mut changed = false;
        for instr in code {
            let Some(into) = instr.op.makes() else { continue };
            let mut holds = begins(&instr.op);
            if passes(&instr.op) {
                instr.op.reads(&mut |reg| holds |= known[reg as usize]);
            }
            changed |= holds && !known[into as usize];
            known[into as usize] |= holds;
        }
        if !changed {
            return known;
        }
    }
}
