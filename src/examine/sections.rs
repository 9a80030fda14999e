//! Critical sections: which locks of one unit its functions take, together or apart, and what they touch inside.

use std::collections::BTreeMap;

use crate::facts::{Reg, Span, UnitKind, Value};
use crate::link::Program;
use crate::link::bind::{Body, OpKind};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Key, Loc, Owner, Seg, SharedKey};

/// One stretch under one lock of a function, in the order of the text.
#[derive(Clone, Debug)]
pub struct Section {
    pub lock: Loc,
    /// Where it begins: the acquisition, or the call of the function that takes the lock.
    pub span: Span,
    /// The function takes the lock itself, not by a call.
    pub direct: bool,
    /// The locks that are held already when it begins.
    pub under: Vec<SharedKey>,
    /// What it touches inside, with what is written rests on: see [`Touch`].
    pub touches: Vec<Touch>,
}

#[derive(Clone, Debug)]
pub struct Touch {
    pub key: SharedKey,
    pub write: bool,
    /// The operands of a write, the key of a look-up: what ties two sections together.
    pub with: Vec<String>,
}

impl Section {
    pub fn writes(&self) -> bool {
        self.touches.iter().any(|touch| touch.write)
    }

    pub fn reads(&self) -> bool {
        self.touches.iter().any(|touch| !touch.write)
    }
}

/// The critical sections of each function of a unit, its own and those of the functions that it calls.
pub fn of_units(program: &Program) -> BTreeMap<UnitId, BTreeMap<FunctionId, Vec<Section>>> {
    let mut units: BTreeMap<UnitId, BTreeMap<FunctionId, Vec<Section>>> = BTreeMap::new();
    for id in program.functions() {
        let function = program.function(id);
        if function.test || program.summary(id).acquires.is_empty() {
            continue;
        }
        let sections = of_function(program, id, DEEP);
        for section in sections {
            let Owner::Unit(unit) = section.lock.owner else { continue };
            let cell = program.type_at(&section.lock.key()).is_lib(&["RefCell"]);
            if program.unit(unit).kind == UnitKind::Class && section.lock.tail().len() == 1 && !cell {
                units.entry(unit).or_default().entry(id).or_default().push(section);
            }
        }
    }
    units
}

/// As deep are the calls of a receiver's own methods followed.
const DEEP: u32 = 2;

fn of_function(program: &Program, id: FunctionId, deep: u32) -> Vec<Section> {
    let body = program.body(id);
    let mut done: Vec<Section> = Vec::new();
    let mut open: Vec<(Reg, usize)> = Vec::new();
    for op in body.blocks.iter().flatten() {
        if let Some(guard) = body.taken(&op.kind) {
            let under = open.iter().map(|(_, at)| done[*at].lock.key()).collect();
            open.push((guard.reg, done.len()));
            let lock = guard.lock.clone();
            let seen = body.registers[guard.reg.index()].loc.iter().map(|loc| Touch {
                key: loc.key(),
                write: false,
                with: Vec::new(),
            });
            done.push(Section { lock, span: op.span, direct: true, under, touches: seen.collect() });
            continue;
        }
        match &op.kind {
            OpKind::Call { target, this: Some(this), args, .. } if deep > 0 && is_own(this) && *target != id => {
                let under: Vec<SharedKey> = open.iter().map(|(_, at)| done[*at].lock.key()).collect();
                let inner = of_function(program, *target, deep - 1);
                done.extend(inner.into_iter().map(|section| section.called(body, args, op.span, &under)));
            }
            OpKind::Release { guard } => open.retain(|(held, _)| held != guard),
            other => {
                if let Some((at, write, with)) = touched(body, other)
                    && let Some(section) = done.iter_mut().rev().find(|section| is_inside(&at, &section.lock))
                {
                    section.touches.push(Touch { key: at.key(), write, with });
                }
            }
        }
    }
    done
}

/// A method of the function's own receiver.
fn is_own(this: &Loc) -> bool {
    matches!(this.base, Base::This(_)) && this.path.is_empty()
}

impl Section {
    /// A section of a callee, as the caller sees it.
    fn called(mut self, body: &Body, args: &[Value], span: Span, under: &[SharedKey]) -> Section {
        (self.span, self.direct) = (span, false);
        self.under.extend_from_slice(under);
        for touch in &mut self.touches {
            touch.with = touch.with.iter().flat_map(|token| outward(body, args, token)).collect();
        }
        self
    }
}

/// Does this token of [`Touch::with`] only say that something was handed in?
pub fn is_parameter(token: &str) -> bool {
    token.strip_prefix('p').is_some_and(|index| index.parse::<usize>().is_ok())
}

/// What a token of a callee is in its caller: what was given for the parameter.
fn outward(body: &Body, args: &[Value], token: &str) -> Vec<String> {
    let mut out = Vec::new();
    match token.strip_prefix('p').and_then(|index| index.parse::<usize>().ok()) {
        Some(index) => args.get(index).into_iter().for_each(|arg| tokens(body, arg, &mut out)),
        None if token.starts_with('r') => {}
        None => out.push(token.to_owned()),
    }
    out
}

fn is_inside(at: &Loc, lock: &Loc) -> bool {
    at.base == lock.base
        && at.path.starts_with(&lock.path)
        && at.path.get(lock.path.len()).is_some_and(|seg| *seg == Seg::Inside)
}

/// The location that an operation touches, whether it writes there, and what with.
fn touched(body: &Body, kind: &OpKind) -> Option<(Loc, bool, Vec<String>)> {
    let keys = |at: &Loc| -> Vec<String> {
        let mut out = Vec::new();
        for seg in &at.path {
            if let Seg::Key(Key::Value(_, value)) = seg {
                tokens(body, value, &mut out);
            }
        }
        out
    };
    match kind {
        OpKind::Read { at, .. } | OpKind::Use { at, .. } => Some((at.clone(), false, keys(at))),
        OpKind::Write { at, value, .. } | OpKind::Update { at, value, .. } | OpKind::SetOnce { at, value, .. } => {
            let mut with = keys(at);
            tokens(body, value, &mut with);
            Some((at.clone(), true, with))
        }
        OpKind::Ensure { at, .. } | OpKind::Exchange { at, .. } => Some((at.clone(), true, keys(at))),
        _ => None,
    }
}

/// What a value comes from: parameters and the steps that made it, through copies and wrappings.
fn tokens(body: &Body, value: &Value, out: &mut Vec<String>) {
    tokens_to(body, value, 8, out);
}

/// A variable may be computed from itself: not further than `depth`.
fn tokens_to(body: &Body, value: &Value, depth: u32, out: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Param(index) => out.push(format!("p{index}")),
        Value::Reg(reg) | Value::Sum(reg, _) => {
            match body.maker(*reg) {
                Some(OpKind::Let { value, .. } | OpKind::Expect { of: value, .. } | OpKind::Try { of: value, .. }) => {
                    tokens_to(body, value, depth, out);
                }
                // A part of what was found is what was found.
                Some(OpKind::Read { at, .. }) => match at.base {
                    Base::Param(_, index) => out.push(format!("p{index}")),
                    Base::Value(_, made) => out.push(format!("r{}", made.0)),
                    _ => out.push(format!("{:?}", at.key())),
                },
                _ => out.push(format!("r{}", reg.0)),
            }
        }
        Value::Template(parts) | Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
            parts.iter().for_each(|part| tokens_to(body, part, depth, out));
        }
        Value::Record(fields) => fields.iter().for_each(|(_, value)| tokens_to(body, value, depth, out)),
        _ => {}
    }
}
