//! Spread: which places a function touches on both sides of a meeting point, asked at the innermost function that does.
//!
//! What lies wholly within calls of functions that are asked about it themselves is not asked about again around them:
//! one operation after the other is as good as each of them. This room knows summaries only, never a rule.

use rustc_hash::FxHashMap;

use super::overlap::{Evidence, Overlap};
use crate::facts::FunctionKind;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner, Seg};
use crate::link::summary::{Happening, KeyId};

/// The keys that a function touches on both sides of a meeting point.
#[derive(Default)]
pub(super) struct Straddled {
    /// Written on the far side.
    pub(super) written: Vec<KeyId>,
    /// Something with a life of its own that is come back to.
    pub(super) used: Vec<KeyId>,
    /// Something with a life of its own is put there on the far side: who takes down may have come by before.
    pub(super) opened: Vec<KeyId>,
    /// What another run of the same function may get in the way of: read back behind the meeting point, or, where runs are
    /// known to overlap, written there from an answer.
    pub(super) alone: Vec<KeyId>,
}

impl Straddled {
    pub(super) fn has(&self, key: KeyId) -> bool {
        [&self.written, &self.used, &self.opened, &self.alone].iter().any(|keys| keys.binary_search(&key).is_ok())
    }
}

/// What one function does to places itself, or through calls that nobody asks about.
#[derive(Default)]
pub(super) struct Spread {
    pub(super) straddled: Straddled,
    reads: Vec<KeyId>,
    pub(super) writes: Vec<KeyId>,
    pub(super) closes: Vec<KeyId>,
}

impl Spread {
    /// Is this left to its callers to answer for? Not what is asked about here.
    fn leaves(&self, key: KeyId, write: bool, asked: bool) -> bool {
        let own = if write { &self.writes } else { &self.reads };
        own.binary_search(&key).is_ok() && !(asked && self.straddled.has(key))
    }
}

/// The spread of every function.
pub(super) struct Spreads {
    by_file: Vec<Vec<Option<Spread>>>,
}

impl Spreads {
    pub(super) fn of(program: &Program, overlap: &Overlap) -> Spreads {
        let functions = |file| (0..program.facts(file).functions.len()).map(|_| None).collect();
        let files = (0..program.files.len() as u32).map(crate::link::ids::FileId);
        let mut spreads = Spreads { by_file: files.map(functions).collect() };
        for id in inside_out(program) {
            let spread = Tracker { program, overlap, spreads: &spreads, id }.spread();
            spreads.by_file[id.file.index()][id.ix.index()] = Some(spread);
        }
        spreads
    }

    /// Nothing while it is not known: on the way round a cycle of calls.
    pub(super) fn get(&self, id: FunctionId) -> Option<&Spread> {
        self.by_file[id.file.index()][id.ix.index()].as_ref()
    }
}

/// Could runs of this function meet others: is it worth being asked about?
pub(super) fn is_askable(program: &Program, overlap: &Overlap, id: FunctionId) -> bool {
    let function = program.function(id);
    let runs = !matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor);
    runs && !function.test && overlap.evidence(id) > Evidence::None
}

/// Every function, those that it calls first.
fn inside_out(program: &Program) -> Vec<FunctionId> {
    let mut order = Vec::new();
    let mut seen: rustc_hash::FxHashSet<FunctionId> = rustc_hash::FxHashSet::default();
    for root in program.functions() {
        // A function and whether its callees have been gone through.
        let mut open = vec![(root, false)];
        while let Some((id, done)) = open.pop() {
            if done {
                order.push(id);
            } else if seen.insert(id) {
                open.push((id, true));
                open.extend(calls(program, id).map(|target| (target, false)));
            }
        }
    }
    order
}

fn calls(program: &Program, id: FunctionId) -> impl Iterator<Item = FunctionId> {
    program.summary(id).events.iter().filter_map(|event| match event {
        Happening::Call(target) => Some(*target),
        _ => None,
    })
}

/// A moment at which a place is touched: by whomever, and by what is not asked about elsewhere.
#[derive(Clone, Copy)]
struct Moment {
    any: usize,
    open: Option<usize>,
}

impl Moment {
    /// Who comes from elsewhere is compared with what is done here alone.
    fn for_one(self, open: bool) -> Option<usize> {
        if open { Some(self.any) } else { self.open }
    }
}

type Moments = FxHashMap<KeyId, Moment>;

fn note(moments: &mut Moments, key: KeyId, at: usize, open: bool) -> Moment {
    let moment = moments.entry(key).or_insert(Moment { any: at, open: None });
    moment.open = moment.open.or(open.then_some(at));
    *moment
}

/// One touch of a place.
struct Touch {
    key: KeyId,
    at: usize,
    write: bool,
    /// Nobody else is asked about it.
    open: bool,
}

/// One function while its events are gone through.
struct Tracker<'p> {
    program: &'p Program,
    overlap: &'p Overlap,
    spreads: &'p Spreads,
    id: FunctionId,
}

#[derive(Default)]
struct Trail {
    first: Moments,
    put: Moments,
    pauses: Vec<usize>,
    found: Spread,
}

