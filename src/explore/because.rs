//! Why a pair is safe, by ablation: a guard is named only if the pair breaks without its instructions.

use super::analysis::{alone, breaks_anyhow};
use super::model::{Check, How, Instr, Model, Op, Pc, PlaceId, Site, Val};
use super::verdict::{Guard, Question};

/// The guards of these lanes without which they break. Each costs one exploration.
pub fn because(model: &Model, question: &Question) -> Vec<Guard> {
    let known = alone(model, question);
    let needed = |guard: &Guard| {
        let without = without(model, *guard);
        // Without it the runs may go wrong even one after the other.
        breaks_anyhow(&without, question) || !alone(&without, question).is_subset(&known)
    };
    guards(model, question).into_iter().filter(needed).collect()
}

/// The steps that a guard consists of: looks and tests of a mark, its setting and clearing, what takes a lock.
pub fn steps(model: &Model, guard: Guard) -> Vec<Site> {
    let mut sites = Vec::new();
    for flow in &model.flows {
        for (pc, instr) in flow.code.iter().enumerate() {
            let mine = match (guard, &instr.op) {
                (Guard::Lock(lock), Op::Lock { lock: l, .. }) => *l == lock,
                (Guard::Transaction, Op::Begin) => true,
                (Guard::Mark(place), Op::Branch { test, .. }) => tested(&flow.code, pc as Pc, test).contains(&place),
                (Guard::Mark(place), Op::Read { place: p, .. } | Op::Write { place: p, .. }) => *p == place,
                (
                    Guard::Atomic(place),
                    Op::Update { place: p, .. } | Op::Create { place: p, .. } | Op::Exchange { place: p, .. },
                ) => *p == place,
                (Guard::Recheck(_, site) | Guard::Queue(site) | Guard::Join(site), _) => instr.site == site,
                _ => false,
            };
            if mine && !sites.contains(&instr.site) {
                sites.push(instr.site);
            }
        }
    }
    sites
}

