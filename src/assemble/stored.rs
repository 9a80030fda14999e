//! The store: reads and writes of places that are kept, variables that nobody else sees, locks.

use super::frame::{self, Frame};
use super::ops::Here;
use super::values::constant;
use super::{FlowMaker, Follow};
use crate::explore::model::{Check, How, Mode, Op, RegIx, Val};
use crate::facts::{Reg, Value};
use crate::link::bind::{OpKind, Put};
use crate::link::loc::{Base, Loc, Seg};
use crate::models::{Attempt, Mode as Taking};

impl FlowMaker<'_, '_> {
    /// Operations on the store and on locks.
    pub(super) fn stored(&mut self, kind: &OpKind, here: Here) {
        match kind {
            OpKind::Read { at, of, into, .. } => self.read(at, *of, *into, here),
            OpKind::Write { at, put, value } => self.write(at, *put, value, here),
            OpKind::Update { at, value, into } => {
                let (value, into) = (self.value(value), self.register(*into));
                let loc = frame::outward(self.program, &self.frames, at);
                if let Some(place) = self.around(&loc, How::Remove) {
                    self.push(Op::Write { place, how: How::Remove, value: Val::Unknown, accounts: Vec::new() }, here);
                }
                match self.place(at) {
                    Some(place) => self.push(Op::Update { place, value, into: Some(into) }, here),
                    None => self.opaque(at, None, into, here),
                }
            }
            OpKind::Exchange { at, expected, value, into } => {
                let (expected, value, into) = (self.value(expected), self.value(value), self.register(*into));
                match self.place(at) {
                    Some(place) => self.push(Op::Exchange { place, expected, value, into }, here),
                    None => self.opaque(at, None, into, here),
                }
            }
            OpKind::SetOnce { at, value, into } => {
                let (value, into) = (present(self.value(value)), self.register(*into));
                match self.place(at) {
                    Some(place) => self.push(Op::Create { place, value, into, or_fail: false }, here),
                    None => self.opaque(at, None, into, here),
                }
            }
            OpKind::Ensure { at, into, .. } => {
                let into = self.register(*into);
                match self.place(at) {
                    Some(place) => {
                        let made = self.code.registers(1);
                        let value = Val::Fresh { identity: false };
                        self.push(Op::Create { place, value, into: made, or_fail: false }, here);
                        self.push(Op::Read { place, into }, here);
                    }
                    None => self.opaque(at, None, into, here),
                }
            }
            OpKind::Use { at, of } => {
                if let Some(place) = self.place(at) {
                    let of = match of {
                        Some(held) => self.register(*held),
                        None => self.found_at(place, here),
                    };
                    // In Rust a method may well be called on what may be nothing: `get(key).map(…)`.
                    if !self.program.is_rust(self.frame().id.file) {
                        self.push(Op::Use { of: Val::Reg(of) }, here);
                    }
                }
            }
            OpKind::Close { at, of, optional } => self.close(at.as_ref(), of, *optional, here),
            lock => self.locking(lock, here),
        }
    }

    /// Operations on locks.
    fn locking(&mut self, kind: &OpKind, here: Here) {
        match kind {
            OpKind::Acquire { lock, mode, is_async, attempt, guard } => {
                let lock = self.lock(lock, *is_async);
                if *mode == Taking::Recursive {
                    self.places.never_queues(lock);
                }
                let mode = if *mode == Taking::Exclusive { Mode::Exclusive } else { Mode::Shared };
                let into = self.register(*guard);
                let tried = (*attempt == Attempt::Tries).then_some(into);
                self.push(Op::Lock { lock, mode, tried }, here);
                match attempt {
                    Attempt::Waits => self.see_inside(*guard, into, here),
                    Attempt::Tries => {}
                    Attempt::Finds => self.find(lock, *guard, into, here),
                }
            }
            OpKind::Release { guard } => {
                if let Some(lock) = self.guarded(*guard) {
                    self.push(Op::Unlock { lock }, here);
                }
            }
            OpKind::Wait { cond, guard } => {
                let cond = self.lock(cond, false);
                if let Some(lock) = guard.and_then(|guard| self.guarded(guard)) {
                    self.push(Op::Wait { cond, lock }, here);
                }
            }
            OpKind::Notify { cond } => {
                let cond = self.lock(cond, false);
                self.push(Op::Notify { cond }, here);
            }
            _ => {}
        }
    }

