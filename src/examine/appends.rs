//! Appends: which functions put one more thing into a list of the user interface, where they got it from, and whether they
//! look for it there first.
//!
//! A list is a state of a component that a setter is given the next version of, or a collection in a field or a module.
//! This room must never know a rule.

use rustc_hash::{FxHashMap, FxHashSet};

use super::instances::At;
use super::origins::{Origin, rests_on};
use crate::facts::{Bind, Callee, Elem, Exit, Function, LocalIx, Root, Span, StepKind, Value};
use crate::link::Program;
use crate::link::bind::{OpKind, Put};
use crate::link::ids::{FunctionId, Symbol};
use crate::link::loc::{Key, Owner, Seg, SharedKey};
use crate::models::Running;

/// The list that an append is about.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum List {
    /// The state behind a setter of a component.
    State(FunctionId, LocalIx),
    Place(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The answer to something that was sent: by this call.
    Answer(At),
    /// What a listener was told, of this event.
    Event(At),
}

#[derive(Clone, Debug)]
pub struct Append {
    pub list: List,
    /// As the code calls it.
    pub shown: String,
    pub at: At,
    pub source: Source,
    /// It asks first whether the thing is there.
    pub looks: bool,
}

/// Verbs of calls that make something on a server, which tells everybody of it.
const SENDS: &[&str] = &["post", "send", "create", "add", "insert", "submit", "publish", "mutate", "save", "put"];

/// Calls that find, sort out or count what is there already.
const LOOKS: &[&str] = &[
    "some",
    "find",
    "findIndex",
    "findLast",
    "filter",
    "includes",
    "has",
    "every",
    "map",
    "reduce",
    "uniq",
    "uniqBy",
    "unionBy",
    "get",
];

/// Every append whose source is known, outside tests, in order.
pub fn appends(program: &Program) -> Vec<Append> {
    let events = events(program);
    let mut found = Vec::new();
    for id in program.functions().filter(|id| !program.is_rust(id.file) && !program.function(*id).test) {
        in_states(program, id, &events, &mut found);
        in_places(program, id, &events, &mut found);
    }
    found
}

/// The listeners of what others tell, and where they are set up: by a name, and not for what the user does.
fn events(program: &Program) -> FxHashMap<FunctionId, At> {
    let mut found = FxHashMap::default();
    for function in program.functions().filter(|id| !program.function(*id).test) {
        for op in program.body(function).blocks.iter().flatten() {
            let OpKind::Run { callee, how: Running::Often, at: Some(at), .. } = &op.kind else { continue };
            let [.., Seg::Field(method), Seg::Key(key)] = &at.path[..] else { continue };
            let of_page = method.as_str() == "addEventListener";
            let route = matches!(key, Key::Const(name) if name.starts_with('/'));
            if let Some(target) = callee.target().filter(|_| !of_page && !route) {
                found.insert(target, At { function, span: op.span });
            }
        }
    }
    found
}

/// `setList((before) => [...before, item])`
fn in_states(program: &Program, id: FunctionId, events: &FxHashMap<FunctionId, At>, found: &mut Vec<Append>) {
    let function = program.function(id);
    for step in function.blocks.iter().flat_map(|block| &block.steps) {
        let StepKind::Call { callee: Callee::Place(place), args, .. } = &step.kind else { continue };
        let place = &function.places[place.index()];
        let (Root::Local(outer, local), [], [arg]) = (place.root, &place.path[..], &args[..]) else { continue };
        let owner = FunctionId { file: id.file, ix: outer };
        let Value::Function(updater) = arg.value else { continue };
        let updater = FunctionId { file: id.file, ix: updater };
        let Some(shown) = state(program, owner, local) else { continue };
        let Some(added) = added(program, updater) else { continue };
        let Some(source) = added.iter().find_map(|value| source(program, updater, value, id, events)) else { continue };
        let at = At { function: id, span: step.span };
        let looks = looks(program, updater);
        found.push(Append { list: List::State(owner, local), shown, at, source, looks });
    }
}

/// The name of the state whose setter this variable is: the second of the two that a hook gives.
fn state(program: &Program, owner: FunctionId, local: LocalIx) -> Option<String> {
    let function = program.function(owner);
    let declared = function.locals.get(local.index())?;
    let Bind::Once(Value::Reg(setter)) = &declared.bind else { return None };
    let mut steps = function.blocks.iter().flat_map(|block| &block.steps);
    let pair = steps.find_map(|step| match &step.kind {
        StepKind::Read { place, into, .. } if into == setter => {
            let place = &function.places[place.index()];
            let second = matches!(&place.path[..], [Elem::Key(Value::Int(1))]);
            match place.root {
                Root::Value(pair) if second => Some(pair),
                _ => None,
            }
        }
        _ => None,
    })?;
    let mut steps = function.blocks.iter().flat_map(|block| &block.steps);
    let hook = steps.any(|step| match &step.kind {
        StepKind::Call { callee: Callee::Place(place), into, .. } if *into == pair => {
            matches!(function.places[place.index()].path.last(), Some(Elem::Field(name)) if name.starts_with("use"))
        }
        _ => false,
    });
    let name = declared.name.strip_prefix("set").unwrap_or(&declared.name);
    let mut letters = name.chars();
    let first = letters.next()?;
    hook.then(|| first.to_lowercase().chain(letters).collect())
}

