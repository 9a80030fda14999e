//! Kinds of places: what a site is about, by the model that was explored or by the rule that speaks.

use super::evidence::is_flag;
use super::survey::PlaceKind;
use crate::examine::Examined;
use crate::explore::model::{How, Op, World};
use crate::link::Program;
use crate::link::loc::Seg;
use crate::link::summary::KeyId;
use crate::rules::{self, Family};

/// What a pair is about.
pub(super) fn kind(program: &Program, examined: &Examined, about: KeyId) -> PlaceKind {
    let key = program.keys().get(about);
    let model = &examined.assembled.model;
    if model.world == World::Threads {
        return PlaceKind::Guarded;
    }
    let Some(place) = examined.assembled.places.iter().position(|info| info.key == *key) else {
        return PlaceKind::Value;
    };
    let inserts = |op: &Op| matches!(op, Op::Write { place: at, how: How::Insert, .. } if *at as usize == place);
    let inserted = model.flows.iter().flat_map(|flow| &flow.code).any(|instr| inserts(&instr.op));
    if model.places[place].resource {
        PlaceKind::Resource
    } else if inserted || matches!(key.path.last(), Some(Seg::Any | Seg::Key(_))) {
        PlaceKind::Collection
    } else if is_flag(model, place as u32) {
        PlaceKind::Flag
    } else {
        PlaceKind::Value
    }
}

/// What a rule speaks of, where no site is known.
pub(super) fn of_rule(rule: &str) -> Option<PlaceKind> {
    Some(match rules::find(rule)?.meta().family {
        Family::AsyncState => PlaceKind::Value,
        Family::Locks => PlaceKind::Lock,
        Family::Files => PlaceKind::File,
        Family::Database => PlaceKind::Row,
    })
}
