//! Summaries: what a function touches, in what order, and whether it pauses on the way; by itself and through the calls
//! that the explorer would follow. They choose what is worth exploring; they never decide a verdict.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Program;
use super::bind::{Callable, Op, OpKind};
use super::ids::{FileId, FunctionId, UnitId};
use super::loc::{Base, Loc, Owner, Seg, SharedKey};
use super::types::Ty;
use crate::facts::{Receiver, Value};
use crate::models::{Outside, Running};

/// A key of [`Keys`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub u32);

/// All shared keys of the program, numbered in order of file and place.
#[derive(Default)]
pub struct Keys {
    all: Vec<SharedKey>,
    ids: FxHashMap<SharedKey, KeyId>,
}

impl Keys {
    pub fn get(&self, id: KeyId) -> &SharedKey {
        &self.all[id.0 as usize]
    }

    pub fn find(&self, key: &SharedKey) -> Option<KeyId> {
        self.ids.get(key).copied()
    }

    /// What each key of this list is in another one; `None` if the lists are the same.
    pub(super) fn renamed(&self, other: &Keys) -> Option<Vec<Option<KeyId>>> {
        let same = self.all == other.all;
        (!same).then(|| self.all.iter().map(|key| other.find(key)).collect())
    }

    fn intern(&mut self, key: SharedKey) -> KeyId {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = KeyId(self.all.len() as u32);
        self.ids.insert(key.clone(), id);
        self.all.push(key);
        id
    }
}

/// One thing that matters, in the order of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happening {
    Read(KeyId),
    Write(KeyId),
    /// A function's body runs here; `awaited` if the run waits for its end.
    Call(FunctionId),
    Pause,
    Acquire(KeyId),
    Release,
    /// What stands there is released.
    Close(KeyId),
    /// Work on what is outside the store.
    Act(Acts),
}

impl Happening {
    /// The same with the keys of another list; `None` if its key is none of them.
    pub(super) fn renamed(self, key: impl Fn(KeyId) -> Option<KeyId>) -> Option<Happening> {
        Some(match self {
            Happening::Read(id) => Happening::Read(key(id)?),
            Happening::Write(id) => Happening::Write(key(id)?),
            Happening::Acquire(id) => Happening::Acquire(key(id)?),
            Happening::Close(id) => Happening::Close(key(id)?),
            Happening::Call(_) | Happening::Pause | Happening::Release | Happening::Act(_) => self,
        })
    }
}

#[derive(Clone, PartialEq, Default, Debug)]
pub struct Summary {
    pub events: Vec<Happening>,
    /// Through calls as well; sorted.
    pub reads: Vec<KeyId>,
    pub writes: Vec<KeyId>,
    pub acquires: Vec<KeyId>,
    /// Places whose content it releases.
    pub closes: Vec<KeyId>,
    pub pauses: bool,
    /// The worst that it does outside the store.
    pub acts: Acts,
    /// It works on files.
    pub files: bool,
}

/// What a function does outside the store, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Acts {
    #[default]
    Nothing,
    Repeatable,
    Unknown,
    Adding,
}

/// As deep as the explorer follows calls.
pub const DEPTH: usize = 3;

#[derive(Clone, Default)]
pub struct Summaries {
    pub keys: Arc<Keys>,
    /// Places whose content somebody releases: what stands there is a resource.
    pub released: Arc<FxHashSet<SharedKey>>,
    /// Locks that somebody takes exclusively.
    pub exclusive: Arc<FxHashSet<SharedKey>>,
    pub(super) by_file: Arc<Vec<Vec<Summary>>>,
}

impl Summaries {
    pub fn of(&self, id: FunctionId) -> &Summary {
        &self.by_file[id.file.index()][id.ix.index()]
    }
}

