//! What a value of undeclared type is, by how it is used: locks of types from crates that are not read, and collections
//! behind them. Only Rust; what has a declared type that models know never comes here.

use super::Binder;
use super::body::OpKind;
use super::calls::Site;
use super::walk::At;
use crate::facts::{Callee, Elem, Reg, Root, StepKind, Value};
use crate::link::loc::{Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Attempt, Effect, Mode, Taking};
use crate::names::Name;

/// What is done first with the result of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// `unwrap` and kin: it can fail, and must not.
    Unwrapped,
    Awaited,
}

impl Binder<'_> {
    /// `x.lock().unwrap()`, `x.write().await`: nothing else than a lock is used like that.
    pub(super) fn untyped_lock(&mut self, receiver: &At, name: Name, site: &Site<'_>) -> bool {
        let mode = match name.as_str() {
            "lock" | "write" => Mode::Exclusive,
            "read" => Mode::Shared,
            _ => return false,
        };
        if !site.args.is_empty() || !self.is_untyped(receiver) {
            return false;
        }
        let first = self.first_use(site.into);
        let Some(lock) = self.handle_of(receiver, site).filter(|_| first.is_some()) else { return false };
        let is_async = first == Some(First::Awaited);
        let taking = Taking { mode, is_async, attempt: Attempt::Waits, element: None };
        self.acquire(lock, taking, receiver, site);
        true
    }

    /// What a method of a collection does, by its name and the number of its arguments, where the collection stands behind
    /// a lock.
    pub(super) fn untyped_content(&self, receiver: &At, name: Name, site: &Site<'_>) -> Option<&'static Effect> {
        let behind = receiver.info.loc.as_ref().is_some_and(|loc| loc.path.contains(&Seg::Inside));
        if !behind || !self.is_untyped(receiver) {
            return None;
        }
        Some(match (name.as_str(), site.args.len()) {
            ("insert", 2) => &Effect::Insert { key: Some(0), value: Some(1) },
            ("get" | "get_mut", 1) => &Effect::Read(Some(0)),
            ("contains_key" | "contains", 1) => &Effect::Test(Some(0)),
            ("remove", 1) => &Effect::Remove(Some(0)),
            ("entry", 1) => &Effect::Ensure(Some(0)),
            ("clear", 0) => &Effect::Clear,
            ("is_some" | "is_none", 0) => &Effect::Test(None),
            _ => return None,
        })
    }

    /// Is nothing known of the type, but perhaps its name in a crate that is not read?
    fn is_untyped(&self, receiver: &At) -> bool {
        let known =
            |from: &Name| ["", "std", "core", "alloc", "tokio"].contains(&from.split("::").next().unwrap_or(""));
        self.program.is_rust(self.id.file)
            && match &receiver.info.ty {
                Ty::Unknown => true,
                Ty::Lib { from, args, .. } => args.is_empty() && !known(from),
                _ => false,
            }
    }

    /// The place of what a method is called on. A lock cannot be copied: a copy of something that is locked is a handle.
    fn handle_of(&self, receiver: &At, site: &Site<'_>) -> Option<Loc> {
        if let Some(at) = &receiver.info.loc {
            return Some(at.clone());
        }
        match self.made(site.on?)? {
            OpKind::Let { value: Value::Reg(from), .. } => match self.made(*from)? {
                OpKind::Read { at, .. } => Some(at.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn made(&self, reg: Reg) -> Option<&OpKind> {
        let mut ops = self.body.blocks.iter().flatten().chain(&self.ops);
        ops.find(|op| op.kind.makes() == Some(reg)).map(|op| &op.kind)
    }

    /// What the steps of this function do first with this register.
    fn first_use(&self, result: Reg) -> Option<First> {
        let mut steps = self.program.function(self.id).blocks.iter().flat_map(|block| &block.steps);
        steps.find_map(|step| match &step.kind {
            StepKind::Call { callee: Callee::Place(place), .. } => {
                let place = self.place(*place);
                let [Elem::Field(name)] = place.path.as_slice() else { return None };
                let unwraps = matches!(name.as_str(), "unwrap" | "expect" | "unwrap_or_else");
                (place.root == Root::Value(result) && unwraps).then_some(First::Unwrapped)
            }
            StepKind::Suspend { on: Value::Reg(on), .. } => (*on == result).then_some(First::Awaited),
            _ => None,
        })
    }
}
