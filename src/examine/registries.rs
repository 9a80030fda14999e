//! Registries: what the program registers with something that the whole process has once: handlers of a channel,
//! listeners of a shared emitter, commands. This room must never know a rule.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Elem, Place, Reg, Root, Span, StepKind, Value};
use crate::link::Program;
use crate::link::bind::{Callable, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::models::Running;
use crate::names::Name;

/// A call that registers something for the whole process under a name that is the same whoever runs it.
#[derive(Clone, Debug)]
pub struct Registration {
    pub by: FunctionId,
    pub span: Span,
    /// What is called, by its full name: `electron.ipcMain.handle`.
    pub call: String,
    pub key: Option<Name>,
    /// There can be only one.
    pub exclusive: bool,
    pub handler: Option<FunctionId>,
}

/// A registration whose key or handler only the caller knows.
struct Open {
    call: String,
    key: Option<Known<Name>>,
    exclusive: bool,
    handler: Known<Option<FunctionId>>,
}

#[derive(Clone, Copy)]
enum Known<T> {
    Here(T),
    Param(u16),
}

/// All that is registered for good outside tests, in order.
pub fn registrations(program: &Program) -> Vec<Registration> {
    let functions: Vec<FunctionId> = program.functions().filter(|id| is_asked(program, *id)).collect();
    let mut found = Vec::new();
    let mut open: FxHashMap<FunctionId, Vec<Open>> = FxHashMap::default();
    for by in &functions {
        for (span, written) in own(program, *by) {
            match settled(&written) {
                Some((key, handler)) => found.push(Registration {
                    by: *by,
                    span,
                    call: written.call,
                    key,
                    exclusive: written.exclusive,
                    handler,
                }),
                None => open.entry(*by).or_default().push(written),
            }
        }
    }
    for by in &functions {
        found.extend(through(program, *by, &open));
    }
    let removed = removed(program, &functions);
    found.retain(|one| one.key.is_none_or(|key| !removed.contains(&key)));
    found
        .retain(|one| !ends_by_itself(program, one) && !is_asked_first(program, one) && !is_closed_first(program, one));
    found.sort_by_key(|one| (one.by, one.span.start));
    found
}

fn is_asked(program: &Program, id: FunctionId) -> bool {
    !program.is_rust(id.file) && !program.function(id).test
}

/// What this function itself registers.
fn own(program: &Program, by: FunctionId) -> Vec<(Span, Open)> {
    let mut found = Vec::new();
    for op in program.body(by).blocks.iter().flatten() {
        let OpKind::Run { callee, how: Running::Often, at: Some(at), .. } = &op.kind else { continue };
        let Some((call, last)) = is_of_the_process(program, at) else { continue };
        let key = match last {
            None => None,
            Some(Seg::Key(Key::Const(name))) => Some(Known::Here(*name)),
            Some(Seg::Key(Key::Value(_, value))) => match (&**value, named(program, by, value)) {
                (Value::Param(index), _) => Some(Known::Param(*index)),
                (_, Some(name)) => Some(Known::Here(name)),
                _ => continue,
            },
            Some(_) => continue,
        };
        let handler = match callee {
            Callable::Param(index) => Known::Param(*index),
            known => Known::Here(known.target()),
        };
        let exclusive = program.models.is_exclusive(&call);
        found.push((op.span, Open { call, key, exclusive, handler }));
    }
    found
}

/// The call's full name and the key, where what it is called on is there once for all.
fn is_of_the_process<'l>(program: &Program, at: &'l Loc) -> Option<(String, Option<&'l Seg>)> {
    let (last, before) = match at.path.split_last()? {
        (last @ Seg::Key(_), before) => (Some(last), before),
        _ => (None, &at.path[..]),
    };
    let once = match at.base {
        Base::External(_) => true,
        Base::Variable(unit, field) => {
            let field = program.unit(unit).fields.get(field as usize);
            before.len() == 1 && field.is_some_and(|field| field.constant)
        }
        _ => false,
    };
    let call = Loc { path: before.to_vec(), ..at.clone() }.show(program);
    once.then_some((call, last))
}