    /// The element under a lock that was taken to look for it: where it is not there the lock is given back.
    fn find(&mut self, lock: u32, guard: Reg, into: RegIx, here: Here) {
        let (found, behind) = (self.code.label(), self.code.label());
        let looked = self.code.registers(1);
        self.push(Op::Let { into: looked, value: Val::Unknown }, here);
        self.see_inside(guard, looked, here);
        self.code.branch(Check::Not(Box::new(Check::Absent(Val::Reg(looked)))), found, here.site);
        self.push(Op::Unlock { lock }, here);
        self.push(Op::Let { into, value: Val::Bool(false) }, here);
        self.code.jump(behind, here.site);
        self.code.place(found);
        self.push(Op::Let { into, value: Val::Bool(true) }, here);
        self.code.place(behind);
    }

    /// A guard's value is what the lock guards, as it stood when the lock was taken.
    pub(super) fn see_inside(&mut self, guard: Reg, into: RegIx, here: Here) {
        let inside = self.frame().body.registers.get(guard.index()).and_then(|info| info.loc.clone());
        if let Some(place) = inside.and_then(|inside| self.place(&inside)) {
            self.push(Op::Read { place, into }, here);
        }
    }

    pub(super) fn read(&mut self, at: &Loc, of: Option<Reg>, into: Reg, here: Here) {
        let handle = self.program.is_handle(self.frame().id, at, into);
        let into = self.register(into);
        if handle {
            return self.opaque(at, of, into, here);
        }
        if let Some(value) = self.bound_once(at) {
            return self.push(Op::Let { into, value }, here);
        }
        match (self.place(at), self.local(at)) {
            (Some(place), _) => self.push(Op::Read { place, into }, here),
            (None, Some(local)) => self.push(Op::Let { into, value: Val::Reg(local) }, here),
            (None, None) if self.follow == Follow::Files => self.recall(at, into, here),
            (None, None) => self.opaque(at, of, into, here),
        }
    }

    /// The register of a variable that no other run sees.
    pub(super) fn local(&mut self, at: &Loc) -> Option<RegIx> {
        let Base::Local(function, local) = at.base else { return None };
        let frame = self.frames.iter().rposition(|frame| frame.id == function)?;
        if !at.path.is_empty() {
            return None;
        }
        if let Some((_, known)) = self.frames[frame].locals.iter().find(|(other, _)| *other == local) {
            return Some(*known);
        }
        let register = self.code.registers(1);
        self.frames[frame].locals.push((local, register));
        Some(register)
    }

    /// What an inner function sees of a variable that was bound once in a frame that is still there.
    pub(super) fn bound_once(&self, at: &Loc) -> Option<Val> {
        if !at.path.is_empty() {
            return None;
        }
        if let Base::Value(function, reg) = at.base {
            let outer = frame::of(&self.frames, function).filter(|frame| frame.id != self.frame().id)?;
            return Some(Val::Reg(outer.base + reg.0));
        }
        let Base::Local(function, local) = at.base else { return None };
        let outer = frame::of(&self.frames, function)?;
        match &self.program.function(function).locals.get(local.index())?.bind {
            crate::facts::Bind::Once(Value::Reg(reg)) => Some(Val::Reg(outer.base + reg.0)),
            _ => None,
        }
    }