/// Summarises every function.
pub fn summarise(program: &Program) -> Summaries {
    let guarded = guarded_units(program);
    let on_given = each_function(program, &|id| on_given(program, id));
    let on_given = |id: FunctionId| on_given[id.file.index()][id.ix.index()].as_slice();
    let raw: Vec<Vec<Vec<RawEvent>>> = each_function(program, &|id| events(program, id, &guarded, &on_given));
    let mut keys = Keys::default();
    let mut by_file: Vec<Vec<Summary>> = Vec::with_capacity(raw.len());
    for file in raw {
        by_file.push(file.into_iter().map(|raw| Summary::own(raw, &mut keys)).collect());
    }
    for _ in 0..DEPTH {
        by_file = by_file
            .par_iter()
            .map(|file| file.iter().map(|summary| summary.with_callees(&by_file)).collect())
            .collect();
    }
    let (released, exclusive) = (released(program).into(), exclusive(program).into());
    Summaries { keys: keys.into(), released, exclusive, by_file: by_file.into() }
}

fn each_function<T: Send>(program: &Program, of: &(dyn Fn(FunctionId) -> T + Sync)) -> Vec<Vec<T>> {
    let files = (0..program.files.len() as u32).into_par_iter();
    files
        .map(|file| {
            let functions = program.facts(FileId(file)).functions.len() as u32;
            let id = |ix| FunctionId { file: FileId(file), ix: crate::facts::FunctionIx(ix) };
            (0..functions).map(|ix| of(id(ix))).collect()
        })
        .collect()
}

/// What a function does to an atomic or a cell that it was given by reference: the parameter, the way from it, whether it
/// writes. Only its callers know what that is.
struct OnGiven {
    param: u16,
    at: Loc,
    write: bool,
}

fn on_given(program: &Program, id: FunctionId) -> Vec<OnGiven> {
    if !program.is_rust(id.file) {
        return Vec::new();
    }
    let step = |op: &Op| {
        let (at, write) = match &op.kind {
            OpKind::Read { at, .. } => (at, false),
            OpKind::Write { at, .. }
            | OpKind::Update { at, .. }
            | OpKind::Exchange { at, .. }
            | OpKind::SetOnce { at, .. }
            | OpKind::Ensure { at, .. } => (at, true),
            _ => return None,
        };
        let Base::Param(function, param) = at.base else { return None };
        let own = function == id && at.path.is_empty() && is_atomic_type(&program.param_type(id, param), program);
        own.then(|| OnGiven { param, at: at.clone(), write })
    };
    program.body(id).blocks.iter().flatten().filter_map(step).collect()
}

fn released(program: &Program) -> FxHashSet<SharedKey> {
    let ops = program.functions().flat_map(|id| program.body(id).blocks.iter().flatten());
    ops.filter_map(|op| match &op.kind {
        OpKind::Close { at: Some(at), .. } if !matches!(at.base, Base::Value(..)) => Some(at.key()),
        _ => None,
    })
    .filter(|key| !key.path.is_empty() || matches!(key.owner, Owner::Base(_)))
    .collect()
}

fn exclusive(program: &Program) -> FxHashSet<SharedKey> {
    let guards = program.functions().flat_map(|id| &program.body(id).guards);
    guards.filter(|guard| guard.mode == crate::models::Mode::Exclusive).map(|guard| guard.lock.key()).collect()
}

enum RawEvent {
    Access { key: SharedKey, write: bool },
    Close(SharedKey),
    Acquire(SharedKey),
    Plain(Happening),
    File,
}

/// Units that some lock guards: their fields are shared though no access to them names the lock.
fn guarded_units(program: &Program) -> FxHashSet<UnitId> {
    let mut found = FxHashSet::default();
    for id in program.functions() {
        let body = program.body(id);
        for guard in &body.guards {
            let info = &body.registers[guard.reg.index()];
            if let Ty::Unit(unit) = program.pointee(&info.ty) {
                found.insert(unit);
            }
        }
    }
    found
}

fn events<'g>(
    program: &Program,
    id: FunctionId,
    guarded: &FxHashSet<UnitId>,
    on_given: &impl Fn(FunctionId) -> &'g [OnGiven],
) -> Vec<RawEvent> {
    let body = program.body(id);
    let mut out = Vec::new();
    for op in body.blocks.iter().flatten() {
        if let OpKind::Call { target, args, .. } = &op.kind {
            let to_given = on_given(*target).iter().filter_map(|step| {
                let Some(Value::Reg(arg)) = args.get(usize::from(step.param)) else { return None };
                let outer = body.registers.get(arg.index())?.loc.as_ref()?;
                let at = step.at.rebased(outer);
                can_be_shared(program, id, &at, true, guarded)
                    .then(|| RawEvent::Access { key: at.key(), write: step.write })
            });
            out.extend(to_given);
        }
        event(program, id, op, guarded, &mut out);
    }
    out
}

