//! Runs cut short: half-applied, stuck guard; and what shows in one run alone.

use super::analysis::Analysis;
use super::judge::Finding;
use super::model::FlowId;
use super::search::Session;
use super::setup::Setup;
use super::store::State;
use super::verdict::{Break, Schedule};
use super::witness;

pub(super) fn cuts(session: &mut Session, flows: &[FlowId], budget: usize) -> Vec<Break> {
    let _ = (session, flows, budget);
    Vec::new()
}

pub(super) fn in_turn(setup: Setup) -> Setup {
    setup
}

pub(super) fn shows(session: &mut Session, setup: &Setup, b: &Break, state: &State) -> bool {
    let _ = (session, setup, b, state);
    true
}

pub(super) fn alone(session: &mut Session, analysis: &Analysis, finding: &Finding) -> Break {
    let schedule = Schedule { lanes: analysis.lanes.clone(), ..Schedule::default() };
    let told = witness::run(session, &analysis.setup, &[]);
    witness::finish(session, finding, schedule, told)
}
