//! Plays: the few steps of a trace that matter, laid out as a model of their own and explored. What a rule says of rows
//! and keys is what was explored here; a step's site is the number of the spot that the rule gave for it.

use crate::explore::model::{
    Check, Effect, Flow, How, Instr, LockDef, Mode, Model, Op, PlaceDef, PlaceId, Site, Val, World,
};
use crate::explore::{Break, Question, Verdict, Violation, explore};

/// One step of a lane and the number of the spot where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Read(PlaceId),
    /// Goes on only where the place that was read last was empty.
    IfNothing,
    /// Goes on only where something was there.
    IfSomething,
    /// Writes what rests on the last reading.
    Rewrite(PlaceId),
    /// Writes something of its own; it may fail.
    Write(PlaceId),
    /// Takes away what was there.
    Remove(PlaceId),
    /// Puts a flag out.
    Clear(PlaceId),
    /// Empties a collection, whatever is in it.
    Empty(PlaceId),
    /// Adds one to a collection.
    Add(PlaceId),
    /// Takes a key that nobody has, or leaves.
    Take(PlaceId),
    Work,
    /// Waits for a lock of the server's, or shares it.
    Lock(Mode),
    Unlock,
}

pub type Lane<'a> = &'a [(Step, u32)];

/// The break of one of these kinds that the lanes have, the first of the list that there is. `pair`: the first two places
/// belong together.
pub fn play(lanes: &[Lane<'_>], places: usize, pair: bool, wanted: &[Violation]) -> Option<Break> {
    let verdict = answer(lanes, places, pair);
    wanted.iter().find_map(|kind| verdict.first(*kind))
}

/// What exploring these lanes comes to.
pub fn answer(lanes: &[Lane<'_>], places: usize, pair: bool) -> Verdict {
    let starts_empty = |place: PlaceId| {
        lanes.iter().any(|lane| lane.iter().any(|(step, _)| matches!(step, Step::IfNothing | Step::Take(_))))
            || pair && place < 2
    };
    // A flag that is put out was up before.
    let is_flag = |place: PlaceId| lanes.iter().any(|lane| lane.iter().any(|(step, _)| *step == Step::Clear(place)));
    let place = |at: usize| PlaceDef {
        name: format!("place {at}"),
        outside: true,
        initial: if starts_empty(at as PlaceId) {
            Val::Absent
        } else if is_flag(at as PlaceId) {
            Val::Bool(true)
        } else {
            Val::Unknown
        },
        resource: false,
        own: pair && at < 2,
    };
    let flows = lanes.iter().map(|lane| flow(lane)).collect();
    let model = Model {
        world: World::Threads,
        places: (0..places).map(place).collect(),
        locks: vec![LockDef { name: "the database".to_owned(), reentrant: false, writer: false, is_async: true }],
        pairs: if pair { vec![(0, 1)] } else { Vec::new() },
        flows,
        ..Model::default()
    };
    let lanes = (0..lanes.len()).map(|lane| vec![lane as u32]).collect();
    explore(&model, &Question::new(lanes))
}

/// One lane twice.
pub fn play_twice(lane: Lane<'_>, places: usize, pair: bool, wanted: &[Violation]) -> Option<Break> {
    play(&[lane, lane], places, pair, wanted)
}

fn flow(steps: &[(Step, u32)]) -> Flow {
    // Register 0 is the last reading, 1 what was made, 2 a success.
    let mut code: Vec<Instr> = Vec::new();
    let mut leaving: Vec<usize> = Vec::new();
    let instr = |op: Op, site: u32, may_fail: bool| Instr { op, site: Site(site), on_error: None, may_fail };
    for (step, site) in steps {
        let mut push = |op: Op, fails: bool| code.push(instr(op, *site, fails));
        match *step {
            Step::Read(place) => push(Op::Read { place, into: 0 }, false),
            Step::IfNothing | Step::IfSomething => {
                let there = Check::Truthy(Val::Reg(0));
                let test = if *step == Step::IfNothing { there } else { Check::Not(Box::new(there)) };
                push(Op::Branch { test, to: 0 }, false);
                leaving.push(code.len() - 1);
            }
            Step::Rewrite(place) => {
                let value = Val::Term { of: vec![Val::Reg(0)], varies: true };
                push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, false);
            }
            Step::Write(place) => {
                push(Op::Let { into: 1, value: Val::Fresh { identity: true } }, false);
                push(Op::Write { place, how: How::Set, value: Val::Reg(1), accounts: Vec::new() }, true);
            }
            Step::Remove(place) => {
                push(Op::Write { place, how: How::Remove, value: Val::Absent, accounts: Vec::new() }, true);
            }
            Step::Clear(place) => {
                push(Op::Write { place, how: How::Set, value: Val::Absent, accounts: Vec::new() }, false);
            }
            Step::Empty(place) => {
                push(Op::Write { place, how: How::Clear, value: Val::Absent, accounts: Vec::new() }, false);
            }
            Step::Add(place) => {
                push(Op::Let { into: 1, value: Val::Fresh { identity: true } }, false);
                push(Op::Write { place, how: How::Insert, value: Val::Reg(1), accounts: Vec::new() }, false);
            }
            Step::Take(place) => {
                push(Op::Let { into: 1, value: Val::Fresh { identity: true } }, false);
                push(Op::Create { place, value: Val::Reg(1), into: 2, or_fail: false }, false);
                push(Op::Branch { test: Check::Not(Box::new(Check::Truthy(Val::Reg(2)))), to: 0 }, false);
                leaving.push(code.len() - 1);
            }
            Step::Work => push(Op::Act { class: Effect::Adding, args: Vec::new(), into: 3 }, false),
            Step::Lock(mode) => push(Op::Lock { lock: 0, mode, tried: None }, false),
            Step::Unlock => push(Op::Unlock { lock: 0 }, false),
        }
    }
    let end = code.len() as u32;
    let last = steps.last().map_or(0, |(_, site)| *site);
    code.push(instr(Op::Return { value: Val::Unknown }, last, false));
    for at in leaving {
        if let Op::Branch { to, .. } = &mut code[at].op {
            *to = end;
        }
    }
    Flow { code, registers: 4, ..Flow::default() }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Step, Violation, play, play_twice};

    #[test]
    fn rows_break_as_they_do() {
        let lost = [(Step::Read(0), 0), (Step::Rewrite(0), 1)];
        assert!(play_twice(&lost, 1, false, &[Violation::LostUpdate]).is_some());
        let twice = [(Step::Read(0), 0), (Step::IfNothing, 1), (Step::Write(0), 2)];
        assert!(play_twice(&twice, 1, false, &[Violation::StaleCheck]).is_some());
        let half = [(Step::Write(0), 0), (Step::Write(1), 1)];
        assert!(play_twice(&half, 2, true, &[Violation::HalfApplied]).is_some());
    }

    #[test]
    fn a_key_that_expired_is_somebody_elses() {
        let own = [(Step::Take(0), 0), (Step::Work, 1), (Step::Remove(0), 2)];
        let expires = [(Step::Read(0), 0), (Step::IfSomething, 0), (Step::Remove(0), 0)];
        assert!(play(&[&own, &expires, &own], 1, false, &[Violation::UnownedRelease]).is_some());
    }

    #[test]
    fn two_readers_that_want_to_write_wait_for_each_other() {
        let lane =
            [(Step::Lock(Mode::Shared), 0), (Step::Lock(Mode::Exclusive), 1), (Step::Unlock, 1), (Step::Unlock, 1)];
        assert!(play_twice(&lane, 0, false, &[Violation::Deadlock]).is_some());
    }
}
