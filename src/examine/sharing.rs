//! Sharing: whether two runs can reach the same instance. A place is shared only on evidence.

use rustc_hash::FxHashSet;

use crate::facts::{Exit, FunctionKind, Value};
use crate::link::Program;
use crate::link::bind::{Body, OpKind, registers};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Owner, SharedKey};
use crate::link::types::Ty;

/// The classes of which some instance outlives the call that makes it.
pub struct Sharing {
    kept: FxHashSet<UnitId>,
    made: FxHashSet<UnitId>,
}

impl Sharing {
    pub fn of(program: &Program) -> Sharing {
        let mut sharing = Sharing { kept: FxHashSet::default(), made: FxHashSet::default() };
        for id in program.functions() {
            sharing.add(program, id);
        }
        sharing
    }

    fn add(&mut self, program: &Program, id: FunctionId) {
        let function = program.function(id);
        let body = program.body(id);
        let long_lived =
            matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor);
        for op in body.blocks.iter().flatten() {
            let OpKind::Make { unit: Some(unit), into, .. } = &op.kind else { continue };
            self.made.insert(*unit);
            if long_lived || escapes(program, id, body, &Value::Reg(*into)) {
                self.kept.insert(*unit);
            }
        }
    }

    /// Can two runs meet at this place?
    pub fn is_shared(&self, program: &Program, key: &SharedKey) -> bool {
        let unit = match key.owner {
            Owner::Unit(unit) => unit,
            Owner::Base(Base::Param(..)) => return false,
            Owner::Base(_) => return true,
        };
        if program.is_rust(unit.file) || self.kept.contains(&unit) || is_field_of_another(program, unit) {
            return true;
        }
        // Nobody is seen to make one: whoever imports the class does, and keeps it.
        !self.made.contains(&unit) && program.unit(unit).exported
    }
}

fn is_field_of_another(program: &Program, unit: UnitId) -> bool {
    let facts = program.facts(unit.file);
    facts.units.iter().enumerate().any(|(ix, owner)| {
        let owner_id = UnitId { file: unit.file, ix: crate::facts::UnitIx(ix as u32) };
        (0..owner.fields.len() as u32).any(|field| program.field_type(owner_id, field) == Ty::Unit(unit))
    })
}

/// Is what was made here stored, returned, or handed to somebody?
fn escapes(program: &Program, id: FunctionId, body: &Body, made: &Value) -> bool {
    let Value::Reg(made) = made else { return false };
    let holds = |value: &Value| {
        let mut found = false;
        registers(value, &mut |reg| found |= reg == *made);
        found
    };
    let returned = program.function(id).blocks.iter().any(|block| match &block.exit {
        Exit::Return { value, .. } => holds(value),
        _ => false,
    });
    let captured = program.function(id).locals.iter().any(|local| match &local.bind {
        crate::facts::Bind::Once(value) => local.captured && holds(value),
        crate::facts::Bind::Mutable => false,
    });
    returned
        || captured
        || body.blocks.iter().flatten().any(|op| match &op.kind {
            OpKind::Write { at, value, .. } => !matches!(at.base, Base::Value(..)) && holds(value),
            OpKind::Call { args, .. }
            | OpKind::Act { args, .. }
            | OpKind::Run { args, .. }
            | OpKind::Make { args, .. } => args.iter().any(holds),
            OpKind::Suspend { on, .. } => holds(on),
            _ => false,
        })
}