    /// Something that no other run touches: the same whenever one asks. A part of something rests on the whole.
    pub(super) fn opaque(&mut self, at: &Loc, whole: Option<Reg>, into: RegIx, here: Here) {
        let loc = frame::outward(self.program, &self.frames, at);
        let whole = whole.map(|reg| Val::Reg(self.register(reg)));
        if self.places.is_vague(&loc) {
            let value = match whole {
                Some(whole) => Val::Term { of: vec![Val::Unknown, whole], varies: false },
                None => Val::Unknown,
            };
            return self.push(Op::Let { into, value }, here);
        }
        let shown = loc.show(self.program);
        // What a run was given is its own; what it was made for a component to do rests on what was kept then.
        let varies = match loc.base {
            Base::Param(..) => true,
            base => self.program.state(base).is_some(),
        };
        let mut of: Vec<Val> = std::iter::once(constant(shown.as_str())).chain(whole).collect();
        match loc.base {
            Base::Value(function, reg) => {
                of.extend(frame::of(&self.frames, function).map(|frame| Val::Reg(frame.base + reg.0)));
            }
            // In Rust what is handed in is a value; in TypeScript it may be an object that was made for this call.
            Base::Param(function, index) if self.program.is_rust(function.file) => {
                let given = frame::of(&self.frames, function).and_then(|frame| frame.given.get(usize::from(index)));
                of.extend(given.map(|given| given.value.clone()));
            }
            _ => {}
        }
        self.push(Op::Let { into, value: Val::Term { of, varies } }, here);
    }

