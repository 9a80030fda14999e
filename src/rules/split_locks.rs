//! `split-locks`: two locks of one type guard what belongs together, and some function does not hold both.
//!
//! The evidence is gathered over all functions of the type: who writes both, who reads both, nested or apart. Without a
//! second function that uses the two together they are independent, however often one function takes both.

use std::collections::{BTreeMap, BTreeSet};

use super::pick::Incidents;
use super::wording::{Words, draft, function_at, name, scope};
use super::{Context, Sink};
use crate::assemble::{Assembled, Plan, assemble};
use crate::examine::Examined;
use crate::examine::candidates::Pair;
use crate::examine::overlap::Evidence;
use crate::examine::sections::{self, Section};
use crate::explore::{Break, Question, Verdict, Violation, explore};
use crate::finding::Spot;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;

type Functions = BTreeMap<FunctionId, Vec<Section>>;

/// What one function does with two locks.
struct Use {
    id: FunctionId,
    apart: bool,
    writes_both: bool,
    reads_both: bool,
    /// Something ties the two sections: one value in both, or what was found under one is looked up under the other.
    tied: bool,
}

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for functions in sections::of_units(cx.program).values() {
        let locks = lock_keys(functions);
        for (at, first) in locks.iter().enumerate() {
            for second in &locks[at + 1..] {
                examine_pair(cx, functions, first, second, &mut incidents);
            }
        }
    }
    incidents.report(sink);
}

/// The locks of one type, by name.
fn lock_keys(functions: &Functions) -> Vec<SharedKey> {
    let mut keys: Vec<SharedKey> = Vec::new();
    for section in functions.values().flatten() {
        let key = section.lock.key();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn examine_pair(
    cx: &Context<'_>,
    functions: &Functions,
    first: &SharedKey,
    second: &SharedKey,
    incidents: &mut Incidents,
) {
    let uses: Vec<Use> = functions.iter().filter_map(|(id, sections)| use_of(*id, sections, first, second)).collect();
    for torn in uses.iter().filter(|used| used.apart && used.tied && (used.writes_both || used.reads_both)) {
        let others = uses.iter().filter(|other| {
            if torn.writes_both {
                other.id != torn.id && (other.writes_both || other.reads_both)
            } else {
                other.writes_both
            }
        });
        for other in others {
            explore_uses(cx, functions, torn, other, &uses, incidents);
        }
    }
}

fn use_of(id: FunctionId, sections: &[Section], first: &SharedKey, second: &SharedKey) -> Option<Use> {
    let of = |key: &SharedKey| sections.iter().filter(|section| section.lock.key() == *key).collect::<Vec<_>>();
    let (a, b) = (of(first), of(second));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let nested =
        a.iter().any(|section| section.under.contains(second)) || b.iter().any(|section| section.under.contains(first));
    let words = |sections: &[&Section]| -> BTreeSet<String> {
        sections.iter().flat_map(|section| &section.touches).flat_map(|touch| touch.with.clone()).collect()
    };
    let tied = !words(&a).is_disjoint(&words(&b));
    let both =
        |asks: fn(&Section) -> bool| a.iter().any(|section| asks(section)) && b.iter().any(|section| asks(section));
    Some(Use { id, apart: !nested, writes_both: both(Section::writes), reads_both: both(Section::reads), tied })
}

fn explore_uses(
    cx: &Context<'_>,
    functions: &Functions,
    torn: &Use,
    other: &Use,
    uses: &[Use],
    incidents: &mut Incidents,
) {
    let touched = |id: FunctionId| functions.get(&id).into_iter().flatten().flat_map(|section| &section.touches);
    let mut keep: Vec<SharedKey> = Vec::new();
    for touch in touched(torn.id).chain(touched(other.id)) {
        if !keep.contains(&touch.key) {
            keep.push(touch.key.clone());
        }
    }
    let own = torn.id == other.id;
    let flows = if own { vec![torn.id] } else { vec![torn.id, other.id] };
    let Ok(mut assembled) = assemble(cx.program, &Plan { flows, keep }) else { return };
    pair_up(&mut assembled);
    let lanes = if own { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] };
    let Verdict::Breaks(breaks) = explore(&assembled.model, &Question::new(lanes)) else { return };
    let pair = Pair { first: torn.id, second: other.id, keys: Vec::new() };
    let found =
        breaks.iter().find(|found| matches!(found.violation, Violation::TornPair | Violation::MixedPair)).cloned();
    let Some(found) = found else { return };
    let examined = Examined { pair, assembled, verdict: Verdict::Breaks(breaks) };
    report(cx.program, &examined, &found, uses, incidents);
}

/// What stands under different locks belongs together, by the evidence that brought us here.
fn pair_up(assembled: &mut Assembled) {
    let head = |at: usize| assembled.places[at].key.path.first().cloned();
    let mut pairs = Vec::new();
    for a in 0..assembled.places.len() {
        for b in a + 1..assembled.places.len() {
            if head(a) != head(b) {
                pairs.push((a as u32, b as u32));
            }
        }
    }
    assembled.model.pairs = pairs;
}

fn report(program: &Program, examined: &Examined, found: &Break, uses: &[Use], incidents: &mut Incidents) {
    let place = |id: Option<u32>| id.map_or("?", |id| examined.assembled.places[id as usize].shown.as_str()).to_owned();
    let (one, two) = (place(found.place), place(found.also));
    let torn = name(program, function_at(&examined.assembled, found.act));
    let words = Words {
        message: format!(
            "`{one}` and `{two}` belong together, but stand behind two locks: `{torn}` does not hold both"
        ),
        help: format!("put both into one struct behind one lock, and hold it for the whole of `{torn}`"),
    };
    let mut draft = draft(program, examined, found, Evidence::Admitted, words);
    draft.related.extend(uses.iter().map(|used| {
        let function = program.function(used.id);
        let how = if used.apart { "one after the other" } else { "nested" };
        let what = if used.writes_both { "writes both" } else { "reads both" };
        let at = Spot { file: used.id.file, span: function.name_span };
        (at, format!("`{}` {what}, the locks {how}", scope(program, used.id)))
    }));
    let key = found.place.map(|id| &examined.assembled.places[id as usize].key);
    incidents.add(key, draft);
}
