//! 20,000 programs, made by a fixed rule: the reduced search and the exhaustive one must agree on violations and outcomes.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use racelint::explore::{Definitions, Question, Verdict, Violation, compare, explore, replay};
use std::collections::BTreeMap;

use racelint::explore::model::{Check, Effect, Flow, How, Instr, LockDef, Mode, Model, Op, PlaceDef, Site, Val, World};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 24) % u64::from(n)) as u32
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.roll(n) == 0
    }
}

const REGISTERS: u32 = 3;

fn model(dice: &mut Dice) -> Model {
    let world = [World::Tasks, World::Threads, World::Threads, World::Processes][dice.roll(4) as usize];
    let places = (0..2 + dice.roll(2))
        .map(|i| PlaceDef {
            name: format!("p{i}"),
            outside: dice.one_in(3),
            initial: [Val::Absent, Val::Bool(false), Val::Const(0), Val::Unknown][dice.roll(4) as usize].clone(),
            resource: dice.one_in(3),
            own: dice.one_in(10),
        })
        .collect::<Vec<_>>();
    let locks = (0..2)
        .map(|i| LockDef { name: format!("l{i}"), reentrant: dice.one_in(6), writer: false, is_async: dice.one_in(2) })
        .collect();
    let count = places.len() as u32;
    let flows: Vec<Flow> = (0..1 + dice.roll(2)).map(|i| flow(dice, count, i)).collect();
    let pairs = if dice.one_in(2) { vec![(0, 1)] } else { Vec::new() };
    let order = if flows.len() > 1 && dice.one_in(6) { vec![(0, 1)] } else { Vec::new() };
    let releasers = if dice.one_in(4) { vec![(0, flows.len() as u32 - 1)] } else { Vec::new() };
    Model { world, places, locks, pairs, flows, order, releasers }
}

fn flow(dice: &mut Dice, places: u32, index: u32) -> Flow {
    let length = 3 + dice.roll(6);
    let mut code: Vec<Instr> = Vec::new();
    let mut locked: Option<u32> = None;
    for at in 0..length {
        let op = op(dice, places, at, length, &mut locked);
        let may_fail = dice.one_in(6);
        let on_error = (may_fail && dice.one_in(2)).then(|| at + 1 + dice.roll(length - at));
        code.push(Instr { op, site: Site(index * 100 + at), on_error, may_fail });
    }
    if let (Some(lock), false) = (locked, dice.one_in(5)) {
        code.push(Instr { op: Op::Unlock { lock }, site: Site(index * 100 + 90), on_error: None, may_fail: false });
    }
    if dice.one_in(2) {
        let value = Val::Reg(dice.roll(REGISTERS));
        code.push(Instr { op: Op::Return { value }, site: Site(index * 100 + 91), on_error: None, may_fail: false });
    }
    Flow { name: format!("f{index}"), code, registers: REGISTERS, holds: Vec::new() }
}

fn value(dice: &mut Dice) -> Val {
    match dice.roll(10) {
        0 => Val::Absent,
        1 => Val::Bool(true),
        2 => Val::Bool(false),
        3 => Val::Fresh { identity: true },
        4 => Val::Plus(dice.roll(REGISTERS), 1),
        5 => Val::Term { of: vec![Val::Reg(dice.roll(REGISTERS))], varies: dice.one_in(2) },
        6 if dice.one_in(3) => Val::Made(Box::new(Val::Reg(dice.roll(REGISTERS)))),
        6 => Val::Const(dice.roll(3)),
        _ => Val::Reg(dice.roll(REGISTERS)),
    }
}

fn check(dice: &mut Dice) -> Check {
    let reg = Val::Reg(dice.roll(REGISTERS));
    let base = match dice.roll(8) {
        0..=3 => Check::Truthy(reg),
        4 => Check::Absent(reg),
        5 => Check::Equals(reg, Val::Reg(dice.roll(REGISTERS))),
        6 => Check::Equals(reg, value(dice)),
        _ => Check::Unknown { of: vec![reg], validates: dice.one_in(4) },
    };
    if dice.one_in(2) { Check::Not(Box::new(base)) } else { base }
}

