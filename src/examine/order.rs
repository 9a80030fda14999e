//! Order: which lock is taken while which other one is held, over the whole program, and the cycles in that.
//!
//! An edge leads from the lock that is held to the one that is taken, by the function itself or by calls that it makes.
//! A cycle is no deadlock yet: whoever finds one has it explored. This room must never know a rule.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::held::{Holds, Taken, is_fresh};
use crate::facts::{Receiver, Span};
use crate::link::Program;
use crate::link::bind::{Op, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc, Owner, Seg};
use crate::link::summary::{DEPTH, KeyId};
use crate::link::types::Ty;
use crate::models::Running;

/// `id` holds the first lock and takes the second.
pub struct Edge {
    pub id: FunctionId,
    pub from: KeyId,
    pub to: KeyId,
    pub first: Span,
    pub second: Span,
    /// The calls that lead to the second acquisition.
    pub path: Vec<FunctionId>,
    /// Both locks are known to be those of the receiver, or of the program.
    pub rooted: bool,
}

/// A lock that a function takes, itself or by these calls.
#[derive(Clone)]
struct Reached {
    key: KeyId,
    /// Where the last of them takes it.
    span: Span,
    path: Vec<FunctionId>,
}

type Reach = FxHashMap<FunctionId, Vec<Reached>>;

/// As many runs as the explorer sets against each other.
const LONGEST: usize = 3;

#[derive(Default)]
pub struct Order {
    edges: BTreeMap<(KeyId, KeyId), Vec<Edge>>,
}

impl Order {
    pub fn of(program: &Program) -> Order {
        let locks = Locks { program, tasks: tasks(program) };
        let reach = locks.reach();
        let mut order = Order::default();
        for id in own_functions(program) {
            order.add_queues(&locks, id, &reach);
            let Some(holds) = Holds::of(program, id) else { continue };
            holds.each(&mut |held, op| {
                // Nobody waits for a cell.
                let waits = |taken: &&Taken<'_>| taken.guard.kind.name != "RefCell";
                let held = held.iter().filter(waits).filter(|taken| is_shared(program, id, &taken.guard.lock));
                for taken in held {
                    order.add(&locks, id, taken, op, &reach);
                }
            });
        }
        order
    }

    pub fn all(&self) -> impl Iterator<Item = &Edge> {
        self.edges.values().flatten()
    }

    pub fn edges(&self, first: KeyId, second: KeyId) -> &[Edge] {
        self.edges.get(&(first, second)).map_or(&[], Vec::as_slice)
    }

    /// Every cycle of two or three locks, the shortest first, each once: it begins with its first lock.
    pub fn cycles(&self) -> Vec<Vec<KeyId>> {
        let mut graph: DiGraph<KeyId, ()> = DiGraph::new();
        let mut nodes: BTreeMap<KeyId, NodeIndex> = BTreeMap::new();
        for (first, second) in self.edges.keys() {
            let [from, to] = [first, second].map(|key| *nodes.entry(*key).or_insert_with(|| graph.add_node(*key)));
            graph.add_edge(from, to, ());
        }
        let mut cycles: BTreeSet<(usize, Vec<KeyId>)> = BTreeSet::new();
        for component in tarjan_scc(&graph).into_iter().filter(|component| component.len() > 1) {
            for first in component {
                walk(&graph, &mut vec![first], &mut cycles);
            }
        }
        cycles.into_iter().map(|(_, cycle)| cycle).collect()
    }

    fn add(&mut self, locks: &Locks<'_>, id: FunctionId, taken: &Taken<'_>, op: &Op, reach: &Reach) {
        let Some(outer) = locks.key(id, &taken.guard.lock) else { return };
        let begin = Begin { id, outer, span: taken.span, rooted: is_rooted(&taken.guard.lock) };
        if let Some(lock) = locks.taken_by(id, op)
            && let Some(inner) = locks.key(id, lock)
        {
            self.edge(&begin, inner, op.span, Vec::new(), is_rooted(lock));
        }
        match &op.kind {
            OpKind::Call { this, .. } => {
                let Some(target) = called(op) else { return };
                let own = this.as_ref().is_some_and(|this| matches!(this.base, Base::This(_)) && this.path.is_empty());
                self.reached(&begin, target, op.span, own, reach);
            }
            _ => {}
        }
    }

    /// What runs inside a lock's own call: `mutex.runExclusive(…)`.
    fn add_queues(&mut self, locks: &Locks<'_>, id: FunctionId, reach: &Reach) {
        for op in locks.program.body(id).blocks.iter().flatten() {
            let OpKind::Run { callee, how: Running::Locked, at: Some(lock), .. } = &op.kind else { continue };
            let (Some(outer), Some(target)) = (locks.key(id, lock), callee.target()) else { continue };
            let begin = Begin { id, outer, span: op.span, rooted: is_rooted(lock) };
            for reached in reach.get(&target).into_iter().flatten() {
                // What the function inside takes by itself stands right there.
                let second = if reached.path.is_empty() { reached.span } else { op.span };
                self.edge(&begin, reached.key, second, reached.path.clone(), is_rooted(lock));
            }
        }
    }

    fn reached(&mut self, begin: &Begin, target: FunctionId, at: Span, rooted: bool, reach: &Reach) {
        for reached in reach.get(&target).into_iter().flatten() {
            let path = std::iter::once(target).chain(reached.path.iter().copied()).collect();
            self.edge(begin, reached.key, at, path, rooted);
        }
    }

