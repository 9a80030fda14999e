//! Late: what an initializer writes behind a pause, and how a field of its class stands before.

use crate::facts::Value;
use crate::finding::Spot;
use crate::link::Program;
use crate::link::bind::{Op, OpKind, Put};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Loc, Seg};
use crate::names::Name;

/// A field that the dropped work fills behind a pause.
pub(super) struct Late {
    pub(super) field: Name,
    pub(super) pause: Spot,
    pub(super) write: Spot,
}

pub(super) fn is_of(program: &Program, id: FunctionId, unit: UnitId) -> bool {
    id.file == unit.file && program.function(id).unit == unit.ix
}

/// The field of `this` that a location is, or lies in.
pub(super) fn field_of(at: &Loc) -> Option<Name> {
    match (at.base, at.path.first()) {
        (Base::This(_), Some(Seg::Field(name))) => Some(*name),
        _ => None,
    }
}

pub(super) fn sets(op: &Op) -> Option<(Name, &Value)> {
    match &op.kind {
        OpKind::Write { at, put: Put::Set | Put::Init, value } if at.path.len() == 1 => Some((field_of(at)?, value)),
        _ => None,
    }
}

pub(super) fn called_on_this(op: &Op) -> Option<FunctionId> {
    match &op.kind {
        OpKind::Call { target, this: Some(this), .. } if this.path.is_empty() => {
            matches!(this.base, Base::This(_)).then_some(*target)
        }
        _ => None,
    }
}

/// The fields that are given something that was made, behind a pause.
pub(super) fn late_writes(
    program: &Program,
    id: FunctionId,
    depth: u32,
    pause: &mut Option<Spot>,
    late: &mut Vec<Late>,
) {
    for op in program.body(id).blocks.iter().flatten() {
        let here = Spot { file: id.file, span: op.span };
        match (&op.kind, sets(op), *pause) {
            (OpKind::Suspend { .. }, ..) => *pause = Some(here),
            (_, Some((field, Value::Reg(_) | Value::Record(_) | Value::List(_) | Value::Term(_))), Some(pause)) => {
                late.push(Late { field, pause, write: here });
            }
            _ => {
                if let (Some(callee), Some(depth)) = (called_on_this(op), depth.checked_sub(1)) {
                    late_writes(program, callee, depth, pause, late);
                }
            }
        }
    }
}

/// Every field that a function and those it calls on the same instance write.
pub(super) fn every_write(program: &Program, id: FunctionId) -> Vec<Name> {
    let mut reached = vec![id];
    let mut fields = Vec::new();
    let mut at = 0;
    while let Some(id) = reached.get(at).copied() {
        at += 1;
        for op in program.body(id).blocks.iter().flatten() {
            fields.extend(sets(op).map(|(field, _)| field));
            if let Some(callee) = called_on_this(op).filter(|callee| !reached.contains(callee)) {
                reached.push(callee);
            }
        }
    }
    fields
}

/// Does the field begin as nothing, and does nobody else fill it?
pub(super) fn is_unset(program: &Program, unit: UnitId, field: Name, init: FunctionId) -> bool {
    let declared = program.unit(unit).fields.iter().find(|known| known.name == field);
    let Some(declared) = declared.filter(|known| matches!(known.init, Value::Absent | Value::Unknown)) else {
        return false;
    };
    let reached = |id: FunctionId| id == init || reaches(program, init, id, 3);
    let fills = |op: &Op| sets(op).is_some_and(|(name, value)| name == field && *value != Value::Absent);
    let others = program.functions().filter(|id| is_of(program, *id, unit) && !reached(*id));
    !declared.is_static && !others.flat_map(|id| program.body(id).blocks.iter().flatten()).any(fills)
}

pub(super) fn reaches(program: &Program, from: FunctionId, to: FunctionId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let inside = program.function(to).outer == Some(from.ix) && from.file == to.file;
    let callees = || program.body(from).blocks.iter().flatten().filter_map(called_on_this);
    inside || callees().any(|callee| callee == to || reaches(program, callee, to, depth))
}
