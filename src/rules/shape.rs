//! Shapes: what a break is about, in the words that tell the rules apart. Asked of the model that was explored, never of
//! the source.

use crate::assemble::Assembled;
use crate::explore::Break;
use crate::explore::model::{Check, Instr, Op, PlaceId, RegIx, Site, Val};

/// What the act puts into the place it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Put {
    /// A constant: a flag, a state, a time.
    Mark,
    /// Something that was made for the purpose.
    Made,
    Nothing,
    /// The act is no write.
    Other,
}

/// What the act writes.
pub(super) fn put(assembled: &Assembled, found: &Break) -> Put {
    let writes = at(assembled, found.act).filter_map(|instr| match &instr.op {
        Op::Write { value, place, .. } | Op::Create { value, place, .. } if Some(*place) == found.place => Some(value),
        _ => None,
    });
    match writes.last() {
        Some(Val::Absent) => Put::Nothing,
        Some(Val::Bool(_) | Val::Const(_) | Val::Instant(_)) => Put::Mark,
        Some(_) => Put::Made,
        None => Put::Other,
    }
}

/// Does some flow mark this place with a constant: a flag, a state?
pub(super) fn is_marked(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().flat_map(|flow| &flow.code).any(|instr| match &instr.op {
        Op::Write { place: written, value, .. } => {
            *written == place && matches!(value, Val::Bool(true) | Val::Const(_))
        }
        _ => false,
    })
}

/// Does some flow ask whether anything stands in this place?
pub(super) fn asks_for_absence(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let read: Vec<RegIx> = flow
            .code
            .iter()
            .filter_map(|instr| match instr.op {
                Op::Read { place: read, into } if read == place => Some(into),
                _ => None,
            })
            .collect();
        flow.code.iter().any(|instr| match &instr.op {
            Op::Branch { test, .. } => asks(test, &read),
            _ => false,
        })
    })
}

fn asks(test: &Check, read: &[RegIx]) -> bool {
    match test {
        Check::Truthy(Val::Reg(reg)) | Check::Absent(Val::Reg(reg)) => read.contains(reg),
        Check::Not(inner) => asks(inner, read),
        _ => false,
    }
}

/// The instructions of one site.
pub(super) fn at(assembled: &Assembled, site: Site) -> impl Iterator<Item = &Instr> {
    assembled.model.flows.iter().flat_map(|flow| &flow.code).filter(move |instr| instr.site == site)
}
