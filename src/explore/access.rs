//! What each instruction reads and writes, what a flow may still read and write from a node on, and where runs may meet.
//!
//! Soundness of the reduction lives here. Whatever a monitor looks at when it judges a step is a read of that step: an act
//! reads every place on which its verdict may rest, not only what it names.

use super::definitions::Definitions;
use super::model::{Effect, FlowId, Instr, Model, Op, PlaceId, RegIx, Val, World};
use super::program::{Class, Layout, N, Node};
use super::resting::{At, Resting};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Access {
    pub(super) r: u128,
    pub(super) w: u128,
}

impl Access {
    pub(super) fn conflicts(self, other: Access) -> bool {
        self.w & (other.r | other.w) != 0 || self.r & other.w != 0
    }

    pub(super) fn add(&mut self, other: Access) {
        self.r |= other.r;
        self.w |= other.w;
    }
}

pub(super) fn place_of(op: &Op) -> Option<PlaceId> {
    match op {
        Op::Read { place, .. }
        | Op::Write { place, .. }
        | Op::Update { place, .. }
        | Op::Create { place, .. }
        | Op::Exchange { place, .. }
        | Op::Havoc { place } => Some(*place),
        _ => None,
    }
}

/// A write, remove, exclusive create, open, use, or a call with an effect.
pub(super) fn is_act(op: &Op) -> bool {
    match op {
        Op::Act { class, .. } => *class != Effect::Repeatable,
        Op::Write { .. }
        | Op::Update { .. }
        | Op::Create { .. }
        | Op::Exchange { .. }
        | Op::Havoc { .. }
        | Op::Open { .. }
        | Op::Use { .. }
        | Op::Close { .. } => true,
        _ => false,
    }
}

/// Sets `class` for every node from `first` on.
pub(super) fn classify(model: &Model, layout: &Layout, nodes: &mut [Node], first: usize) {
    for node in &mut nodes[first..] {
        let code = &model.flows[node.flow as usize].code[node.pc as usize..];
        node.class = class(model, layout, &code[0].op, node.child);
        if model.world == World::Tasks && matches!(code[0].op, Op::AtomicBegin) && !goes_outside(model, code) {
            node.class = Class::Local;
        }
    }
}

/// Whether a section that nobody can divide waits for something outside.
fn goes_outside(model: &Model, code: &[Instr]) -> bool {
    let section = code.iter().take_while(|i| !matches!(i.op, Op::AtomicEnd));
    section.filter_map(|i| place_of(&i.op)).any(|p| model.places[p as usize].outside)
}

fn class(model: &Model, layout: &Layout, op: &Op, child: bool) -> Class {
    let tasks = model.world == World::Tasks;
    if let Some(place) = place_of(op) {
        let outside = model.places[place as usize].outside;
        return match () {
            // Each access to the outside is a wait, and a place to die, even where nobody else looks.
            () if tasks && outside => Class::Around,
            () if outside => Class::Meeting,
            () if layout.place_bit(place) == 0 => Class::Local,
            () if tasks => Class::Shared,
            () => Class::Meeting,
        };
    }
    match op {
        Op::Join { .. } | Op::Commit | Op::Rollback | Op::Wait { .. } | Op::AtomicBegin => Class::Meeting,
        Op::Lock { lock, .. } if !tasks || model.locks[*lock as usize].is_async => Class::Meeting,
        Op::Unlock { .. } | Op::Notify { .. } | Op::Use { .. } | Op::Close { .. } | Op::Settle { .. } if !tasks => {
            Class::Meeting
        }
        Op::Act { .. } | Op::Open { .. } if !tasks => Class::Meeting,
        Op::Lock { .. } | Op::Unlock { .. } | Op::Notify { .. } | Op::Use { .. } | Op::Close { .. } => Class::Shared,
        Op::Settle { .. } | Op::Act { .. } | Op::Open { .. } | Op::Start { .. } => Class::Shared,
        Op::Return { .. } | Op::Fail if child => Class::Shared,
        _ => Class::Local,
    }
}

/// Sets `future` for every node: all that may still be accessed from it on, error ways included.
pub(super) fn futures(
    model: &Model,
    layout: &Layout,
    nodes: &mut [Node],
    order: &[N],
    flow: FlowId,
    known: Definitions,
) {
    let whole = Whole::new(model, layout, nodes, order, (flow, known.rests));
    let resting = Resting::of(model, layout, nodes, order, known.joins);
    for n in order.iter().rev() {
        let node = &nodes[*n as usize];
        let instr = &model.flows[flow as usize].code[node.pc as usize];
        let mut access = whole.access(layout, &instr.op, resting.at(*n));
        if node.child {
            access.w |= layout.promises();
        }
        access.w |= whole.always;
        if instr.may_fail || matches!(instr.op, Op::Fail | Op::Use { .. } | Op::Create { .. } | Op::Join { .. }) {
            access.w |= whole.on_error;
        }
        let node = &nodes[*n as usize];
        for to in node.successors() {
            access.add(nodes[to as usize].future);
        }
        nodes[*n as usize].future = access;
    }
}

/// What a flow does as a whole.
struct Whole {
    rests: bool,
    /// It starts tasks: what one of them hands on, another may ask for.
    starts: bool,
    /// Released whenever the run ends.
    always: u128,
    on_error: u128,
}

