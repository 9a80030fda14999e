//! Critical sections: which locks of one unit its functions take, together or apart, and what they touch inside.

use std::collections::BTreeMap;

use crate::facts::{Span, UnitKind, Value};
use crate::link::Program;
use crate::link::bind::{Body, OpKind};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Key, Loc, Owner, Seg, SharedKey};
use crate::link::summary::Happening;

/// One stretch under one lock of a function, in the order of the text.
#[derive(Clone, Debug)]
pub struct Section {
    pub lock: Loc,
    pub span: Span,
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
        let takes = program.summary(id).events.iter().any(|event| matches!(event, Happening::Acquire(_)));
        if function.test || !takes {
            continue;
        }
        let sections = of_function(program, id);
        for section in sections {
            let Owner::Unit(unit) = section.lock.owner else { continue };
            if program.unit(unit).kind == UnitKind::Class && section.lock.tail().len() == 1 {
                units.entry(unit).or_default().entry(id).or_default().push(section);
            }
        }
    }
    units
}

fn of_function(program: &Program, id: FunctionId) -> Vec<Section> {
    let body = program.body(id);
    let mut done: Vec<Section> = Vec::new();
    let mut open: Vec<(crate::facts::Reg, usize)> = Vec::new();
    for op in body.blocks.iter().flatten() {
        match &op.kind {
            OpKind::Acquire { lock, guard, .. } => {
                let under = open.iter().map(|(_, at)| done[*at].lock.key()).collect();
                open.push((*guard, done.len()));
                let seen = body.registers[guard.index()].loc.iter().map(|loc| Touch {
                    key: loc.key(),
                    write: false,
                    with: Vec::new(),
                });
                done.push(Section { lock: lock.clone(), span: op.span, under, touches: seen.collect() });
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
        OpKind::Read { at, .. } | OpKind::Use { at } => Some((at.clone(), false, keys(at))),
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
