//! Guards that cross the signature of a function: those that it hands out though how it comes by the lock is not to be
//! seen, and those that its caller gives it for good.

use super::Binder;
use super::body::{Callable, Guard, Info, LockType, Op, OpKind};
use super::calls::Site;
use super::walk::At;
use crate::facts::{Exit, Function, Receiver, Reg, StepKind, Type, Value};
use crate::link::Program;
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Attempt, Mode};
use crate::names::Name;

impl Binder<'_> {
    /// A parameter that is a guard ends here, or goes on from here: a register stands for it.
    pub(super) fn take_what_is_given(&mut self) {
        if !self.program.is_rust(self.id.file) {
            return;
        }
        for (at, param) in self.program.function(self.id).params.iter().enumerate() {
            let index = at as u16;
            let ty = self.program.param_type(self.id, index);
            if matches!(param.ty, Type::Ref { .. }) || !is_guard(self.program, &ty) {
                continue;
            }
            let loc = Some(Loc::new(Base::Param(self.id, index)));
            let reg = self.new_register(Info { ty: ty.first_arg(), loc, ..Info::default() });
            self.body.registers[reg.index()].guard = Some(reg);
            self.body.given.push((index, reg));
        }
    }

    /// The register of the guard that this parameter brings.
    pub(super) fn given(&self, index: u16) -> Option<Reg> {
        self.body.given.iter().find(|(param, _)| *param == index).map(|(_, reg)| *reg)
    }

    /// Where the declared result is a guard and the body shows no lock behind it, each return takes one: that of the
    /// receiver which this method gives access to, for this argument.
    pub(super) fn take_what_is_handed_out(&mut self) {
        if !self.program.is_rust(self.id.file) || self.body.returned.guard.is_some() {
            return;
        }
        let Some((mode, attempt, kind)) = handed_out(self.program, &self.program.return_type(self.id)) else { return };
        let function = self.program.function(self.id);
        let passed_on =
            |index: usize| handed_out(self.program, &self.program.param_type(self.id, index as u16)).is_some();
        if (0..function.params.len()).any(passed_on) {
            return;
        }
        let lock = self.lock_behind(function.name);
        let is_async = !self.program.models.is_blocking(kind.from);
        for (at, block) in function.blocks.iter().enumerate() {
            let Exit::Return { value, span } = &block.exit else { continue };
            if matches!(value, Value::Absent | Value::Unknown) {
                continue;
            }
            let reg = Reg(self.body.registers.len() as u32);
            self.body.registers.push(Info { loc: Some(lock.then(Seg::Inside)), guard: Some(reg), ..Info::default() });
            let guard = Guard { reg, lock: lock.clone(), mode, is_async, kind: kind.clone() };
            self.body.guards.push(guard.clone());
            self.body.returned.guard = Some(guard);
            let kind = OpKind::Acquire { lock: lock.clone(), mode, is_async, attempt, guard: reg };
            self.body.blocks[at].push(Op { span: *span, kind });
        }
    }

    /// `map.get(key).map(|found| …)`: what may have been found goes into the closure, and ends there unless that passes it
    /// on.
    pub(super) fn used_up(&self, receiver: &At, name: Name, site: &Site<'_>) -> Option<Reg> {
        let guard = receiver.info.guard.filter(|guard| site.on == Some(*guard))?;
        let takes =
            matches!(name.as_str(), "map" | "map_or" | "map_or_else" | "and_then" | "is_some_and" | "is_ok_and");
        let found = self.ops.iter().chain(self.body.blocks.iter().flatten()).any(|op| {
            matches!(op.kind, OpKind::Acquire { attempt, guard: taken, .. } if taken == guard && attempt.may_fail())
        });
        let closure = match self.value_info(&site.args.last()?.value).callable {
            Callable::Function(closure) if closure.file == self.id.file => closure,
            _ => return None,
        };
        (takes && found && !passes_on(self.program.function(closure))).then_some(guard)
    }

    fn lock_behind(&self, name: Name) -> Loc {
        let function = self.program.function(self.id);
        let called = Name::new(&format!("{name}()"));
        let lock = match function.receiver {
            Receiver::None => Loc::new(Base::External(called)),
            _ => Loc::this(self.program, self.this_unit()).then(Seg::Field(called)),
        };
        match function.params.len() {
            0 => lock,
            _ => lock.then(Seg::Key(Key::Value(self.id, Box::new(Value::Param(0))))),
        }
    }

    /// The lock behind a guard that a call hands out, with the argument that its key names.
    pub(super) fn keyed_outward(&self, lock: Loc, args: &[crate::facts::Arg]) -> Loc {
        let mut lock = lock;
        for seg in &mut lock.path {
            if let Seg::Key(Key::Value(function, value)) = seg
                && *function != self.id
                && let Value::Param(index) = **value
                && let Some(arg) = args.get(usize::from(index))
            {
                *seg = self.key(&arg.value);
            }
        }
        lock
    }
}

/// May the function answer with its parameter, or with something that was made of it?
fn passes_on(function: &Function) -> bool {
    let of_param = |value: &Value| mentions(value, &|part| matches!(part, Value::Param(_)));
    let made_of_param = |reg: Reg| {
        function.blocks.iter().flat_map(|block| &block.steps).any(|step| match &step.kind {
            StepKind::Call { args, into, .. } => *into == reg && args.iter().any(|arg| of_param(&arg.value)),
            _ => false,
        })
    };
    let answers = function.blocks.iter().filter_map(|block| match &block.exit {
        Exit::Return { value, .. } => Some(value),
        _ => None,
    });
    answers
        .into_iter()
        .any(|value| of_param(value) || mentions(value, &|part| matches!(part, Value::Reg(reg) if made_of_param(*reg))))
}

fn mentions(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    is(value)
        || match value {
            Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
                parts.iter().any(|part| mentions(part, is))
            }
            Value::Record(fields) => fields.iter().any(|(_, value)| mentions(value, is)),
            _ => false,
        }
}

/// Is it a guard, or an object of the program that holds one?
fn is_guard(program: &Program, ty: &Ty) -> bool {
    let direct = |ty: &Ty| handed_out(program, ty).is_some();
    match ty {
        Ty::Unit(unit) => {
            let fields = 0..program.unit(*unit).fields.len() as u32;
            fields.into_iter().any(|field| direct(&program.field_type(*unit, field)))
        }
        other => direct(other),
    }
}

/// What holding a value of this type means: a guard, or what may be one.
fn handed_out(program: &Program, ty: &Ty) -> Option<(Mode, Attempt, LockType)> {
    match ty {
        Ty::Lib { name, args, .. } if *name == "Future" || *name == "Result" => handed_out(program, args.first()?),
        Ty::Lib { name, args, .. } if *name == "Option" => {
            let (mode, _, kind) = handed_out(program, args.first()?)?;
            Some((mode, Attempt::Tries, kind))
        }
        Ty::Lib { from, name, args } => {
            let mode = program.models.guard(*name)?;
            let holds = args.iter().filter(|ty| **ty != Ty::Unknown).cloned().collect();
            Some((mode, Attempt::Waits, LockType { from: *from, name: *name, holds }))
        }
        _ => None,
    }
}
