//! Whether an error could leave a place so that the next run finds nothing to do: what the code alone says, before
//! anything runs.

use super::access::{is_act, place_of};
use super::control;
use super::model::{FlowId, Op};
use super::program::{EXIT, N, NONE, Node, Program};

/// `false`: no error in `first` can keep `next` from acting.
pub(super) fn may_be_left(program: &Program, first: FlowId, next: FlowId) -> bool {
    let looked_at = nodes(program, next).map(|(_, node)| read_by(program, node)).fold(0, |all, bits| all | bits);
    left(program, first) & looked_at != 0 && may_idle(program, next)
}

fn nodes<'p>(program: &'p Program, flow: FlowId) -> impl Iterator<Item = (N, &'p Node)> {
    program.nodes.iter().enumerate().filter(move |(_, node)| node.flow == flow).map(|(n, node)| (n as N, node))
}

fn order(program: &Program, flow: FlowId) -> Vec<N> {
    control::order(&program.nodes, 0).into_iter().filter(|n| program.node(*n).flow == flow).collect()
}

fn read_by(program: &Program, node: &Node) -> u128 {
    match program.model.flows[node.flow as usize].code[node.pc as usize].op {
        Op::Read { place, .. } | Op::Create { place, .. } | Op::Exchange { place, .. } => {
            program.layout.place_bit(place)
        }
        _ => 0,
    }
}

fn written_by(program: &Program, n: N) -> u128 {
    match program.op(n) {
        Op::Read { .. } => 0,
        op => place_of(op).map_or(0, |place| program.layout.place_bit(place)),
    }
}

/// Places that are written before an error and, on some way, not again behind it.
fn left(program: &Program, flow: FlowId) -> u128 {
    let order = order(program, flow);
    let first = order.iter().min().copied().unwrap_or_default();
    let at = |n: N| (n - first) as usize;
    // What some way to the end leaves alone; at the end itself that is everything.
    let mut alone = vec![0u128; order.len()];
    for n in order.iter().rev() {
        let node = program.node(*n);
        let behind = |to: N| if to < NONE { alone[at(to)] } else { u128::MAX };
        let after_error = if program.instr(*n).may_fail { behind(node.err) } else { 0 };
        let ends = node.successors().next().is_none();
        let after = [node.next, node.alt].into_iter().filter(|to| ends || *to != NONE).map(behind);
        let any = after.fold(after_error, |all, bits| all | bits);
        alone[at(*n)] = any & !written_by(program, *n);
    }
    // What one task has written stands there when another one fails.
    let starts = order.iter().any(|n| matches!(program.op(*n), Op::Start { .. }));
    let anywhere = order.iter().fold(0, |all, n| all | written_by(program, *n));
    let mut written = vec![if starts { anywhere } else { 0 }; order.len()];
    let mut left = 0;
    for n in order {
        let node = program.node(n);
        if program.instr(n).may_fail {
            left |= written[at(n)] & if node.err < NONE { alone[at(node.err)] } else { u128::MAX };
        }
        let by_now = written[at(n)] | written_by(program, n);
        for to in node.successors() {
            written[at(to)] |= by_now;
        }
    }
    left
}

/// Whether the flow may come to its end without having done anything.
fn may_idle(program: &Program, flow: FlowId) -> bool {
    let mut idle: Vec<bool> = vec![false; program.nodes.len()];
    let is_idle = |idle: &[bool], to: N| to == EXIT || to < NONE && idle[to as usize];
    for n in order(program, flow).into_iter().rev() {
        let node = program.node(n);
        let op = program.op(n);
        idle[n as usize] = match op {
            // What it starts belongs to it.
            Op::Start { .. } => is_idle(&idle, node.next) && (node.alt >= NONE || is_idle(&idle, node.alt)),
            Op::Branch { .. } => is_idle(&idle, node.next) || is_idle(&idle, node.alt),
            // Who waits for ever does nothing either.
            Op::Return { .. } | Op::Fail | Op::Join { .. } | Op::Lock { .. } | Op::Wait { .. } => true,
            Op::Create { .. } | Op::Exchange { .. } | Op::Use { .. } => is_idle(&idle, node.next),
            _ if is_act(op) => false,
            _ => is_idle(&idle, node.next),
        };
    }
    let entry = program.entry[flow as usize];
    entry >= NONE || idle[entry as usize]
}
