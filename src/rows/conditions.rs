//! Conditions: which columns a query compares with which values, in whatever form the library takes them.

use std::rc::Rc;

use super::frame::Frame;
use super::value::{Sym, Values, last_part};
use super::words::{before_last, spelt};
use crate::facts::{Arg, Callee, Elem, Exit, Place, Reg, Root, StepKind, Value};
use crate::link::ids::FunctionId;
use crate::names::Name;

/// How deep conditions nest.
const DEPTH: usize = 8;

/// Reads conditions.
pub(super) struct Conditions<'a, 'p> {
    pub(super) values: &'a Values<'p>,
    pub(super) out: &'a mut Vec<(Name, Sym)>,
}

const SAME_AS: &[&str] = &["eq", "equals", "is", "inArray", "eq_any", "is_in", "In", "Equal", "ilike", "like", "any"];
const JOINED: &[&str] = &["and", "or", "AND", "OR", "$and", "$or", "all", "where", "NOT", "filter"];

impl<'p> Conditions<'_, 'p> {
    /// The arguments of `.where(…)`, `.eq("id", x)`.
    pub(super) fn call(&mut self, frame: &Rc<Frame<'p>>, args: &'p [Arg]) {
        match args {
            [first, .., last] if matches!(first.value, Value::Text(_)) => {
                if let Value::Text(name) = &first.value {
                    self.push(*name, self.values.sym(frame, &last.value));
                }
            }
            [first, .., last] if self.column(frame, &first.value).is_some() && args.len() > 1 => {
                let name = self.column(frame, &first.value).unwrap_or(Name::new(""));
                self.push(name, self.values.sym(frame, &last.value));
            }
            _ => args.iter().for_each(|arg| self.value(frame, &arg.value)),
        }
    }

    fn push(&mut self, name: Name, sym: Sym) {
        let last = name.as_str().rsplit('.').next().unwrap_or_default();
        self.out.push((Name::new(last), sym));
    }

    /// A condition, or the key itself.
    pub(super) fn value(&mut self, frame: &Rc<Frame<'p>>, value: &'p Value) {
        let before = self.out.len();
        self.nested(frame, value, DEPTH);
        if self.out.len() == before {
            let sym = self.values.sym(frame, value);
            if sym.is_telling() && !matches!(value, Value::Record(_)) {
                self.push(Name::new("id"), sym);
            }
        }
    }

    fn nested(&mut self, frame: &Rc<Frame<'p>>, value: &'p Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match spelt(self.values, frame, value) {
            Value::Record(fields) => fields.iter().for_each(|(name, value)| self.entry(frame, *name, value, depth)),
            Value::List(parts) => parts.iter().for_each(|part| self.nested(frame, part, depth)),
            Value::Function(ix) => {
                let target = FunctionId { file: frame.function.file, ix: *ix };
                let inner = frame.closure(target, Reg(u32::MAX));
                for block in &self.values.program.function(target).blocks {
                    if let Exit::Return { value, .. } = &block.exit {
                        self.nested(&inner, value, depth);
                    }
                }
            }
            Value::Reg(reg) => self.made(frame, *reg, depth),
            Value::Case(_, parts) => parts.iter().for_each(|part| self.nested(frame, part, depth)),
            _ => {}
        }
    }

    fn entry(&mut self, frame: &Rc<Frame<'p>>, name: Name, value: &'p Value, depth: usize) {
        if JOINED.contains(&name.as_str()) || name == "..." {
            return self.nested(frame, value, depth);
        }
        match spelt(self.values, frame, value) {
            Value::Record(inner) => {
                let operator = |name: &Name| {
                    let plain = name.trim_start_matches('$');
                    matches!(plain, "equals" | "in" | "eq" | "is" | "has")
                };
                let other = |name: &Name| {
                    name.starts_with('$')
                        || matches!(
                            name.as_str(),
                            "not"
                                | "gt"
                                | "gte"
                                | "lt"
                                | "lte"
                                | "contains"
                                | "startsWith"
                                | "some"
                                | "none"
                                | "notIn"
                                | "mode"
                        )
                };
                for (part, value) in inner {
                    if operator(part) {
                        self.push(name, self.values.sym(frame, value));
                    } else if !other(part) {
                        self.entry(frame, *part, value, depth.saturating_sub(1));
                    }
                }
            }
            value => self.push(name, self.values.sym(frame, value)),
        }
    }

    fn made(&mut self, frame: &Rc<Frame<'p>>, reg: Reg, depth: usize) {
        let Some((name, place, args)) = called(self.values, frame, reg) else { return };
        if JOINED.contains(&name) {
            if let Some(Root::Value(inner)) = place.map(|place| place.root) {
                self.made(frame, inner, depth);
            }
            return args.iter().for_each(|arg| self.nested(frame, &arg.value, depth));
        }
        // `users.find(id)` as what is changed.
        if let ("find", [key]) = (name, args) {
            return self.value(frame, &key.value);
        }
        if !SAME_AS.contains(&name) {
            return;
        }
        match args {
            // `eq(users.id, id)`
            [column, value] => {
                if let Some(column) = self.column(frame, &column.value) {
                    self.push(column, self.values.sym(frame, &value.value));
                }
            }
            // `users::id.eq(id)`
            [value] => {
                if let Some(column) = place.and_then(|place| self.named(frame, place)) {
                    self.push(column, self.values.sym(frame, &value.value));
                }
            }
            _ => {}
        }
    }

    /// The column that a method is called on: `users::id.eq`, `Column::Name.eq`.
    fn named(&self, frame: &Rc<Frame<'p>>, place: &'p Place) -> Option<Name> {
        let Root::Value(reg) = place.root else { return before_last(place) };
        let step = self.values.step(frame.function, reg)?;
        match &step.kind {
            StepKind::Let { value: Value::Case(name, _) | Value::Text(name), .. } => Some(Name::new(last_part(*name))),
            StepKind::Read { place, .. } => match self.values.place(frame.function, *place).path.last() {
                Some(Elem::Field(name)) => Some(Name::new(last_part(*name))),
                _ => None,
            },
            _ => None,
        }
    }

    fn column(&self, frame: &Rc<Frame<'p>>, value: &'p Value) -> Option<Name> {
        match value {
            Value::Text(name) => Some(*name),
            Value::Reg(reg) => match self.values.step(frame.function, *reg).map(|step| &step.kind) {
                Some(StepKind::Read { place, .. }) => match self.values.place(frame.function, *place).path.last() {
                    Some(Elem::Field(name)) => Some(Name::new(last_part(*name))),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

/// The name that a call is made by, its place where it has one, and its arguments.
fn called<'p>(
    values: &Values<'p>,
    frame: &Rc<Frame<'p>>,
    reg: Reg,
) -> Option<(&'static str, Option<&'p Place>, &'p [Arg])> {
    let StepKind::Call { callee, args, .. } = &values.step(frame.function, reg)?.kind else { return None };
    // A function may have been taken out of an object before.
    let taken = |reg: Reg| match &values.step(frame.function, reg)?.kind {
        StepKind::Read { place, .. } => Some((values.place(frame.function, *place), false)),
        _ => None,
    };
    let (place, method) = match callee {
        Callee::Value(Value::Reg(reg)) => taken(*reg)?,
        Callee::Place(place) => match values.place(frame.function, *place) {
            Place { root: Root::Value(reg), path } if path.is_empty() => taken(*reg)?,
            place => (place, true),
        },
        _ => return None,
    };
    match place.path.last() {
        Some(Elem::Field(name)) => Some((last_part(*name), Some(place).filter(|_| method), args)),
        _ => None,
    }
}
