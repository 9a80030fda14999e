//! Loops unrolled: a flow's code becomes a graph without cycles, in which each loop goes back at most [`ROUNDS`] times.

use rustc_hash::FxHashMap;

use super::model::{FlowId, Instr, Model, Op, Pc};
use super::program::{CUT, EXIT, MAX_NODES, N, NONE, Node};

/// How often a loop may go back to its head before the run is cut.
pub(super) const ROUNDS: u8 = 2;

/// Appends the flow's nodes and returns its entry; `None` if there are too many.
pub(super) fn unroll(model: &Model, flow: FlowId, nodes: &mut Vec<Node>) -> Option<N> {
    let code = &model.flows[flow as usize].code;
    if code.is_empty() {
        return Some(EXIT);
    }
    let loops = loops(code);
    let mut work = Work { code, flow, loops, seen: FxHashMap::default(), nodes, todo: Vec::new() };
    let entry = work.node(0, vec![0; work.loops.len()]);
    while let Some((n, pc, counts)) = work.todo.pop() {
        if work.nodes.len() > MAX_NODES {
            return None;
        }
        work.edges(n, pc, &counts);
    }
    let starts: Vec<N> = work.nodes.iter().filter(|n| n.flow == flow && is_start(code, n)).map(|n| n.alt).collect();
    mark_children(nodes, starts);
    Some(entry)
}

fn is_start(code: &[Instr], node: &Node) -> bool {
    matches!(code[node.pc as usize].op, Op::Start { .. })
}

fn mark_children(nodes: &mut [Node], mut todo: Vec<N>) {
    while let Some(n) = todo.pop() {
        if n >= NONE || nodes[n as usize].child {
            continue;
        }
        nodes[n as usize].child = true;
        todo.extend(nodes[n as usize].successors());
    }
}

struct Loop {
    head: Pc,
    body: Vec<bool>,
    back: Vec<Pc>,
}

struct Work<'a> {
    code: &'a [Instr],
    flow: FlowId,
    loops: Vec<Loop>,
    seen: FxHashMap<(Pc, Vec<u8>), N>,
    nodes: &'a mut Vec<Node>,
    todo: Vec<(N, Pc, Vec<u8>)>,
}

impl Work<'_> {
    fn node(&mut self, pc: Pc, counts: Vec<u8>) -> N {
        if let Some(n) = self.seen.get(&(pc, counts.clone())) {
            return *n;
        }
        let n = self.nodes.len() as N;
        let round = counts.iter().fold(0u8, |all, c| all.wrapping_mul(ROUNDS + 1).wrapping_add(*c));
        self.nodes.push(Node::new(self.flow, pc, round));
        self.seen.insert((pc, counts.clone()), n);
        self.todo.push((n, pc, counts));
        n
    }

    fn edges(&mut self, n: N, pc: Pc, counts: &[u8]) {
        let edges = edges(self.code, pc);
        let mut go = |to: Option<Pc>| match to {
            None => NONE,
            Some(to) if to as usize >= self.code.len() => EXIT,
            Some(to) => self.follow(pc, to, counts),
        };
        let (next, alt, err) = (go(edges.next), go(edges.alt), go(edges.err));
        let node = &mut self.nodes[n as usize];
        (node.next, node.alt, node.err) = (next, alt, err);
    }

    fn follow(&mut self, from: Pc, to: Pc, counts: &[u8]) -> N {
        let mut counts = counts.to_vec();
        for (i, l) in self.loops.iter().enumerate() {
            if !l.body[to as usize] {
                counts[i] = 0;
            } else if l.head == to && l.back.contains(&from) {
                counts[i] += 1;
                if counts[i] > ROUNDS {
                    return CUT;
                }
            }
        }
        self.node(to, counts)
    }
}

struct Edges {
    next: Option<Pc>,
    alt: Option<Pc>,
    err: Option<Pc>,
}

fn edges(code: &[Instr], pc: Pc) -> Edges {
    let instr = &code[pc as usize];
    let (next, mut alt) = instr.op.goes_on(pc);
    if let Op::Start { entry, .. } = &instr.op {
        alt = Some(*entry);
    }
    Edges { next, alt, err: instr.on_error.filter(|_| instr.may_raise()) }
}

fn successors(code: &[Instr], pc: Pc) -> impl Iterator<Item = Pc> {
    let edges = edges(code, pc);
    let end = code.len() as Pc;
    [edges.next, edges.alt, edges.err].into_iter().flatten().filter(move |to| *to < end)
}

/// The loops of the code, each with all of its back edges.
fn loops(code: &[Instr]) -> Vec<Loop> {
    let mut loops: Vec<Loop> = Vec::new();
    for (from, head) in back_edges(code) {
        match loops.iter_mut().find(|l| l.head == head) {
            Some(l) => l.back.push(from),
            None => loops.push(Loop { head, body: vec![false; code.len()], back: vec![from] }),
        }
    }
    let mut before: Vec<Vec<Pc>> = vec![Vec::new(); code.len()];
    for pc in 0..code.len() as Pc {
        for to in successors(code, pc) {
            before[to as usize].push(pc);
        }
    }
    for l in &mut loops {
        l.body[l.head as usize] = true;
        let mut todo = l.back.clone();
        while let Some(pc) = todo.pop() {
            if !l.body[pc as usize] {
                l.body[pc as usize] = true;
                todo.extend(&before[pc as usize]);
            }
        }
    }
    loops
}

fn back_edges(code: &[Instr]) -> Vec<(Pc, Pc)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut seen = vec![Seen::No; code.len()];
    let mut found = Vec::new();
    let mut stack: Vec<(Pc, Vec<Pc>)> = vec![(0, successors(code, 0).collect())];
    seen[0] = Seen::Open;
    while let Some((pc, rest)) = stack.last_mut() {
        let pc = *pc;
        match rest.pop() {
            None => {
                seen[pc as usize] = Seen::Done;
                stack.pop();
            }
            Some(to) => match seen[to as usize] {
                Seen::Open => found.push((pc, to)),
                Seen::Done => {}
                Seen::No => {
                    seen[to as usize] = Seen::Open;
                    stack.push((to, successors(code, to).collect()));
                }
            },
        }
    }
    found
}
