//! Files: steps on what stands outside the program. Whatever process runs this, every such step is a meeting point; what
//! happens in memory between them is the run's own.

use super::frame;
use super::ops::{Here, awaits};
use super::values::constant;
use super::{FlowMaker, Follow};
use crate::explore::model::{How, LockId, Mode, Op, PlaceId, RegIx, Val};
use crate::facts::{Reg, Value};
use crate::link::bind::{FileStep, Names, Op as Bound, OpKind};
use crate::link::loc::{Base, Loc};
use crate::models::FileWhat;
use crate::names::Name;

impl FlowMaker<'_, '_> {
    /// A call of something outside: a step on a file, or a value that rests on what it was given. Answers how many
    /// operations were consumed.
    #[expect(clippy::too_many_arguments, reason = "the parts of one operation")]
    pub(super) fn file_act(
        &mut self,
        step: Option<&FileStep>,
        name: Name,
        on: Option<Reg>,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) -> usize {
        self.computed(on, args, into, here);
        self.put_in(on, name, args, here);
        if let Some(step) = step {
            self.file_step(step, into, here);
        }
        match next {
            Some(Bound { kind: OpKind::Suspend { into: awaited, .. }, .. }) if awaits(next, into) => {
                let (awaited, value) = (self.register(*awaited), Val::Reg(self.register(into)));
                self.push(Op::Let { into: awaited, value }, here);
                2
            }
            _ => 1,
        }
    }

    /// A value that rests on these. What is different in every run is a new thing.
    pub(super) fn computed(&mut self, on: Option<Reg>, args: &[Value], into: Reg, here: Here) {
        let unique = self.frame().body.registers.get(into.index()).and_then(|info| info.path.as_ref());
        // A time is another one each time, and compared with others; nobody is known by it.
        let is_own = |path: &Loc| path.is_private() && path.base != Base::External(Name::new("now"));
        let value = if unique.is_some_and(is_own) {
            Val::Fresh { identity: true }
        } else {
            let of = args.iter().map(|value| self.value(value)).chain(on.map(|on| Val::Reg(self.register(on))));
            Val::Term { of: of.collect(), varies: false }
        };
        let into = self.register(into);
        self.push(Op::Let { into, value }, here);
    }