    fn edge(&mut self, begin: &Begin, inner: KeyId, second: Span, path: Vec<FunctionId>, rooted: bool) {
        if inner != begin.outer {
            let (id, from, first) = (begin.id, begin.outer, begin.span);
            let edge = Edge { id, from, to: inner, first, second, path, rooted: rooted && begin.rooted };
            self.edges.entry((from, inner)).or_default().push(edge);
        }
    }
}

/// Where an edge begins.
struct Begin {
    id: FunctionId,
    outer: KeyId,
    span: Span,
    rooted: bool,
}

/// All ways on from `way` that come back to where it begins.
fn walk(graph: &DiGraph<KeyId, ()>, way: &mut Vec<NodeIndex>, cycles: &mut BTreeSet<(usize, Vec<KeyId>)>) {
    for next in graph.neighbors(way[way.len() - 1]) {
        if next == way[0] {
            let cycle: Vec<KeyId> = way.iter().map(|node| graph[*node]).collect();
            // Each cycle is met once from each of its locks.
            if cycle.iter().min() == cycle.first() {
                cycles.insert((cycle.len(), cycle));
            }
        } else if way.len() < LONGEST && !way.contains(&next) {
            way.push(next);
            walk(graph, way, cycles);
            way.pop();
        }
    }
}

fn own_functions(program: &Program) -> impl Iterator<Item = FunctionId> + '_ {
    program.functions().filter(|id| !program.function(*id).test)
}

/// The function that runs inside this step.
fn called(op: &Op) -> Option<FunctionId> {
    match &op.kind {
        OpKind::Call { target, .. } => Some(*target),
        OpKind::Run { callee, how: Running::Now | Running::Each | Running::Locked, .. } => callee.target(),
        _ => None,
    }
}

fn add_reached(known: &mut Vec<Reached>, new: Reached) {
    if !known.iter().any(|other| other.key == new.key) {
        known.push(new);
    }
}

/// What names a lock in all functions.
struct Locks<'p> {
    program: &'p Program,
    /// Functions that run as tasks or threads of their own.
    tasks: FxHashSet<FunctionId>,
}

fn tasks(program: &Program) -> FxHashSet<FunctionId> {
    let ops = program.functions().flat_map(|id| program.body(id).blocks.iter().flatten());
    ops.filter_map(|op| match &op.kind {
        OpKind::Run { callee, how: Running::Spawned, .. } => callee.target(),
        _ => None,
    })
    .collect()
}

impl<'p> Locks<'p> {
    fn reach(&self) -> Reach {
        let program = self.program;
        let mut reach = Reach::default();
        for id in own_functions(program) {
            for op in program.body(id).blocks.iter().flatten() {
                let queue = match &op.kind {
                    OpKind::Run { how: Running::Locked, at, .. } => at.as_ref(),
                    _ => None,
                };
                if let Some(lock) = queue.or_else(|| self.taken_by(id, op))
                    && is_shared(program, id, lock)
                    && let Some(key) = self.key(id, lock)
                {
                    add_reached(reach.entry(id).or_default(), Reached { key, span: op.span, path: Vec::new() });
                }
            }
        }
        for _ in 0..DEPTH {
            let before = reach.clone();
            for id in own_functions(program) {
                for target in program.body(id).blocks.iter().flatten().filter_map(called) {
                    for reached in before.get(&target).into_iter().flatten() {
                        let path = std::iter::once(target).chain(reached.path.iter().copied()).collect();
                        add_reached(reach.entry(id).or_default(), Reached { path, ..*reached });
                    }
                }
            }
        }
        reach
    }

    /// The shared lock whose guard this step waits for: its own, or that of a function which was given the lock.
    fn taken_by(&self, id: FunctionId, op: &Op) -> Option<&'p Loc> {
        let lock = &self.program.body(id).taken(&op.kind)?.lock;
        let waits = !matches!(&op.kind, OpKind::Acquire { attempt, .. } if !attempt.waits());
        (waits && is_shared(self.program, id, lock)).then_some(lock)
    }

    /// The lock as all functions name it: a field of a type, a static, a name that the host keeps; a variable for the
    /// tasks that its function starts.
    fn key(&self, id: FunctionId, lock: &Loc) -> Option<KeyId> {
        let named = match lock.owner {
            Owner::Unit(_) => !lock.tail().is_empty(),
            Owner::Base(Base::Variable(..)) => true,
            Owner::Base(Base::External(_)) => !lock.path.is_empty() && !lock.key().is_blurred(),
            Owner::Base(Base::Value(function, _) | Base::Local(function, _)) => {
                function != id && lock.path.is_empty() && self.tasks.contains(&id)
            }
            Owner::Base(_) => false,
        };
        named.then(|| self.program.keys().find(&lock.key())).flatten()
    }
}

fn is_rooted(lock: &Loc) -> bool {
    let known = match lock.owner {
        Owner::Base(_) => !matches!(lock.base, Base::Param(..) | Base::Answer(_)),
        Owner::Unit(_) => matches!(lock.base, Base::This(_) | Base::Variable(..)),
    };
    known && !lock.key().is_blurred()
}

/// Can somebody else take it meanwhile? Not if its owner was just made, or is this run's alone.
fn is_shared(program: &Program, id: FunctionId, lock: &Loc) -> bool {
    if is_fresh(program, id, lock) {
        return false;
    }
    let alone = matches!(program.function(id).receiver, Receiver::Exclusive | Receiver::Owned);
    match (lock.base, lock.path.first()) {
        (Base::This(unit), Some(Seg::Field(field))) if alone => {
            let field = program.modules.field(&program.files, unit, *field);
            field.is_some_and(|(owner, field)| {
                matches!(program.field_type(owner, field), Ty::Lib { name, .. } if program.models.is_pointer(name))
            })
        }
        _ => true,
    }
}