/// What calls of functions that register for others come to.
fn through(program: &Program, by: FunctionId, open: &FxHashMap<FunctionId, Vec<Open>>) -> Vec<Registration> {
    let mut found = Vec::new();
    let body = program.body(by);
    for op in body.blocks.iter().flatten() {
        let OpKind::Call { target, args, .. } = &op.kind else { continue };
        for written in open.get(target).into_iter().flatten() {
            let key = match written.key {
                Some(Known::Param(index)) => {
                    match args.get(usize::from(index)).and_then(|arg| named(program, by, arg)) {
                        Some(key) => Some(key),
                        None => continue,
                    }
                }
                Some(Known::Here(key)) => Some(key),
                None => None,
            };
            let handler = match written.handler {
                Known::Here(handler) => handler,
                Known::Param(index) => match args.get(usize::from(index)) {
                    Some(Value::Function(ix)) => Some(FunctionId { file: by.file, ix: *ix }),
                    Some(Value::Reg(reg)) => body.registers.get(reg.index()).and_then(|info| info.callable.target()),
                    _ => None,
                },
            };
            let (call, exclusive) = (written.call.clone(), written.exclusive);
            found.push(Registration { by, span: op.span, call, key, exclusive, handler });
        }
    }
    found
}

type Settled = (Option<Name>, Option<FunctionId>);

fn settled(written: &Open) -> Option<Settled> {
    let key = match written.key {
        Some(Known::Param(_)) => return None,
        Some(Known::Here(key)) => Some(key),
        None => None,
    };
    match written.handler {
        Known::Here(handler) => Some((key, handler)),
        Known::Param(_) => None,
    }
}

/// A name that stands for the same in every run: a text, a constant, a case of an enum.
fn named(program: &Program, by: FunctionId, value: &Value) -> Option<Name> {
    match value {
        Value::Text(name) | Value::Number(name) => Some(*name),
        Value::Int(number) => Some(Name::new(&number.to_string())),
        Value::Reg(reg) => constant(program, by, *reg),
        _ => None,
    }
}

fn constant(program: &Program, by: FunctionId, reg: Reg) -> Option<Name> {
    let function = program.function(by);
    let steps = function.blocks.iter().flat_map(|block| &block.steps);
    let place = steps.into_iter().find_map(|step| match step.kind {
        StepKind::Read { place, into, .. } if into == reg => function.places.get(place.index()),
        _ => None,
    })?;
    let fields = place.path.iter().map(|elem| match elem {
        Elem::Field(name) => Some(name.as_str()),
        _ => None,
    });
    let fields: Vec<&str> = fields.collect::<Option<_>>()?;
    matches!(place.root, Root::Module | Root::Global).then(|| Name::new(&fields.join(".")))
}

/// The names under which something is taken back, anywhere in the program.
fn removed(program: &Program, functions: &[FunctionId]) -> FxHashSet<Name> {
    let mut found = FxHashSet::default();
    for by in functions {
        for op in program.body(*by).blocks.iter().flatten() {
            let (name, args) = match &op.kind {
                OpKind::Act { name, args, .. } => (*name, args),
                OpKind::Call { target, args, .. } => (program.function(*target).name, args),
                _ => continue,
            };
            if program.models.removes(name) {
                found.extend(args.first().and_then(|arg| named(program, *by, arg)));
            }
        }
    }
    found
}

/// Does the function ask what it registers with whether that is there already?
fn is_asked_first(program: &Program, one: &Registration) -> bool {
    let asks = |place: &Place| {
        let named = place.path.iter().any(|elem| match elem {
            Elem::Field(name) => one.call.split(['.', '/', ':']).any(|part| part == name.as_str()),
            _ => false,
        });
        let asked = place.path.iter().skip(1).any(|elem| match elem {
            Elem::Field(name) => program.models.asks(*name),
            _ => false,
        });
        matches!(place.root, Root::Module | Root::Global) && named && asked
    };
    program.function(one.by).places.iter().any(asks)
}

/// Does the function close something, as one does that takes back the last registration before it makes the next?
fn is_closed_first(program: &Program, one: &Registration) -> bool {
    program.body(one.by).blocks.iter().flatten().any(|op| matches!(op.kind, OpKind::Close { .. }))
}

/// It is for one time only, or ends with a signal.
fn ends_by_itself(program: &Program, one: &Registration) -> bool {
    let options = |value: &Value| match value {
        Value::Record(fields) => fields.iter().any(|(name, _)| matches!(name.as_str(), "once" | "signal")),
        _ => false,
    };
    let mut ops = program.body(one.by).blocks.iter().flatten().filter(|op| op.span == one.span);
    one.key.is_some_and(|key| program.models.happens_once(key))
        || ops.any(|op| matches!(&op.kind, OpKind::Act { args, .. } if args.iter().any(options)))
}
