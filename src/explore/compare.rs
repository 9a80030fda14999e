//! The reduced search against the exhaustive one, for tests: both must come to the same violations and the same outcomes.

use rustc_hash::FxHashSet;

use super::analysis::{Kind, session};
use super::definitions::Definitions;
use super::model::Model;
use super::outcome::Outcome;
use super::search::{Found, Mode, Session, search};
use super::setup::{Errors, Setup};
use super::verdict::{Lane, Violation};

/// What two searches that agree have in common.
#[derive(Debug)]
pub struct Compared {
    pub exhaustive: usize,
    pub reduced: usize,
    /// Violations seen by both, those that hang on the outcome included.
    pub violations: Vec<Violation>,
}

/// Both searches of these lanes; `None` if one of them grew too big.
pub fn compare(
    model: &Model,
    lanes: &[Lane],
    errors: bool,
    definitions: Definitions,
) -> Result<Option<Compared>, String> {
    let budget = 1_500;
    let Some(mut session) = session(model, lanes, definitions) else { return Ok(None) };
    let setup = Setup::new(model, lanes, if errors { Errors::Telling } else { Errors::None });
    let all = search(&mut session, &setup, Mode::Exhaustive, budget, &|_, _| false);
    session.spent = 0;
    let few = search(&mut session, &setup, Mode::Reduced, budget, &|_, _| false);
    if all.too_big || few.too_big {
        return Ok(None);
    }
    differ("violations", &kinds(&session, &all), &kinds(&session, &few))?;
    differ("outcomes", &outcomes(&session, &all), &outcomes(&session, &few))?;
    let mut violations: Vec<Violation> = kinds(&session, &all).into_iter().map(|k| k.0).collect();
    violations.extend(outcomes(&session, &all).into_iter().flat_map(|o| o.1).map(|k| k.0));
    violations.sort_unstable();
    violations.dedup();
    Ok(Some(Compared { exhaustive: all.states, reduced: few.states, violations }))
}

fn differ<T: std::hash::Hash + Eq + std::fmt::Debug>(
    what: &str,
    all: &FxHashSet<T>,
    few: &FxHashSet<T>,
) -> Result<(), String> {
    if all == few {
        return Ok(());
    }
    let missing: Vec<&T> = all.difference(few).take(3).collect();
    let extra: Vec<&T> = few.difference(all).take(3).collect();
    Err(format!("{what}: {} and {}; missing {missing:?}, extra {extra:?}", all.len(), few.len()))
}

fn kinds(session: &Session, found: &Found) -> FxHashSet<Kind> {
    found.findings.iter().chain(&found.waiting).map(|n| session.table.finding(*n).kind()).collect()
}

fn outcomes(session: &Session, found: &Found) -> FxHashSet<(Outcome, Vec<Kind>)> {
    let kinds = |all: &[u32]| {
        let mut kinds: Vec<Kind> = all.iter().map(|n| session.table.finding(*n).kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    let mut all = FxHashSet::default();
    found.each_ending(|e| {
        all.insert((e.outcome.clone(), kinds(&e.candidates)));
    });
    all
}
