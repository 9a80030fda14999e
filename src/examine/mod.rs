//! Examine: the pairs of runs that could break each other, explored once for all rules.
//!
//! A rule never explores by itself what others ask about too: it picks, from what was examined, the breaks that are its
//! own. This room must never know a rule.

pub mod candidates;
pub mod files;
pub mod held;
pub mod overlap;
pub mod sections;
pub mod sharing;
pub mod sketch;

use rayon::prelude::*;

use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::explore::{Question, Verdict, explore};
use crate::link::Program;
use candidates::Pair;
use overlap::Overlap;
use sharing::Sharing;

/// One pair with its verdict.
pub struct Examined {
    pub pair: Pair,
    pub assembled: Assembled,
    pub verdict: Verdict,
    /// Two runs reach the same instance, by evidence.
    pub shared: bool,
}

/// The program with everything that was explored of it.
pub struct Examination {
    pub overlap: Overlap,
    pub pairs: Vec<Examined>,
    /// Functions and the files that they work on.
    pub files: Vec<files::ExaminedFile>,
}

/// The most states that one pair may take.
const BUDGET: usize = 1_000;

/// Explores every candidate. The order is that of the program, whatever thread did the work.
pub fn examine(program: &Program) -> Examination {
    let overlap = Overlap::of(program);
    let sharing = Sharing::of(program);
    let candidates = candidates::pairs(program, &overlap);
    let pairs = candidates.into_par_iter().filter_map(|pair| examine_pair(program, &sharing, pair)).collect();
    let files = files::examine(program, &overlap);
    Examination { overlap, pairs, files }
}

fn examine_pair(program: &Program, sharing: &Sharing, pair: Pair) -> Option<Examined> {
    let keep = pair.keys.iter().map(|key| program.keys().get(*key).clone()).collect();
    let own = pair.first == pair.second;
    let flows = if own { vec![pair.first] } else { vec![pair.first, pair.second] };
    let assembled = assemble(program, &Plan { flows, keep, follow: Follow::Places }).ok()?;
    let lanes = if own { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] };
    let question = Question { budget: BUDGET, ..Question::new(lanes) };
    let verdict = explore(&assembled.model, &question);
    let shared = pair.keys.iter().all(|key| sharing.is_shared(program, program.keys().get(*key)));
    Some(Examined { pair, assembled, verdict, shared })
}
