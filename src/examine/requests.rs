//! Requests: what one of many requests leaves in, or takes hold of, something that the whole server has once.
//!
//! This room must never know a rule.

use rustc_hash::FxHashSet;

use super::instances::{At, Instances, Repeated};
use super::origins::{Origin, rests_on};
use crate::facts::{Callee, Function, FunctionIx, FunctionKind, Reg, Root, Span, StepKind, Type, UnitIx, Value};
use crate::link::Program;
use crate::link::bind::{OpKind, Put};
use crate::link::ids::{FileId, FunctionId, UnitId};
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::models::Running;

/// A request's own thing, left in a variable of a module.
pub struct Left {
    pub write: At,
    pub place: Loc,
    /// Who reads it later.
    pub reader: At,
}

/// Everything that requests leave behind and others read, outside tests, in order.
pub fn left(program: &Program) -> Vec<Left> {
    let routes = routes(program);
    let mut found = Vec::new();
    for id in functions(program) {
        let function = program.function(id);
        let given: Vec<u16> = (0..function.params.len() as u16)
            .filter(|index| routes.contains(&id) || is_request(program, &function.params[usize::from(*index)].ty))
            .collect();
        if given.is_empty() {
            continue;
        }
        for op in program.body(id).blocks.iter().flatten() {
            let OpKind::Write { at, put, value } = &op.kind else { continue };
            let Some((place, value)) = replaced(function, op.span, at, *put, value) else { continue };
            let write = At { function: id, span: op.span };
            if is_given(function, id.ix, value, &given) && !is_asked_for(program, id, &place) {
                let reader = reader(program, id, &place).filter(|reader| !routes.contains(&reader.function));
                found.extend(reader.map(|reader| Left { write, place, reader }));
            }
        }
    }
    found
}

/// A module's variable that gets a new content as a whole, and what it gets.
fn replaced<'v>(function: &Function, span: Span, at: &'v Loc, put: Put, value: &'v Value) -> Option<(Loc, &'v Value)> {
    if !matches!(at.base, Base::Variable(..)) {
        return None;
    }
    match (put, at.path.split_last()) {
        (Put::Set, _) if at.path.iter().all(|seg| matches!(seg, Seg::Field(_))) => Some((at.clone(), value)),
        // `store.set(value)`: one argument, and no key.
        (Put::Insert, Some((Seg::Key(Key::Value(_, only)), []))) => {
            let mut steps = function.blocks.iter().flat_map(|block| &block.steps).filter(|step| step.span == span);
            let alone = |kind: &StepKind| matches!(kind, StepKind::Call { args, .. } if args.len() == 1);
            steps.any(|step| alone(&step.kind)).then(|| (Loc::new(at.base), &**only))
        }
        _ => None,
    }
}

/// The handlers of routes: what they are given is a request.
fn routes(program: &Program) -> FxHashSet<FunctionId> {
    let mut found = FxHashSet::default();
    for id in functions(program) {
        for op in program.body(id).blocks.iter().flatten() {
            let OpKind::Run { callee, how: Running::Often, at: Some(at), .. } = &op.kind else { continue };
            let path = matches!(at.path.last(), Some(Seg::Key(Key::Const(name))) if name.starts_with('/'));
            found.extend(callee.target().filter(|_| path));
        }
    }
    found
}

fn is_request(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::Named { path, .. } => program.models.is_request(path.rsplit(['.', ':']).next().unwrap_or(path).into()),
        _ => false,
    }
}

/// Does this value rest on one of those parameters?
fn is_given(function: &Function, ix: FunctionIx, value: &Value, given: &[u16]) -> bool {
    rests_on(function, value, &mut |origin| match origin {
        Origin::Param(index) => given.contains(&index),
        Origin::Place(place) => matches!(place.root, Root::Param(of, index) if of == ix && given.contains(&index)),
        Origin::Answer(_) => false,
    })
}

/// Does the function look at the variable before it writes it? Then it fills it, or asks whose value it is.
fn is_asked_for(program: &Program, id: FunctionId, place: &Loc) -> bool {
    let mut ops = program.body(id).blocks.iter().flatten();
    ops.any(|op| matches!(&op.kind, OpKind::Read { at, .. } if at.base == place.base))
}

/// Somebody else who reads the variable.
fn reader(program: &Program, writer: FunctionId, place: &Loc) -> Option<At> {
    functions(program).filter(|id| *id != writer).find_map(|function| {
        let mut ops = program.body(function).blocks.iter().flatten();
        let read = ops.find(|op| matches!(&op.kind, OpKind::Read { at, .. } if at.base == place.base))?;
        Some(At { function, span: read.span })
    })
}

