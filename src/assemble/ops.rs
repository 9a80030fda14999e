//! One function's operations, written out as instructions.

use super::code::Label;
use super::frame::{self, Back, Frame, Given};
use super::values::{constant, parameter};
use super::{Child, FlowMaker, SiteInfo, TooLong};
use crate::explore::model::{Check, Effect, How, Mode, Op, RegIx, Site, Val};
use crate::facts::{Exit, Reg, Span, Suspension, Value};
use crate::link::bind::{Callable, Op as Bound, OpKind, Put};
use crate::link::ids::FunctionId;
use crate::link::loc::Loc;
use crate::link::summary::DEPTH;
use crate::models::{Mode as Taking, Outside, Running};

/// Where the step being written stands, and where its error goes.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) site: Site,
    pub(super) on_error: Option<Label>,
}

impl<'p> FlowMaker<'_, 'p> {
    pub(super) fn frame(&self) -> &Frame<'p> {
        &self.frames[self.frames.len() - 1]
    }

    /// The whole flow: the root function, then every child that was started.
    pub(super) fn root(&mut self, function: FunctionId) -> Result<(), TooLong> {
        let params = self.program.function(function).params.len();
        let given = (0..params)
            .map(|index| Given {
                value: parameter(function, index),
                loc: None,
                callable: Callable::No,
                text: format!("p{index}"),
            })
            .collect();
        let frame = self.enter(function, None, given, Back::End, None);
        self.frames.push(frame);
        self.body()?;
        self.frames.pop();
        while let Some(child) = self.later.pop() {
            self.code.place(child.entry);
            self.frames = child.frames;
            self.body()?;
            self.frames.clear();
        }
        Ok(())
    }

    fn enter(
        &mut self,
        id: FunctionId,
        this: Option<Loc>,
        given: Vec<Given>,
        back: Back,
        here: Option<Here>,
    ) -> Frame<'p> {
        let program = self.program;
        let body = program.body(id);
        let base = self.code.registers(body.registers.len() as RegIx);
        let blocks = (0..body.blocks.len()).map(|_| self.code.label()).collect();
        let called_at = here.map(|here| here.site);
        // A child's errors are its own: they settle its promise.
        let on_error = here.filter(|_| matches!(back, Back::To { .. })).and_then(|here| here.on_error);
        Frame { id, body, this, given, locals: Vec::new(), base, blocks, back, called_at, on_error }
    }

    /// The body of the top frame.
    fn body(&mut self) -> Result<(), TooLong> {
        let program = self.program;
        let (id, body) = (self.frame().id, self.frame().body);
        let function = program.function(id);
        for (at, block) in function.blocks.iter().enumerate() {
            let label = self.frame().blocks[at];
            self.code.place(label);
            let on_error = match block.on_error {
                Some(to) => Some(self.frame().blocks[to.index()]),
                None => self.frame().on_error,
            };
            let ops = &body.blocks[at];
            let mut next = 0;
            while let Some(op) = ops.get(next) {
                let here = Here { site: self.site(op.span), on_error };
                next += self.op(op, ops.get(next + 1), here)?;
                if self.code.is_too_long() {
                    return Err(TooLong);
                }
            }
            self.exit(&block.exit, on_error);
        }
        Ok(())
    }

    fn site(&mut self, span: Span) -> Site {
        let function = self.frame().id;
        let called_at = self.frame().called_at;
        self.sites.push(SiteInfo { function, span, called_at });
        Site(self.sites.len() as u32 - 1)
    }

    fn exit(&mut self, exit: &Exit, on_error: Option<Label>) {
        match exit {
            Exit::Goto(to) => {
                let site = self.site(Span::default());
                let label = self.frame().blocks[to.index()];
                self.code.jump(label, site);
            }
            Exit::Branch { test, then, otherwise, span } => {
                let site = self.site(*span);
                let check = self.check(test);
                let (then, otherwise) = (self.frame().blocks[then.index()], self.frame().blocks[otherwise.index()]);
                self.code.branch(check, then, site);
                self.code.jump(otherwise, site);
            }
            Exit::Return { value, span } => {
                let site = self.site(*span);
                self.give_back(value, Here { site, on_error });
            }
            Exit::Throw { span, .. } => {
                let site = self.site(*span);
                self.code.push(Op::Fail, site, on_error, false);
            }
            Exit::Never => {
                let site = self.site(Span::default());
                self.code.push(Op::Return { value: Val::Unknown }, site, None, false);
            }
        }
    }

    fn give_back(&mut self, value: &Value, here: Here) {
        let function = self.program.function(self.frame().id);
        let mut result = self.value(value);
        // An async function that returns a promise ends when that promise does, behind every `finally`.
        if function.is_async && self.is_promise(value) {
            let into = self.code.registers(1);
            self.push(Op::Join { on: result, into }, here);
            result = Val::Reg(into);
        }
        match self.frame().back {
            Back::End => self.push(Op::Return { value: result }, here),
            Back::To { into, label } => {
                self.push(Op::Let { into, value: result }, here);
                self.code.jump(label, here.site);
            }
        }
    }

    fn is_promise(&self, value: &Value) -> bool {
        match value {
            Value::Reg(reg) => self.frame().body.registers.get(reg.index()).is_some_and(|info| info.promise),
            _ => false,
        }
    }

    pub(super) fn push(&mut self, op: Op, here: Here) {
        self.code.push(op, here.site, here.on_error, false);
    }

    fn push_failing(&mut self, op: Op, here: Here) {
        self.code.push(op, here.site, here.on_error, true);
    }

    /// Writes one operation; answers how many were consumed (a call and the await behind it are one).
    fn op(&mut self, op: &Bound, next: Option<&Bound>, here: Here) -> Result<usize, TooLong> {
        match &op.kind {
            OpKind::Call { target, this, args, into } => {
                let callable = match this {
                    Some(this) => Callable::Method(*target, Box::new(this.clone())),
                    None => Callable::Function(*target),
                };
                return self.call(&callable, args, *into, next, here);
            }
            OpKind::Run { callee, how, on, at, args, into } => {
                return self.run(callee, *how, on, at.as_ref(), args, *into, next, here);
            }
            OpKind::Suspend { on, into, how } => self.suspend(on, *into, *how, here),
            OpKind::Let { into, value } => {
                let (into, value) = (self.register(*into), self.value(value));
                self.push(Op::Let { into, value }, here);
            }
            OpKind::Expect { of, into } | OpKind::Try { of, into } => self.expect(of, *into, &op.kind, here),
            OpKind::Make { unit, args, into } => self.make(unit.is_some(), args, *into, here),
            OpKind::Open { into } => {
                let into = self.register(*into);
                self.push(Op::Open { into }, here);
            }
            OpKind::Act { class, args, into, .. } => self.act(*class, args, *into, next, here),
            OpKind::Future { args, into } => self.term(args, *into, here),
            OpKind::JoinAll { of, into } => self.term(of, *into, here),
            OpKind::Settle { of } => {
                let promise = self.value(of);
                self.push(Op::Settle { promise, value: Val::Unknown }, here);
            }
            OpKind::Ends => self.push(Op::Return { value: Val::Unknown }, here),
            OpKind::Unknown { .. } => {
                let into = self.code.registers(1);
                self.push(Op::Act { class: Effect::Unknown, args: Vec::new(), into }, here);
            }
            stored => self.stored(stored, here),
        }
        Ok(1)
    }

    /// Operations on the store and on locks.
    fn stored(&mut self, kind: &OpKind, here: Here) {
        match kind {
            OpKind::Read { at, into, .. } => self.read(at, *into, here),
            OpKind::Write { at, put, value } => self.write(at, *put, value, here),
            OpKind::Update { at, value, into } => {
                let (value, into) = (self.value(value), self.register(*into));
                match self.place(at) {
                    Some(place) => self.push(Op::Update { place, value, into: Some(into) }, here),
                    None => self.opaque(at, into, here),
                }
            }
            OpKind::Exchange { at, expected, value, into } => {
                let (expected, value, into) = (self.value(expected), self.value(value), self.register(*into));
                match self.place(at) {
                    Some(place) => self.push(Op::Exchange { place, expected, value, into }, here),
                    None => self.opaque(at, into, here),
                }
            }
            OpKind::SetOnce { at, value, into } => {
                let (value, into) = (self.value(value), self.register(*into));
                match self.place(at) {
                    Some(place) => self.push(Op::Create { place, value, into, or_fail: false }, here),
                    None => self.opaque(at, into, here),
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
                    None => self.opaque(at, into, here),
                }
            }
            OpKind::Use { at } => {
                if let Some(place) = self.place(at) {
                    let into = self.code.registers(1);
                    self.push(Op::Read { place, into }, here);
                    self.push(Op::Use { of: Val::Reg(into) }, here);
                }
            }
            OpKind::Close { at, of } => self.close(at.as_ref(), of, here),
            OpKind::Acquire { lock, mode, is_async, tried, guard } => {
                let lock = self.lock(lock, *is_async);
                let mode = match mode {
                    Taking::Exclusive => Mode::Exclusive,
                    Taking::Shared | Taking::Upgradable | Taking::Recursive => Mode::Shared,
                };
                let into = self.register(*guard);
                self.push(Op::Lock { lock, mode, tried: tried.then_some(into) }, here);
                if !*tried {
                    self.see_inside(*guard, into, here);
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

    /// A guard's value is what the lock guards, as it stood when the lock was taken.
    fn see_inside(&mut self, guard: Reg, into: RegIx, here: Here) {
        let inside = self.frame().body.registers.get(guard.index()).and_then(|info| info.loc.clone());
        if let Some(place) = inside.and_then(|inside| self.place(&inside)) {
            self.push(Op::Read { place, into }, here);
        }
    }

    fn read(&mut self, at: &Loc, into: Reg, here: Here) {
        let into = self.register(into);
        if let Some(value) = self.bound_once(at) {
            return self.push(Op::Let { into, value }, here);
        }
        match (self.place(at), self.local(at)) {
            (Some(place), _) => self.push(Op::Read { place, into }, here),
            (None, Some(local)) => self.push(Op::Let { into, value: Val::Reg(local) }, here),
            (None, None) => self.opaque(at, into, here),
        }
    }

    /// The register of a variable that no other run sees.
    fn local(&mut self, at: &Loc) -> Option<RegIx> {
        let crate::link::loc::Base::Local(function, local) = at.base else { return None };
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
    fn bound_once(&self, at: &Loc) -> Option<Val> {
        let crate::link::loc::Base::Local(function, local) = at.base else { return None };
        if !at.path.is_empty() {
            return None;
        }
        let outer = frame::of(&self.frames, function)?;
        match &self.program.function(function).locals.get(local.index())?.bind {
            crate::facts::Bind::Once(Value::Reg(reg)) => Some(Val::Reg(outer.base + reg.0)),
            _ => None,
        }
    }

    /// Something that no other run touches: the same whenever one asks.
    fn opaque(&mut self, at: &Loc, into: RegIx, here: Here) {
        let shown = frame::outward(self.program, &self.frames, at).show(self.program);
        self.push(Op::Let { into, value: Val::Term { of: vec![constant(shown.as_str())], varies: false } }, here);
    }

    fn write(&mut self, at: &Loc, put: Put, value: &Value, here: Here) {
        let value = self.stored_value(at, value, here);
        let how = match put {
            Put::Init | Put::Set => How::Set,
            Put::Insert => How::Insert,
            Put::Remove => How::Remove,
            Put::Clear => How::Clear,
        };
        let loc = frame::outward(self.program, &self.frames, at);
        let (program, frames) = (self.program, &self.frames);
        let key_text = |seg: &_| frame::key_text(program, frames, seg);
        let inside =
            if matches!(how, How::Set | How::Clear) { self.places.inside(&loc, &key_text) } else { Vec::new() };
        let place = self.places.place(&loc, &key_text);
        match (place, self.local(at)) {
            (Some(place), _) => {
                self.push(Op::Write { place, how, value: value.clone(), accounts: Vec::new() }, here);
            }
            (None, Some(into)) => self.push(Op::Let { into, value }, here),
            (None, None) => {}
        }
        for place in inside {
            let value = if how == How::Clear { Val::Absent } else { Val::Unknown };
            self.push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, here);
        }
    }

    /// A value on its way into a place: what was made by a call is there, and in a place of resources it is live.
    fn stored_value(&mut self, at: &Loc, value: &Value, here: Here) -> Val {
        let plain = self.value(value);
        if !self.is_made(value) {
            return plain;
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

    /// Did a call make this?
    fn is_made(&self, value: &Value) -> bool {
        match self.made_by(value) {
            Some(OpKind::Call { .. } | OpKind::Act { .. } | OpKind::Make { .. } | OpKind::Run { .. }) => true,
            Some(OpKind::Suspend { on, .. }) => self.is_made(on),
            Some(OpKind::Let { value, .. } | OpKind::Expect { of: value, .. } | OpKind::Try { of: value, .. }) => {
                self.is_made(value)
            }
            _ => false,
        }
    }

    fn close(&mut self, at: Option<&Loc>, of: &Value, here: Here) {
        let of = match at.and_then(|at| self.place(at)) {
            Some(place) => {
                let into = self.code.registers(1);
                self.push(Op::Read { place, into }, here);
                Val::Reg(into)
            }
            None if matches!(of, Value::Unknown) => return,
            None => self.value(of),
        };
        self.push(Op::Close { of, idempotent: true }, here);
    }

    fn place(&mut self, at: &Loc) -> Option<u32> {
        let loc = frame::outward(self.program, &self.frames, at);
        let (program, frames) = (self.program, &self.frames);
        self.places.place(&loc, &|seg| frame::key_text(program, frames, seg))
    }

    fn lock(&mut self, at: &Loc, is_async: bool) -> u32 {
        let loc = frame::outward(self.program, &self.frames, at);
        let (program, frames) = (self.program, &self.frames);
        self.places.lock(&loc, is_async, &|seg| frame::key_text(program, frames, seg))
    }

    /// The lock behind a guard of the top frame.
    fn guarded(&mut self, guard: Reg) -> Option<u32> {
        let known = self.frame().body.guards.iter().find(|known| known.reg == guard)?;
        Some(self.lock(&known.lock, known.is_async))
    }

    fn make(&mut self, own_class: bool, args: &[Value], into: Reg, here: Here) {
        let _ = args;
        let into = self.register(into);
        self.push(Op::Let { into, value: Val::Fresh { identity: own_class } }, here);
    }

    fn term(&mut self, args: &[Value], into: Reg, here: Here) {
        let of = args.iter().map(|value| self.value(value)).collect();
        let into = self.register(into);
        self.push(Op::Let { into, value: Val::Term { of, varies: false } }, here);
    }

    fn act(&mut self, class: Outside, args: &[Value], into: Reg, next: Option<&Bound>, here: Here) {
        let class = match class {
            Outside::Repeatable => Effect::Repeatable,
            Outside::Adding => Effect::Adding,
            Outside::Unknown => Effect::Unknown,
        };
        let args = args.iter().map(|value| self.value(value)).collect();
        let register = self.register(into);
        // A synchronous call of something unknown raises no error that one could reckon with.
        if awaits(next, into) {
            self.push_failing(Op::Act { class, args, into: register }, here);
        } else {
            self.push(Op::Act { class, args, into: register }, here);
        }
    }

    fn suspend(&mut self, on: &Value, into: Reg, how: Suspension, here: Here) {
        let waited = self.value(on);
        let into_register = self.register(into);
        if matches!(self.made_by(on), Some(OpKind::Acquire { .. })) {
            return self.push(Op::Let { into: into_register, value: waited }, here);
        }
        if let Some(OpKind::JoinAll { of, .. }) = self.made_by(on) {
            let of = of.clone();
            return self.join_all(&of, into, here);
        }
        let outside = matches!(self.made_by(on), Some(OpKind::Act { .. } | OpKind::Future { .. }) | None);
        if outside || how != Suspension::Await {
            self.push_failing(Op::Pause { args: vec![waited], into: into_register }, here);
        } else {
            self.push_failing(Op::Join { on: waited, into: into_register }, here);
        }
    }

    fn join_all(&mut self, of: &[Value], into: Reg, here: Here) {
        let parts: Vec<Value> = match of {
            [Value::List(parts)] => parts.clone(),
            other => other.to_vec(),
        };
        let mut joined = Vec::with_capacity(parts.len());
        for part in &parts {
            let on = self.value(part);
            let one = self.code.registers(1);
            self.push_failing(Op::Join { on, into: one }, here);
            joined.push(Val::Reg(one));
        }
        let into = self.register(into);
        self.push(Op::Let { into, value: Val::Term { of: joined, varies: false } }, here);
    }

    fn expect(&mut self, of: &Value, into: Reg, kind: &OpKind, here: Here) {
        let (value, into) = (self.value(of), self.register(into));
        if self.tells(of) && !matches!(self.made_by(of), Some(OpKind::Acquire { .. })) {
            let go_on = self.code.label();
            self.code.branch(Check::Truthy(value.clone()), go_on, here.site);
            self.push(Op::Fail, here);
            self.code.place(go_on);
        }
        // `?` may leave here for reasons of its own; `unwrap` is a promise that it does not.
        let fails = matches!(kind, OpKind::Try { .. });
        self.code.push(Op::Let { into, value }, here.site, here.on_error, fails);
    }

    /// A function value called as a model says.
    #[expect(clippy::too_many_arguments, reason = "the parts of one operation")]
    fn run(
        &mut self,
        callee: &Callable,
        how: Running,
        on: &Value,
        at: Option<&Loc>,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) -> Result<usize, TooLong> {
        match how {
            Running::Now | Running::Each => self.call(callee, args, into, next, here),
            Running::Locked => {
                let lock = at.map(|at| self.lock(at, true));
                if let Some(lock) = lock {
                    self.push(Op::Lock { lock, mode: Mode::Exclusive, tried: None }, here);
                }
                let taken = self.call(callee, args, into, next, here)?;
                if let Some(lock) = lock {
                    self.push(Op::Unlock { lock }, here);
                }
                Ok(taken)
            }
            Running::Spawned => {
                self.start(callee, args, None, into, here);
                Ok(1)
            }
            Running::Chained | Running::Failed | Running::Settled => {
                let after = self.value(on);
                self.start(callee, args, Some((after, how)), into, here);
                Ok(1)
            }
            // Not part of this run.
            Running::Later | Running::Often => Ok(1),
        }
    }

    fn call(
        &mut self,
        callee: &Callable,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) -> Result<usize, TooLong> {
        let known = frame::callable(&self.frames, callee);
        let Some(target) = known.target().filter(|target| self.follows(*target)) else {
            self.not_followed(&known, args, into, next, here);
            return Ok(1);
        };
        let function = self.program.function(target);
        let waited = awaits(next, into);
        if function.is_async && !waited {
            self.start(callee, args, None, into, here);
            return Ok(1);
        }
        let result = self.register(into);
        let label = self.code.label();
        let (this, given) = (self.receiver(&known), self.give(args));
        let frame = self.enter(target, this, given, Back::To { into: result, label }, Some(here));
        self.frames.push(frame);
        self.body()?;
        self.frames.pop();
        self.code.place(label);
        match next {
            Some(Bound { kind: OpKind::Suspend { into: awaited, .. }, .. }) if function.is_async && waited => {
                // Also an answer that is there already comes a turn later; a blocking language goes straight on.
                let awaited = self.register(*awaited);
                if self.program.is_rust(target.file) {
                    self.push(Op::Let { into: awaited, value: Val::Reg(result) }, here);
                } else {
                    self.push(Op::Join { on: Val::Reg(result), into: awaited }, here);
                }
                Ok(2)
            }
            _ => Ok(1),
        }
    }

    /// A call that is not followed: its effect is unknown, unless it is known to have none.
    fn not_followed(&mut self, known: &Callable, args: &[Value], into: Reg, next: Option<&Bound>, here: Here) {
        let silent = known.target().is_some_and(|target| {
            let summary = self.program.summary(target);
            summary.writes.is_empty() && !summary.acts && !summary.pauses
        });
        if silent {
            self.term(args, into, here);
        } else {
            self.act(Outside::Unknown, args, into, next, here);
        }
    }

    /// Is this call written out? Not when it is too deep, and not into itself.
    fn follows(&self, target: FunctionId) -> bool {
        let function = self.program.function(target);
        self.frames.len() <= DEPTH && !function.is_generator && self.frames.iter().all(|frame| frame.id != target)
    }

    /// Starts a child: it runs up to its first pause at once, or when `after` has settled.
    fn start(&mut self, callee: &Callable, args: &[Value], after: Option<(Val, Running)>, into: Reg, here: Here) {
        let register = self.register(into);
        let known = frame::callable(&self.frames, callee);
        let Some(target) = known.target().filter(|target| self.follows(*target)) else {
            return self.not_followed(&known, args, into, None, here);
        };
        let (this, given) = (self.receiver(&known), self.give(args));
        let entry = self.code.label();
        let frame = self.enter(target, this, given, Back::End, Some(here));
        let mut frames = self.frames.clone();
        frames.push(frame);
        self.later.push(Child { entry, frames });
        let (after, how) = after.unzip();
        let (begin, fail) = match how {
            Some(Running::Settled) => (entry, Some(entry)),
            // Where all went well there is nothing to do: the answer goes through.
            Some(Running::Failed) => (self.passage(), Some(entry)),
            _ => (entry, None),
        };
        self.code.start(begin, fail, after, register, here.site);
    }

    /// A child that ends at once.
    fn passage(&mut self) -> Label {
        let (here, behind) = (self.code.label(), self.code.label());
        let site = self.site(Span::default());
        self.code.jump(behind, site);
        self.code.place(here);
        self.code.push(Op::Return { value: Val::Unknown }, site, None, false);
        self.code.place(behind);
        here
    }

    fn receiver(&self, callee: &Callable) -> Option<Loc> {
        match callee {
            Callable::Method(_, this) => Some(frame::outward(self.program, &self.frames, this)),
            _ => None,
        }
    }

    fn give(&self, args: &[Value]) -> Vec<Given> {
        args.iter()
            .map(|arg| {
                let info = match arg {
                    Value::Reg(reg) => self.frame().body.registers.get(reg.index()).cloned().unwrap_or_default(),
                    _ => crate::link::bind::Info::default(),
                };
                let callable = match arg {
                    Value::Function(ix) => Callable::Function(FunctionId { file: self.frame().id.file, ix: *ix }),
                    Value::Param(index) => frame::callable(&self.frames, &Callable::Param(*index)),
                    _ => info.callable.clone(),
                };
                let loc = match arg {
                    Value::This => Some(frame::outward(self.program, &self.frames, &self.own_this())),
                    Value::Param(index) => {
                        self.frame().given.get(usize::from(*index)).and_then(|given| given.loc.clone())
                    }
                    _ => info.loc.as_ref().map(|loc| frame::outward(self.program, &self.frames, loc)),
                };
                let text = frame::value_text(self.program, &self.frames, self.frame().id, arg);
                Given { value: self.value(arg), loc, callable, text }
            })
            .collect()
    }

    fn own_this(&self) -> Loc {
        let id = self.frame().id;
        let unit = crate::link::ids::UnitId { file: id.file, ix: self.program.function(id).unit };
        Loc::new(crate::link::loc::Base::This(self.program.real_unit(unit)))
    }
}

/// Is the next operation the await of this call's result?
fn awaits(next: Option<&Bound>, into: Reg) -> bool {
    matches!(next, Some(Bound { kind: OpKind::Suspend { on: Value::Reg(on), .. }, .. }) if *on == into)
}
