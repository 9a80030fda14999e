//! Files: each function that works on files beside itself in another process, one exploration for each file that matters.
//!
//! A function is first laid out with all its files, to see which of them it writes, and which belong together (a
//! temporary file and what it is renamed to, a lock file and what is done under it). This room must never know a rule.

use rayon::prelude::*;

use super::left::Failures;
use super::memory::{Files, Recall};
use super::overlap::Overlap;
use crate::assemble::{Assembled, Follow, Plan, SiteInfo, assemble};
use crate::explore::model::{Check, Effect, Flow, How, Instr, Model, Op, PlaceId, RegIx, Site, Val};
use crate::explore::{Question, Verdict, explore};
use crate::facts::{FunctionKind, Value};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::models::{FileWhat, Running};
use crate::names::Name;

/// One file of one function.
pub struct ExaminedFile {
    pub function: FunctionId,
    /// Everything that the function does to files.
    pub whole: std::sync::Arc<Assembled>,
    /// What was explored: this file and those that belong to it.
    pub assembled: Assembled,
    /// The file, in `assembled`.
    pub place: PlaceId,
    pub verdict: Verdict,
    /// Beside something else that puts a file there or takes it away.
    pub disturbed: Vec<Disturbed>,
}

/// A function beside a step of another program.
pub struct Disturbed {
    pub assembled: Assembled,
    pub verdict: Verdict,
}

/// The most states that one file may take.
const BUDGET: usize = 4_000;

/// More files than this in one function are a list of jobs.
const FILES: usize = 12;

/// The functions that work on files: `None` where their files are too many or lie behind too much code.
pub(super) fn examine(program: &Program, overlap: &Overlap, recall: &Recall<'_>, failures: &Failures) -> Files {
    let roots: Vec<FunctionId> = program.functions().filter(|id| is_root(program, overlap, *id)).collect();
    let examined = |id| recall.files(id, || failures.guarded(id, || examine_function(program, id)));
    roots.into_par_iter().map(examined).collect()
}

impl ExaminedFile {
    pub fn question(&self) -> Question {
        Question { budget: BUDGET, ..Question::new(vec![vec![0], vec![0]]) }
    }

    /// The same file, or another one of the same function, in another form, explored anew.
    pub fn again(&self, model: Model, place: PlaceId) -> ExaminedFile {
        let assembled = self.assembled.with(model);
        let verdict = explore(&assembled.model, &self.question());
        let disturbed = disturbances(&assembled, place);
        ExaminedFile { function: self.function, whole: self.whole.clone(), assembled, place, verdict, disturbed }
    }
}

/// Anything that runs can run in two processes. What only others of the program call is seen from there, where one of
/// them takes a lock first.
fn is_root(program: &Program, overlap: &Overlap, id: FunctionId) -> bool {
    let function = program.function(id);
    let runs = !matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer);
    let alone = || creates(program, id) || !is_kept_apart(program, overlap, id, DOORS);
    runs && !function.test && program.summary(id).files && alone()
}

/// Does it make a lock of a file itself? No lock in memory keeps another process from that.
fn creates(program: &Program, id: FunctionId) -> bool {
    let mut ops = program.body(id).blocks.iter().flatten();
    ops.any(|op| matches!(&op.kind, OpKind::Act { file: Some(file), .. } if file.what == FileWhat::Create))
}

/// How far up callers are asked whether they hold something.
const DOORS: u32 = 4;

/// Do all who call this keep others away while they do? It is seen as a part of them, then.
fn is_kept_apart(program: &Program, overlap: &Overlap, id: FunctionId, depth: u32) -> bool {
    if handed_to(program, id).is_some_and(|taker| keeps_apart(program, &taker)) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let callers: Vec<FunctionId> = overlap.callers(id).into_iter().filter(|caller| *caller != id).collect();
    !callers.is_empty()
        && callers
            .iter()
            .all(|caller| takes_before(program, *caller, id) || is_kept_apart(program, overlap, *caller, depth))
}

/// Does the caller take something before it calls: a lock by itself or through a helper that gives the guard out, a lock
/// file?
fn takes_before(program: &Program, caller: FunctionId, target: FunctionId) -> bool {
    let mut taken = false;
    let body = program.body(caller);
    for op in body.blocks.iter().flatten() {
        match &op.kind {
            OpKind::Call { target: called, .. } if *called == target => return taken,
            kind => {
                let guards = |made| body.guards.iter().any(|guard| guard.reg == made);
                taken |= kind.makes().is_some_and(guards) || locks_a_file(program, kind);
            }
        }
    }
    false
}

/// What a closure is handed to.
enum Taker {
    Known(FunctionId),
    Named(Name),
    /// Something that runs it when what went before has ended, or alone.
    Queue,
}

