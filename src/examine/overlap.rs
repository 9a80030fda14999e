//! Overlap: which functions can run twice at once, and what in the code says so.

use rustc_hash::FxHashMap;

use crate::facts::{FunctionKind, Receiver, Visibility};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::models::Running;

/// How strong the evidence is, the strongest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Evidence {
    /// Only called one after the other.
    None,
    /// Anybody may call it: a public method of an instance that is passed about, an exported function.
    Assumed,
    /// The code makes it run repeatedly whoever is still running: a timer, a handler, a spawn, calls nobody waits for.
    Shown,
    /// The code itself reckons with it: it tests and sets a mark.
    Admitted,
}

/// Who calls what, and how.
pub struct Overlap {
    /// The calls of each function: by whom, and whether the caller waits for the end.
    callers: FxHashMap<FunctionId, Vec<Caller>>,
    /// What makes a function run again and again.
    repeats: FxHashMap<FunctionId, FunctionId>,
}

#[derive(Clone, Copy, Debug)]
struct Caller {
    by: FunctionId,
    waits: bool,
}

impl Overlap {
    pub fn of(program: &Program) -> Overlap {
        let mut overlap = Overlap { callers: FxHashMap::default(), repeats: FxHashMap::default() };
        for by in program.functions() {
            if !program.function(by).test {
                overlap.add(program, by);
            }
        }
        overlap
    }

    fn add(&mut self, program: &Program, by: FunctionId) {
        let body = program.body(by);
        for ops in &body.blocks {
            for (at, op) in ops.iter().enumerate() {
                let waits = matches!(ops.get(at + 1).map(|next| &next.kind), Some(OpKind::Suspend { .. }));
                match &op.kind {
                    OpKind::Call { target, .. } => self.call(*target, by, waits),
                    OpKind::Run { callee, how, .. } => {
                        let Some(target) = callee.target() else { continue };
                        match how {
                            Running::Often => {
                                self.repeats.insert(target, by);
                            }
                            Running::Each if program.function(target).is_async => {
                                self.repeats.insert(target, by);
                            }
                            Running::Later | Running::Spawned => self.call(target, by, false),
                            _ => self.call(target, by, true),
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn call(&mut self, target: FunctionId, by: FunctionId, waits: bool) {
        self.callers.entry(target).or_default().push(Caller { by, waits });
    }

    /// Can runs of this function overlap, as far as its callers tell?
    pub fn evidence(&self, program: &Program, id: FunctionId) -> Evidence {
        self.evidence_to(program, id, 4)
    }

    fn evidence_to(&self, program: &Program, id: FunctionId, depth: u32) -> Evidence {
        if self.repeats.contains_key(&id) {
            return Evidence::Shown;
        }
        let callers = self.callers.get(&id).map_or(&[][..], Vec::as_slice);
        let mut found = if is_open(program, id) { Evidence::Assumed } else { Evidence::None };
        if callers.len() > 1 && callers.iter().any(|caller| !caller.waits) {
            found = Evidence::Shown;
        }
        let Some(depth) = depth.checked_sub(1) else { return found };
        for caller in callers {
            found = found.max(self.evidence_to(program, caller.by, depth));
        }
        found
    }

    /// Is this function entered only through others of the program?
    pub fn is_behind_door(&self, program: &Program, id: FunctionId) -> bool {
        let entered = self.callers.contains_key(&id) && !self.repeats.contains_key(&id);
        entered && (!is_open(program, id) || is_inner(program, id))
    }

    /// A closure that was handed to somebody unknown: who calls it, and when, is anybody's guess.
    pub fn is_handed_out(&self, program: &Program, id: FunctionId) -> bool {
        is_inner(program, id) && !self.callers.contains_key(&id) && !self.repeats.contains_key(&id)
    }

    /// Those who call it, each once, in order.
    pub fn callers(&self, id: FunctionId) -> Vec<FunctionId> {
        let mut callers: Vec<FunctionId> =
            self.callers.get(&id).map(|callers| callers.iter().map(|caller| caller.by).collect()).unwrap_or_default();
        callers.sort_unstable();
        callers.dedup();
        callers
    }
}

/// Is it a closure inside another function?
fn is_inner(program: &Program, id: FunctionId) -> bool {
    let function = program.function(id);
    let inside = function.outer.is_some_and(|outer| outer.0 != 0);
    matches!(function.kind, FunctionKind::Closure | FunctionKind::AsyncBlock) && inside
}

/// Can code outside the program, or outside what is seen of it, call this?
fn is_open(program: &Program, id: FunctionId) -> bool {
    let function = program.function(id);
    match function.kind {
        FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor => false,
        _ if is_inner(program, id) => true,
        FunctionKind::Drop => true,
        _ if function.receiver == Receiver::Owned => false,
        _ => function.visibility != Visibility::Private,
    }
}
