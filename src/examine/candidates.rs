//! Candidates: which pairs of runs are worth exploring. Cheap, by summaries; everything else needs no exploring.

use rustc_hash::FxHashMap;

use super::overlap::{Evidence, Overlap};
use crate::facts::FunctionKind;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner, Seg};
use crate::link::summary::{Happening, KeyId};

/// Two functions whose runs meet; the same one twice, often.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pair {
    pub first: FunctionId,
    pub second: FunctionId,
}

/// A pair, the place that it is to be explored for, and all places that both touch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub pair: Pair,
    pub about: KeyId,
    pub keys: Vec<KeyId>,
    /// It is about what the first run goes on using: something stands there when the runs begin.
    pub used: bool,
}

/// The most rivals that one function is explored against.
const RIVALS: usize = 6;

/// Places that more functions than this write are plumbing: only the function itself is its rival there.
const CROWD: usize = 64;

pub fn candidates(program: &Program, overlap: &Overlap) -> Vec<Candidate> {
    let roots: Vec<FunctionId> = program.functions().filter(|id| is_root(program, overlap, *id)).collect();
    let mut writers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    let mut closers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    for root in &roots {
        let summary = program.summary(*root);
        summary.writes.iter().for_each(|key| writers.entry(*key).or_default().push(*root));
        summary.closes.iter().for_each(|key| closers.entry(*key).or_default().push(*root));
    }
    let mut found = Vec::new();
    for root in &roots {
        let spread = straddled(program, overlap, *root);
        for key in &spread.written {
            let all = writers.get(key).map_or(&[][..], Vec::as_slice);
            rivals(program, *root, *key, (all, false), &mut found);
        }
        for key in &spread.alone {
            rivals(program, *root, *key, (&[], false), &mut found);
        }
        for key in &spread.used {
            let all = closers.get(key).map_or(&[][..], Vec::as_slice);
            rivals(program, *root, *key, (all, true), &mut found);
        }
    }
    found
}

/// The keys that a function touches on both sides of a meeting point.
#[derive(Default)]
struct Straddled {
    /// Written on the far side.
    written: Vec<KeyId>,
    /// Something with a life of its own that is come back to.
    used: Vec<KeyId>,
    /// What another run of the same function may get in the way of: read back behind the meeting point, or, where runs are
    /// known to overlap, written there from an answer.
    alone: Vec<KeyId>,
}

/// Runs begin here: not in a private function that only others of the program call.
fn is_root(program: &Program, overlap: &Overlap, id: FunctionId) -> bool {
    let function = program.function(id);
    let runs = !matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor);
    runs && !function.test && !overlap.is_behind_door(program, id) && overlap.evidence(id) > Evidence::None
}

/// The keys that are touched on both sides of a meeting point. What lies wholly within a call of another root is asked
/// about there.
fn straddled(program: &Program, overlap: &Overlap, id: FunctionId) -> Straddled {
    let summary = program.summary(id);
    let rust = program.is_rust(id.file);
    let starts_unknown = !rust && program.function(id).is_async;
    let mut first: FxHashMap<KeyId, usize> = FxHashMap::default();
    let mut pauses: Vec<usize> = Vec::new();
    let mut put: FxHashMap<KeyId, usize> = FxHashMap::default();
    let answers = !rust && overlap.evidence(id) == Evidence::Shown;
    let mut found = Straddled::default();
    let mut touch = |key: KeyId, at: usize, write: bool, pauses: &[usize]| {
        let begun = *first.entry(key).or_insert(at);
        // What no lock guards can change at any moment, also between a change and a look at its outcome.
        let bare = rust && !is_guarded(program, key);
        let apart = bare && begun < at || pauses.iter().any(|pause| begun < *pause);
        let looked_back = bare && !write && put.get(&key).is_some_and(|put| *put < at);
        if write && apart || looked_back {
            found.written.push(key);
        } else if apart && !rust && program.is_released(program.keys().get(key)) {
            found.used.push(key);
        }
        if write {
            put.entry(key).or_insert(at);
        }
        let back = put.get(&key).is_some_and(|put| pauses.iter().any(|pause| put < pause && *pause < at));
        if !rust && back || answers && write && !pauses.is_empty() {
            found.alone.push(key);
        }
    };
    for (at, event) in summary.events.iter().enumerate() {
        // Room between two events for a pause inside the first.
        let at = at * 2;
        match event {
            Happening::Read(key) => touch(*key, at, false, &pauses),
            Happening::Write(key) => touch(*key, at, true, &pauses),
            // Between two critical sections somebody else may come.
            Happening::Pause | Happening::Release => pauses.push(at + 1),
            // An unknown call may be one that is not awaited: `return load()` inside `try … finally`.
            Happening::Act(_) if starts_unknown => pauses.push(at + 1),
            Happening::Act(_) => {}
            Happening::Call(target) => {
                let callee = program.summary(*target);
                callee.reads.iter().for_each(|key| touch(*key, at, false, &pauses));
                let meets = callee.pauses || !callee.acquires.is_empty();
                // Its pause lies behind what was before it; behind its own reads only where nobody asks about it alone.
                let own = usize::from(!is_root(program, overlap, *target));
                if meets {
                    pauses.push(at + own);
                }
                callee.writes.iter().for_each(|key| touch(*key, at, true, &pauses));
                if meets && own == 0 {
                    pauses.push(at + 1);
                }
            }
            Happening::Acquire(_) | Happening::Close(_) => {}
        }
    }
    for keys in [&mut found.written, &mut found.used, &mut found.alone] {
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| outlives(program, id, key));
    }
    found.alone.retain(|key| found.written.binary_search(key).is_err());
    found
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

/// The candidates of one function about one place, by those who write it, or release what it goes on using (`used`).
fn rivals(
    program: &Program,
    root: FunctionId,
    about: KeyId,
    (all, used): (&[FunctionId], bool),
    found: &mut Vec<Candidate>,
) {
    let own = program.summary(root);
    let others = all.iter().copied().filter(|rival| *rival != root && all.len() <= CROWD);
    // Nearest first: what stands in the same file is the likeliest rival.
    let mut rivals: Vec<FunctionId> = others.collect();
    rivals.sort_by_key(|rival| (rival.file != root.file, *rival));
    rivals.truncate(RIVALS);
    if !used || all.contains(&root) {
        rivals.insert(0, root);
    }
    for rival in rivals {
        let other = program.summary(rival);
        let mut keys: Vec<KeyId> = own.touched().filter(|key| other.touches(*key)).collect();
        keys.retain(|key| {
            *key == about || own.writes.binary_search(key).is_ok() || other.writes.binary_search(key).is_ok()
        });
        keys.sort_unstable();
        keys.dedup();
        found.push(Candidate { pair: Pair { first: root, second: rival }, about, keys, used });
    }
}