fn event(program: &Program, id: FunctionId, op: &Op, guarded: &FxHashSet<UnitId>, out: &mut Vec<RawEvent>) {
    let mut access = |at: &Loc, write: bool, atomic: bool| {
        if can_be_shared(program, id, at, atomic, guarded) {
            out.push(RawEvent::Access { key: at.key(), write });
        }
    };
    match &op.kind {
        OpKind::Read { at, into, .. } if program.is_handle(id, at, *into) => {}
        OpKind::Read { at, .. } | OpKind::Use { at, .. } => access(at, false, is_atomic(program, at)),
        OpKind::Write { at, .. } => access(at, true, is_atomic(program, at)),
        OpKind::Update { at, .. } | OpKind::Exchange { at, .. } | OpKind::SetOnce { at, .. } => {
            access(at, false, true);
            access(at, true, true);
        }
        OpKind::Ensure { at, make, .. } => {
            access(at, false, true);
            access(at, true, true);
            if let Some(target) = make.target() {
                out.push(RawEvent::Plain(Happening::Call(target)));
            }
        }
        OpKind::Close { at: Some(at), .. } => {
            access(at, false, false);
            out.push(RawEvent::Close(at.key()));
        }
        OpKind::Acquire { lock, is_async, guard, .. } => {
            // Whoever holds the guard sees what it guards.
            if let Some(inside) = &program.body(id).registers[guard.index()].loc {
                access(inside, false, false);
            }
            if *is_async {
                out.push(RawEvent::Plain(Happening::Pause));
            }
            out.push(RawEvent::Acquire(lock.key()));
        }
        OpKind::Release { .. } => out.push(RawEvent::Plain(Happening::Release)),
        OpKind::Call { target, .. } => {
            out.push(RawEvent::Plain(Happening::Call(*target)));
            out.extend(program.body(id).taken(&op.kind).map(|guard| RawEvent::Acquire(guard.lock.key())));
        }
        OpKind::Run { callee, how: Running::Locked | Running::Queued, at, .. } => {
            out.push(RawEvent::Plain(Happening::Pause));
            if let Some(at) = at {
                out.push(RawEvent::Acquire(at.key()));
            }
            if let Some(target) = callee.target() {
                out.push(RawEvent::Plain(Happening::Call(target)));
            }
            out.push(RawEvent::Plain(Happening::Release));
        }
        OpKind::Run { callee, how, .. } if *how != Running::Shown && !how.repeats() => {
            if how.waits_for_receiver() {
                out.push(RawEvent::Plain(Happening::Pause));
            }
            if let Some(target) = callee.target() {
                out.push(RawEvent::Plain(Happening::Call(target)));
            }
        }
        OpKind::Suspend { .. } | OpKind::Wait { .. } => out.push(RawEvent::Plain(Happening::Pause)),
        OpKind::Act { class, file, .. } => {
            out.push(RawEvent::Plain(Happening::Act(acts(*class))));
            out.extend(file.is_some().then_some(RawEvent::File));
        }
        OpKind::Open { .. } | OpKind::Close { at: None, .. } => {
            out.push(RawEvent::Plain(Happening::Act(Acts::Adding)));
        }
        _ => {}
    }
}

fn acts(class: Outside) -> Acts {
    match class {
        Outside::Repeatable => Acts::Repeatable,
        Outside::Unknown => Acts::Unknown,
        Outside::Adding => Acts::Adding,
    }
}

impl Callable {
    /// The function that a call of this value runs.
    pub fn target(&self) -> Option<FunctionId> {
        match self {
            Callable::Function(target) | Callable::Method(target, _) => Some(*target),
            Callable::Param(_) | Callable::Setter(_) | Callable::No => None,
        }
    }
}

