//! Candidates: which pairs of runs are worth exploring. Cheap, by summaries; everything else needs no exploring.

use rustc_hash::FxHashMap;

use super::overlap::Overlap;
use super::spread::{Spread, Spreads, is_askable};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::summary::{DEPTH, KeyId};

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
    /// The second run begins when the first function has returned, whatever that has left under way.
    pub ordered: bool,
    /// The same between the runs within which this pair meets, if neither begins where it stands: what breaks must break
    /// there as well.
    pub lifted: Vec<Candidate>,
}

/// The most rivals that one function is explored against.
const RIVALS: usize = 6;

/// Places that more functions than this write are plumbing: only the function itself is its rival there.
const CROWD: usize = 64;

/// As many roots stand for a function that runs within others only, and as many pairs of them are asked about.
const ROOTS: usize = 3;
const LIFTED: usize = 4;

pub fn candidates(program: &Program, overlap: &Overlap) -> Vec<Candidate> {
    let spreads = Spreads::of(program, overlap);
    let asked: Vec<FunctionId> = program.functions().filter(|id| is_askable(program, overlap, *id)).collect();
    let mut writers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    let mut closers: FxHashMap<KeyId, Vec<FunctionId>> = FxHashMap::default();
    for id in &asked {
        let Some(spread) = spreads.get(*id) else { continue };
        // What a function behind others does in passing is theirs.
        let own = |key: &KeyId| !overlap.is_behind_door(program, *id) || spread.straddled.has(*key);
        let (writes, closes) = (spread.writes.iter().copied(), spread.closes.iter().copied());
        writes.filter(own).for_each(|key| writers.entry(key).or_default().push(*id));
        closes.filter(own).for_each(|key| closers.entry(key).or_default().push(*id));
    }
    let mut finder = Finder { program, overlap, found: Vec::new() };
    for id in &asked {
        let Some(Spread { straddled, .. }) = spreads.get(*id) else { continue };
        for key in &straddled.written {
            finder.rivals(*id, *key, writers.get(key), false);
        }
        for key in &straddled.alone {
            finder.rivals(*id, *key, None, false);
        }
        for key in &straddled.used {
            finder.rivals(*id, *key, closers.get(key), true);
        }
        for key in &straddled.opened {
            finder.undone(*id, *key, closers.get(key));
        }
    }
    finder.found
}

/// What is found, function by function.
struct Finder<'p> {
    program: &'p Program,
    overlap: &'p Overlap,
    found: Vec<Candidate>,
}

impl Finder<'_> {
    /// The candidates of one function about one place, by those who write it, or release what it goes on using (`used`).
    fn rivals(&mut self, id: FunctionId, about: KeyId, all: Option<&Vec<FunctionId>>, used: bool) {
        let all = all.map_or(&[][..], Vec::as_slice);
        let others = all.iter().copied().filter(|rival| *rival != id && all.len() <= CROWD);
        // Nearest first: what stands in the same file is the likeliest rival.
        let mut rivals: Vec<FunctionId> = others.collect();
        rivals.sort_by_key(|rival| (rival.file != id.file, *rival));
        rivals.truncate(RIVALS);
        if !used || all.contains(&id) {
            rivals.insert(0, id);
        }
        for rival in rivals {
            let pair = Pair { first: id, second: rival };
            let lifted = self.lifted(pair);
            if lifted.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            let lifted = lifted.into_iter().flatten().map(|pair| self.candidate(pair, about, used)).collect();
            self.found.push(Candidate { lifted, ..self.candidate(pair, about, used) });
        }
    }

    /// What one puts there late, against those who undo what has led to it.
    fn undone(&mut self, id: FunctionId, about: KeyId, closers: Option<&Vec<FunctionId>>) {
        for second in closers.into_iter().flatten() {
            let Some(first) = self.overlap.undone_by(*second).filter(|begun| self.overlap.runs_within(id, *begun))
            else {
                continue;
            };
            let pair = Pair { first, second: *second };
            let candidate = Candidate { ordered: true, ..self.candidate(pair, about, false) };
            if !self.found.contains(&candidate) {
                self.found.push(candidate);
            }
        }
    }

    fn candidate(&self, pair: Pair, about: KeyId, used: bool) -> Candidate {
        let (own, other) = (self.program.summary(pair.first), self.program.summary(pair.second));
        let mut keys: Vec<KeyId> = own.touched().filter(|key| other.touches(*key)).collect();
        keys.retain(|key| {
            *key == about || own.writes.binary_search(key).is_ok() || other.writes.binary_search(key).is_ok()
        });
        keys.sort_unstable();
        keys.dedup();
        Candidate { pair, about, keys, used, ordered: false, lifted: Vec::new() }
    }

    /// The pairs of runs within which this pair meets; `None` if it is itself where runs begin.
    fn lifted(&self, pair: Pair) -> Option<Vec<Pair>> {
        let door = |id| self.overlap.is_behind_door(self.program, id);
        if !door(pair.first) && !door(pair.second) {
            return None;
        }
        let (firsts, seconds) = (self.roots(pair.first), self.roots(pair.second));
        let mut pairs: Vec<Pair> = Vec::new();
        for first in &firsts {
            for second in &seconds {
                let twin = Pair { first: *second, second: *first };
                if pair.first != pair.second || !pairs.contains(&twin) {
                    pairs.push(Pair { first: *first, second: *second });
                }
            }
        }
        pairs.sort_by_key(|pair| pair.first != pair.second);
        pairs.truncate(LIFTED);
        Some(pairs)
    }

    /// Where the runs begin in which this function runs, nearest first.
    fn roots(&self, id: FunctionId) -> Vec<FunctionId> {
        let (mut roots, mut seen, mut level) = (Vec::new(), vec![id], vec![id]);
        for _ in 0..=DEPTH {
            let (inner, begin): (Vec<FunctionId>, Vec<FunctionId>) =
                level.into_iter().partition(|id| self.overlap.is_behind_door(self.program, *id));
            roots.extend(begin.into_iter().filter(|id| is_askable(self.program, self.overlap, *id)));
            let callers = inner.into_iter().flat_map(|id| self.overlap.callers(id));
            level = callers.filter(|caller| !seen.contains(caller)).collect();
            level.sort_unstable();
            level.dedup();
            seen.extend(&level);
        }
        roots.sort_by_key(|root| root.file != id.file);
        roots.truncate(ROOTS);
        roots
    }
}