impl Trail {
    fn pauses_between(&self, begun: Option<usize>, at: usize) -> bool {
        begun.is_some_and(|begun| self.pauses.iter().any(|pause| begun < *pause && *pause < at))
    }
}

impl Tracker<'_> {
    fn spread(&self) -> Spread {
        let mut trail = Trail::default();
        let rust = self.program.is_rust(self.id.file);
        let starts_unknown = !rust && self.program.function(self.id).is_async;
        for (at, event) in self.program.summary(self.id).events.iter().enumerate() {
            // Room between two events for a pause inside the first.
            let at = at * 2;
            match event {
                Happening::Read(key) => self.touch(&mut trail, &Touch { key: *key, at, write: false, open: true }),
                Happening::Write(key) => self.touch(&mut trail, &Touch { key: *key, at, write: true, open: true }),
                // Between two critical sections somebody else may come.
                Happening::Pause | Happening::Release => trail.pauses.push(at + 1),
                // An unknown call may be one that is not awaited: `return load()` inside `try … finally`.
                Happening::Act(_) if starts_unknown => trail.pauses.push(at + 1),
                Happening::Act(_) | Happening::Acquire(_) => {}
                Happening::Close(key) => trail.found.closes.push(*key),
                Happening::Call(target) => self.call(&mut trail, *target, at),
            }
        }
        self.end(trail.found)
    }

    fn call(&self, trail: &mut Trail, target: FunctionId, at: usize) {
        let callee = self.program.summary(target);
        let known = self.spreads.get(target);
        let meets = callee.pauses || !callee.acquires.is_empty();
        // Its pause lies behind what was before it; behind its own reads only where nobody asks about it alone.
        let alone = is_askable(self.program, self.overlap, target);
        let touch = |trail: &mut Trail, key: KeyId, write: bool| {
            let open = known.is_none_or(|known| known.leaves(key, write, alone));
            self.touch(trail, &Touch { key, at, write, open });
        };
        callee.reads.iter().for_each(|key| touch(trail, *key, false));
        if meets {
            trail.pauses.push(at + usize::from(!alone));
        }
        callee.writes.iter().for_each(|key| touch(trail, *key, true));
        if meets && alone {
            trail.pauses.push(at + 1);
        }
        let closes = known.map_or(&callee.closes, |known| &known.closes);
        trail.found.closes.extend(closes);
    }

    fn touch(&self, trail: &mut Trail, touch: &Touch) {
        let Touch { key, at, write, open } = *touch;
        let rust = self.program.is_rust(self.id.file);
        let begun = note(&mut trail.first, key, at, open).for_one(open);
        // What no lock guards can change at any moment, also between a change and a look at its outcome.
        let bare = rust && !is_guarded(self.program, key);
        let put = trail.put.get(&key).and_then(|put| put.for_one(open));
        let apart = begun.is_some_and(|begun| bare && begun < at || trail.pauses.iter().any(|pause| begun < *pause));
        let looked_back = bare && !write && put.is_some_and(|put| put < at);
        let found = &mut trail.found;
        if write && apart || looked_back {
            found.straddled.written.push(key);
        } else if apart && !rust && self.program.is_released(self.program.keys().get(key)) {
            found.straddled.used.push(key);
        }
        if open {
            (if write { &mut found.writes } else { &mut found.reads }).push(key);
        }
        let put = if write { note(&mut trail.put, key, at, open).for_one(open) } else { put };
        let back = trail.pauses_between(put, at);
        let answers = !rust && open && self.overlap.evidence(self.id) >= Evidence::Offered;
        let late = write && open && !rust && !apart && !trail.pauses.is_empty();
        if late && self.program.is_released(self.program.keys().get(key)) {
            trail.found.straddled.opened.push(key);
        }
        if !rust && back || answers && write && !trail.pauses.is_empty() {
            trail.found.straddled.alone.push(key);
        }
    }

    /// What is asked about here is nobody else's any more.
    fn end(&self, mut found: Spread) -> Spread {
        let straddled = &mut found.straddled;
        for keys in [&mut straddled.written, &mut straddled.used, &mut straddled.opened, &mut straddled.alone] {
            keys.sort_unstable();
            keys.dedup();
            keys.retain(|key| outlives(self.program, self.id, key));
        }
        straddled.alone.retain(|key| straddled.written.binary_search(key).is_err());
        for keys in [&mut found.reads, &mut found.writes, &mut found.closes] {
            keys.sort_unstable();
            keys.dedup();
        }
        found
    }
}

/// Does this place outlive a run? The variables of an activation do only for the functions inside it.
fn outlives(program: &Program, id: FunctionId, key: &KeyId) -> bool {
    let Owner::Base(Base::Local(owner, _) | Base::Param(owner, _) | Base::Value(owner, _)) =
        program.keys().get(*key).owner
    else {
        return true;
    };
    let outer = |id: &FunctionId| program.function(*id).outer.map(|ix| FunctionId { file: id.file, ix });
    std::iter::successors(outer(&id), outer).any(|around| around == owner)
}

/// Does this place lie behind a lock?
fn is_guarded(program: &Program, key: KeyId) -> bool {
    let key = program.keys().get(key);
    key.path.contains(&Seg::Inside) || key.path.len() > 1
}
