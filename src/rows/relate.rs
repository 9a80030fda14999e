//! Relations between two accesses of one trace: which comes first, what rests on what, which test leads to which act.

use super::deps::Through;
use super::flow::{self, Flow, Found};
use super::frame::Frame;
use super::record::{Access, Pos};
use super::value::{Sym, Values};

use crate::facts::{Exit, Reg, StepKind, Value};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::names::Name;

/// Where the ways to two accesses part: the two steps of one function.
pub fn parting<'a>(a: &'a Access, b: &'a Access) -> Option<(usize, &'a Pos, &'a Pos)> {
    let at = a.way.iter().zip(&b.way).position(|(a, b)| a != b)?;
    Some((at, &a.way[at], &b.way[at]))
}

/// Can a run do `a` and then `b`?
pub fn precedes(program: &Program, a: &Access, b: &Access) -> bool {
    let Some((_, a, b)) = parting(a, b) else { return false };
    if a.function != b.function {
        return false;
    }
    let same = a.block == b.block && a.step < b.step;
    same || a.block != b.block && Flow::of(program.function(a.function)).leads(a.block, b.block)
}

/// Is the access done again and again by one run?
pub fn repeats(program: &Program, access: &Access) -> bool {
    access.way.iter().any(|pos| Flow::of(program.function(pos.function)).repeats(pos.block) || is_each(program, pos))
}

/// What the call that stands there gives.
fn answer(program: &Program, pos: &Pos) -> Option<Reg> {
    match &program.function(pos.function).blocks[pos.block as usize].steps[pos.step as usize].kind {
        StepKind::Call { into, .. } => Some(*into),
        _ => None,
    }
}

/// Is it the body of `map(…)`, `forEach(…)`: is the step a call that was given a function to run for each?
fn is_each(program: &Program, pos: &Pos) -> bool {
    use crate::link::bind::OpKind;
    use crate::models::Running;
    let Some(into) = answer(program, pos) else { return false };
    program
        .body(pos.function)
        .blocks
        .iter()
        .flatten()
        .any(|op| matches!(&op.kind, OpKind::Run { how: Running::Each, into: own, .. } if *own == into))
}

/// A column whose new value rests on what was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rest {
    pub column: Name,
    /// The field of the answer that it rests on.
    pub field: Option<Name>,
    pub through: Through,
}

/// Does what the second access writes rest on the answer of the first?
pub fn data_rests_on(read: &Access, write: &Access) -> Vec<Rest> {
    let mut found = Vec::new();
    for column in write.data.iter().filter(|column| !column.relative) {
        let mine = column.deps.iter().filter(|dep| dep.origin == read.result);
        let mut fields: Vec<(Option<Name>, Through)> = mine.map(|dep| (dep.field, dep.through)).collect();
        fields.sort_unstable();
        found.extend(fields.into_iter().map(|(field, through)| Rest { column: column.name, field, through }));
    }
    found
}

/// Is something in the second access computed from the answer of the first?
pub fn rests_on(first: &Access, second: &Access) -> bool {
    let mine = |dep: &super::Dep| dep.origin == first.result;
    second.data.iter().any(|column| column.deps.iter().any(mine)) || second.key_deps.iter().any(mine)
}

/// A value that both have: a key of one, a key or a column of the other.
pub fn common<'a>(a: &'a Access, b: &'a Access) -> Option<&'a Sym> {
    let of = |access: &'a Access| {
        let keys = access.keys.iter().map(|(_, sym)| sym);
        let data = access.data.iter().filter(|column| is_reference(column.name)).map(|column| &column.sym);
        keys.chain(data).filter(|sym| sym.is_telling())
    };
    // Whatever the column is called that holds the identifier of the other's row.
    let ids = |access: &'a Access| access.keys.iter().filter(|(key, _)| is_identifier(*key)).map(|(_, sym)| sym);
    let held = |access: &'a Access, sym: &Sym| access.data.iter().any(|column| column.sym == *sym);
    let points = |from: &'a Access, to: &'a Access| ids(to).find(|sym| sym.is_telling() && held(from, sym));
    of(a).find(|sym| of(b).any(|other| other == *sym)).or_else(|| points(a, b)).or_else(|| points(b, a))
}

fn is_identifier(name: Name) -> bool {
    name.eq_ignore_ascii_case("id") || name == "_id"
}

/// Does a column of this name hold the key of a row?
pub fn is_reference(name: Name) -> bool {
    let name = name.as_str();
    let lower = name.to_ascii_lowercase();
    lower == "id" || name.ends_with("Id") || lower.ends_with("_id") || lower.ends_with("uuid") || lower.ends_with("ids")
}