/// Is what stands here an atomic or a cell that can be set once?
fn is_atomic(program: &Program, at: &Loc) -> bool {
    let Some(Seg::Field(name)) = at.tail().last() else {
        return matches!(at.owner, Owner::Base(Base::Variable(..)));
    };
    let Owner::Unit(unit) = at.owner else { return true };
    match program.modules.field(&program.files, unit, *name) {
        Some((owner, field)) => is_atomic_type(&program.field_type(owner, field), program),
        None => false,
    }
}

fn is_atomic_type(ty: &Ty, program: &Program) -> bool {
    let is_one = |name: &str| name.starts_with("Atomic") || matches!(name, "OnceLock" | "OnceCell");
    matches!(program.pointee(ty), Ty::Lib { name, .. } if is_one(name.as_str()))
}

/// Could anybody else reach what stands here? In Rust only through a lock, an atomic, a cell.
fn can_be_shared(program: &Program, id: FunctionId, at: &Loc, atomic: bool, guarded: &FxHashSet<UnitId>) -> bool {
    match at.base {
        // What an outer activation made outlives it in the functions inside it.
        Base::Value(function, _) if function == id => return false,
        Base::Local(function, local) => {
            let captured = program.function(function).locals.get(local.index()).is_some_and(|local| local.captured);
            if !captured {
                return false;
            }
        }
        Base::Param(..) if matches!(at.owner, Owner::Base(_)) => return false,
        _ => {}
    }
    if !program.is_rust(id.file) {
        return true;
    }
    let inside = at.path.contains(&Seg::Inside);
    let guarded_owner = matches!(at.owner, Owner::Unit(unit) if guarded.contains(&unit));
    let exclusive = matches!(program.function(id).receiver, Receiver::Exclusive | Receiver::Owned);
    match at.base {
        Base::This(_) if exclusive && !inside && !guarded_owner => false,
        _ => inside || atomic || guarded_owner,
    }
}

impl Summary {
    fn own(raw: Vec<RawEvent>, keys: &mut Keys) -> Summary {
        let mut summary = Summary::default();
        for event in raw {
            let event = match event {
                RawEvent::Access { key, write } => {
                    let id = keys.intern(key);
                    if write { Happening::Write(id) } else { Happening::Read(id) }
                }
                RawEvent::Acquire(key) => Happening::Acquire(keys.intern(key)),
                RawEvent::Close(key) => Happening::Close(keys.intern(key)),
                RawEvent::Plain(event) => event,
                RawEvent::File => {
                    summary.files = true;
                    continue;
                }
            };
            match event {
                Happening::Read(id) => summary.reads.push(id),
                Happening::Write(id) => summary.writes.push(id),
                Happening::Acquire(id) => summary.acquires.push(id),
                Happening::Close(id) => summary.closes.push(id),
                Happening::Pause => summary.pauses = true,
                Happening::Act(acts) => summary.acts = summary.acts.max(acts),
                Happening::Call(_) | Happening::Release => {}
            }
            summary.events.push(event);
        }
        summary.tidy();
        summary
    }

    fn with_callees(&self, all: &[Vec<Summary>]) -> Summary {
        let mut summary = self.clone();
        for event in &self.events {
            let Happening::Call(target) = event else { continue };
            let callee = &all[target.file.index()][target.ix.index()];
            summary.reads.extend_from_slice(&callee.reads);
            summary.writes.extend_from_slice(&callee.writes);
            summary.acquires.extend_from_slice(&callee.acquires);
            summary.closes.extend_from_slice(&callee.closes);
            summary.pauses |= callee.pauses;
            summary.acts = summary.acts.max(callee.acts);
            summary.files |= callee.files;
        }
        summary.tidy();
        summary
    }

    fn tidy(&mut self) {
        for list in [&mut self.reads, &mut self.writes, &mut self.acquires, &mut self.closes] {
            list.sort_unstable();
            list.dedup();
        }
    }

    /// What is read or written, in no order; some of it twice.
    pub fn touched(&self) -> impl Iterator<Item = KeyId> {
        self.reads.iter().chain(&self.writes).copied()
    }

    pub fn touches(&self, key: KeyId) -> bool {
        self.reads.binary_search(&key).is_ok() || self.writes.binary_search(&key).is_ok()
    }
}
