//! Resting: the places by which a step of a run may be judged. A step that no look and no test stands before is judged by
//! nothing, and need not be tried before and after what others do.

use super::model::{FlowId, Model, Op};
use super::program::{EXIT, Layout, N, Node};

/// What a step at some node may be judged by.
#[derive(Clone, Copy, Default)]
pub(super) struct At {
    /// Places that the run may have looked at before.
    pub(super) looked: u128,
    /// Places that some test, which still decides what is done, has asked about.
    pub(super) under: u128,
}

pub(super) struct Resting {
    first: N,
    at: Vec<At>,
}

impl Resting {
    /// Of one flow. Without `joins` a test decides everything that comes after it.
    pub(super) fn of(model: &Model, layout: &Layout, nodes: &[Node], order: &[N], joins: bool) -> Resting {
        let Some(first) = order.iter().min().copied() else { return Resting { first: 0, at: Vec::new() } };
        let flow = nodes[first as usize].flow;
        let mut resting = Resting { first, at: vec![At::default(); order.len()] };
        resting.look(model, layout, nodes, order);
        if !joins {
            resting.at.iter_mut().for_each(|at| at.under = at.looked);
            return resting;
        }
        let carried = carried(model, layout, flow);
        for n in order {
            let node = &nodes[*n as usize];
            let op = &model.flows[flow as usize].code[node.pc as usize].op;
            let (places, until) = match op {
                Op::Branch { .. } => {
                    let mut places = 0;
                    op.reads(&mut |r| places |= carried[r as usize]);
                    (places, node.join)
                }
                // Tested and taken in one step: the run stands under it to its end.
                Op::Create { place, .. } | Op::Exchange { place, .. } => (layout.access_bit(*place), EXIT),
                _ => continue,
            };
            if places != 0 {
                resting.cover(nodes, *n, until, places);
            }
        }
        resting
    }

    pub(super) fn at(&self, n: N) -> At {
        self.at[(n - self.first) as usize]
    }

    fn look(&mut self, model: &Model, layout: &Layout, nodes: &[Node], order: &[N]) {
        for n in order {
            let node = &nodes[*n as usize];
            let own = looks(layout, &model.flows[node.flow as usize].code[node.pc as usize].op);
            let here = &mut self.at[(*n - self.first) as usize].looked;
            *here |= own;
            let now = *here;
            for to in node.successors() {
                self.at[(to - self.first) as usize].looked |= now;
            }
        }
    }

    /// Everything from a test on, up to where it decides nothing any more.
    fn cover(&mut self, nodes: &[Node], from: N, until: N, places: u128) {
        let mut seen = vec![false; self.at.len()];
        let mut open = vec![from];
        while let Some(n) = open.pop() {
            let at = (n - self.first) as usize;
            if !std::mem::replace(&mut seen[at], true) {
                self.at[at].under |= places;
                open.extend(nodes[n as usize].successors().filter(|to| *to != until));
            }
        }
    }
}

fn looks(layout: &Layout, op: &Op) -> u128 {
    match op {
        Op::Read { place, .. } | Op::Create { place, .. } | Op::Exchange { place, .. } | Op::Update { place, .. } => {
            layout.access_bit(*place)
        }
        _ => 0,
    }
}

/// By register, the places that what it holds may rest on.
fn carried(model: &Model, layout: &Layout, flow: FlowId) -> Vec<u128> {
    let flow = &model.flows[flow as usize];
    let all = flow.code.iter().fold(0, |all, instr| all | looks(layout, &instr.op));
    let answers = layout.handed || flow.code.iter().any(|instr| matches!(instr.op, Op::Start { .. }));
    let mut carried = vec![0u128; flow.registers as usize];
    loop {
        let mut grew = false;
        for op in flow.code.iter().map(|instr| &instr.op) {
            let Some(into) = op.makes() else { continue };
            let mut places = looks(layout, op);
            // What another task answers may rest on anything that it has seen.
            if answers && matches!(op, Op::Join { .. }) {
                places |= all;
            }
            op.reads(&mut |r| places |= carried[r as usize]);
            grew |= places & !carried[into as usize] != 0;
            carried[into as usize] |= places;
        }
        if !grew {
            return carried;
        }
    }
}
