//! Overlap: which functions can run twice at once, and what in the code says so.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{FunctionKind, Receiver, Value, Visibility};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::models::Running;

/// How strong the evidence is, the strongest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Evidence {
    /// Only called one after the other.
    None,
    /// Anybody may call it: a public method of an instance that is passed about, an exported function.
    Assumed,
    /// It is offered to everybody, one instance for all of them: an async method of what a module keeps.
    Offered,
    /// The code makes it run repeatedly whoever is still running: a timer, a handler, a spawn, calls nobody waits for.
    Shown,
    /// The code itself reckons with it: it tests and sets a mark.
    Admitted,
}

/// As many callers up, evidence is passed down.
const CALLERS: usize = 4;

/// Who calls what, and how.
#[derive(Default)]
pub struct Overlap {
    /// The calls of each function: by whom, and whether the caller waits for the end.
    callers: FxHashMap<FunctionId, Vec<Caller>>,
    /// What makes a function run again and again.
    repeats: FxHashMap<FunctionId, FunctionId>,
    known: FxHashMap<FunctionId, Evidence>,
    /// Of these, what is done by hand.
    by_hand: FxHashSet<FunctionId>,
    /// What undoes what another function has begun.
    undoes: FxHashMap<FunctionId, FunctionId>,
    /// The classes of which a module keeps an instance.
    kept: FxHashSet<UnitId>,
}

#[derive(Clone, Copy, Debug)]
struct Caller {
    by: FunctionId,
    waits: bool,
}

impl Overlap {
    pub fn of(program: &Program) -> Overlap {
        let mut overlap = Overlap::default();
        for by in program.functions() {
            if !program.function(by).test {
                overlap.add(program, by);
            }
        }
        overlap.settle(program);
        overlap
    }

    fn add(&mut self, program: &Program, by: FunctionId) {
        let body = program.body(by);
        let in_module = program.function(by).kind == FunctionKind::Module;
        for ops in &body.blocks {
            for (at, op) in ops.iter().enumerate() {
                let waits = matches!(ops.get(at + 1).map(|next| &next.kind), Some(OpKind::Suspend { .. }));
                match &op.kind {
                    OpKind::Write { at, value, .. } if in_module && matches!(at.base, Base::Variable(..)) => {
                        if let Some(OpKind::Make { unit: Some(unit), .. }) = body.maker_of(value) {
                            self.kept.insert(*unit);
                        }
                    }
                    OpKind::Call { target, .. } => self.call(*target, by, waits),
                    OpKind::Run { callee, how, at, on, .. } => {
                        let Some(target) = callee.target() else { continue };
                        if let (Running::Undoing, Value::Function(ix)) = (how, on) {
                            self.undoes.insert(target, FunctionId { file: by.file, ix: *ix });
                        }
                        match how {
                            Running::Often if !comes_again(program, at.as_ref()) => {}
                            Running::Each if !program.function(target).is_async => self.call(target, by, true),
                            how if how.repeats() || *how == Running::Each => {
                                self.repeat(target, by, *how == Running::ByHand);
                            }
                            Running::Later | Running::Shown | Running::Spawned => self.call(target, by, false),
                            _ => self.call(target, by, true),
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What is done by hand and otherwise as well is not done by hand alone.
    fn repeat(&mut self, target: FunctionId, by: FunctionId, by_hand: bool) {
        let known = self.repeats.insert(target, by).is_some();
        if !by_hand {
            self.by_hand.remove(&target);
        } else if !known {
            self.by_hand.insert(target);
        }
    }

    fn call(&mut self, target: FunctionId, by: FunctionId, waits: bool) {
        self.callers.entry(target).or_default().push(Caller { by, waits });
    }

    /// Can runs of this function overlap, as far as its callers tell?
    pub fn evidence(&self, id: FunctionId) -> Evidence {
        self.known.get(&id).copied().unwrap_or(Evidence::None)
    }

    /// What each function says of itself, and then, call by call, what its callers say.
    fn settle(&mut self, program: &Program) {
        let own: Vec<(FunctionId, Evidence)> = program.functions().map(|id| (id, self.own(program, id))).collect();
        self.known = own.iter().copied().collect();
        for _ in 0..CALLERS {
            let heard = |(id, own): &(FunctionId, Evidence)| {
                let callers = self.callers.get(id).map_or(&[][..], Vec::as_slice);
                let most = callers.iter().map(|caller| self.evidence(caller.by)).max();
                (*id, most.map_or(*own, |most| most.max(*own)))
            };
            self.known = own.iter().map(heard).collect();
        }
    }

    /// What is known of it without its callers' callers.
    fn own(&self, program: &Program, id: FunctionId) -> Evidence {
        if self.repeats.contains_key(&id) {
            return Evidence::Shown;
        }
        let callers = self.callers.get(&id).map_or(&[][..], Vec::as_slice);
        if callers.len() > 1 && callers.iter().any(|caller| !caller.waits) {
            Evidence::Shown
        } else if is_open(program, id) {
            let function = program.function(id);
            let unit = UnitId { file: id.file, ix: function.unit };
            let method = function.receiver != Receiver::None && self.kept.contains(&unit);
            if method && function.is_async && !program.is_rust(id.file) { Evidence::Offered } else { Evidence::Assumed }
        } else {
            Evidence::None
        }
    }

    /// What this function undoes.
    pub fn undone_by(&self, id: FunctionId) -> Option<FunctionId> {
        self.undoes.get(&id).copied()
    }

    /// Does it run only when somebody does something by hand: one thing after the other, most of the time?
    pub fn is_by_hand(&self, id: FunctionId) -> bool {
        self.begins_by_hand(id, CALLERS)
    }

    fn begins_by_hand(&self, id: FunctionId, depth: usize) -> bool {
        if self.repeats.contains_key(&id) {
            return self.by_hand.contains(&id);
        }
        let callers = self.callers(id);
        depth > 0 && !callers.is_empty() && callers.iter().all(|caller| self.begins_by_hand(*caller, depth - 1))
    }

    /// Does `inner` run within this function, started or called?
    pub fn runs_within(&self, inner: FunctionId, outer: FunctionId) -> bool {
        let mut level = vec![inner];
        for _ in 0..CALLERS {
            if level.contains(&outer) {
                return true;
            }
            level = level.iter().flat_map(|id| self.callers(*id)).collect();
        }
        false
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
    // An arrow in a field of a class is a method of it.
    let inside = function.outer.is_some_and(|outer| {
        let around = program.function(FunctionId { file: id.file, ix: outer });
        outer.0 != 0 && around.kind != FunctionKind::Initializer
    });
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

/// Is it known that what a registry calls comes again while it is at work? Of an editor's events and commands it is not:
/// taken for evidence, they made as many claims wrong as right.
fn comes_again(program: &Program, registry: Option<&Loc>) -> bool {
    match registry.map(|at| &at.path[..]) {
        Some([.., Seg::Field(method), Seg::Key(key)]) => {
            program.models.listens(*method, matches!(key, Key::Const(name) if name.starts_with('/')))
        }
        Some([.., Seg::Field(method)]) => !program.models.is_event(*method),
        _ => true,
    }
}
