//! What the shape of a flow says before anything runs: where the arms of a test meet again, which registers are still
//! wanted, which tests decide nothing, which errors tell something new.

use rustc_hash::FxHashMap;

use super::model::{Model, Op};
use super::program::{CUT, Class, EXIT, N, NONE, Node};

/// The nodes from `first` on, each before its successors.
pub(super) fn order(nodes: &[Node], first: usize) -> Vec<N> {
    let mut seen = vec![false; nodes.len() - first];
    let mut out = Vec::with_capacity(nodes.len() - first);
    let mut stack: Vec<(N, u8)> = Vec::new();
    for root in first..nodes.len() {
        if !seen[root - first] {
            seen[root - first] = true;
            stack.push((root as N, 0));
        }
        while let Some((n, at)) = stack.last_mut() {
            let node = &nodes[*n as usize];
            let to = match *at {
                0 => node.next,
                1 => node.alt,
                2 => node.err,
                _ => {
                    out.push(*n);
                    stack.pop();
                    continue;
                }
            };
            *at += 1;
            if to < NONE && !seen[to as usize - first] {
                seen[to as usize - first] = true;
                stack.push((to, 0));
            }
        }
    }
    out.reverse();
    out
}

/// Sets `join`, the immediate post-dominator, for every node. Error edges are left out; a further round counts for nothing.
pub(super) fn joins(model: &Model, nodes: &mut [Node], order: &[N]) {
    let Some(first) = order.iter().min().copied() else { return };
    let mut depth = vec![0u32; order.len()];
    for n in order.iter().rev() {
        let node = &nodes[*n as usize];
        let starts = matches!(op(model, node), Op::Start { .. });
        let arms = [node.next, if starts { NONE } else { node.alt }];
        let mut join = NONE;
        for to in arms.into_iter().filter(|to| *to != NONE && *to != CUT) {
            join = if join == NONE { to } else { meet(nodes, &depth, first, join, to) };
        }
        if join == NONE {
            join = EXIT;
        }
        depth[(*n - first) as usize] = if join == EXIT { 1 } else { depth[(join - first) as usize] + 1 };
        nodes[*n as usize].join = join;
    }
}

fn meet(nodes: &[Node], depth: &[u32], first: N, mut a: N, mut b: N) -> N {
    let deep = |n: N| if n == EXIT { 0 } else { depth[(n - first) as usize] };
    while a != b {
        if deep(a) >= deep(b) {
            a = nodes[a as usize].join;
        } else {
            b = nodes[b as usize].join;
        }
    }
    a
}

fn op<'m>(model: &'m Model, node: &Node) -> &'m Op {
    &model.flows[node.flow as usize].code[node.pc as usize].op
}

/// Sets `live`: the registers that some instruction from here on still reads.
pub(super) fn liveness(model: &Model, nodes: &mut [Node], order: &[N], first: u32) {
    let Some(flow) = nodes.get(first as usize).map(|n| n.flow) else { return };
    let words = (model.flows[flow as usize].registers as usize).div_ceil(64).max(1);
    let mut live = vec![0u64; order.len() * words];
    for n in order.iter().rev() {
        let node = &nodes[*n as usize];
        let at = (*n - first) as usize * words;
        let mut bits = vec![0u64; words];
        let add = |bits: &mut [u64], to: N| {
            if to < NONE {
                let from = (to - first) as usize * words;
                for (w, bit) in bits.iter_mut().enumerate() {
                    *bit |= live[from + w];
                }
            }
        };
        add(&mut bits, node.next);
        add(&mut bits, node.alt);
        let op = op(model, node);
        if let Some(r) = op.makes() {
            bits[r as usize / 64] &= !(1 << (r % 64));
        }
        add(&mut bits, node.err);
        op.reads(&mut |r| bits[r as usize / 64] |= 1 << (r % 64));
        live[at..at + words].copy_from_slice(&bits);
        nodes[*n as usize].live = ones(&bits);
    }
}

/// The numbers of the bits that are set.
fn ones(words: &[u64]) -> Box<[u16]> {
    let mut all = Vec::with_capacity(words.iter().map(|w| w.count_ones() as usize).sum());
    for (at, word) in words.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            all.push((at * 64) as u16 + rest.trailing_zeros() as u16);
            rest &= rest - 1;
        }
    }
    all.into()
}

