//! Sketches: a few lock steps of known functions as a model of their own, for the explorer to answer.
//!
//! Where a whole function is too long to explore, or what blocks is not in the code (the thread that an executor runs its
//! tasks on), the steps that matter are laid out by hand. What is said of them is still what was explored.

use crate::explore::model::{
    Check, Effect, Flow, How, Instr, LockDef, LockId, Mode, Model, Op, PlaceDef, Site, Val, World,
};
use crate::explore::{Break, Question, Violation, explore};

/// One lock step of a lane, and the number of the spot where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Lock(LockId, Mode),
    Unlock(LockId),
    Pause,
}

/// The lock that stands for the thread which all tasks of an executor share.
pub const WORKER: LockId = 0;
/// The lock that a suspended task keeps.
pub const KEPT: LockId = 1;

/// Two tasks of one thread: the first is suspended (at 1) with the lock that it took (at 0), the second waits for that
/// lock (at 2) and keeps the thread.
pub fn one_worker(held: Mode, wanted: Mode) -> Option<Break> {
    let worker = Step::Lock(WORKER, Mode::Exclusive);
    let first = [
        (worker, 0),
        (Step::Lock(KEPT, held), 0),
        (Step::Unlock(WORKER), 1),
        (Step::Pause, 1),
        (worker, 1),
        (Step::Unlock(KEPT), 1),
        (Step::Unlock(WORKER), 1),
    ];
    let second = [(worker, 2), (Step::Lock(KEPT, wanted), 2), (Step::Unlock(KEPT), 2), (Step::Unlock(WORKER), 2)];
    deadlock(&[&first, &second], 2)
}

/// The deadlock of these lanes, if they have one.
pub fn deadlock(lanes: &[&[(Step, u32)]], locks: usize) -> Option<Break> {
    let lock = |at: usize| LockDef { name: format!("lock {at}"), reentrant: false, writer: false, is_async: false };
    let flows = lanes.iter().map(|steps| Flow { code: code(steps), registers: 1, ..Flow::default() }).collect();
    let model = Model { world: World::Threads, locks: (0..locks).map(lock).collect(), flows, ..Model::default() };
    let lanes = (0..lanes.len()).map(|lane| vec![lane as u32]).collect();
    explore(&model, &Question::new(lanes)).first(Violation::Deadlock)
}

/// Work that is started (at 0) and left to itself is suspended (at 1) before it fills a place (at 2), which another run
/// takes for filled (at 3).
pub fn too_early() -> Option<Break> {
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let place =
        PlaceDef { name: "place".to_owned(), outside: false, initial: Val::Absent, resource: false, own: false };
    let dropped = vec![
        instr(Op::Start { entry: 2, after: None, into: 0 }, 0),
        instr(Op::Return { value: Val::Unknown }, 0),
        instr(Op::Pause { args: Vec::new(), into: 1 }, 1),
        instr(Op::Write { place: 0, how: How::Set, value: Val::Fresh { identity: true }, accounts: Vec::new() }, 2),
        instr(Op::Return { value: Val::Unknown }, 2),
    ];
    let early = vec![
        instr(Op::Read { place: 0, into: 0 }, 3),
        instr(Op::Use { of: Val::Reg(0) }, 3),
        instr(Op::Return { value: Val::Unknown }, 3),
    ];
    let flow = |code: Vec<Instr>| Flow { code, registers: 2, ..Flow::default() };
    let model =
        Model { places: vec![place], flows: vec![flow(dropped), flow(early)], order: vec![(0, 1)], ..Model::default() };
    explore(&model, &Question::new(vec![vec![0], vec![1]])).first(Violation::TooEarly)
}

/// A run leaves something of its own in a place (at 0) and waits (at 1); what it finds there afterwards (at 2) is another
/// run's.
pub fn read_back() -> Option<Break> {
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let code = vec![
        instr(Op::Write { place: 0, how: How::Set, value: Val::Fresh { identity: true }, accounts: Vec::new() }, 0),
        instr(Op::Pause { args: Vec::new(), into: 0 }, 1),
        instr(Op::Read { place: 0, into: 1 }, 2),
        instr(Op::Act { class: Effect::Adding, args: vec![Val::Reg(1)], into: 2 }, 2),
        instr(Op::Return { value: Val::Unknown }, 2),
    ];
    let place =
        PlaceDef { name: "place".to_owned(), outside: false, initial: Val::Absent, resource: false, own: false };
    let flows = vec![Flow { code, registers: 3, ..Flow::default() }];
    let model = Model { places: vec![place], flows, ..Model::default() };
    explore(&model, &Question::new(vec![vec![0], vec![0]])).first(Violation::ReadBack)
}

/// A run waits for an answer (at 0) and puts what it says into a list (at 1); another one is told the same, and puts it
/// there too (at 2). Whoever looks first leaves it where it is there already. Each looks back at what it has put.
pub fn put_twice(looks: [bool; 2]) -> Option<Break> {
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let put = |looks: bool, site: u32, from: u32| {
        let mut code = Vec::new();
        if looks {
            code.push(instr(Op::Read { place: 0, into: 0 }, site));
            code.push(instr(Op::Branch { test: Check::Truthy(Val::Reg(0)), to: from + 6 }, site));
        }
        let value = Val::Fresh { identity: true };
        code.push(instr(Op::Write { place: 0, how: How::Set, value, accounts: Vec::new() }, site));
        code.push(instr(Op::Pause { args: Vec::new(), into: 1 }, site));
        code.push(instr(Op::Read { place: 0, into: 2 }, site));
        code.push(instr(Op::Act { class: Effect::Adding, args: vec![Val::Reg(2)], into: 3 }, site));
        code.push(instr(Op::Return { value: Val::Unknown }, site));
        code
    };
    let mut answered = vec![instr(Op::Pause { args: Vec::new(), into: 0 }, 0)];
    answered.extend(put(looks[0], 1, 1));
    let flow = |code: Vec<Instr>| Flow { code, registers: 4, ..Flow::default() };
    let place = PlaceDef { name: "list".to_owned(), outside: false, initial: Val::Absent, resource: false, own: false };
    let flows = vec![flow(answered), flow(put(looks[1], 2, 0))];
    let model = Model { places: vec![place], flows, ..Model::default() };
    explore(&model, &Question::new(vec![vec![0], vec![1]])).first(Violation::ReadBack)
}