    pub(super) fn write(&mut self, at: &Loc, put: Put, value: &Value, here: Here) {
        let value = self.stored_value(at, value, here);
        // What is put under a key replaces what stood there.
        let keyed = matches!(at.path.last(), Some(Seg::Key(_)));
        let how = match put {
            Put::Init | Put::Set => How::Set,
            Put::Insert if keyed => How::Set,
            Put::Insert => How::Insert,
            Put::Remove => How::Remove,
            Put::Clear => How::Clear,
        };
        let loc = frame::outward(self.program, &self.frames, at);
        let around = self.around(&loc, how);
        let (program, frames) = (self.program, &self.frames);
        let key_text = |seg: &_| frame::key_text(program, frames, seg);
        let inside = if matches!(how, How::Set | How::Clear) && self.follow != Follow::Files {
            self.places.inside(&loc, &key_text)
        } else {
            Vec::new()
        };
        let place = self.places.place(&loc, &key_text);
        match (place, self.local(at)) {
            (Some(place), _) => {
                self.push(Op::Write { place, how, value: value.clone(), accounts: Vec::new() }, here);
            }
            (None, Some(into)) => self.push(Op::Let { into, value }, here),
            (None, None) if self.follow == Follow::Files => self.remember(at, value, here),
            (None, None) => {}
        }
        if let Some(place) = around {
            let how = if how == How::Set { How::Insert } else { how };
            self.push(Op::Write { place, how, value: Val::Unknown, accounts: Vec::new() }, here);
        }
        for place in inside {
            let value = if how == How::Clear { Val::Absent } else { Val::Unknown };
            self.push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, here);
        }
    }

    /// The collection that an element is put into or taken from: it changes as well.
    fn around(&mut self, loc: &Loc, how: How) -> Option<u32> {
        let element = matches!(loc.tail().last(), Some(Seg::Key(_) | Seg::Any)) && loc.tail().len() > 1;
        if !element || self.follow == Follow::Files || !matches!(how, How::Insert | How::Remove | How::Set) {
            return None;
        }
        let mut collection = loc.clone();
        collection.path.pop();
        let (program, frames) = (self.program, &self.frames);
        self.places.place(&collection, &|seg| frame::key_text(program, frames, seg))
    }

    /// A value on its way into a place: what was made by a call is there, and in a place of resources it is live.
    pub(super) fn stored_value(&mut self, at: &Loc, value: &Value, here: Here) -> Val {
        let plain = self.value(value);
        if !self.is_made(value) {
            let known = self.is_there(at, value) && self.place(at).is_some();
            return if known { Val::Made(Box::new(plain)) } else { plain };
        }
        match self.place(at) {
            Some(place) if self.places.is_resource(place) => {
                let into = self.code.registers(1);
                self.push(Op::Open { into }, here);
                Val::Reg(into)
            }
            Some(_) => Val::Made(Box::new(plain)),
            None => plain,
        }
    }

    /// Does the language say that something stands there after this write: `Some(x)`, or an element of a collection?
    fn is_there(&self, at: &Loc, value: &Value) -> bool {
        if self.follow == Follow::Files || !self.program.is_rust(self.frame().id.file) {
            return false;
        }
        let element = matches!(at.path.last(), Some(Seg::Key(_)));
        element || matches!(value, Value::Case(name, held) if name.as_str() == "Some" && held.len() == 1)
    }

    /// Is this a new lock, channel, handle: like no other?
    pub(super) fn is_live(&self, made: Reg) -> bool {
        let frame = self.frame();
        let info = frame.body.registers.get(made.index());
        self.program.is_rust(frame.id.file)
            && info.is_some_and(|info| self.program.has_identity(&info.ty) == Some(true))
    }

    /// Did a call make this?
    pub(super) fn is_made(&self, value: &Value) -> bool {
        self.is_made_in(self.frame(), value, 8)
    }

    /// A variable may be computed from itself: not further than `depth`.
    fn is_made_in(&self, frame: &Frame<'_>, value: &Value, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match frame.body.maker_of(value) {
            Some(OpKind::Call { .. } | OpKind::Act { .. } | OpKind::Make { .. } | OpKind::Run { .. }) => true,
            Some(OpKind::Suspend { on, .. }) => self.is_made_in(frame, on, depth),
            // What a function around this one has made, and holds.
            Some(OpKind::Read { at, .. }) if matches!(at.base, Base::Value(..)) && at.path.is_empty() => {
                let Base::Value(function, reg) = at.base else { return false };
                frame::of(&self.frames, function).is_some_and(|of| self.is_made_in(of, &Value::Reg(reg), depth))
            }
            // A variable holds what was put into it.
            Some(OpKind::Read { at, .. }) if matches!(at.base, Base::Local(..)) && at.path.is_empty() => {
                frame.body.blocks.iter().flatten().any(|op| match &op.kind {
                    OpKind::Write { at: written, value, .. } => written == at && self.is_made_in(frame, value, depth),
                    _ => false,
                })
            }
            Some(OpKind::Let { value, .. } | OpKind::Expect { of: value, .. } | OpKind::Try { of: value, .. }) => {
                self.is_made_in(frame, value, depth)
            }
            _ => false,
        }
    }

    pub(super) fn close(&mut self, at: Option<&Loc>, of: &Value, optional: bool, here: Here) {
        let of = match (of, at.and_then(|at| self.place(at))) {
            (Value::Unknown, Some(place)) => Val::Reg(self.found_at(place, here)),
            (Value::Unknown, None) => return,
            (held, _) => self.value(held),
        };
        let behind = self.code.label();
        if optional {
            self.code.branch(Check::Absent(of.clone()), behind, here.site);
        }
        self.push(Op::Close { of, idempotent: true }, here);
        self.code.place(behind);
    }

    /// What stands in a place at this moment.
    fn found_at(&mut self, place: u32, here: Here) -> RegIx {
        let into = self.code.registers(1);
        self.push(Op::Read { place, into }, here);
        into
    }

    pub(super) fn place(&mut self, at: &Loc) -> Option<u32> {
        let loc = frame::outward(self.program, &self.frames, at);
        let (program, frames) = (self.program, &self.frames);
        self.places.place(&loc, &|seg| frame::key_text(program, frames, seg))
    }

    pub(super) fn lock(&mut self, at: &Loc, is_async: bool) -> u32 {
        let loc = frame::outward(self.program, &self.frames, at);
        let (program, frames) = (self.program, &self.frames);
        self.places.lock(&loc, is_async, &|seg| frame::key_text(program, frames, seg))
    }

    /// The lock behind a guard of the top frame.
    pub(super) fn guarded(&mut self, guard: Reg) -> Option<u32> {
        if let Some((param, _)) = self.frame().body.given.iter().find(|(_, reg)| *reg == guard) {
            return self.frame().given.get(usize::from(*param))?.guard;
        }
        let known = self.frame().body.guards.iter().find(|known| known.reg == guard)?;
        Some(self.lock(&known.lock, known.is_async))
    }
}

/// What is set once is there from then on.
fn present(value: Val) -> Val {
    match value {
        Val::Reg(_) | Val::Plus(..) | Val::Term { .. } | Val::Unknown => Val::Made(Box::new(value)),
        known => known,
    }
}
