//! The outcome of a schedule in one sentence, and what it takes for granted.

use super::judge::Finding;
use super::model::{Model, PlaceId};
use super::program::Program;
use super::value::{Choice, Kind, V, Values};
use super::verdict::{Break, Grade, Schedule, Violation};

pub(super) fn sentence(model: &Model, b: &Break) -> String {
    let place = name(model, b.place);
    let also = name(model, b.also);
    match b.violation {
        Violation::LostUpdate => format!("the other run's write of {place} is lost"),
        Violation::LostInsert => format!("what came into {place} in the meantime is thrown away unseen"),
        Violation::StaleCheck => format!("the run goes on although {place} no longer is what it tested"),
        Violation::ClaimLost => format!("the run writes {place} although its claim on it has been taken back"),
        Violation::TwoOwners => format!("both runs are inside what {place} was to keep to one"),
        Violation::UnownedRelease => format!("{place} is given back while another run holds it"),
        Violation::Steal => format!("{place} is taken from the run that holds it"),
        Violation::DeadGuard => format!("no schedule ever finds {place} set: the guard guards nothing"),
        Violation::UnhandledConflict => format!("the second to create {place} fails, and nobody handles it"),
        Violation::OverwrittenResource => format!("what {place} held is replaced and never released"),
        Violation::NeverReleased => format!("{place} is filled after its only releaser has run"),
        Violation::UseAfterRelease => format!("{place} is used after the other run has released it"),
        Violation::UseOfNull => format!("{place} is used after the other run has cleared it"),
        Violation::TooEarly => format!("{place} is taken for ready before it is"),
        Violation::DoubleRelease => format!("{place} is released twice"),
        Violation::ReadBack => format!("the run reads back from {place} what the other has written there"),
        Violation::TornPair => format!("{place} is seen as it was after, {also} as it was before"),
        Violation::MixedPair => format!("{place} comes from one run, {also} from the other"),
        Violation::HalfApplied => format!("one of {place} and {also} is changed, the other is not"),
        Violation::StuckGuard => format!("after the error {place} stays as it is, and the next run does nothing"),
        Violation::EarlyEnd => format!("{place} is given back before the work it stands for has ended"),
        Violation::DoubleEffect => format!("both runs do it, each having seen in {place} that it was not done"),
        Violation::Deadlock => match b.lock {
            Some(lock) => format!("each waits for the other: {} is never had", model.locks[lock as usize].name),
            None => "each waits for what the other will never give".to_string(),
        },
        Violation::OutOfOrder => format!("the older answer lands in {place} last"),
        Violation::NotSerial => "no order of the runs, one after the other, comes to this".to_string(),
    }
}

fn name(model: &Model, place: Option<PlaceId>) -> String {
    place.map_or_else(|| "it".to_string(), |p| format!("`{}`", model.places[p as usize].name))
}

/// What a read found, where it can be said in a word.
pub(super) fn brief(values: &Values, v: V) -> String {
    match values.kind(v) {
        Kind::Absent => "nothing".to_string(),
        Kind::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}

pub(super) fn assumption(program: &Program, values: &Values, choice: &Choice, truth: bool) -> String {
    let is = if truth { "is" } else { "is not" };
    let what = |v: &V| said(program, values, *v);
    match choice {
        Choice::Truthy(v) => format!("{} {is} set", what(v)),
        Choice::Absent(v) => format!("{} {is} absent", what(v)),
        Choice::Equals(a, b) => format!("{} {is} {}", what(a), what(b)),
        Choice::Less(a, b) => format!("{} {is} below {}", what(a), what(b)),
        Choice::Unknown { .. } if truth => "the condition holds".to_string(),
        Choice::Unknown { .. } => "the condition does not hold".to_string(),
    }
}

fn said(program: &Program, values: &Values, v: V) -> String {
    match values.kind(v) {
        Kind::Absent => "nothing".to_string(),
        Kind::Bool(b) => b.to_string(),
        Kind::Const(c) => format!("constant {c}"),
        Kind::Initial(slot) => {
            let place = program.layout.place_of[*slot as usize];
            format!("the initial value of `{}`", program.model.places[place as usize].name)
        }
        Kind::Count { base, k } => format!("{} + {k}", said(program, values, *base)),
        _ => "the value".to_string(),
    }
}

/// What else a finding takes for granted.
pub(super) fn reasons(model: &Model, finding: &Finding, schedule: &Schedule) -> Vec<String> {
    let mut out = Vec::new();
    if finding.grade == Grade::Possible {
        let place = name(model, finding.place);
        out.push(format!("what a run has put into {place} is not known exactly"));
    }
    for flow in schedule.lanes.iter().flatten() {
        if let Some(lock) = model.flows[*flow as usize].name.strip_prefix(super::setup::WRITER) {
            out.push(format!("a writer is waiting for `{lock}`"));
        }
    }
    out
}