/// The first run takes a lock (at 0), gives it back at once (at 1), and begins and ends its work (at 2 and 3). The other
/// one takes the lock (at 4), works (5, 6) and gives it back (7), or does as the first does. Whoever does not write reads.
pub fn unguarded(other_holds: bool, writes: [bool; 2]) -> Option<Break> {
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let half = |place: u32, writes: bool| match writes {
        true => Op::Write { place, how: How::Set, value: Val::Fresh { identity: true }, accounts: Vec::new() },
        false => Op::Read { place, into: place },
    };
    let lane = |first: u32, writes: bool, holds: bool| {
        let lock = instr(Op::Lock { lock: 0, mode: Mode::Exclusive, tried: None }, first);
        let unlock = |site: u32| instr(Op::Unlock { lock: 0 }, site);
        let work = [
            instr(half(0, writes), first + 1 + u32::from(!holds)),
            instr(half(1, writes), first + 2 + u32::from(!holds)),
        ];
        let answer =
            if writes { Val::Unknown } else { Val::Term { of: vec![Val::Reg(0), Val::Reg(1)], varies: false } };
        let back = instr(Op::Return { value: answer }, first + 3);
        let code: Vec<Instr> = if holds {
            [lock].into_iter().chain(work).chain([unlock(first + 3), back]).collect()
        } else {
            [lock, unlock(first + 1)].into_iter().chain(work).chain([back]).collect()
        };
        Flow { code, registers: 2, ..Flow::default() }
    };
    let place = |name: &str| PlaceDef {
        name: name.to_owned(),
        outside: false,
        initial: Val::Unknown,
        resource: false,
        own: false,
    };
    let lock = LockDef { name: "lock".to_owned(), reentrant: false, writer: false, is_async: false };
    let model = Model {
        world: World::Threads,
        places: vec![place("one half"), place("other half")],
        pairs: vec![(0, 1)],
        locks: vec![lock],
        flows: vec![lane(0, writes[0], false), lane(4, writes[1], other_holds)],
        ..Model::default()
    };
    let verdict = explore(&model, &Question::new(vec![vec![0], vec![1]]));
    verdict.breaks().iter().find(|found| matches!(found.violation, Violation::TornPair | Violation::MixedPair)).cloned()
}

fn code(steps: &[(Step, u32)]) -> Vec<Instr> {
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let last = steps.last().map_or(0, |(_, site)| *site);
    let mut code: Vec<Instr> = steps
        .iter()
        .map(|(step, site)| {
            let op = match *step {
                Step::Lock(lock, mode) => Op::Lock { lock, mode, tried: None },
                Step::Unlock(lock) => Op::Unlock { lock },
                Step::Pause => Op::Pause { args: Vec::new(), into: 0 },
            };
            instr(op, *site)
        })
        .collect();
    code.push(instr(Op::Return { value: Val::Unknown }, last));
    code
}

#[cfg(test)]
mod tests {
    use super::{Mode, Step, deadlock, one_worker, put_twice, read_back, too_early, unguarded};

    #[test]
    fn a_suspended_guard_blocks_the_thread() {
        assert!(one_worker(Mode::Exclusive, Mode::Exclusive).is_some());
        assert!(one_worker(Mode::Shared, Mode::Exclusive).is_some());
        assert!(one_worker(Mode::Shared, Mode::Shared).is_none());
    }

    #[test]
    fn what_was_dropped_is_taken_for_done() {
        assert!(too_early().is_some());
    }

    #[test]
    fn what_is_left_is_read_back() {
        assert!(read_back().is_some());
    }

    #[test]
    fn both_must_look_before_they_put() {
        assert!(put_twice([false, false]).is_some());
        assert!(put_twice([false, true]).is_some());
        assert!(put_twice([true, false]).is_some());
        assert!(put_twice([true, true]).is_none());
    }

    #[test]
    fn without_the_lock_somebody_comes_between() {
        for holds in [true, false] {
            assert!(unguarded(holds, [true, true]).is_some());
            assert!(unguarded(holds, [true, false]).is_some());
            assert!(unguarded(holds, [false, true]).is_some());
            assert!(unguarded(holds, [false, false]).is_none());
        }
    }

    #[test]
    fn only_opposite_orders_wait_for_each_other() {
        let steps = |a: u32, b: u32| {
            [
                (Step::Lock(a, Mode::Exclusive), 0),
                (Step::Lock(b, Mode::Exclusive), 1),
                (Step::Unlock(b), 1),
                (Step::Unlock(a), 1),
            ]
        };
        assert!(deadlock(&[&steps(0, 1), &steps(1, 0)], 2).is_some());
        assert!(deadlock(&[&steps(0, 1), &steps(0, 1)], 2).is_none());
    }
}
