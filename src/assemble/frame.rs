//! Frames: one inlined activation of a function, and how locations and function values are seen from it.

use super::code::Label;
use crate::explore::model::{LockId, RegIx, Site, Val};
use crate::facts::{LocalIx, Receiver, Value};
use crate::link::Program;
use crate::link::bind::{Body, Callable, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Key, Loc, Seg};

/// What a caller gives for one parameter.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) value: Val,
    pub(super) loc: Option<Loc>,
    pub(super) callable: Callable,
    /// The file that it names.
    pub(super) path: Option<Loc>,
    /// The lock whose guard it carries.
    pub(super) guard: Option<LockId>,
    /// As text, to tell two keys apart.
    pub(super) text: String,
}

impl Given {
    /// A value of which nothing else is known.
    pub(super) fn plain(value: Val, text: String) -> Given {
        Given { value, loc: None, callable: Callable::No, path: None, guard: None, text }
    }
}

#[derive(Clone)]
pub(super) struct Frame<'p> {
    pub(super) id: FunctionId,
    pub(super) body: &'p Body,
    pub(super) this: Option<Loc>,
    pub(super) given: Vec<Given>,
    /// The registers of variables that no other run sees.
    pub(super) locals: Vec<(LocalIx, RegIx)>,
    /// Its first register in the flow.
    pub(super) base: RegIx,
    pub(super) blocks: Vec<Label>,
    pub(super) back: Back,
    /// Where it was called.
    pub(super) called_at: Option<Site>,
    /// Where an error that it does not catch goes.
    pub(super) on_error: Option<Label>,
}

/// What `return` does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Back {
    /// Ends the flow, or a child.
    End,
    /// Goes on in the caller, with the result there.
    To { into: RegIx, label: Label },
}

/// The frame of `function` nearest to the top.
pub(super) fn of<'a, 'p>(frames: &'a [Frame<'p>], function: FunctionId) -> Option<&'a Frame<'p>> {
    frames.iter().rev().find(|frame| frame.id == function)
}

/// The receiver as the flow's root sees it; `None` at the root itself. A closure has that of the function around it.
fn this_of<'a>(program: &Program, frames: &'a [Frame<'_>]) -> Option<&'a Loc> {
    let mut frame = frames.last()?;
    loop {
        let function = program.function(frame.id);
        if function.receiver != Receiver::Outer || frame.this.is_some() {
            return frame.this.as_ref();
        }
        let outer = FunctionId { file: frame.id.file, ix: function.outer? };
        frame = of(frames, outer)?;
    }
}

/// A location of the top frame, in terms of the flow's root.
pub(super) fn outward(program: &Program, frames: &[Frame<'_>], loc: &Loc) -> Loc {
    match loc.base {
        Base::This(_) => match this_of(program, frames) {
            Some(this) => loc.rebased(this),
            None => loc.clone(),
        },
        Base::Param(function, index) => {
            let given = of(frames, function).and_then(|frame| frame.given.get(usize::from(index)));
            let names_file = loc.path.iter().any(|seg| matches!(seg, Seg::Part(_) | Seg::Unique | Seg::Content));
            let path = given.and_then(|given| given.path.as_ref()).filter(|_| names_file);
            match path.or_else(|| given.and_then(|given| given.loc.as_ref())) {
                Some(outer) => loc.rebased(outer),
                None => loc.clone(),
            }
        }
        _ => loc.clone(),
    }
}

/// The function behind a callable of the top frame.
pub(super) fn callable(frames: &[Frame<'_>], callable: &Callable) -> Callable {
    match callable {
        Callable::Param(index) => frames
            .last()
            .and_then(|frame| frame.given.get(usize::from(*index)))
            .map_or(Callable::No, |given| given.callable.clone()),
        other => other.clone(),
    }
}

/// A key as text that is equal where the keys are the same expression.
pub(super) fn key_text(program: &Program, frames: &[Frame<'_>], seg: &Seg) -> String {
    match seg {
        Seg::Key(Key::Value(function, value)) => value_text(program, frames, *function, value),
        other => format!("{other:?}"),
    }
}

pub(super) fn value_text(program: &Program, frames: &[Frame<'_>], function: FunctionId, value: &Value) -> String {
    text_to(program, frames, function, value, 8)
}

/// A binding may lead back to itself: not further than `depth`.
fn text_to(program: &Program, frames: &[Frame<'_>], function: FunctionId, value: &Value, depth: u32) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "…".to_owned() };
    let part = |value: &Value| text_to(program, frames, function, value, depth);
    match value {
        Value::Param(index) => match of(frames, function).and_then(|frame| frame.given.get(usize::from(*index))) {
            Some(given) => given.text.clone(),
            None => format!("p{index}"),
        },
        Value::Reg(reg) => {
            match program.body(function).maker(*reg) {
                Some(OpKind::Read { at, .. })
                    if at.path.is_empty() && at.base == Base::Param(function, param_of(at)) =>
                {
                    part(&Value::Param(param_of(at)))
                }
                Some(OpKind::Read { at, .. }) if !matches!(at.base, Base::Value(..)) => {
                    outward(program, frames, at).show(program)
                }
                // A copy names what it was copied from.
                Some(OpKind::Let { value, .. } | OpKind::Expect { of: value, .. } | OpKind::Try { of: value, .. }) => {
                    part(value)
                }
                _ => format!("r{}@{}:{}", reg.0, function.file.0, function.ix.0),
            }
        }
        Value::Template(parts) | Value::List(parts) | Value::Term(parts) | Value::Case(_, parts) => {
            parts.iter().map(part).collect::<Vec<_>>().join("+")
        }
        other => format!("{other:?}"),
    }
}

fn param_of(at: &Loc) -> u16 {
    match at.base {
        Base::Param(_, index) => index,
        _ => u16::MAX,
    }
}
