//! Variables: what a name stands for, what a binding holds, and what inner functions capture.

use super::file::Lower;
use super::frame::{Capture, Held, Named, Variable};
use super::scopes::{From, Operand, Taken};
use super::types::may_own;
use crate::facts::{Bind, Local, LocalIx, Place, Root, Span, Type, Value, WriteHow};
use crate::names::Name;

/// What a name stands for, seen from the function being written.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Variable(usize),
    /// A variable of an outer function, by its capture.
    Captured(usize),
    /// A constant of an outer function.
    Value(Value),
    Static(Name),
    Function(crate::facts::FunctionIx),
}

impl Lower<'_> {
    pub(super) fn find(&mut self, name: Name) -> Option<Found> {
        for depth in (0..self.frames.len()).rev() {
            let found = self.frames[depth].names.iter().rev().find(|(known, _)| *known == name);
            match found.map(|(_, named)| *named) {
                Some(Named::Variable(at)) if depth + 1 == self.frames.len() => return Some(Found::Variable(at)),
                Some(Named::Variable(at)) => return Some(self.capture(depth, at)),
                Some(Named::Static(name)) => return Some(Found::Static(name)),
                Some(Named::Function(function)) => return Some(Found::Function(function)),
                None if self.frames[depth].sees_outer => {}
                // Items are seen from an inner `fn`, variables are not.
                None => return self.find_item(name, depth),
            }
        }
        None
    }

    fn find_item(&self, name: Name, below: usize) -> Option<Found> {
        let named = self.frames[..below].iter().rev().flat_map(|frame| frame.names.iter().rev());
        named.filter(|(known, _)| *known == name).find_map(|(_, named)| match named {
            Named::Static(name) => Some(Found::Static(*name)),
            Named::Function(function) => Some(Found::Function(*function)),
            Named::Variable(_) => None,
        })
    }

    /// A variable of the function at `depth`, named by the one being written: all functions between capture it.
    fn capture(&mut self, depth: usize, variable: usize) -> Found {
        let holder = &mut self.frames[depth];
        let function = holder.function;
        let place = match holder.variables[variable].held.clone() {
            Held::Local(local) => {
                holder.locals[local.index()].captured = true;
                Place { root: Root::Local(function, local), path: Vec::new() }
            }
            Held::Value(Value::Param(index)) => Place { root: Root::Param(function, index), path: Vec::new() },
            Held::Value(value) if is_constant(&value) => return Found::Value(value),
            Held::Value(value) => {
                let known = &holder.variables[variable];
                let local = known.shared.unwrap_or(LocalIx(holder.locals.len() as u32));
                if known.shared.is_none() {
                    let (name, ty, span) = (known.name, known.ty.clone(), known.span);
                    holder.locals.push(Local { name, ty, span, bind: Bind::Once(value), captured: true });
                    holder.variables[variable].shared = Some(local);
                }
                holder.locals[local.index()].captured = true;
                Place { root: Root::Local(function, local), path: Vec::new() }
            }
        };
        let mut at = 0;
        for frame in &mut self.frames[depth + 1..] {
            let known = frame.captures.iter().position(|known| known.frame == depth && known.variable == variable);
            at = known.unwrap_or_else(|| {
                let place = place.clone();
                frame.captures.push(Capture {
                    frame: depth,
                    variable,
                    place,
                    whole: false,
                    consumed: false,
                    owner: None,
                });
                frame.captures.len() - 1
            });
        }
        Found::Captured(at)
    }

    /// The captured variable itself is used, not only one of its fields.
    pub(super) fn capture_whole(&mut self, at: usize) -> Place {
        let capture = &mut self.frame().captures[at];
        let first = !std::mem::replace(&mut capture.whole, true);
        let (place, holder, variable) = (capture.place.clone(), capture.frame, capture.variable);
        if first && self.frame().ends_captures && self.frames[holder].variables[variable].owner.is_some() {
            let owner = self.own_place(place.clone(), 0);
            self.frame().captures[at].owner = Some(owner);
        }
        place
    }

    /// Binds a name to a value that is its own now. `scope` is where it ends.
    pub(super) fn declare(&mut self, new: NewVariable, taken: Taken, scope: usize) -> usize {
        let NewVariable { name, span, ty, mutable } = new;
        let may_own = may_own(&ty);
        let never_owns = self.frame().assigned.get(name.as_str()).is_none_or(|owning| !owning);
        let owned = taken.owned && may_own;
        let frame = self.frame();
        let reassigned = mutable && (is_plain(&taken.value) || frame.assigned.contains_key(name.as_str()));
        let (held, owner) = if reassigned {
            let local = self.new_local(name, ty.clone(), span);
            let place = self.local_place(local);
            self.frame().body.write(span, place.clone(), WriteHow::Init, taken.value);
            (Held::Local(local), (owned || may_own && !never_owns).then_some((place, owned)))
        } else if owned {
            let reg = match taken.value {
                Value::Param(_) | Value::Reg(_) | Value::This => None,
                ref value => Some(self.frame().body.pin(span, value.clone())),
            };
            let value = reg.map_or(taken.value, Value::Reg);
            let root = self.root(value.clone(), span);
            (Held::Value(value), Some((Place { root, path: Vec::new() }, true)))
        } else if mutable && !matches!(taken.value, Value::Param(_) | Value::Reg(_) | Value::This) {
            let reg = self.frame().body.pin(span, taken.value);
            (Held::Value(Value::Reg(reg)), None)
        } else {
            (Held::Value(taken.value), None)
        };
        let owner = owner.map(|(place, alive)| {
            let owner = self.own_place(place, scope);
            if !alive {
                self.frame().end(owner);
            }
            owner
        });
        let frame = self.frame();
        // What type a value has stands with the variable that it is bound to.
        let shared = match &held {
            Held::Value(value @ Value::Reg(_)) if ty != Type::Unknown => {
                let bind = Bind::Once(value.clone());
                frame.locals.push(Local { name, ty: ty.clone(), span, bind, captured: false });
                Some(LocalIx(frame.locals.len() as u32 - 1))
            }
            _ => None,
        };
        frame.variables.push(Variable { name, held, owner, span, ty, shared });
        let at = frame.variables.len() - 1;
        frame.names.push((name, Named::Variable(at)));
        at
    }

    /// `let x;`
    pub(super) fn declare_later(&mut self, new: NewVariable, scope: usize) {
        let NewVariable { name, span, ty, .. } = new;
        let local = self.new_local(name, ty.clone(), span);
        let place = self.local_place(local);
        let owner = may_own(&ty).then(|| {
            let owner = self.own_place(place, scope);
            self.frame().end(owner);
            owner
        });
        let frame = self.frame();
        frame.variables.push(Variable { name, held: Held::Local(local), owner, span, ty, shared: None });
        frame.names.push((name, Named::Variable(frame.variables.len() - 1)));
    }

    fn new_local(&mut self, name: Name, ty: Type, span: Span) -> LocalIx {
        let locals = &mut self.frame().locals;
        locals.push(Local { name, ty, span, bind: Bind::Mutable, captured: false });
        LocalIx(locals.len() as u32 - 1)
    }

    pub(super) fn local_place(&mut self, local: LocalIx) -> Place {
        Place { root: Root::Local(self.frame().function, local), path: Vec::new() }
    }

    /// The value of a variable of this function.
    pub(super) fn variable(&mut self, at: usize, span: Span) -> Operand {
        let variable = &self.frame().variables[at];
        let from = variable.owner.map_or(From::Plain, From::Owner);
        match variable.held.clone() {
            Held::Value(value) => Operand { value, from },
            Held::Local(local) => {
                let place = self.local_place(local);
                let reg = self.frame().body.read(span, place);
                Operand { value: Value::Reg(reg), from }
            }
        }
    }

    /// `x = value`, the right side being done: the old value ends, the new one begins.
    pub(super) fn assign_variable(&mut self, at: usize, taken: Taken, span: Span) {
        let variable = &self.frame().variables[at];
        let (held, owner) = (variable.held.clone(), variable.owner);
        if let Some(owner) = owner {
            if self.frame().live.contains(&owner) {
                self.drop_step(owner, span);
            }
            let frame = self.frame();
            frame.end(owner);
            if taken.owned && frame.body.is_open() {
                frame.live.push(owner);
            }
        }
        match held {
            Held::Local(local) => {
                let place = self.local_place(local);
                self.frame().body.write(span, place, WriteHow::Set, taken.value);
            }
            // Nobody saw this assignment coming: it stands in a macro.
            Held::Value(old) => {
                let root = self.root(old, span);
                self.frame().body.write(span, Place { root, path: Vec::new() }, WriteHow::Set, taken.value);
            }
        }
    }
}

/// A variable that is about to be bound.
pub(super) struct NewVariable {
    pub(super) name: Name,
    pub(super) span: Span,
    pub(super) ty: Type,
    pub(super) mutable: bool,
}

/// A value that says the same in every function.
fn is_constant(value: &Value) -> bool {
    match value {
        Value::Absent
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Function(_)
        | Value::Class(_)
        | Value::Unknown => true,
        Value::Case(_, parts) => parts.is_empty(),
        _ => false,
    }
}

/// A `mut` variable that starts as such a value can only be there to be changed.
fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Absent
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Sum(..)
            | Value::Term(_)
            | Value::Template(_)
            | Value::Case(..)
    )
}