/// Sets `skip` for tests whose arms touch nothing shared, do nothing and leave nothing behind: no fork is needed. If one
/// arm pauses, that one is taken: it meets whatever the other meets.
pub(super) fn slices(model: &Model, nodes: &mut [Node], first: usize) {
    for n in first..nodes.len() {
        let node = &nodes[n];
        if !matches!(op(model, node), Op::Branch { .. }) || node.join == EXIT {
            continue;
        }
        let (Some(on), Some(off)) =
            (harmless(model, nodes, node.next, node.join), harmless(model, nodes, node.alt, node.join))
        else {
            continue;
        };
        nodes[n].skip = if off {
            node.alt
        } else if on {
            node.next
        } else {
            node.join
        };
    }
}

/// Whether every way from `from` to `join` changes nothing; then, whether it pauses.
fn harmless(model: &Model, nodes: &[Node], from: N, join: N) -> Option<bool> {
    let kept: &[u16] = if join < NONE { &nodes[join as usize].live } else { &[] };
    let (mut todo, mut pauses, mut steps) = (vec![from], false, 0);
    while let Some(n) = todo.pop() {
        if n == join {
            continue;
        }
        steps += 1;
        if n >= NONE || steps > 64 {
            return None;
        }
        let node = &nodes[n as usize];
        let op = op(model, node);
        if op.makes().is_some_and(|r| kept.contains(&(r as u16))) {
            return None;
        }
        match op {
            Op::Pause { args, .. } if node.err >= NONE && args.is_empty() => pauses = true,
            Op::Let { .. } | Op::Jump(_) => {}
            Op::Branch { .. } if node.class == Class::Local => todo.push(node.alt),
            _ => return None,
        }
        todo.push(node.next);
    }
    Some(pauses)
}

/// Sets `telling` where an error's handler holds an instruction that the plain way from there does not.
pub(super) fn errors(model: &Model, nodes: &mut [Node], order: &[N], first: usize) {
    let fails = |node: &Node| model.flows[node.flow as usize].code[node.pc as usize].may_fail && node.err < NONE;
    if !nodes[first..].iter().any(fails) {
        return;
    }
    let ahead = Ahead::of(model, nodes, order, first);
    for node in &mut nodes[first..] {
        if fails(node) {
            node.telling = ahead.more(node.err, node.next);
        }
    }
}

/// By node, which different effects may come from there on.
struct Ahead {
    first: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Ahead {
    fn of(model: &Model, nodes: &[Node], order: &[N], first: usize) -> Ahead {
        let mut numbers: FxHashMap<&Op, usize> = FxHashMap::default();
        for node in &nodes[first..] {
            let (op, next) = (op(model, node), numbers.len());
            if is_effect(op) {
                numbers.entry(op).or_insert(next);
            }
        }
        let words = numbers.len().div_ceil(64).max(1);
        let mut ahead = Ahead { first, words, bits: vec![0; (nodes.len() - first) * words] };
        for n in order.iter().rev() {
            let node = &nodes[*n as usize];
            let at = (*n as usize - first) * words;
            if let Some(number) = numbers.get(op(model, node)) {
                ahead.bits[at + number / 64] |= 1 << (number % 64);
            }
            for to in node.successors() {
                let from = (to as usize - first) * words;
                for word in 0..words {
                    ahead.bits[at + word] |= ahead.bits[from + word];
                }
            }
        }
        ahead
    }

    /// May something come from `one` on that does not come from `other` on?
    fn more(&self, one: N, other: N) -> bool {
        let row = |n: N| {
            let at = (n as usize - self.first) * self.words;
            &self.bits[at..at + self.words]
        };
        match (one < NONE, other < NONE) {
            (false, _) => false,
            (true, false) => row(one).iter().any(|word| *word != 0),
            (true, true) => row(one).iter().zip(row(other)).any(|(a, b)| a & !b != 0),
        }
    }
}

fn is_effect(op: &Op) -> bool {
    matches!(op, Op::Write { .. } | Op::Act { .. } | Op::Close { .. } | Op::Update { .. } | Op::Unlock { .. })
}
