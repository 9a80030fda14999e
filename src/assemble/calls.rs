//! Calls: what is followed is written out in place, or as a child where the run does not wait for it.

use super::code::Label;
use super::frame::{self, Back, Given};
use super::ops::{Here, awaits};
use super::{Child, FlowMaker, Follow, TooLong};
use crate::explore::model::{LockId, Mode, Op, RegIx, Val};
use crate::facts::{Reg, Span, Value};
use crate::link::bind::{Callable, Op as Bound, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc};
use crate::link::summary::{Acts, DEPTH};
use crate::models::{Outside, Running};

/// What a child waits for before it begins.
pub(super) struct After {
    on: Val,
    how: Running,
    /// How it comes by its answer, where it goes on with that, and the register that holds it then.
    answer: Option<(Op, RegIx)>,
}

impl FlowMaker<'_, '_> {
    /// A function value called as a model says.
    #[expect(clippy::too_many_arguments, reason = "the parts of one operation")]
    pub(super) fn run(
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
            Running::Queued if self.follow == Follow::Locks => self.call(callee, args, into, next, here),
            Running::Locked | Running::Queued => self.run_locked(callee, at, args, into, next, here),
            Running::Spawned => {
                self.start(callee, args, None, into, here);
                Ok(1)
            }
            Running::Chained | Running::Failed | Running::Settled => {
                let after = After { on: self.value(on), how, answer: self.answered(on, how) };
                self.start(callee, args, Some(after), into, here);
                Ok(1)
            }
            Running::Later if self.follow == Follow::Places => {
                self.delayed(callee, args, into, here);
                Ok(1)
            }
            // Not part of this run.
            Running::Later | Running::Shown | Running::Often | Running::ByHand | Running::Undoing | Running::Timed => {
                Ok(1)
            }
        }
    }

    /// Inside a lock. A promise of it that the function returns is as good as awaited.
    fn run_locked(
        &mut self,
        callee: &Callable,
        at: Option<&Loc>,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) -> Result<usize, TooLong> {
        let waited = awaits(next, into) || self.is_answer(into);
        let lock = at.map(|at| self.lock(at, true));
        if let Some(lock) = lock {
            self.push(Op::Lock { lock, mode: Mode::Exclusive, tried: None }, here);
        }
        let taken = self.call_awaited(callee, args, into, next, waited, here)?;
        if let Some(lock) = lock {
            self.push(Op::Unlock { lock }, here);
        }
        Ok(taken)
    }

    pub(super) fn call(
        &mut self,
        callee: &Callable,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) -> Result<usize, TooLong> {
        let waited = awaits(next, into);
        self.call_awaited(callee, args, into, next, waited, here)
    }

    /// A call, and whether the run goes on only when it has ended.
    fn call_awaited(
        &mut self,
        callee: &Callable,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        waited: bool,
        here: Here,
    ) -> Result<usize, TooLong> {
        let known = frame::callable(&self.frames, callee);
        let Some(target) = known.target().filter(|target| self.follows(*target)) else {
            self.not_followed(&known, args, into, next, here);
            return Ok(1);
        };
        let function = self.program.function(target);
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
    pub(super) fn not_followed(
        &mut self,
        known: &Callable,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) {
        if self.follow == Follow::Files {
            let on = match known {
                Callable::Method(_, this) => match this.base {
                    Base::Value(function, reg) if function == self.frame().id => Some(reg),
                    _ => None,
                },
                _ => None,
            };
            return self.computed(on, args, into, here);
        }
        let Some(target) = known.target() else { return self.act(Outside::Unknown, None, args, into, next, here) };
        let summary = self.program.summary(target);
        let class = match summary.acts {
            Acts::Nothing | Acts::Repeatable => Outside::Repeatable,
            Acts::Unknown => Outside::Unknown,
            Acts::Adding => Outside::Adding,
        };
        let waited = awaits(next, into);
        if summary.acts == Acts::Nothing && !summary.pauses {
            self.term(args, into, here);
        } else if self.program.function(target).is_async && !waited {
            self.unknown_child(class, args, into, here);
        } else {
            self.act(class, None, args, into, next, here);
        }
    }

    /// Work of which only the class is known, that the run does not wait for: it ends at some later time.
    pub(super) fn unknown_child(&mut self, class: Outside, args: &[Value], into: Reg, here: Here) {
        let (entry, behind) = (self.code.label(), self.code.label());
        let register = self.register(into);
        self.code.start(entry, None, None, register, here.site);
        self.code.jump(behind, here.site);
        self.code.place(entry);
        let inner = Here { on_error: None, ..here };
        self.effect(class, args, register, true, inner);
        let answer = self.code.registers(1);
        self.push(Op::Pause { args: vec![Val::Reg(register)], into: answer }, inner);
        // What it waits for it goes on with: the work has not ended with its first step.
        let rest = self.code.registers(1);
        self.effect(class, &[], rest, true, inner);
        self.push(Op::Return { value: Val::Reg(answer) }, inner);
        self.code.place(behind);
    }

    /// Is this call written out? Not when it is too deep, and not into itself.
    pub(super) fn follows(&self, target: FunctionId) -> bool {
        let function = self.program.function(target);
        let summary = self.program.summary(target);
        let matters = match self.follow {
            // Who only hands a guard out takes a lock for its caller.
            Follow::Places => {
                self.kept.iter().any(|key| summary.touches(*key)) || self.program.body(target).returned.guard.is_some()
            }
            Follow::Locks => !summary.acquires.is_empty(),
            Follow::Files => summary.files || !summary.acquires.is_empty(),
        };
        matters
            && self.frames.len() <= DEPTH
            && !function.is_generator
            && self.frames.iter().all(|frame| frame.id != target)
    }

    /// Starts a child: it runs up to its first pause at once, or when `after` has settled.
    pub(super) fn start(&mut self, callee: &Callable, args: &[Value], after: Option<After>, into: Reg, here: Here) {
        let register = self.register(into);
        let known = frame::callable(&self.frames, callee);
        let Some(target) = known.target().filter(|target| self.follows(*target)) else {
            return match after {
                Some(after) if self.follow != Follow::Files => {
                    let entry = self.aside(&known, after.how, here);
                    self.chain(entry, after, register, here);
                }
                _ => self.not_followed(&known, args, into, None, here),
            };
        };
        let answer = after.as_ref().and_then(|after| after.answer.clone());
        let given = match &answer {
            Some((_, into)) => vec![Given::plain(Val::Reg(*into), format!("answer {into}"))],
            None => self.give(args),
        };
        let entry = self.child(target, &known, given, answer.map(|(op, _)| op), here);
        match after {
            Some(after) => self.chain(entry, after, register, here),
            None => self.code.start(entry, None, None, register, here.site),
        }
    }

    /// Starts a child that begins with a pause. Nobody gets its promise: what the call answers is a handle.
    fn delayed(&mut self, callee: &Callable, args: &[Value], into: Reg, here: Here) {
        let handle = self.register(into);
        self.push(Op::Let { into: handle, value: Val::Fresh { identity: false } }, here);
        let known = frame::callable(&self.frames, callee);
        // What is done in one stretch is done or not: whoever has the handle may see to it that it is not.
        let goes_on = |target: &FunctionId| self.program.summary(*target).pauses && self.follows(*target);
        let Some(target) = known.target().filter(goes_on) else { return };
        let given = self.give(args);
        let (promise, waited) = (self.code.registers(1), self.code.registers(1));
        let first = Op::Pause { args: Vec::new(), into: waited };
        let entry = self.child(target, &known, given, Some(first), here);
        self.code.start(entry, None, None, promise, here.site);
    }

    /// A child that is written out behind the code, and where it begins.
    fn child(
        &mut self,
        target: FunctionId,
        callee: &Callable,
        given: Vec<Given>,
        first: Option<Op>,
        here: Here,
    ) -> Label {
        let (this, entry) = (self.receiver(callee), self.code.label());
        let frame = self.enter(target, this, given, Back::End, Some(here));
        let mut frames = self.frames.clone();
        frames.push(frame);
        self.later.push(Child { entry, frames, first: first.map(|op| (op, here.site)) });
        entry
    }

    /// The step by which a handler gets what it goes on with: the answer of work that is written out, or one from outside.
    fn answered(&mut self, on: &Value, how: Running) -> Option<(Op, RegIx)> {
        if how != Running::Chained || self.follow != Follow::Places {
            return None;
        }
        let (value, into) = (self.value(on), self.code.registers(1));
        let op = if self.is_outside(on) { Op::Pause { args: vec![value], into } } else { Op::Join { on: value, into } };
        Some((op, into))
    }

    /// A child that begins when something else has settled as it should.
    fn chain(&mut self, entry: Label, after: After, register: RegIx, here: Here) {
        let (begin, fail) = match after.how {
            Running::Settled => (entry, Some(entry)),
            // Where all went well there is nothing to do: the answer goes through.
            Running::Failed => (self.passage(), Some(entry)),
            _ => (entry, None),
        };
        self.code.start(begin, fail, Some(after.on), register, here.site);
    }

    /// A child of which only its effect is known.
    fn aside(&mut self, known: &Callable, how: Running, here: Here) -> Label {
        let class = match known.target().map(|target| self.program.summary(target).acts) {
            Some(Acts::Nothing) => return self.passage(),
            Some(Acts::Repeatable) => Outside::Repeatable,
            Some(Acts::Adding) => Outside::Adding,
            Some(Acts::Unknown) | None => Outside::Unknown,
        };
        let (entry, behind) = (self.code.label(), self.code.label());
        let inner = Here { on_error: None, ..here };
        let answer = self.code.registers(1);
        self.code.jump(behind, here.site);
        self.code.place(entry);
        self.effect(class, &[], answer, matches!(how, Running::Chained), inner);
        self.push(Op::Return { value: Val::Reg(answer) }, inner);
        self.code.place(behind);
        entry
    }

    /// A child that ends at once.
    pub(super) fn passage(&mut self) -> Label {
        let (here, behind) = (self.code.label(), self.code.label());
        let site = self.site(Span::default());
        self.code.jump(behind, site);
        self.code.place(here);
        self.code.push(Op::Return { value: Val::Unknown }, site, None, false);
        self.code.place(behind);
        here
    }

    pub(super) fn receiver(&self, callee: &Callable) -> Option<Loc> {
        match callee {
            Callable::Method(_, this) => Some(frame::outward(self.program, &self.frames, this)),
            _ => None,
        }
    }

    pub(super) fn give(&mut self, args: &[Value]) -> Vec<Given> {
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
                let path = self.given_path(arg);
                let guard = self.given_guard(arg);
                Given { value: self.value(arg), loc, callable, path, guard, text }
            })
            .collect()
    }

    /// The lock whose guard goes along with an argument.
    fn given_guard(&mut self, arg: &Value) -> Option<LockId> {
        let body = self.frame().body;
        let guard = match arg {
            Value::Param(index) => body.given.iter().find(|(param, _)| param == index).map(|(_, reg)| *reg),
            other => body.carried(other),
        };
        self.guarded(guard?)
    }

    pub(super) fn own_this(&self) -> Loc {
        let id = self.frame().id;
        let unit = crate::link::ids::UnitId { file: id.file, ix: self.program.function(id).unit };
        Loc::this(self.program, self.program.real_unit(unit))
    }
}
