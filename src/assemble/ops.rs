//! One operation at a time: what it is, and the simple ones themselves.

use super::code::Label;
use super::frame::Frame;
use super::{FlowMaker, Follow, TooLong};
use crate::explore::model::{Check, Effect, How, Op, RegIx, Site, Val};
use crate::facts::{Block, Exit, Reg, Suspension, Value};
use crate::link::bind::{Callable, Op as Bound, OpKind};
use crate::link::loc::Base;
use crate::models::Outside;
use crate::names::Name;

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

    pub(super) fn push(&mut self, op: Op, here: Here) {
        self.code.push(op, here.site, here.on_error, false);
    }

    pub(super) fn push_failing(&mut self, op: Op, here: Here) {
        self.code.push(op, here.site, here.on_error, true);
    }

    /// Writes one operation; answers how many were consumed (a call and the await behind it are one).
    pub(super) fn op(&mut self, op: &Bound, next: Option<&Bound>, here: Here) -> Result<usize, TooLong> {
        if self.mark == Some((self.frame().id, op.span)) {
            let (place, value) = (self.places.marked(), Val::Fresh { identity: true });
            self.push(Op::Write { place, how: How::Set, value, accounts: Vec::new() }, here);
        }
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
            // What is different in every run.
            OpKind::Let { into, value: Value::Term(of) } if self.follow == Follow::Files && of.is_empty() => {
                self.computed(None, of, *into, here);
            }
            OpKind::Let { into, value } => {
                let (into, value) = (self.register(*into), self.value(value));
                self.push(Op::Let { into, value }, here);
            }
            OpKind::Expect { of, into } | OpKind::Try { of, into } => self.expect(of, *into, &op.kind, here),
            OpKind::Make { unit, args, into } => self.make(unit.is_some() || self.is_live(*into), args, *into, here),
            OpKind::Open { into } => {
                let into = self.register(*into);
                self.push(Op::Open { into }, here);
            }
            OpKind::Act { name, on, args, into, file, .. } if self.follow == Follow::Files => {
                return Ok(self.file_act(file.as_deref(), *name, *on, args, *into, next, here));
            }
            OpKind::Act { class, name, on, args, into, .. } => {
                self.act(*class, *on, args, *into, next, here);
                self.put_in(*on, *name, args, here);
            }
            OpKind::Attach { value, into, .. } => {
                self.act(Outside::Unknown, None, std::slice::from_ref(value), *into, next, here);
            }
            OpKind::Future { args, into } => self.term(args, *into, here),
            OpKind::JoinAll { of, into } if awaits(next, *into) => self.term(of, *into, here),
            OpKind::JoinAll { of, into } => self.gathered(of, *into, here),
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

    pub(super) fn make(&mut self, own_class: bool, args: &[Value], into: Reg, here: Here) {
        let _ = args;
        let into = self.register(into);
        self.push(Op::Let { into, value: Val::Fresh { identity: own_class } }, here);
    }

    pub(super) fn term(&mut self, args: &[Value], into: Reg, here: Here) {
        let of = args.iter().map(|value| self.value(value)).collect();
        let into = self.register(into);
        self.push(Op::Let { into, value: Val::Term { of, varies: false } }, here);
    }

    /// What a call puts into the thing that it is called on: that rests on it from now on.
    pub(super) fn put_in(&mut self, on: Option<Reg>, name: Name, args: &[Value], here: Here) {
        let Some(on) = on.filter(|on| is_mutating(name) || self.is_own_thing(*on)) else { return };
        let args: Vec<Val> = args.iter().map(|value| self.value(value)).collect();
        if args.iter().any(rests_on_something) {
            let into = self.register(on);
            let of = args.into_iter().chain([Val::Reg(into)]).collect();
            self.push(Op::Let { into, value: Val::Term { of, varies: false } }, here);
        }
    }

    /// Has this run made it, empty or with what it had?
    fn is_own_thing(&self, on: Reg) -> bool {
        match self.made_by(&Value::Reg(on)) {
            Some(OpKind::Make { .. } | OpKind::Let { value: Value::List(_) | Value::Record(_), .. }) => true,
            Some(OpKind::Act { name, on: None, .. }) => is_constructor(*name),
            _ => false,
        }
    }

    /// A call of something unknown. What it answers rests on what it is called on.
    pub(super) fn act(
        &mut self,
        class: Outside,
        on: Option<Reg>,
        args: &[Value],
        into: Reg,
        next: Option<&Bound>,
        here: Here,
    ) {
        if !awaits(next, into) && self.is_answer(into) {
            return self.unknown_child(class, args, into, here);
        }
        let register = self.register(into);
        let answer = if on.is_some() { self.code.registers(1) } else { register };
        // Whoever the run was given is told something by it.
        let told = on.map(Value::Reg).filter(
            |on| matches!(self.made_by(on), Some(OpKind::Read { at, .. }) if matches!(at.base, Base::Param(..))),
        );
        let args: Vec<Value> = args.iter().cloned().chain(told).collect();
        // A synchronous call of something unknown raises no error that one could reckon with.
        self.effect(class, &args, answer, awaits(next, into), here);
        if let Some(on) = on {
            let of = vec![Val::Reg(answer), Val::Reg(self.register(on))];
            self.push(Op::Let { into: register, value: Val::Term { of, varies: false } }, here);
        }
    }

    /// Does an async function return this as its own answer? Then it is a promise, most likely, and its work goes on.
    pub(super) fn is_answer(&self, reg: Reg) -> bool {
        let function = self.program.function(self.frame().id);
        let returns =
            |block: &Block| matches!(block.exit, Exit::Return { value: Value::Reg(value), .. } if value == reg);
        function.is_async && !self.program.is_rust(self.frame().id.file) && function.blocks.iter().any(returns)
    }

    pub(super) fn effect(&mut self, class: Outside, args: &[Value], into: RegIx, waited: bool, here: Here) {
        let class = match class {
            Outside::Repeatable => Effect::Repeatable,
            Outside::Adding => Effect::Adding,
            Outside::Unknown => Effect::Unknown,
        };
        let args = args.iter().map(|value| self.value(value)).collect();
        self.code.push(Op::Act { class, args, into }, here.site, here.on_error, waited);
    }

    pub(super) fn suspend(&mut self, on: &Value, into: Reg, how: Suspension, here: Here) {
        let waited = self.value(on);
        let into_register = self.register(into);
        if matches!(self.made_by(on), Some(OpKind::Acquire { .. })) {
            return self.push(Op::Let { into: into_register, value: waited }, here);
        }
        if let Some(OpKind::JoinAll { of, .. }) = self.made_by(on) {
            let of = of.clone();
            return self.join_all(&of, into, here);
        }
        if self.follow == Follow::Files && matches!(self.made_by(on), Some(OpKind::Act { .. }) | None) {
            return self.push(Op::Let { into: into_register, value: waited }, here);
        }
        if self.is_outside(on) || how != Suspension::Await {
            self.push_failing(Op::Pause { args: vec![waited], into: into_register }, here);
        } else {
            self.push_failing(Op::Join { on: waited, into: into_register }, here);
        }
    }

    /// Is it the promise of something outside the program?
    pub(super) fn is_outside(&self, on: &Value) -> bool {
        matches!(self.made_by(on), Some(OpKind::Act { .. } | OpKind::Attach { .. } | OpKind::Future { .. }) | None)
    }

    pub(super) fn join_all(&mut self, of: &[Value], into: Reg, here: Here) {
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

    /// A promise over some others that is kept for later: a child that waits for them.
    fn gathered(&mut self, of: &[Value], into: Reg, here: Here) {
        let [Value::List(_)] = of else { return self.term(of, into, here) };
        let (entry, behind) = (self.code.label(), self.code.label());
        let register = self.register(into);
        let inner = Here { on_error: None, ..here };
        self.code.start(entry, None, None, register, here.site);
        self.code.jump(behind, here.site);
        self.code.place(entry);
        self.join_all(of, into, inner);
        self.push(Op::Return { value: Val::Reg(register) }, inner);
        self.code.place(behind);
    }

    pub(super) fn expect(&mut self, of: &Value, into: Reg, kind: &OpKind, here: Here) {
        let (value, into) = (self.value(of), self.register(into));
        if self.tells(of) && !matches!(self.made_by(of), Some(OpKind::Acquire { .. })) {
            let go_on = self.code.label();
            self.code.branch(Check::Truthy(value.clone()), go_on, here.site);
            self.push(Op::Fail, here);
            self.code.place(go_on);
        }
        // What is not there cannot be unwrapped.
        if matches!(kind, OpKind::Expect { .. }) && self.is_looked_up(of) {
            self.push(Op::Use { of: value.clone() }, here);
        }
        // `?` may leave here for reasons of its own; `unwrap` is a promise that it does not.
        let fails = matches!(kind, OpKind::Try { .. });
        self.code.push(Op::Let { into, value }, here.site, here.on_error, fails);
    }
}

/// Does a method of this name change what it is called on?
fn is_mutating(name: Name) -> bool {
    let names =
        ["push", "push_str", "push_back", "insert", "insert_str", "extend", "append", "remove", "retain", "set", "add"];
    names.contains(&name.as_str())
}

/// What types without a word of their own for it call the function that makes one.
fn is_constructor(name: Name) -> bool {
    ["new", "default", "with_capacity"].contains(&name.as_str())
}

fn rests_on_something(value: &Val) -> bool {
    !matches!(value, Val::Absent | Val::Bool(_) | Val::Const(_) | Val::Instant(_))
}

/// Is the next operation the await of this call's result?
pub(super) fn awaits(next: Option<&Bound>, into: Reg) -> bool {
    matches!(next, Some(Bound { kind: OpKind::Suspend { on: Value::Reg(on), .. }, .. }) if *on == into)
}
