//! Examine: the pairs of runs that could break each other, explored once for all rules.
//!
//! A rule never explores by itself what others ask about too: it picks, from what was examined, the breaks that are its
//! own. This room must never know a rule.

pub mod appends;
pub mod candidates;
pub mod dropped;
pub mod files;
pub mod held;
pub mod instances;
mod left;
mod memory;
pub mod order;
pub mod origins;
pub mod overlap;
pub mod periods;
pub mod registries;
pub mod requests;
pub mod sections;
pub mod sharing;
pub mod sketch;
mod spread;
pub mod uses;

use std::sync::Arc;

use rayon::prelude::*;

use crate::assemble::{Assembled, Follow, Plan, assemble, steering_places};
use crate::explore::model::{Model, Val, World};
use crate::explore::{Question, Safe, Verdict, Violation, explore};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;
use crate::stages::Progress;
use candidates::{Candidate, Pair};
use left::Failures;
pub use memory::Memory;
use overlap::Overlap;
use sharing::Sharing;
use uses::Uses;

/// One pair with its verdict.
pub struct Examined {
    pub pair: Pair,
    /// The place that it was asked about, where it is one.
    pub about: Option<KeyId>,
    pub assembled: Assembled,
    pub verdict: Verdict,
    /// Two runs reach the same instance of what the pair is about, by evidence.
    pub shared: bool,
    /// It breaks by itself; whether a guard stands around it was too much to be explored.
    pub unconfirmed: bool,
}

/// The program with everything that was explored of it.
#[derive(Default)]
pub struct Examination {
    pub overlap: Arc<Overlap>,
    pub pairs: Vec<Arc<Examined>>,
    /// Functions and the files that they work on.
    pub files: Vec<Arc<files::ExaminedFile>>,
    pub uses: Uses,
    /// What was not explored: too much code lies in the way.
    pub unfit: Vec<Unfit>,
    /// Where the exploration itself failed, and how.
    pub failed: Vec<(FunctionId, String)>,
}

/// A function, and the place that it was to be asked about; the files that it works on where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unfit {
    pub function: FunctionId,
    pub about: Option<KeyId>,
}

/// The most states that the place of a pair may take, and that it may take together with what steers the runs.
const BUDGET: usize = 2_000;
const BUDGET_STEERED: usize = 6_000;

/// Explores every candidate. The order is that of the program, whatever thread did the work. Who stops it on the way
/// gets less than there is. What `memory` knows of an earlier state of the program is not explored again.
pub fn examine(program: &Program, progress: &Progress, memory: &mut Memory) -> Examination {
    let overlap = Overlap::of(program);
    let sharing = Sharing::of(program);
    let candidates = candidates::candidates(program, &overlap);
    let recall = memory.recall(program);
    let failures = Failures::default();
    let one = |candidate: &Candidate| {
        let shared = sharing.is_shared(program, program.keys().get(candidate.about));
        let explore = || failures.guarded(candidate.pair.first, || answer(program, shared, candidate));
        recall.pair(program, candidate, shared, explore)
    };
    let groups: Vec<&[Candidate]> = candidates.chunk_by(|a, b| a.pair.first == b.pair.first).collect();
    let asked: Vec<Asked> = groups
        .par_iter()
        .map(|group| {
            let mut patience = Patience::default();
            let wanted = group.iter().filter(|_| !progress.is_stopped());
            wanted.map(|candidate| patience.ask(candidate, &one)).collect::<Vec<_>>()
        })
        .flatten_iter()
        .collect();
    let (mut pairs, mut unfit): (memory::Pairs, Vec<Unfit>) = (Vec::new(), Vec::new());
    for asked in asked {
        match asked {
            Ok(pair) => pairs.push(pair),
            Err(left) => unfit.push(left),
        }
    }
    let files = if progress.is_stopped() { Vec::new() } else { files::examine(program, &overlap, &recall, &failures) };
    let left_out = |(name, answer): &memory::Pair| {
        let about = program.keys().find(&name.about);
        answer.value.is_none().then_some(Unfit { function: name.pair.first, about })
    };
    let too_much = files.iter().filter(|(_, answer)| answer.value.is_none());
    unfit.extend(pairs.iter().filter_map(left_out));
    let examination = Examination {
        overlap: Arc::new(overlap),
        pairs: pairs.iter().filter_map(|(_, answer)| answer.value.clone()).collect(),
        files: files
            .iter()
            .flat_map(|(_, answer)| answer.value.iter().flat_map(|files| files.iter().cloned()))
            .collect(),
        uses: Uses::of(program),
        unfit: unfit.into_iter().chain(too_much.map(|(id, _)| Unfit { function: *id, about: None })).collect(),
        failed: failures.end(),
    };
    if !progress.is_stopped() {
        memory.keep(program, pairs, files);
    }
    examination
}

