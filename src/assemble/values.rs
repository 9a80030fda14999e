//! Values and tests: from the facts of a frame to what the explorer computes with.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

use super::{FlowMaker, Follow};
use crate::explore::model::{Check, Val};
use crate::facts::{Bind, Function, FunctionIx, Reg, Root, Test, Value};
use crate::link::bind::{OpKind, Sense};
use crate::link::ids::FunctionId;
use crate::models::FileWhat;

impl<'p> FlowMaker<'_, 'p> {
    pub(super) fn register(&self, reg: Reg) -> u32 {
        self.frame().base + reg.0
    }

    pub(super) fn value(&self, value: &Value) -> Val {
        let parts = |values: &[Value]| values.iter().map(|value| self.value(value)).collect::<Vec<_>>();
        match value {
            Value::Absent => Val::Absent,
            Value::Bool(on) => Val::Bool(*on),
            // The explorer knows one constant that is not true.
            Value::Int(0) => Val::Const(0),
            Value::Text(text) if text.is_empty() => Val::Const(0),
            Value::Int(number) => constant(number),
            Value::Number(text) | Value::Text(text) => constant(text.as_str()),
            Value::Reg(reg) => Val::Reg(self.register(*reg)),
            Value::Param(index) => match self.frame().given.get(usize::from(*index)) {
                Some(given) => given.value.clone(),
                None => Val::Unknown,
            },
            Value::This => self.receiver_held().unwrap_or_else(|| constant("this")),
            Value::Class(_) => constant("this"),
            Value::Function(function) => self.closure(*function),
            // `Some(x)` and `Ok(x)` stand for what they hold.
            Value::Case(name, held) if held.len() == 1 && matches!(name.as_str(), "Some" | "Ok") => {
                self.value(&held[0])
            }
            Value::Case(name, held) if held.is_empty() => constant(name.as_str()),
            Value::Record(fields) if fields.is_empty() => Val::Fresh { identity: false },
            Value::List(items) if items.is_empty() => Val::Fresh { identity: false },
            Value::Record(fields) => {
                let of = fields.iter().map(|(_, value)| self.value(value)).collect();
                Val::Term { of, varies: false }
            }
            Value::Template(values) | Value::List(values) | Value::Case(_, values) | Value::Term(values) => {
                Val::Term { of: parts(values), varies: false }
            }
            Value::Sum(reg, plus) => Val::Plus(self.register(*reg), *plus),
            Value::Unknown => Val::Unknown,
        }
    }

    /// A function by itself; a Rust closure rests on what it takes along. TypeScript compares functions, and means which.
    fn closure(&self, function: FunctionIx) -> Val {
        let id = self.frame().id;
        let own = constant(&(id.file, function.0));
        if !self.program.is_rust(id.file) {
            return own;
        }
        let functions = &self.program.facts(id.file).functions;
        let inner = |at: &Function| at.outer.is_some_and(|outer| outer >= function);
        let rest = functions.iter().skip(function.index() + 1).take_while(|at| inner(at));
        let places = functions.iter().skip(function.index()).take(1).chain(rest).flat_map(|at| &at.places);
        let locals = &self.program.function(id).locals;
        let taken = places.filter_map(|place| match place.root {
            Root::Local(of, local) if of == id.ix => match &locals.get(local.index())?.bind {
                Bind::Once(value @ (Value::Reg(_) | Value::Param(_))) => Some(self.value(value)),
                _ => None,
            },
            Root::Param(of, index) if of == id.ix => Some(self.value(&Value::Param(index))),
            _ => None,
        });
        let mut of = vec![own];
        for value in taken {
            if !of.contains(&value) {
                of.push(value);
            }
        }
        if of.len() == 1 { of.swap_remove(0) } else { Val::Term { of, varies: false } }
    }

    pub(super) fn check(&self, test: &Test) -> Check {
        match test {
            Test::Truthy(value) => match self.sense(value) {
                Sense::Present => Check::Not(Box::new(Check::Absent(self.value(value)))),
                Sense::Empty => Check::Absent(self.value(value)),
                Sense::Value => Check::Truthy(self.value(value)),
            },
            Test::Absent(value) => Check::Absent(self.value(value)),
            Test::Equals(a, b) => Check::Equals(self.value(a), self.value(b)),
            // How much time has gone by outside, nobody knows.
            Test::Less(..) if self.follow == Follow::Files => Check::Unknown { of: Vec::new(), validates: false },
            Test::Less(a, b) => Check::Less(self.value(a), self.value(b)),
            Test::Is(value, case) => match case.as_str() {
                // Where a step tells by its result whether it worked, the result is a truth and not a thing.
                "Ok" | "Some" if self.tells(value) => Check::Truthy(self.value(value)),
                "Err" | "None" if self.tells(value) => Check::Not(Box::new(Check::Truthy(self.value(value)))),
                "Some" | "Ok" => Check::Not(Box::new(Check::Absent(self.value(value)))),
                "None" | "Err" => Check::Absent(self.value(value)),
                other => Check::Equals(self.value(value), constant(other)),
            },
            Test::Not(inner) => Check::Not(Box::new(self.check(inner))),
            Test::Unknown(of) => {
                Check::Unknown { of: of.iter().map(|value| self.value(value)).collect(), validates: false }
            }
        }
    }

    /// What the read that made this value asked for.
    fn sense(&self, value: &Value) -> Sense {
        match self.made_by(value) {
            Some(OpKind::Read { sense, .. }) => *sense,
            Some(OpKind::Act { file: Some(file), .. }) if self.follow == Follow::Files => match file.what {
                FileWhat::Test | FileWhat::Look => Sense::Present,
                _ => Sense::Value,
            },
            _ => Sense::Value,
        }
    }

    /// Is this value the success of an exclusive step?
    pub(super) fn tells(&self, value: &Value) -> bool {
        // Through copies, but a variable may be computed from itself: not without end.
        let mut value = value;
        for _ in 0..COPIES {
            match self.made_by(value) {
                Some(OpKind::SetOnce { .. } | OpKind::Exchange { .. }) => return true,
                Some(OpKind::Acquire { attempt, .. }) => return attempt.may_fail(),
                Some(OpKind::Act { file: Some(file), .. }) if self.follow == Follow::Files => {
                    return matches!(file.what, FileWhat::Create | FileWhat::TryLock);
                }
                Some(OpKind::Let { value: of, .. } | OpKind::Expect { of, .. }) => value = of,
                _ => return false,
            }
        }
        false
    }

    /// The operation of the frame's function that makes this register.
    pub(super) fn made_by(&self, value: &Value) -> Option<&'p OpKind> {
        self.frame().body.maker_of(value)
    }
}

/// As many copies of a value are looked through.
const COPIES: usize = 8;

/// A constant by what it is.
pub(super) fn constant<T: Hash + ?Sized>(what: &T) -> Val {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    Val::Const(hasher.finish() as u32)
}

/// A parameter of the flow's root: unknown, and different from run to run.
pub(super) fn parameter(function: FunctionId, index: usize) -> Val {
    Val::Term { of: vec![constant(&(function.ix.0, index))], varies: true }
}