/// What an updater puts behind all that was there before.
fn added(program: &Program, updater: FunctionId) -> Option<Vec<Value>> {
    let function = program.function(updater);
    let old = |value: &Value| match value {
        Value::Reg(reg) => function.blocks.iter().flat_map(|block| &block.steps).any(|step| match &step.kind {
            StepKind::Read { place, into, .. } if into == reg => {
                let place = &function.places[place.index()];
                place.root == Root::Param(updater.ix, 0) && place.path == [Elem::Any]
            }
            _ => false,
        }),
        _ => false,
    };
    let new = |value: &Value| match value {
        Value::List(parts) if parts.iter().any(old) => {
            Some(parts.iter().filter(|part| !old(part)).cloned().collect::<Vec<_>>())
        }
        _ => None,
    };
    let returned = function.blocks.iter().find_map(|block| match &block.exit {
        Exit::Return { value, .. } => new(value),
        _ => None,
    });
    let handed = || {
        function.blocks.iter().flat_map(|block| &block.steps).find_map(|step| match &step.kind {
            StepKind::Call { args, .. } => args.iter().find_map(|arg| new(&arg.value)),
            StepKind::Let { value, .. } => new(value),
            _ => None,
        })
    };
    returned.or_else(handed).filter(|added| !added.is_empty())
}

/// Where an item of the updater comes from, as the function around it knows.
fn source(
    program: &Program,
    updater: FunctionId,
    item: &Value,
    by: FunctionId,
    events: &FxHashMap<FunctionId, At>,
) -> Option<Source> {
    let (inner, outer) = (program.function(updater), program.function(by));
    let mut found = None;
    rests_on(inner, item, &mut |origin| {
        let Origin::Place(place) = origin else { return false };
        found = match place.root {
            Root::Param(of, index) if of == by.ix => sent(program, by, &Value::Param(index), events),
            Root::Local(of, local) if of == by.ix => match &outer.locals[local.index()].bind {
                Bind::Once(value) => sent(program, by, value, events),
                Bind::Mutable => None,
            },
            _ => None,
        };
        found.is_some()
    });
    found
}

/// Is it the answer to something that this function has sent, or what it was told as a listener?
fn sent(program: &Program, by: FunctionId, value: &Value, events: &FxHashMap<FunctionId, At>) -> Option<Source> {
    let function = program.function(by);
    let mut found = None;
    rests_on(function, value, &mut |origin| {
        match origin {
            Origin::Answer(on) => {
                found = call_that_sends(function, on).map(|span| Source::Answer(At { function: by, span }))
            }
            Origin::Param(_) => found = found.or_else(|| events.get(&by).map(|at| Source::Event(*at))),
            Origin::Place(place) if matches!(place.root, Root::Param(of, _) if of == by.ix) => {
                found = found.or_else(|| events.get(&by).map(|at| Source::Event(*at)));
            }
            Origin::Place(_) => {}
        }
        matches!(found, Some(Source::Answer(_)))
    });
    found
}

fn call_that_sends(function: &Function, answer: &Value) -> Option<Span> {
    let Value::Reg(promise) = answer else { return None };
    function.blocks.iter().flat_map(|block| &block.steps).find_map(|step| match &step.kind {
        StepKind::Call { callee: Callee::Place(place) | Callee::Optional(place), into, .. } if into == promise => {
            let name = match function.places[place.index()].path.last() {
                Some(Elem::Field(name)) => name.to_lowercase(),
                _ => return None,
            };
            SENDS.iter().any(|verb| name.starts_with(verb)).then_some(step.span)
        }
        _ => None,
    })
}

/// Does this function, or one that it hands the list to, look at what is there?
fn looks(program: &Program, id: FunctionId) -> bool {
    let mut seen = FxHashSet::default();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let function = program.function(id);
        for step in function.blocks.iter().flat_map(|block| &block.steps) {
            let StepKind::Call { callee, .. } = &step.kind else { continue };
            match callee {
                Callee::Place(place) | Callee::Optional(place) => {
                    let place = &function.places[place.index()];
                    let Some(Elem::Field(name)) = place.path.last() else { return true };
                    match called(program, id, *name, place.root == Root::Module && place.path.len() == 1) {
                        Some(target) => open.push(target),
                        // What sorts or copies looks for nothing; of the rest nobody knows.
                        None if LOOKS.contains(&name.as_str())
                            || place.path.len() == 1 && place.root == Root::Module =>
                        {
                            return true;
                        }
                        None => {}
                    }
                }
                Callee::New(_) => return true,
                _ => {}
            }
        }
    }
    false
}

/// A function of the program, by its name in the module.
fn called(program: &Program, id: FunctionId, name: crate::names::Name, plain: bool) -> Option<FunctionId> {
    let unit = program.function(id).unit;
    match program.modules.lookup(&program.files, id.file, unit, name) {
        Symbol::Function(target) if plain => Some(target),
        _ => None,
    }
}

/// `this.list.push(item)`, `store.list.push(item)`
fn in_places(program: &Program, id: FunctionId, events: &FxHashMap<FunctionId, At>, found: &mut Vec<Append>) {
    for op in program.body(id).blocks.iter().flatten() {
        let OpKind::Write { at: list, put: Put::Insert, value } = &op.kind else { continue };
        let key = list.key();
        if matches!(list.path.last(), None | Some(Seg::Key(_) | Seg::Any)) || !matches!(key.owner, Owner::Unit(_)) {
            continue;
        }
        let Some(source) = sent(program, id, value, events) else { continue };
        let at = At { function: id, span: op.span };
        let shown = list.show(program);
        found.push(Append {
            list: List::Place(key.show(program)),
            shown,
            at,
            source,
            looks: looks_at(program, id, &key),
        });
    }
}

/// Does this function look through the collection?
fn looks_at(program: &Program, id: FunctionId, list: &SharedKey) -> bool {
    program.body(id).blocks.iter().flatten().any(|op| match &op.kind {
        OpKind::Run { how: Running::Now | Running::Each, at: Some(at), .. } | OpKind::Read { at, .. } => {
            at.key().touches(list)
        }
        _ => false,
    })
}