/// What the tests on the way to `act` say of the answer of `read`.
pub fn tested(program: &Program, read: &Access, act: &Access) -> Option<(Found, Pos)> {
    let (depth, _, there) = parting(read, act)?;
    let function = program.function(there.function);
    let values = Values::new(program);
    // In the activation where the two part, the read is a register: its own, or that of the call which leads to it.
    let frame = Frame::root(there.function);
    let here = read.way.get(depth)?;
    let register = answer(program, here)?;
    let about = |value: &Value| {
        let value: &Value = value;
        let mut mine = false;
        crate::link::bind::registers(value, &mut |reg| {
            mine |= reg == register || rests_on_register(&values, &frame, reg, register);
        });
        mine
    };
    let mut found = None;
    for control in flow::controls(function, there.block) {
        let mut said = Vec::new();
        flow::says(control.test, control.holds, &mut said);
        for (value, what) in said {
            let what = if is_emptiness(&values, there.function, value) { what.turned() } else { what };
            if about(value) {
                let span = match &function.blocks[control.block as usize].exit {
                    Exit::Branch { span, .. } => *span,
                    _ => there.span,
                };
                let pos = Pos { function: there.function, block: control.block, step: 0, span };
                if found.is_none() || what != Found::Else {
                    found = Some((what, pos));
                }
            }
        }
    }
    found
}

/// Is the value the answer to `is_none()`, `isEmpty()`?
fn is_emptiness(values: &Values<'_>, function: FunctionId, value: &Value) -> bool {
    use crate::facts::{Callee, Elem};
    let Value::Reg(reg) = value else { return false };
    match values.step(function, *reg).map(|step| &step.kind) {
        Some(StepKind::Call { callee: Callee::Place(place), .. }) => {
            let last = values.place(function, *place).path.last();
            matches!(last, Some(Elem::Field(name)) if matches!(name.as_str(), "is_none" | "is_empty" | "isEmpty" | "isNil"))
        }
        _ => false,
    }
}

/// Is the answer waited for where the access stands?
pub fn is_waited_for(program: &Program, access: &Access) -> bool {
    let Some(pos) = access.way.last() else { return false };
    let Some(into) = answer(program, pos) else { return false };
    let waits = |kind: &StepKind| matches!(kind, StepKind::Suspend { on: Value::Reg(on), .. } if *on == into);
    program.function(pos.function).blocks.iter().flat_map(|block| &block.steps).any(|step| waits(&step.kind))
}

/// Does some test decide whether a run comes here?
pub fn is_under_a_test(program: &Program, pos: &Pos) -> bool {
    !flow::controls(program.function(pos.function), pos.block).is_empty()
}

fn rests_on_register<'p>(values: &Values<'p>, frame: &std::rc::Rc<Frame<'p>>, reg: Reg, on: Reg) -> bool {
    values.register_deps(frame, reg).iter().any(|dep| dep.origin == super::Origin::Made(frame.id, on))
}

/// Does the function, or one on the way, reckon with the error that a second insert gets?
pub fn handles_conflict(program: &Program, act: &Access) -> bool {
    let words = [
        "p2002",
        "23505",
        "11000",
        "er_dup_entry",
        "unique",
        "duplicate",
        "conflict",
        "sqlite_constraint",
        "alreadyexists",
    ];
    act.way.iter().any(|pos| {
        let function = program.function(pos.function);
        if !flow::handler(function, pos.block).iter().any(|there| *there) && !program.is_rust(pos.function.file) {
            return false;
        }
        let text = &program.files[pos.function.file.index()].text;
        let body = text.get(function.span.start as usize..function.span.end as usize).unwrap_or_default();
        // What the statement itself says of conflicts is known already.
        let lower = body.to_ascii_lowercase().replace("on conflict", "");
        words.iter().any(|word| lower.contains(word))
    })
}

/// Is the second tried by itself, apart from the first, and its error answered? Then whoever wrote it reckons with it.
pub fn is_tried_alone(program: &Program, first: &Access, second: &Access) -> bool {
    let Some((_, here, there)) = parting(first, second) else { return false };
    let function = program.function(there.function);
    let own = function.blocks[there.block as usize].on_error;
    let answers = || {
        let reached = flow::handler(function, there.block);
        let exits = || function.blocks.iter().zip(&reached).filter(|(_, there)| **there).map(|(block, _)| &block.exit);
        exits().any(|exit| matches!(exit, Exit::Return { .. }))
            && !exits().any(|exit| matches!(exit, Exit::Throw { .. }))
    };
    own.is_some() && function.blocks[here.block as usize].on_error != own && answers()
}

/// Does only an error of something before lead to the access?
pub fn is_compensation(program: &Program, first: &Access, second: &Access) -> bool {
    let Some((_, a, b)) = parting(first, second) else { return false };
    let function: FunctionId = a.function;
    let handler = flow::handler(program.function(function), a.block);
    handler.get(b.block as usize).copied().unwrap_or_default()
        && !Flow::of(program.function(function)).leads(a.block, b.block)
}
