//! Stands for: what a name in a path is put together from: the value of a constant, what a function answers, what is kept in
//! a field when its object is made, what a caller hands in. It must not know what the parts mean: `reach` reads them.

use super::Context;
use crate::facts::{Exit, FunctionIx, FunctionKind, Value};
use crate::link::Program;
use crate::link::bind::{Names, OpKind};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Loc, Owner, Seg, SharedKey};
use crate::link::types::Ty;

/// As many names are looked up behind each other.
const DEPTH: u32 = 4;

/// What else is known of a path than how it is written where it is used.
pub(super) fn stands_for(cx: &Context<'_>, key: &SharedKey) -> Option<String> {
    behind(cx, key, DEPTH)
}

fn behind(cx: &Context<'_>, key: &SharedKey, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let program = cx.program;
    let shown = |path: &Loc| {
        let more = behind(cx, &path.key(), depth).unwrap_or_default();
        format!("{} {more}", path.show(program))
    };
    match key.owner {
        Owner::Base(Base::Variable(unit, field)) => {
            let init = &program.unit(unit).fields.get(field as usize)?.init;
            if let Value::Text(text) = init {
                return Some(format!("{text:?}"));
            }
            let module = FunctionId { file: unit.file, ix: FunctionIx(0) };
            let at = Loc::new(Base::Variable(unit, field));
            written(program, module, &at).map(|path| shown(&path))
        }
        Owner::Base(Base::Answer(function)) => {
            let names = Names { id: function, registers: &program.body(function).registers };
            let answers = program.function(function).blocks.iter().filter_map(|block| match &block.exit {
                Exit::Return { value, .. } => names.path_of(value),
                _ => None,
            });
            let all: String = answers.map(|path| shown(&path)).collect();
            (!all.is_empty()).then_some(all)
        }
        Owner::Base(Base::Param(function, index)) => {
            let callers = cx.examination.overlap.callers(function);
            callers.into_iter().find_map(|caller| handed(program, caller, function, index)).map(|path| shown(&path))
        }
        Owner::Unit(unit) => {
            let fields = key.path.iter().take_while(|seg| matches!(seg, Seg::Field(_)));
            let at = Loc { path: fields.cloned().collect(), ..Loc::new(Base::This(unit)) };
            let mut near = program.functions().filter(|id| id.file == unit.file && !program.function(*id).test);
            near.find_map(|maker| kept(program, maker, unit, &at)).map(|path| shown(&path))
        }
        Owner::Base(_) => None,
    }
}

/// The path that a function keeps in a field of an object that it makes.
fn kept(program: &Program, maker: FunctionId, unit: UnitId, at: &Loc) -> Option<Loc> {
    let code = program.function(maker);
    if code.kind == FunctionKind::Constructor {
        return (code.unit == unit.ix).then(|| written(program, maker, at)).flatten();
    }
    let body = program.body(maker);
    let names = Names { id: maker, registers: &body.registers };
    let [Seg::Field(field), ..] = at.path.as_slice() else { return None };
    body.blocks.iter().flatten().find_map(|op| match &op.kind {
        OpKind::Let { into, value: Value::Record(fields) }
            if body.registers.get(into.index()).is_some_and(|info| info.ty == Ty::Unit(unit)) =>
        {
            fields.iter().find(|(name, _)| name == field).and_then(|(_, value)| names.path_of(value))
        }
        _ => None,
    })
}

/// The path that a caller hands to this parameter.
fn handed(program: &Program, caller: FunctionId, to: FunctionId, index: u16) -> Option<Loc> {
    let body = program.body(caller);
    let names = Names { id: caller, registers: &body.registers };
    body.blocks.iter().flatten().find_map(|op| match &op.kind {
        OpKind::Call { target, args, .. } if *target == to => {
            args.get(usize::from(index)).and_then(|arg| names.path_of(arg))
        }
        _ => None,
    })
}

/// The path that a function writes into this variable or field.
fn written(program: &Program, id: FunctionId, at: &Loc) -> Option<Loc> {
    let body = program.body(id);
    let names = Names { id, registers: &body.registers };
    body.blocks.iter().flatten().find_map(|op| match &op.kind {
        OpKind::Write { at: written, value, .. } if written.base == at.base && written.path == at.path => {
            names.path_of(value)
        }
        _ => None,
    })
}