impl Whole {
    fn new(model: &Model, layout: &Layout, nodes: &[Node], order: &[N], (flow, rests): (FlowId, bool)) -> Whole {
        let mut whole = Whole { rests, starts: false, always: 0, on_error: 0 };
        let (mut begins, mut writes) = (false, 0);
        for n in order {
            let node = &nodes[*n as usize];
            let op = &model.flows[flow as usize].code[node.pc as usize].op;
            let bit = place_of(op).map_or(0, |p| layout.access_bit(p));
            match op {
                Op::Create { .. } | Op::Exchange { .. } | Op::Update { .. } | Op::Write { .. } | Op::Havoc { .. } => {
                    writes |= bit
                }
                Op::Begin => begins = true,
                Op::Start { .. } => whole.starts = true,
                Op::Lock { lock, .. } => whole.on_error |= layout.lock_bit(*lock),
                _ => {}
            }
        }
        whole.always = if begins { writes } else { 0 };
        for (lock, _) in &model.flows[flow as usize].holds {
            whole.always |= layout.lock_bit(*lock);
        }
        whole
    }

    fn access(&self, layout: &Layout, op: &Op, resting: At) -> Access {
        let mut access = Access::default();
        if let Some(place) = place_of(op) {
            let bit = layout.access_bit(place);
            access.r |= bit;
            if !matches!(op, Op::Read { .. }) {
                access.w |= bit;
            }
        }
        let hands_on = matches!(op, Op::Act { .. } | Op::Pause { .. } | Op::Return { .. });
        if self.rests && is_act(op) && !matches!(op, Op::Act { .. }) || hands_on && self.starts {
            access.r |= resting.looked;
        }
        // A call is judged by the tests that it stands under, and by nothing else.
        if self.rests && is_act(op) {
            access.r |= resting.under;
        }
        match op {
            Op::Lock { lock, .. } | Op::Unlock { lock } => access.w |= layout.lock_bit(*lock),
            Op::Wait { cond, lock } => access.w |= layout.lock_bit(*cond) | layout.lock_bit(*lock),
            Op::Notify { cond } => access.w |= layout.lock_bit(*cond),
            Op::Join { .. } => access.r |= layout.promises(),
            Op::Start { after: Some(_), .. } => access.r |= layout.promises(),
            Op::Settle { .. } => access.w |= layout.promises(),
            Op::Use { .. } => access.r |= layout.resources(),
            Op::Close { .. } => access.w |= layout.resources(),
            _ => {}
        }
        access
    }
}

/// Does some flow put a promise where other runs can find it? Else it is a matter between the tasks of one run.
pub(super) fn hands_on_promises(model: &Model) -> bool {
    model.flows.iter().any(|flow| {
        let mut holds = vec![false; flow.registers as usize];
        loop {
            let before = holds.iter().filter(|h| **h).count();
            for instr in &flow.code {
                let from = |val: &Val| promise_in(val).is_some_and(|r| holds[r as usize]);
                let (into, now) = match &instr.op {
                    Op::Start { into, .. } | Op::Promise { into } => (*into, true),
                    Op::Let { into, value } | Op::Join { into, on: value } => (*into, from(value)),
                    _ => continue,
                };
                holds[into as usize] |= now;
            }
            if holds.iter().filter(|h| **h).count() == before {
                break;
            }
        }
        // A collection that holds a promise gives it back to whoever takes it out.
        let mut reaches = false;
        for instr in flow.code.iter().filter(|instr| place_of(&instr.op).is_some()) {
            instr.op.reads(&mut |r| reaches |= holds[r as usize]);
        }
        reaches
    })
}

fn promise_in(val: &Val) -> Option<RegIx> {
    match val {
        Val::Reg(r) => Some(*r),
        Val::Made(inner) => promise_in(inner),
        _ => None,
    }
}

/// Places in memory that every flow only tests, joins or replaces: what they hold goes nowhere else.
pub(super) fn coordination(model: &Model) -> Vec<bool> {
    let mut only: Vec<bool> = model.places.iter().map(|p| !p.outside && !p.resource).collect();
    let mut tested = vec![false; only.len()];
    for flow in &model.flows {
        let mut from: Vec<Vec<PlaceId>> = vec![Vec::new(); flow.registers as usize];
        loop {
            let mut grew = false;
            for instr in &flow.code {
                grew |= spread(&instr.op, &mut from);
            }
            if !grew {
                break;
            }
        }
        for instr in &flow.code {
            let mut spoil = |r: RegIx| from[r as usize].iter().for_each(|p| only[*p as usize] = false);
            match &instr.op {
                Op::Branch { .. } | Op::Join { .. } | Op::Start { .. } => instr.op.reads(&mut |r| {
                    from[r as usize].iter().for_each(|p| tested[*p as usize] = true);
                }),
                Op::Let { .. } | Op::Settle { .. } => {}
                Op::Write { place, .. } | Op::Update { place, .. } | Op::Exchange { place, .. } => {
                    let own = *place;
                    instr.op.reads(&mut |r| {
                        for p in from[r as usize].iter().filter(|p| **p != own) {
                            only[*p as usize] = false;
                        }
                    });
                }
                op => op.reads(&mut spoil),
            }
            if let Op::Create { place, .. } | Op::Exchange { place, .. } = &instr.op {
                tested[*place as usize] = true;
            }
        }
    }
    only.iter().zip(tested).map(|(only, tested)| *only && tested).collect()
}

fn spread(op: &Op, from: &mut [Vec<PlaceId>]) -> bool {
    let (into, places) = match op {
        Op::Read { place, into } => (*into, vec![*place]),
        Op::Update { place, into: Some(into), .. } => (*into, vec![*place]),
        Op::Let { into, value } if !matches!(value, Val::Absent | Val::Bool(_) | Val::Const(_)) => {
            let mut all = Vec::new();
            op.reads(&mut |r| all.extend(&from[r as usize]));
            (*into, all)
        }
        _ => return false,
    };
    let known = &mut from[into as usize];
    let before = known.len();
    for place in places {
        if !known.contains(&place) {
            known.push(place);
        }
    }
    known.len() != before
}
