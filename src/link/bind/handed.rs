//! Guards that a function hands out by its signature alone: how it comes by the lock is not to be seen, that its caller
//! then holds one is.

use super::Binder;
use super::body::{Guard, Info, LockType, Op, OpKind};
use crate::facts::{Exit, Receiver, Reg, Value};
use crate::link::Program;
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Attempt, Mode};
use crate::names::Name;

impl Binder<'_> {
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
