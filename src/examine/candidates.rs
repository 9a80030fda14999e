//! Candidates: which pairs of runs are worth exploring. Cheap, by summaries; everything else needs no exploring.

use rustc_hash::FxHashMap;

use super::overlap::{Evidence, Overlap};
use crate::facts::FunctionKind;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::Seg;
use crate::link::summary::{Happening, KeyId};

/// Two flows (the same function twice, often) and the places that they share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub first: FunctionId,
    pub second: FunctionId,
    pub keys: Vec<KeyId>,
}

/// The most rivals that one function is explored against.
const RIVALS: usize = 6;

/// Places that more functions than this write are plumbing: only the function itself is its rival there.
const CROWD: usize = 64;

pub fn pairs(program: &Program, overlap: &Overlap) -> Vec<Pair> {
    let roots: Vec<FunctionId> = program.functions().filter(|id| is_root(program, overlap, *id)).collect();
    let mut writers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    for root in &roots {
        for key in &program.summary(*root).writes {
            writers.entry(*key).or_default().push(*root);
        }
    }
    let mut pairs = Vec::new();
    for root in &roots {
        let spread = straddled(program, *root);
        if !spread.is_empty() {
            rivals(program, *root, &spread, &writers, &mut pairs);
        }
    }
    pairs
}

/// Runs begin here: not in a private function that only others of the program call.
fn is_root(program: &Program, overlap: &Overlap, id: FunctionId) -> bool {
    let function = program.function(id);
    let runs = !matches!(function.kind, FunctionKind::Module | FunctionKind::Initializer | FunctionKind::Constructor);
    runs && !function.test && !overlap.is_behind_door(program, id) && overlap.evidence(program, id) > Evidence::None
}

/// The keys that are touched on both sides of a meeting point.
fn straddled(program: &Program, id: FunctionId) -> Vec<KeyId> {
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
        if write && (bare || pauses.iter().any(|pause| begun <= *pause)) {
            found.push(key);
        }
    };
    for (at, event) in summary.events.iter().enumerate() {
        match event {
            Happening::Read(key) => touch(*key, at, false, &pauses),
            Happening::Write(key) => touch(*key, at, true, &pauses),
            // Between two critical sections somebody else may come.
            Happening::Pause | Happening::Release => pauses.push(at),
            // An unknown call may be one that is not awaited: `return load()` inside `try … finally`.
            Happening::Act(_) if starts_unknown => pauses.push(at),
            Happening::Act(_) => {}
            Happening::Call(target) => {
                let callee = program.summary(*target);
                callee.reads.iter().for_each(|key| touch(*key, at, false, &pauses));
                if callee.pauses || !callee.acquires.is_empty() {
                    pauses.push(at);
                }
                callee.writes.iter().for_each(|key| touch(*key, at, true, &pauses));
            }
            Happening::Acquire(_) => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
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
    pairs: &mut Vec<Pair>,
) {
    let own = program.summary(root);
    let mut rivals: Vec<FunctionId> = Vec::new();
    for key in spread {
        let all = writers.get(key).map_or(&[][..], Vec::as_slice);
        if all.len() <= CROWD {
            rivals.extend(all.iter().filter(|rival| **rival != root));
        }
    }
    // Nearest first: what stands in the same file is the likeliest rival.
    rivals.sort_by_key(|rival| (rival.file != root.file, *rival));
    rivals.dedup();
    rivals.truncate(RIVALS);
    rivals.insert(0, root);
    for rival in rivals {
        let other = program.summary(rival);
        let theirs = if rival == root { Vec::new() } else { straddled(program, rival) };
        let keys = spread
            .iter()
            .chain(&theirs)
            .filter(|key| own.touches(**key) && other.touches(**key))
            .filter(|key| own.writes.binary_search(key).is_ok() || other.writes.binary_search(key).is_ok());
        let mut keys: Vec<KeyId> = keys.copied().collect();
        keys.sort_unstable();
        keys.dedup();
        if spread.iter().any(|key| keys.binary_search(key).is_ok()) {
            pairs.push(Pair { first: root, second: rival, keys });
        }
    }
}