fn op(dice: &mut Dice, places: u32, at: u32, length: u32, locked: &mut Option<u32>) -> Op {
    let place = dice.roll(places);
    let into = dice.roll(REGISTERS);
    // Now and then backwards: a loop.
    let back = dice.one_in(12);
    let to = if back { dice.roll(at + 1) } else { at + 1 + dice.roll(length - at) };
    match dice.roll(32) {
        0..=6 => Op::Read { place, into },
        7..=11 => {
            let how = [How::Set, How::Set, How::Set, How::Insert, How::Remove, How::Clear][dice.roll(6) as usize];
            let accounts = if dice.one_in(3) { vec![dice.roll(REGISTERS)] } else { Vec::new() };
            Op::Write { place, how, value: value(dice), accounts }
        }
        12 => Op::Update { place, value: value(dice), into: Some(into) },
        13 => Op::Create { place, value: value(dice), into, or_fail: dice.one_in(2) },
        14 => Op::Exchange { place, expected: Val::Reg(dice.roll(REGISTERS)), value: value(dice), into },
        15 | 16 => {
            let class = [Effect::Repeatable, Effect::Adding, Effect::Opening, Effect::Unknown][dice.roll(4) as usize];
            Op::Act { class, args: vec![value(dice)], into }
        }
        17 => Op::Open { into },
        18 => Op::Use { of: Val::Reg(dice.roll(REGISTERS)) },
        19 => Op::Close { of: Val::Reg(dice.roll(REGISTERS)), idempotent: dice.one_in(3) },
        20 | 21 => Op::Pause { args: if dice.one_in(2) { vec![value(dice)] } else { Vec::new() }, into },
        22 => Op::Start { entry: at + 1 + dice.roll(length - at), after: None, into },
        23 => Op::Start { entry: at + 1 + dice.roll(length - at), after: Some(Val::Reg(dice.roll(REGISTERS))), into },
        24 => Op::Join { on: Val::Reg(dice.roll(REGISTERS)), into },
        25 => match locked.take() {
            Some(lock) => Op::Unlock { lock },
            None => {
                let lock = dice.roll(2);
                *locked = Some(lock);
                let mode = if dice.one_in(3) { Mode::Shared } else { Mode::Exclusive };
                Op::Lock { lock, mode, tried: dice.one_in(4).then_some(into) }
            }
        },
        26 => [Op::Begin, Op::Commit, Op::Rollback][dice.roll(3) as usize].clone(),
        27 => match dice.roll(4) {
            0 => Op::Promise { into },
            1 => Op::Settle { promise: Val::Reg(dice.roll(REGISTERS)), value: value(dice) },
            2 => Op::Notify { cond: 1 },
            _ => Op::Wait { cond: 1, lock: 0 },
        },
        28 => match dice.roll(4) {
            0 => Op::AtomicBegin,
            1 => Op::AtomicEnd,
            2 => Op::Havoc { place },
            _ => Op::Fail,
        },
        _ => Op::Branch { test: check(dice), to },
    }
}

fn lanes(dice: &mut Dice, flows: u32) -> Vec<Vec<u32>> {
    let flow = |dice: &mut Dice| dice.roll(flows);
    match dice.roll(20) {
        0 => vec![vec![flow(dice)], vec![flow(dice), flow(dice)]],
        1 if flows == 1 => vec![vec![0], vec![0], vec![0]],
        _ => vec![vec![flow(dice)], vec![flow(dice)]],
    }
}

fn program(seed: u64) -> (Model, Vec<Vec<u32>>) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    dice.roll(7);
    dice.roll(7);
    let model = model(&mut dice);
    let lanes = lanes(&mut dice, model.flows.len() as u32);
    (model, lanes)
}

#[derive(Default)]
struct Sum {
    big: usize,
    exhaustive: usize,
    reduced: usize,
    violations: BTreeMap<Violation, usize>,
}