/// What a module makes once and gives to every page that the server renders.
pub struct Kept {
    pub unit: UnitId,
    pub field: u32,
    pub user: At,
}

/// The caches of answers that modules of a server keep, outside tests, in order.
pub fn kept(program: &Program) -> Vec<Kept> {
    let mut found = Vec::new();
    for file in 0..program.files.len() as u32 {
        let file = FileId(file);
        let facts = program.facts(file);
        if facts.test || program.is_rust(file) {
            continue;
        }
        let unit = UnitId { file, ix: UnitIx(0) };
        for (field, declared) in facts.units[0].fields.iter().enumerate() {
            let class = match program.field_type(unit, field as u32) {
                Ty::Lib { from, name, .. } => format!("{from}.{name}"),
                _ => continue,
            };
            let made = declared.constant && declared.made != Type::default();
            if made && program.models.is_cache(&class) && is_rendered_on_a_server(program, file) {
                let user = user(program, Base::Variable(unit, field as u32));
                found.extend(user.map(|user| Kept { unit, field: field as u32, user }));
            }
        }
    }
    found
}

/// Does the folder of this file, or one around it, hold the set-up of a framework that renders on a server?
fn is_rendered_on_a_server(program: &Program, file: FileId) -> bool {
    let path = &program.files[file.index()].path;
    let folders = path.match_indices('/').map(|(at, _)| &path[..=at]).chain([""]);
    let folders: Vec<&str> = folders.collect();
    program.files.iter().any(|other| {
        let (folder, name) = other
            .path
            .rsplit_once('/')
            .map_or(("", &other.path[..]), |(_, name)| (&other.path[..other.path.len() - name.len()], name));
        name.starts_with("next.config.") && folders.contains(&folder)
    })
}

/// The component that hands the cache to all that it renders.
fn user(program: &Program, cache: Base) -> Option<At> {
    functions(program).find_map(|function| {
        let facts = program.function(function);
        let reads = program.body(function).blocks.iter().flatten().filter_map(|op| match &op.kind {
            OpKind::Read { at, into, .. } if at.base == cache && at.path.is_empty() => Some(*into),
            _ => None,
        });
        let reads: Vec<Reg> = reads.collect();
        let steps = facts.blocks.iter().flat_map(|block| &block.steps);
        let element = steps.into_iter().find(|step| match &step.kind {
            StepKind::Call { callee: Callee::Element(_), args, .. } => {
                args.iter().any(|arg| matches!(arg.value, Value::Reg(reg) if reads.contains(&reg)))
            }
            _ => false,
        })?;
        Some(At { function, span: element.span })
    })
}

/// Something that works for one request at a time, taken by each of them.
pub struct Taken {
    pub at: At,
    pub to: Loc,
    pub repeated: Repeated,
}

/// Every such step outside tests, in order.
pub fn taken(program: &Program) -> Vec<Taken> {
    let mut instances = None;
    let mut found = Vec::new();
    for function in functions(program) {
        for op in program.body(function).blocks.iter().flatten() {
            let OpKind::Attach { to, value, .. } = &op.kind else { continue };
            let at = At { function, span: op.span };
            let fresh = matches!(value, Value::Reg(_) | Value::Unknown);
            let repeated = fresh
                .then(|| instances.get_or_insert_with(|| Instances::of(program)).repeated_for_one(at))
                .flatten()
                .filter(|repeated| is_shared(program, to, repeated));
            found.extend(repeated.map(|repeated| Taken { at, to: to.clone(), repeated }));
        }
    }
    found
}

/// Does what is taken outlive the runs that take it?
fn is_shared(program: &Program, to: &Loc, repeated: &Repeated) -> bool {
    let inside = |id: FunctionId| repeated.hops.iter().any(|hop| hop.at.function == id);
    let made_anew =
        |id: FunctionId| matches!(program.function(id).kind, FunctionKind::Constructor | FunctionKind::Initializer);
    match to.base {
        Base::Variable(..) => true,
        Base::This(_) => !to.path.is_empty() && !repeated.hops.iter().any(|hop| made_anew(hop.at.function)),
        Base::Local(id, _) | Base::Value(id, _) => !inside(id),
        Base::Param(..) | Base::External(_) | Base::Answer(_) => false,
    }
}

fn functions(program: &Program) -> impl Iterator<Item = FunctionId> + '_ {
    program.functions().filter(|id| !program.is_rust(id.file) && !program.function(*id).test)
}
