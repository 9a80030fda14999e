//! Steering: which places decide where a run goes: by a test, by waiting for what stands there, by a step that fails.

use super::rests::rests;
use crate::explore::model::{Flow, Model, Op, PlaceId};

/// The places whose content reaches a test or a wait of some flow, in their order.
pub fn steering_places(model: &Model) -> Vec<PlaceId> {
    let mut found = vec![false; model.places.len()];
    for flow in &model.flows {
        mark(flow, &mut found);
    }
    (0..model.places.len() as PlaceId).filter(|place| found[*place as usize]).collect()
}

fn mark(flow: &Flow, found: &mut [bool]) {
    for place in 0..found.len() as PlaceId {
        let rests = rests_on(flow, place);
        found[place as usize] |= flow.code.iter().any(|instr| {
            let decides = matches!(instr.op, Op::Branch { .. } | Op::Join { .. } | Op::Start { after: Some(_), .. });
            let mut used = false;
            if decides {
                instr.op.reads(&mut |reg| used |= rests[reg as usize]);
            }
            used
        });
    }
}

/// The registers that hold what was found at a place, or something computed from it.
fn rests_on(flow: &Flow, place: PlaceId) -> Vec<bool> {
    let found = |op: &Op| match op {
        Op::Read { place: at, .. }
        | Op::Update { place: at, .. }
        | Op::Create { place: at, .. }
        | Op::Exchange { place: at, .. } => *at == place,
        _ => false,
    };
    rests(&flow.code, flow.registers, found, |op| matches!(op, Op::Let { .. } | Op::Join { .. }))
}