/// A pair with its answer, or what was given up before it was asked about.
type Asked = Result<memory::Pair, Unfit>;

/// So often a function may be too big for an answer about one place, and about all, before no more is asked of it.
const TOO_BIG_ABOUT_ONE: usize = 2;
const TOO_BIG_IN_ALL: usize = 12;

/// How often one function was too big.
#[derive(Default)]
struct Patience {
    about: Option<KeyId>,
    about_one: usize,
    in_all: usize,
}

impl Patience {
    fn ask(&mut self, candidate: &Candidate, one: &impl Fn(&Candidate) -> memory::Pair) -> Asked {
        if self.about.replace(candidate.about) != Some(candidate.about) {
            self.about_one = 0;
        }
        if self.about_one >= TOO_BIG_ABOUT_ONE || self.in_all >= TOO_BIG_IN_ALL {
            return Err(Unfit { function: candidate.pair.first, about: Some(candidate.about) });
        }
        let pair = one(candidate);
        let too_big = pair.1.value.as_ref().is_none_or(|examined| matches!(examined.verdict, Verdict::TooBig));
        self.about_one += usize::from(too_big);
        self.in_all += usize::from(too_big);
        Ok(pair)
    }
}

/// What is answered to one candidate of the program.
pub fn examine_one(program: &Program, sharing: &Sharing, candidate: &Candidate) -> Option<Examined> {
    answer(program, sharing.is_shared(program, program.keys().get(candidate.about)), candidate)
}

impl Examined {
    /// The lanes that were explored.
    pub fn question(&self) -> Question {
        Question { budget: BUDGET_STEERED, brief: true, ..Question::new(lanes(&self.assembled.model)) }
    }

    /// The same pair in another form, explored anew: a few times as far as it was, and no longer than a place alone.
    pub fn again(&self, model: Model) -> Examined {
        let budget = match &self.verdict {
            Verdict::Safe(safe) => BUDGET.min(safe.states * 10 + 200),
            Verdict::Breaks(_) | Verdict::TooBig => BUDGET,
        };
        let verdict = explore(&model, &Question { budget, ..self.question() });
        Examined { assembled: self.assembled.with(model), verdict, ..*self }
    }
}

/// A function that meets itself, or two functions.
fn lanes(model: &Model) -> Vec<Vec<u32>> {
    if model.flows.len() == 1 { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] }
}

/// What breaks between two functions is asked about again between the runs within which they meet: a guard may stand
/// there. One that breaks is enough.
fn answer(program: &Program, shared: bool, candidate: &Candidate) -> Option<Examined> {
    let inner = ask(program, shared, candidate)?;
    if candidate.lifted.is_empty() || inner.verdict.breaks().is_empty() {
        return Some(inner);
    }
    let mut safe = None;
    let mut decided = true;
    for lifted in &candidate.lifted {
        match ask(program, shared, lifted) {
            Some(outer) if outer.unconfirmed || matches!(outer.verdict, Verdict::TooBig) => decided = false,
            Some(outer) if outer.verdict.breaks().is_empty() => safe = Some(outer),
            Some(outer) => return Some(outer),
            None => decided = false,
        }
    }
    if decided { safe } else { Some(Examined { unconfirmed: true, ..inner }) }
}

/// First the place alone, with everything else unknown: what is safe so is safe. What breaks is looked at again with the
/// places that steer the runs, for one of them may be its guard.
fn ask(program: &Program, shared: bool, candidate: &Candidate) -> Option<Examined> {
    let mut inquiry = Inquiry { program, candidate, filled: candidate.used };
    let about = inquiry.about();
    let mut assembled = inquiry.assemble(&about)?;
    let mut verdict = inquiry.ask(&assembled.model, BUDGET, false);
    if matches!(verdict, Verdict::Safe(_)) && fill(&mut assembled.model) {
        // What does nothing while nothing is there may do harm when something is.
        verdict = inquiry.ask(&assembled.model, BUDGET, false);
        inquiry.filled = true;
    }
    let alone: Vec<Violation> = verdict.breaks().iter().map(|found| found.violation).collect();
    let mut unconfirmed = false;
    if !alone.is_empty() {
        let steering = inquiry.steering(&about);
        match inquiry.steered(&about, &steering) {
            Some(answer) => (assembled, verdict) = answer,
            None => {
                verdict = inquiry.ask(&assembled.model, BUDGET, true);
                // One of them may be a guard, and nobody knows.
                unconfirmed = !steering.is_empty();
            }
        }
    }
    if let Verdict::Breaks(breaks) = &mut verdict {
        // What breaks at the others is found when it is asked about them.
        breaks.retain(|found| found.place.is_none_or(|place| about.contains(&assembled.places[place as usize].key)));
        // A guard that another guard keeps from ever being met is not dead.
        breaks.retain(|found| found.violation != Violation::DeadGuard || alone.contains(&Violation::DeadGuard));
        // Everything else is asked about with the places as they are at first.
        breaks.retain(|found| !candidate.used || is_of_use(found.violation));
    }
    Some(Examined { pair: candidate.pair, about: Some(candidate.about), assembled, verdict, shared, unconfirmed })
}

