//! A witness run once more, step by step, on the same store: it must take the same steps, tell the same events and end in
//! the violation that it claims.

use super::analysis::{baseline, session};
use super::cuts;
use super::definitions::Definitions;
use super::model::Model;
use super::setup::{Errors, Setup, with_writers};
use super::verdict::{Break, Violation};
use super::witness::{ending_kinds_of, run};

pub fn replay(model: &Model, b: &Break) -> Result<(), String> {
    let extended;
    let beyond = b.schedule.lanes.iter().flatten().any(|f| *f as usize >= model.flows.len());
    let model = if beyond {
        extended = with_writers(model);
        &extended
    } else {
        model
    };
    let mut session = session(model, &b.schedule.lanes, Definitions::default()).ok_or("too big to replay")?;
    let errors = match (b.schedule.errors, b.violation) {
        (false, _) => Errors::None,
        (true, Violation::HalfApplied | Violation::StuckGuard) => Errors::All,
        (true, _) => Errors::Telling,
    };
    let mut setup = Setup::new(model, &b.schedule.lanes, errors);
    if matches!(b.violation, Violation::HalfApplied | Violation::StuckGuard | Violation::DeadGuard) {
        setup = cuts::in_turn(setup);
    }
    let told = run(&mut session, &setup, &b.schedule.steps);
    if let Some(at) = told.refused {
        return Err(format!("step {at} cannot be taken"));
    }
    if told.events != b.witness {
        return Err("the events differ".to_string());
    }
    let wanted = (b.violation, b.place, b.also);
    let shown = match b.violation {
        Violation::HalfApplied | Violation::StuckGuard | Violation::DeadGuard => {
            cuts::shows(&mut session, &setup, b, &told.state)
        }
        _ => {
            let direct = told.found.iter().any(|n| session.table.finding(*n).kind() == wanted);
            session.spent = 0;
            let (serial, _) = baseline(&mut session, &setup, 20_000).ok_or("too big to replay")?;
            let ends = ending_kinds_of(&mut session, &setup, &serial, &told.state);
            let by_end = ends.iter().any(|k| *k == wanted || k.0 == wanted.0 && k.0 == Violation::NotSerial);
            direct || by_end
        }
    };
    if shown { Ok(()) } else { Err(format!("the schedule does not end in {}", b.violation.as_str())) }
}