fn handed_to(program: &Program, id: FunctionId) -> Option<Taker> {
    let outer = FunctionId { file: id.file, ix: program.function(id).outer? };
    let gets = |args: &[Value]| args.contains(&Value::Function(id.ix));
    program.body(outer).blocks.iter().flatten().find_map(|op| match &op.kind {
        OpKind::Call { target, args, .. } if gets(args) => Some(Taker::Known(*target)),
        OpKind::Act { name, args, .. } if gets(args) => Some(Taker::Named(*name)),
        OpKind::Run { how: Running::Locked | Running::Queued, args, .. } if gets(args) => Some(Taker::Queue),
        OpKind::Run { how: Running::Chained | Running::Settled, on: Value::Reg(on), args, .. } if gets(args) => {
            let mut made = program.body(outer).blocks.iter().flatten().map(|op| &op.kind);
            let kept = made.any(|kind| matches!(kind, OpKind::Read { into, .. } if into == on));
            kept.then_some(Taker::Queue)
        }
        _ => None,
    })
}

fn keeps_apart(program: &Program, taker: &Taker) -> bool {
    match taker {
        Taker::Queue => true,
        Taker::Known(target) => {
            let named = is_guard_name(&program.function(*target).name);
            named || !program.summary(*target).acquires.is_empty() || locks_files(program, *target)
        }
        Taker::Named(name) => is_guard_name(name),
    }
}

/// Names of what runs a function alone, where its source is not to be seen.
fn is_guard_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = ["lock", "exclusive", "mutex", "queue", "serial", "synchronized", "critical", "atomic", "transact"];
    words.iter().any(|word| name.contains(word)) && !name.contains("unlock") && !name.contains("block")
}

fn locks_files(program: &Program, id: FunctionId) -> bool {
    program.body(id).blocks.iter().flatten().any(|op| locks_a_file(program, &op.kind))
}

/// Does it take a lock of the operating system, or create a file that nobody else may create?
fn locks_a_file(program: &Program, kind: &OpKind) -> bool {
    match kind {
        OpKind::Act { file: Some(file), .. } => {
            matches!(file.what, FileWhat::Lock | FileWhat::TryLock | FileWhat::Create)
        }
        OpKind::Act { name, .. } => is_guard_name(name),
        OpKind::Call { target, .. } => is_guard_name(&program.function(*target).name),
        _ => false,
    }
}

fn examine_function(program: &Program, id: FunctionId) -> Option<Vec<ExaminedFile>> {
    let lay_out = |keep: Vec<SharedKey>| assemble(program, &Plan::new(vec![id], keep, Follow::Files)).ok();
    let whole = lay_out(Vec::new()).map(std::sync::Arc::new)?;
    if whole.places.len() > FILES {
        return None;
    }
    let code = &whole.model.flows[0].code;
    let written = (0..whole.places.len() as PlaceId).filter(|place| {
        !whole.model.places[*place as usize].own
            && (looks_for(code, *place).is_some() || code.iter().any(|instr| writes(&instr.op, *place)))
    });
    let examined = written.filter_map(|place| {
        let keep = together(&whole, place);
        let key = whole.places[place as usize].key.clone();
        let mut assembled = lay_out(keep)?;
        begin(&mut assembled);
        let at = assembled.places.iter().position(|info| info.key == key)? as PlaceId;
        let question = Question { budget: BUDGET, ..Question::new(vec![vec![0], vec![0]]) };
        let verdict = explore(&assembled.model, &question);
        let disturbed = disturbances(&assembled, at);
        Some(ExaminedFile { function: id, whole: whole.clone(), assembled, place: at, verdict, disturbed })
    });
    Some(examined.collect())
}

/// What another program may do to a file that this one has looked for: take it away before it is used, put something there
/// before it is emptied.
fn disturbances(assembled: &Assembled, place: PlaceId) -> Vec<Disturbed> {
    let code = &assembled.model.flows[0].code;
    if let Some(owner) = owner(code, place) {
        return vec![beside(assembled, owner)];
    }
    let Some(looks) = looks_for(code, place) else { return Vec::new() };
    let used = code.iter().any(|instr| matches!(instr.op, Op::Use { .. }));
    let emptied =
        code.iter().any(|instr| matches!(instr.op, Op::Write { place: at, how: How::Set, .. } if at == place));
    let away = Op::Write { place, how: How::Remove, value: Val::Absent, accounts: Vec::new() };
    let new = Val::Fresh { identity: true };
    let there = Op::Write { place, how: How::Set, value: new, accounts: Vec::new() };
    let steps = used.then_some(away).into_iter().chain(emptied.then_some(there));
    steps.map(|step| beside(assembled, vec![(step, looks)])).collect()
}

