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
}

/// The most rivals that one function is explored against.
const RIVALS: usize = 6;

/// Places that more functions than this write are plumbing: only the function itself is its rival there.
const CROWD: usize = 64;

pub fn candidates(program: &Program, overlap: &Overlap) -> Vec<Candidate> {
    let roots: Vec<FunctionId> = program.functions().filter(|id| is_root(program, overlap, *id)).collect();
    let mut writers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    for root in &roots {
        for key in &program.summary(*root).writes {
            writers.entry(*key).or_default().push(*root);
        }
    }
    let mut found = Vec::new();
    for root in &roots {
        let spread = straddled(program, overlap, *root);
        if !spread.is_empty() {
            rivals(program, *root, &spread, &writers, &mut found);
        }
    }
    found
}

/// Runs begin here: not in a private function that only others of the program call.
fn is_root(program: &Program, overlap: &Overlap, id: FunctionId) -> bool {
    let function = program.function(id);
    let runs = !matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor);
    runs && !function.test && !overlap.is_behind_door(program, id) && overlap.evidence(id) > Evidence::None
}

/// The keys that are touched on both sides of a meeting point. What lies wholly within a call of another root is asked
/// about there.
fn straddled(program: &Program, overlap: &Overlap, id: FunctionId) -> Vec<KeyId> {
    let summary = program.summary(id);
    let rust = program.is_rust(id.file);
    let starts_unknown = !rust && program.function(id).is_async;
    let mut first: FxHashMap<KeyId, usize> = FxHashMap::default();
    let mut pauses: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut touch = |key: KeyId, at: usize, write: bool, pauses: &[usize]| {
        let begun = *first.entry(key).or_insert(at);
        // What no lock guards can change at any moment.
        let bare = rust && begun < at && !is_guarded(program, key);
        if write && (bare || pauses.iter().any(|pause| begun < *pause)) {
            found.push(key);
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
            Happening::Acquire(_) => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|key| outlives(program, id, key));
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

fn rivals(
    program: &Program,
    root: FunctionId,
    spread: &[KeyId],
    writers: &FxHashMap<KeyId, Vec<FunctionId>>,
    found: &mut Vec<Candidate>,
) {
    let own = program.summary(root);
    for key in spread {
        let all = writers.get(key).map_or(&[][..], Vec::as_slice);
        let others = all.iter().copied().filter(|rival| *rival != root && all.len() <= CROWD);
        // Nearest first: what stands in the same file is the likeliest rival.
        let mut rivals: Vec<FunctionId> = others.collect();
        rivals.sort_by_key(|rival| (rival.file != root.file, *rival));
        rivals.truncate(RIVALS);
        rivals.insert(0, root);
        for rival in rivals {
            let other = program.summary(rival);
            let mut keys: Vec<KeyId> = own.touched().filter(|key| other.touches(*key)).collect();
            keys.retain(|key| own.writes.binary_search(key).is_ok() || other.writes.binary_search(key).is_ok());
            keys.sort_unstable();
            keys.dedup();
            found.push(Candidate { pair: Pair { first: root, second: rival }, about: *key, keys });
        }
    }
}
