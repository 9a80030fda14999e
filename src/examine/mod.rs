//! Examine: the pairs of runs that could break each other, explored once for all rules.
//!
//! A rule never explores by itself what others ask about too: it picks, from what was examined, the breaks that are its
//! own. This room must never know a rule.

pub mod candidates;
pub mod dropped;
pub mod files;
pub mod held;
pub mod overlap;
pub mod sections;
pub mod sharing;
pub mod sketch;

use std::sync::Arc;

use rayon::iter::Either;
use rayon::prelude::*;

use crate::assemble::{Assembled, Follow, Plan, assemble, steering_places};
use crate::explore::model::Model;
use crate::explore::{Question, Verdict, Violation, explore};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;
use candidates::{Candidate, Pair};
use overlap::Overlap;
use sharing::Sharing;

/// One pair with its verdict.
pub struct Examined {
    pub pair: Pair,
    /// The place that it was asked about, where it is one.
    pub about: Option<KeyId>,
    pub assembled: Assembled,
    pub verdict: Verdict,
    /// Two runs reach the same instance of what the pair is about, by evidence.
    pub shared: bool,
}

/// The program with everything that was explored of it.
#[derive(Default)]
pub struct Examination {
    pub overlap: Arc<Overlap>,
    pub pairs: Vec<Examined>,
    /// Functions and the files that they work on.
    pub files: Vec<files::ExaminedFile>,
    /// What was not explored: too much code lies in the way.
    pub unfit: Vec<Unfit>,
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

/// Explores every candidate. The order is that of the program, whatever thread did the work.
pub fn examine(program: &Program) -> Examination {
    let overlap = Overlap::of(program);
    let sharing = Sharing::of(program);
    let candidates = candidates::candidates(program, &overlap);
    let (pairs, mut unfit): (Vec<Examined>, Vec<Unfit>) = candidates
        .par_iter()
        .map(|candidate| examine_one(program, &sharing, candidate).ok_or(candidate))
        .partition_map(|examined| match examined {
            Ok(examined) => Either::Left(examined),
            Err(left) => Either::Right(Unfit { function: left.pair.first, about: Some(left.about) }),
        });
    let (files, more) = files::examine(program, &overlap);
    unfit.extend(more);
    Examination { overlap: Arc::new(overlap), pairs, files, unfit }
}

impl Examined {
    /// The lanes that were explored.
    pub fn question(&self) -> Question {
        Question { budget: BUDGET_STEERED, ..Question::new(lanes(&self.assembled)) }
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
fn lanes(assembled: &Assembled) -> Vec<Vec<u32>> {
    if assembled.model.flows.len() == 1 { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] }
}

/// First the place alone, with everything else unknown: what is safe so is safe. What breaks is looked at again with the
/// places that steer the runs, for one of them may be its guard.
fn examine_one(program: &Program, sharing: &Sharing, candidate: &Candidate) -> Option<Examined> {
    let shared = sharing.is_shared(program, program.keys().get(candidate.about));
    let inquiry = Inquiry { program, candidate };
    let about = inquiry.about();
    let (mut assembled, mut verdict) = inquiry.explore(&about, BUDGET)?;
    let alone: Vec<Violation> = verdict.breaks().iter().map(|found| found.violation).collect();
    if !alone.is_empty()
        && let Some((model, answer)) = inquiry.steered(&about, &inquiry.steering(&about))
    {
        (assembled, verdict) = (model, answer);
    }
    if let Verdict::Breaks(breaks) = &mut verdict {
        // What breaks at the others is found when it is asked about them.
        breaks.retain(|found| found.place.is_none_or(|place| about.contains(&assembled.places[place as usize].key)));
        // A guard that another guard keeps from ever being met is not dead.
        breaks.retain(|found| found.violation != Violation::DeadGuard || alone.contains(&Violation::DeadGuard));
    }
    Some(Examined { pair: candidate.pair, about: Some(candidate.about), assembled, verdict, shared })
}

/// One candidate while it is being asked about.
struct Inquiry<'p> {
    program: &'p Program,
    candidate: &'p Candidate,
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
        Plan { vague, ..Plan::new(flows, keep, Follow::Places) }
    }

    fn explore(&self, keep: &[SharedKey], budget: usize) -> Option<(Assembled, Verdict)> {
        let assembled = assemble(self.program, &self.plan(keep.to_vec())).ok()?;
        let question = Question { budget, ..Question::new(lanes(&assembled)) };
        let verdict = explore(&assembled.model, &question);
        Some((assembled, verdict))
    }

    /// The other places whose content decides where the runs go.
    fn steering(&self, about: &[SharedKey]) -> Vec<SharedKey> {
        let all = self.candidate.keys.iter().map(|key| self.key(*key).clone()).collect();
        let Ok(assembled) = assemble(self.program, &self.plan(all)) else { return Vec::new() };
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
            self.explore(&keep, BUDGET_STEERED).filter(|(_, verdict)| !matches!(verdict, Verdict::TooBig))
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