/// All that might keep these lanes apart.
pub fn guards(model: &Model, question: &Question) -> Vec<Guard> {
    let mut flows: Vec<u32> = question.lanes.iter().flatten().copied().collect();
    flows.sort_unstable();
    flows.dedup();
    let mut all = Vec::new();
    for flow in flows {
        let code = &model.flows[flow as usize].code;
        for (lock, _) in &model.flows[flow as usize].holds {
            all.push(Guard::Lock(*lock));
        }
        for (pc, instr) in code.iter().enumerate() {
            let site = instr.site;
            match &instr.op {
                Op::Lock { lock, .. } => all.push(Guard::Lock(*lock)),
                Op::Begin => all.push(Guard::Transaction),
                Op::Update { place, .. } | Op::Create { place, .. } | Op::Exchange { place, .. } => {
                    all.push(Guard::Atomic(*place));
                }
                Op::Start { after: Some(_), .. } => all.push(Guard::Queue(site)),
                Op::Join { .. } => all.push(Guard::Join(site)),
                Op::Branch { test, .. } => {
                    let again = |p: &PlaceId| reads_before(code, pc as Pc, *p) > 1;
                    for place in tested(code, pc as Pc, test) {
                        all.push(if again(&place) { Guard::Recheck(place, site) } else { Guard::Mark(place) });
                    }
                }
                _ => {}
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The model without this guard's instructions.
pub fn without(model: &Model, guard: Guard) -> Model {
    let mut model = model.clone();
    let shared = |model: &Model, p: PlaceId| model.places[p as usize].initial.clone();
    for flow in 0..model.flows.len() {
        let code = model.flows[flow].code.clone();
        for (pc, instr) in code.iter().enumerate() {
            let place = match guard {
                Guard::Mark(p) | Guard::Atomic(p) | Guard::Recheck(p, _) => Some(shared(&model, p)),
                _ => None,
            };
            let new = replaced(&code, pc as Pc, instr, guard, place);
            if let Some(op) = new {
                model.flows[flow].code[pc].op = op;
            }
        }
        if let Guard::Lock(lock) = guard {
            model.flows[flow].holds.retain(|(l, _)| *l != lock);
        }
    }
    if let Guard::Atomic(place) = guard {
        for flow in &mut model.flows {
            divide(&mut flow.code, place);
        }
    }
    model
}

/// The model in which a run is suspended before it sets this mark: what was tested by then may have changed.
pub fn late(model: &Model, mark: PlaceId) -> Model {
    let mut model = model.clone();
    for flow in &mut model.flows {
        let (code, into) = (&mut flow.code, flow.registers);
        let sets = |instr: &Instr| match &instr.op {
            Op::Write { place, how, value, .. } => {
                let back = matches!(how, How::Remove | How::Clear)
                    || matches!(value, Val::Absent | Val::Bool(false) | Val::Const(0));
                *place == mark && !back
            }
            _ => false,
        };
        let Some(at) = code.iter().position(sets) else { continue };
        let pause = Instr { op: Op::Pause { args: Vec::new(), into }, ..code[at].clone() };
        code.iter_mut().for_each(|other| shift(other, at as Pc, 1));
        code.insert(at, pause);
        flow.registers += 1;
    }
    model
}

/// What stands in an instruction's stead when the guard is gone; `None`: it stays.
fn replaced(code: &[Instr], pc: Pc, instr: &Instr, guard: Guard, initial: Option<Val>) -> Option<Op> {
    let nothing = || Op::Jump(pc + 1);
    match (guard, &instr.op) {
        (Guard::Lock(lock), Op::Lock { lock: l, tried, .. }) if *l == lock => Some(match tried {
            Some(into) => Op::Let { into: *into, value: Val::Bool(true) },
            None => nothing(),
        }),
        (Guard::Lock(lock), Op::Unlock { lock: l }) if *l == lock => Some(nothing()),
        (Guard::Transaction, Op::Begin | Op::Commit | Op::Rollback) => Some(nothing()),
        // The mark is never found set: every look finds what was there at first.
        (Guard::Mark(place), Op::Read { place: p, into }) if *p == place => {
            let value = initial.filter(|v| matches!(v, Val::Absent | Val::Bool(_) | Val::Const(_)))?;
            Some(Op::Let { into: *into, value })
        }
        (Guard::Recheck(place, site), Op::Branch { test, .. })
            if instr.site == site && tested(code, pc, test).contains(&place) =>
        {
            Some(nothing())
        }
        (Guard::Queue(site), Op::Start { entry, into, .. }) if instr.site == site => {
            Some(Op::Start { entry: *entry, after: None, into: *into })
        }
        (Guard::Join(site), Op::Join { into, .. }) if instr.site == site => {
            Some(Op::Pause { args: Vec::new(), into: *into })
        }
        _ => None,
    }
}

/// Takes apart the steps on a place that could not be divided: a look, then a write.
fn divide(code: &mut Vec<Instr>, place: PlaceId) {
    let mut at = 0;
    while at < code.len() {
        let instr = code[at].clone();
        let look = |op: Op| Instr { op, on_error: None, ..instr.clone() };
        let parts: Vec<Instr> = match &instr.op {
            Op::Update { place: p, value, into: Some(into) } if *p == place => vec![
                look(Op::Read { place, into: *into }),
                look(Op::Write { place, how: How::Set, value: value.clone(), accounts: Vec::new() }),
            ],
            Op::Create { place: p, value, into, .. } if *p == place => {
                let seen = Check::Absent(Val::Reg(*into));
                tested_write(&look, (at as Pc, place, value, *into), seen)
            }
            Op::Exchange { place: p, expected, value, into } if *p == place => {
                let seen = Check::Equals(Val::Reg(*into), expected.clone());
                tested_write(&look, (at as Pc, place, value, *into), seen)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let more = parts.len() - 1;
        for other in code.iter_mut() {
            shift(other, at as Pc, more as Pc);
        }
        code.splice(at..=at, parts);
        at += more + 1;
    }
}

/// Look; if it is as expected, write and say yes; else say no.
fn tested_write(
    look: &dyn Fn(Op) -> Instr,
    (at, place, value, into): (Pc, PlaceId, &Val, u32),
    seen: Check,
) -> Vec<Instr> {
    let how = How::Set;
    vec![
        look(Op::Read { place, into }),
        look(Op::Branch { test: seen, to: at + 4 }),
        look(Op::Let { into, value: Val::Bool(false) }),
        look(Op::Jump(at + 6)),
        look(Op::Write { place, how, value: value.clone(), accounts: Vec::new() }),
        look(Op::Let { into, value: Val::Bool(true) }),
    ]
}

/// Moves an instruction's targets behind `at` by `more`.
fn shift(instr: &mut Instr, at: Pc, more: Pc) {
    let go = |to: &mut Pc| {
        if *to > at {
            *to += more;
        }
    };
    if let Some(to) = &mut instr.on_error {
        go(to);
    }
    match &mut instr.op {
        Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => go(to),
        _ => {}
    }
}

/// The places whose last look before `pc` this test is about.
fn tested(code: &[Instr], pc: Pc, test: &Check) -> Vec<PlaceId> {
    let mut registers = Vec::new();
    let branch = Op::Branch { test: test.clone(), to: 0 };
    branch.reads(&mut |r| registers.push(r));
    let mut places = Vec::new();
    for r in registers {
        let look = code[..pc as usize].iter().rev().find_map(|i| match &i.op {
            Op::Read { place, into } if *into == r => Some(*place),
            _ => None,
        });
        places.extend(look);
    }
    places.dedup();
    places
}

fn reads_before(code: &[Instr], pc: Pc, place: PlaceId) -> usize {
    code[..pc as usize].iter().filter(|i| matches!(i.op, Op::Read { place: p, .. } if p == place)).count()
}