/// Programs `from..to` of the rule.
fn run(from: u64, to: u64, errors: bool) -> Sum {
    let mut sum = Sum::default();
    for seed in from..to {
        let (model, lanes) = program(seed);
        match compare(&model, &lanes, errors, Definitions::default()) {
            Ok(Some(compared)) => {
                sum.exhaustive += compared.exhaustive;
                sum.reduced += compared.reduced;
                for v in compared.violations {
                    *sum.violations.entry(v).or_default() += 1;
                }
            }
            Ok(None) => sum.big += 1,
            Err(e) => panic!("program {seed}: {e}\nlanes {lanes:?}\n{}", racelint::explore::text::print(&model)),
        }
    }
    sum
}

#[test]
fn reduced_and_exhaustive_search_agree() {
    let parts: Vec<_> =
        (0..4u64).map(|part| std::thread::spawn(move || run(part * 5_000, (part + 1) * 5_000, part == 3))).collect();
    let mut sum = Sum::default();
    for part in parts {
        let part = part.join().unwrap();
        sum.big += part.big;
        sum.exhaustive += part.exhaustive;
        sum.reduced += part.reduced;
        for (v, n) in part.violations {
            *sum.violations.entry(v).or_default() += n;
        }
    }
    println!("too big {}, states exhaustive {}, reduced {}", sum.big, sum.exhaustive, sum.reduced);
    assert!(sum.big < 1_000, "{} programs too big", sum.big);
    // A comparison over programs that break nothing would say little.
    assert!(sum.violations.len() >= 18, "{:?}", sum.violations);
}

/// The trap: an act that does not count as a read of what its verdict rests on.
#[test]
fn the_comparison_notices_a_missing_read() {
    let definitions = Definitions { rests: false, ..Definitions::default() };
    let differ = (0..3_000).filter(|seed| {
        let (model, lanes) = program(*seed);
        compare(&model, &lanes, false, definitions).is_err()
    });
    assert!(differ.count() > 5, "leaving out what acts rest on should be noticed");
}

#[test]
fn every_witness_of_a_random_program_replays() {
    let mut breaks = 0;
    for seed in 0..4_000 {
        let (model, lanes) = program(seed);
        let Verdict::Breaks(all) = explore(&model, &Question { budget: 3_000, ..Question::new(lanes.clone()) }) else {
            continue;
        };
        for b in all {
            breaks += 1;
            if let Err(e) = replay(&model, &b) {
                let text = racelint::explore::text::print(&model);
                panic!("program {seed}: {} {:?}: {e}\nlanes {lanes:?}\n{text}", b.violation.as_str(), b.place);
            }
        }
    }
    assert!(breaks > 400, "{breaks}");
}

/// Whatever two runs do: under one lock, or in one stretch, it is as if one came after the other.
#[test]
fn what_cannot_overlap_is_safe() {
    for seed in 0..4_000 {
        let (mut model, lanes) = program(seed);
        let apart = |op: &Op| {
            let waits = matches!(op, Op::Lock { .. } | Op::Unlock { .. } | Op::Wait { .. } | Op::Notify { .. });
            waits || matches!(op, Op::Start { .. } | Op::Join { .. } | Op::Promise { .. } | Op::Settle { .. })
        };
        let one_lock = seed % 2 == 0;
        model.world = if one_lock { World::Threads } else { World::Tasks };
        for place in &mut model.places {
            place.outside &= one_lock;
        }
        for flow in &mut model.flows {
            for (pc, instr) in flow.code.iter_mut().enumerate() {
                if apart(&instr.op) || !one_lock && matches!(instr.op, Op::Pause { .. } | Op::Commit | Op::Rollback) {
                    instr.op = Op::Jump(pc as u32 + 1);
                }
            }
            if one_lock {
                flow.holds = vec![(0, Mode::Exclusive)];
            }
        }
        let question = Question { budget: 3_000, ..Question::new(lanes.clone()) };
        let Verdict::Breaks(all) = explore(&model, &question) else { continue };
        let apart = |v: Violation| matches!(v, Violation::HalfApplied | Violation::StuckGuard);
        let wrong: Vec<_> = all.iter().filter(|b| !apart(b.violation)).map(|b| (b.violation, b.place)).collect();
        let text = racelint::explore::text::print(&model);
        assert!(wrong.is_empty(), "program {seed}: {wrong:?}\nlanes {lanes:?}\n{text}");
    }
}