    fn file_step(&mut self, step: &FileStep, into: Reg, here: Here) {
        let into = self.register(into);
        if matches!(step.what, FileWhat::Lock | FileWhat::TryLock | FileWhat::Unlock) {
            return self.file_lock(step, into, here);
        }
        let place = self.place(&step.at);
        let to = step.to.as_ref().and_then(|to| self.place(to));
        if let FileWhat::Rename | FileWhat::Copy = step.what {
            return self.moved(step, place, to, here);
        }
        if step.what == FileWhat::Write && frame::outward(self.program, &self.frames, &step.at).is_private() {
            let value = self.value(&step.value);
            return self.remember(&step.at, there(value), here);
        }
        let Some(place) = place else { return };
        let rust = self.program.is_rust(self.frame().id.file);
        match step.what {
            FileWhat::Test => self.push(Op::Read { place, into }, here),
            FileWhat::Look | FileWhat::Read => {
                self.push(Op::Read { place, into }, here);
                // Where nothing stands the call throws; in Rust its result says so.
                if !rust {
                    self.push(Op::Use { of: Val::Reg(into) }, here);
                }
                if let Value::Reg(filled) = step.value {
                    let filled = self.register(filled);
                    self.push(Op::Let { into: filled, value: Val::Reg(into) }, here);
                }
            }
            FileWhat::Write => {
                let value = there(self.value(&step.value));
                self.push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, here);
            }
            FileWhat::Create => {
                let value = Val::Fresh { identity: true };
                self.push(Op::Create { place, value, into, or_fail: !rust }, here);
            }
            // Who comes second changes nothing, and does not learn of it.
            FileWhat::Ensure => {
                let value = Val::Bool(true);
                self.push(Op::Write { place, how: How::Insert, value, accounts: Vec::new() }, here);
            }
            FileWhat::Append => self.push(Op::Update { place, value: Val::Unknown, into: None }, here),
            FileWhat::Remove => {
                self.push(Op::Write { place, how: How::Remove, value: Val::Absent, accounts: Vec::new() }, here);
            }
            _ => {}
        }
    }

    fn moved(&mut self, step: &FileStep, from: Option<PlaceId>, to: Option<PlaceId>, here: Here) {
        let gone = step.what == FileWhat::Rename;
        // What a file of one's own holds is what was last put there.
        let key = frame::outward(self.program, &self.frames, &step.at).key();
        let own = self.shadows.iter().find(|(known, _)| *known == key).map(|(_, reg)| *reg);
        let content = self.code.registers(1);
        let whole = gone && to.is_some();
        if whole {
            self.push(Op::AtomicBegin, here);
        }
        match (own, from) {
            (Some(own), _) => self.push(Op::Let { into: content, value: Val::Reg(own) }, here),
            (None, Some(place)) => self.push(Op::Read { place, into: content }, here),
            (None, None) => self.push(Op::Let { into: content, value: there(Val::Unknown) }, here),
        }
        if let Some(place) = to {
            let value = Val::Reg(content);
            self.push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, here);
        }
        if let (Some(place), true) = (from, gone) {
            self.push(Op::Write { place, how: How::Remove, value: Val::Absent, accounts: Vec::new() }, here);
        }
        if whole {
            self.push(Op::AtomicEnd, here);
        }
    }

    fn file_lock(&mut self, step: &FileStep, into: RegIx, here: Here) {
        let lock: LockId = self.lock(&step.at, false);
        match step.what {
            FileWhat::Unlock => self.push(Op::Unlock { lock }, here),
            FileWhat::TryLock => self.push(Op::Lock { lock, mode: Mode::Exclusive, tried: Some(into) }, here),
            _ => {
                self.push(Op::Lock { lock, mode: Mode::Exclusive, tried: None }, here);
                self.push(Op::Let { into, value: constant("locked") }, here);
            }
        }
    }

    /// Is this the answer to a look at a file?
    pub(super) fn is_looked_up(&self, value: &Value) -> bool {
        match self.made_by(value) {
            Some(OpKind::Act { file: Some(file), .. }) => matches!(file.what, FileWhat::Look | FileWhat::Read),
            _ => false,
        }
    }

    /// The file that an argument names, as the flow's root would say it.
    pub(super) fn given_path(&self, arg: &Value) -> Option<Loc> {
        let frame = self.frame();
        if let Value::Param(index) = arg {
            let given = frame.given.get(usize::from(*index))?;
            let own = || Loc::new(Base::Param(frame.id, *index));
            return Some(given.path.clone().or_else(|| given.loc.clone()).unwrap_or_else(own));
        }
        let path = Names { id: frame.id, registers: &frame.body.registers }.path_of(arg)?;
        Some(frame::outward(self.program, &self.frames, &path))
    }

    /// The receiver, where some run of the flow has just made it.
    pub(super) fn receiver_held(&self) -> Option<Val> {
        let this = self.frame().this.as_ref().filter(|_| self.follow == Follow::Files)?;
        self.held(this)
    }

    /// The register of a frame that holds the object which a location is a part of.
    fn held(&self, at: &Loc) -> Option<Val> {
        let Base::Value(function, reg) = at.base else { return None };
        frame::of(&self.frames, function).map(|frame| Val::Reg(frame.base + reg.0))
    }

    /// What this run last put in memory here.
    pub(super) fn recall(&mut self, at: &Loc, into: RegIx, here: Here) {
        let loc = frame::outward(self.program, &self.frames, at);
        let key = loc.key();
        if let Some(whole) = self.held(&loc).filter(|_| !loc.path.is_empty()) {
            return self.push(Op::Let { into, value: Val::Term { of: vec![whole], varies: false } }, here);
        }
        match self.shadows.iter().find(|(known, _)| *known == key).map(|(_, reg)| *reg) {
            Some(known) => self.push(Op::Let { into, value: Val::Reg(known) }, here),
            None => self.opaque(at, None, into, here),
        }
    }

    /// Something is put in memory: into a variable of its own, or into an object that a register holds.
    pub(super) fn remember(&mut self, at: &Loc, value: Val, here: Here) {
        let held = match at.base {
            _ if at.is_file() => None,
            Base::Value(function, reg) if function == self.frame().id => Some(self.register(reg)),
            Base::Local(..) => {
                let whole = Loc::new(at.base);
                self.local(&whole)
            }
            _ => None,
        };
        if let Some(into) = held {
            let value = Val::Term { of: vec![Val::Reg(into), value], varies: false };
            return self.push(Op::Let { into, value }, here);
        }
        let key = frame::outward(self.program, &self.frames, at).key();
        let known = self.shadows.iter().find(|(known, _)| *known == key).map(|(_, reg)| *reg);
        let into = known.unwrap_or_else(|| {
            let into = self.code.registers(1);
            self.shadows.push((key, into));
            into
        });
        self.push(Op::Let { into, value }, here);
    }
}

/// What is written to a file is there, whatever it is.
fn there(value: Val) -> Val {
    match value {
        Val::Const(0) => constant("(empty)"),
        Val::Const(_) => value,
        other => Val::Made(Box::new(other)),
    }
}