/// One that has created the file, is at work, and will give it back.
fn owner(code: &[Instr], place: PlaceId) -> Option<Vec<(Op, Site)>> {
    let create = code.iter().find(|instr| matches!(instr.op, Op::Create { place: at, .. } if at == place))?;
    let value = Val::Fresh { identity: true };
    let steps = [
        Op::Create { place, value, into: 0, or_fail: true },
        Op::Act { class: Effect::Adding, args: Vec::new(), into: 0 },
        Op::Write { place, how: How::Remove, value: Val::Absent, accounts: Vec::new() },
    ];
    Some(steps.into_iter().map(|step| (step, create.site)).collect())
}

/// The function beside these steps of another program, which begins.
fn beside(assembled: &Assembled, steps: Vec<(Op, Site)>) -> Disturbed {
    let mut sites = assembled.sites.clone();
    let mut code: Vec<Instr> = Vec::new();
    for (op, like) in steps.into_iter().chain([(Op::Return { value: Val::Absent }, Site(0))]) {
        sites.push(SiteInfo { called_at: None, ..sites[like.0 as usize] });
        code.push(Instr { op, site: Site(sites.len() as u32 - 1), on_error: None, may_fail: false });
    }
    let mut model = assembled.model.clone();
    model.flows.push(Flow { name: "another program".to_owned(), code, registers: 1, ..Flow::default() });
    let verdict = explore(&model, &Question { budget: BUDGET, ..Question::new(vec![vec![1], vec![0]]) });
    let (places, locks) = (assembled.places.clone(), assembled.locks.clone());
    Disturbed { assembled: Assembled { model, sites, places, locks }, verdict }
}

/// Where the function asks whether the file is there and goes two ways.
pub fn looks_for(code: &[Instr], place: PlaceId) -> Option<Site> {
    let looked: Vec<RegIx> = code
        .iter()
        .filter_map(|instr| match instr.op {
            Op::Read { place: at, into } if at == place => Some(into),
            _ => None,
        })
        .collect();
    code.iter().find_map(|instr| match &instr.op {
        Op::Branch { test, .. } if asks(test, &looked) => Some(instr.site),
        _ => None,
    })
}

fn asks(test: &Check, looked: &[RegIx]) -> bool {
    match test {
        Check::Absent(Val::Reg(reg)) => looked.contains(reg),
        Check::Not(inner) => asks(inner, looked),
        _ => false,
    }
}

/// What is created exclusively is not there when nobody holds it; whoever sees to it that it is there without asking
/// takes it from whoever does.
fn begin(assembled: &mut Assembled) {
    let model = &mut assembled.model;
    let created = created(&model.flows[0].code);
    for place in &created {
        model.places[*place as usize].initial = Val::Absent;
    }
    for instr in model.flows.iter_mut().flat_map(|flow| &mut flow.code) {
        match &mut instr.op {
            Op::Write { place, how, value, .. } if *how == How::Insert && created.contains(place) => {
                *how = How::Set;
                *value = Val::Fresh { identity: true };
            }
            _ => {}
        }
    }
}

/// The files that are created exclusively.
pub fn created(code: &[Instr]) -> Vec<PlaceId> {
    code.iter()
        .filter_map(|instr| match instr.op {
            Op::Create { place, .. } => Some(place),
            _ => None,
        })
        .collect()
}

/// The file, those that it is renamed from or to, and those that are created exclusively.
fn together(whole: &Assembled, place: PlaceId) -> Vec<SharedKey> {
    let code = &whole.model.flows[0].code;
    let mut keep = vec![place];
    for (from, to) in moves(code) {
        if to == place && !keep.contains(&from) {
            keep.push(from);
        }
        if from == place && !keep.contains(&to) {
            keep.push(to);
        }
    }
    keep.extend(created(code));
    keep.into_iter().map(|place| whole.places[place as usize].key.clone()).collect()
}

/// From which file to which something is copied or renamed.
pub fn moves(code: &[Instr]) -> Vec<(PlaceId, PlaceId)> {
    let mut found = Vec::new();
    for pair in code.windows(2) {
        if let (Op::Read { place: from, into }, Op::Write { place: to, value: Val::Reg(reg), .. }) =
            (&pair[0].op, &pair[1].op)
            && into == reg
        {
            found.push((*from, *to));
        }
    }
    found
}

/// The file that a step is on.
pub fn file_of(op: &Op) -> Option<PlaceId> {
    match op {
        Op::Read { place, .. } | Op::Write { place, .. } | Op::Update { place, .. } | Op::Create { place, .. } => {
            Some(*place)
        }
        _ => None,
    }
}

fn writes(op: &Op, file: PlaceId) -> bool {
    match op {
        Op::Write { place, how, .. } => *place == file && *how != How::Insert,
        Op::Create { place, .. } => *place == file,
        _ => false,
    }
}