/// Puts something into the places of tasks where nothing is at first; whether there are any.
fn fill(model: &mut Model) -> bool {
    let mut any = false;
    let tasks = model.world == World::Tasks;
    for place in model.places.iter_mut().filter(|place| tasks && place.initial == Val::Absent) {
        place.initial = Val::Unknown;
        any = true;
    }
    any
}

/// Does it come of going on with what another has released?
fn is_of_use(violation: Violation) -> bool {
    matches!(violation, Violation::UseAfterRelease | Violation::UseOfNull)
}

/// One candidate while it is being asked about.
struct Inquiry<'p> {
    program: &'p Program,
    candidate: &'p Candidate,
    /// Something stands in the places when the runs begin.
    filled: bool,
}

impl Inquiry<'_> {
    fn key(&self, id: KeyId) -> &SharedKey {
        self.program.keys().get(id)
    }

    /// The place and what lies inside it or around it.
    fn about(&self) -> Vec<SharedKey> {
        let about = self.key(self.candidate.about);
        let related = |key: &&KeyId| **key == self.candidate.about || self.key(**key).touches(about);
        self.candidate.keys.iter().filter(related).map(|key| self.key(*key).clone()).collect()
    }

    fn plan(&self, keep: Vec<SharedKey>) -> Plan {
        let (first, second) = (self.candidate.pair.first, self.candidate.pair.second);
        let flows = if first == second { vec![first] } else { vec![first, second] };
        let vague =
            self.candidate.keys.iter().map(|key| self.key(*key).clone()).filter(|key| !keep.contains(key)).collect();
        Plan { vague, filled: self.filled, ordered: self.candidate.ordered, ..Plan::new(flows, keep, Follow::Places) }
    }

    fn assemble(&self, keep: &[SharedKey]) -> Option<Assembled> {
        assemble(self.program, &self.plan(keep.to_vec())).ok()
    }

    fn ask(&self, model: &Model, budget: usize, told: bool) -> Verdict {
        if !model.can_break() {
            return Verdict::Safe(Safe::default());
        }
        explore(model, &Question { budget, told, brief: true, ..Question::new(lanes(model)) })
    }

    /// The other places whose content decides where the runs go.
    fn steering(&self, about: &[SharedKey]) -> Vec<SharedKey> {
        let all: Vec<SharedKey> = self.candidate.keys.iter().map(|key| self.key(*key).clone()).collect();
        let Some(assembled) = self.assemble(&all) else { return Vec::new() };
        let mut steering: Vec<SharedKey> = Vec::new();
        for place in steering_places(&assembled.model) {
            let key = &assembled.places[place as usize].key;
            if !about.contains(key) && !steering.contains(key) {
                steering.push(key.clone());
            }
        }
        steering
    }

    /// All that steers at once, or where that is too much, one after the other: one guard is enough to be safe. Nothing
    /// where no answer was had: that for the place alone stands.
    fn steered(&self, about: &[SharedKey], steering: &[SharedKey]) -> Option<(Assembled, Verdict)> {
        let with = |more: &[SharedKey]| {
            let keep: Vec<SharedKey> = about.iter().chain(more).cloned().collect();
            let assembled = self.assemble(&keep)?;
            let verdict = self.ask(&assembled.model, BUDGET_STEERED, true);
            (!matches!(verdict, Verdict::TooBig)).then_some((assembled, verdict))
        };
        if steering.is_empty() {
            return None;
        }
        with(steering).or_else(|| {
            let mut known = None;
            for one in steering {
                let answer = with(std::slice::from_ref(one));
                if matches!(&answer, Some((_, Verdict::Safe(_)))) {
                    return answer;
                }
                known = answer.or(known);
            }
            known
        })
    }
}
