//! Evidence: the guards that make a site safe. Each candidate is taken out of the explored model; it is named only if the
//! rules then have something to say.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::examine::files::{ExaminedFile, moves};
use crate::examine::{Examination, Examined};
use crate::explore::model::{How, Model, Op, PlaceId, Site as At, Val, World};
use crate::explore::{Guard, Question, Verdict, explore, guards, late, steps, without};
use crate::finding::{Confidence, Spot};
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;
use crate::rows::Rows;
use crate::rules::{self, Context};

use super::Checked;

/// The rules that speak of memory.
const PAIR_RULES: &[&str] = &["broken-guard", "racy-lazy-init", "reentrant-init", "non-atomic-update"];

/// The rules that speak of files.
const FILE_RULES: &[&str] = &[
    "check-then-open",
    "file-read-modify-write",
    "lock-timeout-steal",
    "non-atomic-publish",
    "non-exclusive-lockfile",
    "shared-temp-path",
    "unowned-release",
];

/// What makes a site safe.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Evidence {
    pub(super) kind: &'static str,
    /// What it uses, as the code writes it.
    pub(super) name: String,
    /// The rule that speaks where it is taken away.
    pub(super) rule: &'static str,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Step {
    pub(super) role: &'static str,
    pub(super) at: Spot,
}

/// So many pairs of a site are asked for their guards: the function beside itself, and the nearest other.
const PAIRS: usize = 2;

/// So many other places are looked at together with the site's own, and so many states.
const MORE_PLACES: usize = 3;
const WIDER: usize = 2000;

/// The guards of the pairs of one site, each once.
pub(super) fn of_pairs(checked: &Checked<'_>, about: KeyId, pairs: &[&Examined]) -> Vec<Evidence> {
    let key = checked.program.keys().get(about);
    let mut found: Vec<Evidence> = Vec::new();
    for examined in pairs.iter().take(PAIRS) {
        let wider = widened(checked, examined);
        let examined = wider.as_ref().unwrap_or(examined);
        let (assembled, model) = (&examined.assembled, &examined.assembled.model);
        let candidates = guards(model, &examined.question());
        let own = assembled.places.iter().position(|info| info.key == *key).map(|at| at as PlaceId);
        let mut late_places: BTreeSet<PlaceId> =
            candidates.iter().filter_map(|guard| mark(*guard)).chain(own).collect();
        let mut add = |kind: &'static str, name: &str, sites: Vec<At>, about: Option<PlaceId>, model: Model| {
            if found.iter().any(|known| known.kind == kind && known.name == name) {
                return false;
            }
            let mut without = examined.again(model);
            if let Verdict::Breaks(breaks) = &mut without.verdict {
                breaks.retain(|found| found.place.is_none() || found.place == own);
            }
            let Some(rule) = confirm_pair(checked, without) else { return false };
            found.push(Evidence { kind, name: name.to_owned(), rule, steps: placed(assembled, &sites, about) });
            true
        };
        for guard in candidates {
            let (kind, name, about) = named(assembled, guard);
            if add(kind, &name, steps(model, guard), about, without(model, guard))
                && let Some(about) = about
            {
                late_places.remove(&about);
            }
        }
        // Threads need no wait to come between two steps, and where nothing can be awaited none can come.
        let waits = |place: &PlaceId| {
            model.world == World::Tasks && is_read(model, *place) && is_set_by_async(checked, assembled, *place)
        };
        for place in late_places.into_iter().filter(waits) {
            let kind = if is_flag(model, place) { "claim" } else { "one-stretch" };
            let name = &assembled.places[place as usize].shown;
            add(kind, name, steps(model, Guard::Mark(place)), Some(place), late(model, place));
        }
    }
    found
}

/// The pair with all places that its functions were asked about, for another guard may stand there: what is taken away
/// makes a difference only if nothing else keeps the two apart. Nothing where that is too much, or as it was.
fn widened(checked: &Checked<'_>, examined: &Examined) -> Option<Examined> {
    let known = |key: &SharedKey| examined.assembled.places.iter().any(|info| info.key == *key);
    let (first, second) = (examined.pair.first, examined.pair.second);
    let asked = checked.study.examination.pairs.iter().filter(|other| other.pair.first == first);
    let others: BTreeSet<KeyId> = asked.filter_map(|other| other.about).collect();
    let keys = checked.program.keys();
    let more = others.into_iter().map(|id| keys.get(id).clone()).filter(|key| !known(key));
    let mut keep: Vec<SharedKey> = examined.assembled.places.iter().map(|info| info.key.clone()).collect();
    let before = keep.len();
    keep.extend(more.take(MORE_PLACES));
    if keep.len() == before {
        return None;
    }
    let flows = if first == second { vec![first] } else { vec![first, second] };
    let assembled = assemble(checked.program, &Plan::new(flows, keep, Follow::Places)).ok()?;
    let verdict = explore(&assembled.model, &Question { budget: WIDER, ..examined.question() });
    matches!(verdict, Verdict::Safe(_)).then_some(Examined { assembled, verdict, ..*examined })
}

/// What nobody looks at is no guard, and rests on nothing.
fn is_read(model: &Model, of: PlaceId) -> bool {
    let mut code = model.flows.iter().flat_map(|flow| &flow.code);
    code.any(|instr| matches!(instr.op, Op::Read { place, .. } if place == of))
}

fn is_set_by_async(checked: &Checked<'_>, assembled: &Assembled, place: PlaceId) -> bool {
    let code = assembled.model.flows.iter().flat_map(|flow| &flow.code);
    let mut set = code.filter(|instr| matches!(&instr.op, Op::Write { place: at, .. } if *at == place));
    let is_async = |site: At| checked.program.function(assembled.sites[site.0 as usize].function).is_async;
    set.all(|instr| is_async(instr.site))
}

fn mark(guard: Guard) -> Option<PlaceId> {
    match guard {
        Guard::Mark(place) => Some(place),
        _ => None,
    }
}

/// The rule that speaks of this pair.
fn confirm_pair(checked: &Checked<'_>, examined: Examined) -> Option<&'static str> {
    if examined.verdict.breaks().is_empty() {
        return None;
    }
    let overlap = checked.study.examination.overlap.clone();
    let alone = Examination { overlap, pairs: vec![Arc::new(examined)], ..Examination::default() };
    surest(checked, &alone, &Rows::default(), PAIR_RULES).map(|(rule, _)| rule)
}

/// The rule that is surest of what it says.
fn surest(
    checked: &Checked<'_>,
    examination: &Examination,
    rows: &Rows,
    rules: &[&str],
) -> Option<(&'static str, Confidence)> {
    let context = Context { program: checked.program, examination, rows };
    let rules = rules.iter().filter_map(|id| rules::find(id));
    let said = rules.flat_map(|rule| rules::ask(rule, &context));
    said.map(|(rule, _, draft)| (rule, draft.confidence)).max_by_key(|(_, confidence)| *confidence)
}

fn named(assembled: &Assembled, guard: Guard) -> (&'static str, String, Option<PlaceId>) {
    let place = |id: PlaceId| assembled.places[id as usize].shown.clone();
    match guard {
        Guard::Lock(lock) => ("lock", assembled.locks[lock as usize].shown.clone(), None),
        Guard::Mark(id) if is_flag(&assembled.model, id) => ("flag", place(id), Some(id)),
        Guard::Mark(id) => ("kept-value", place(id), Some(id)),
        Guard::Recheck(id, _) => ("second-look", place(id), Some(id)),
        Guard::Atomic(id) => ("one-step", place(id), Some(id)),
        Guard::Queue(_) => ("queue", "what went before".to_owned(), None),
        Guard::Join(_) => ("join", "the work of another".to_owned(), None),
        Guard::Transaction => ("transaction", "the transaction".to_owned(), None),
    }
}

/// Is nothing but constants ever put there?
pub(super) fn is_flag(model: &Model, of: PlaceId) -> bool {
    let mut written = model.flows.iter().flat_map(|flow| &flow.code).filter_map(|instr| match &instr.op {
        Op::Write { place, how, value, .. } if *place == of => {
            Some(matches!(value, Val::Bool(_) | Val::Const(_) | Val::Absent) && *how != How::Insert)
        }
        Op::Update { place, .. } | Op::Create { place, .. } | Op::Exchange { place, .. } if *place == of => Some(false),
        _ => None,
    });
    let first = written.next().unwrap_or(false);
    first && written.all(|plain| plain)
}

/// Where the steps stand, each line of code once, in the order of the text.
fn placed(assembled: &Assembled, sites: &[At], about: Option<PlaceId>) -> Vec<Step> {
    let mut steps: Vec<Step> = sites
        .iter()
        .map(|site| {
            let info = &assembled.sites[site.0 as usize];
            let at = Spot { file: info.function.file, span: info.span };
            Step { role: role(&assembled.model, *site, about), at }
        })
        .collect();
    // A look that is tested at once is the test.
    steps.sort_by_key(|step| (step.at, std::cmp::Reverse(step.role)));
    steps.dedup_by_key(|step| step.at);
    steps
}

/// What the step does for the guard.
fn role(model: &Model, site: At, about: Option<PlaceId>) -> &'static str {
    let code = model.flows.iter().flat_map(|flow| &flow.code);
    for instr in code.filter(|instr| instr.site == site) {
        match &instr.op {
            Op::Write { place, how, value, .. } if Some(*place) == about => {
                let back = matches!(how, How::Remove | How::Clear)
                    || matches!(value, Val::Absent | Val::Bool(false) | Val::Const(0));
                return if back { "cleared" } else { "set" };
            }
            Op::Lock { .. } => return "taken",
            Op::Begin => return "begun",
            Op::Create { .. } => return "created exclusively",
            Op::Update { .. } | Op::Exchange { .. } => return "done in one step",
            Op::Join { .. } | Op::Start { .. } => return "waited for",
            Op::Branch { .. } => return "tested",
            _ => {}
        }
    }
    "read"
}

/// The guards of one file.
pub(super) fn of_file(checked: &Checked<'_>, examined: &ExaminedFile) -> Vec<Evidence> {
    let (assembled, model) = (&examined.assembled, &examined.assembled.model);
    let mut found = Vec::new();
    let mut add = |kind: &'static str, name: &str, steps: Vec<Step>, variant: ExaminedFile| {
        if let Some(rule) = confirm_file(checked, variant) {
            found.push(Evidence { kind, name: name.to_owned(), rule, steps });
        }
    };
    for guard in guards(model, &examined.question()) {
        let (kind, about) = match guard {
            Guard::Lock(_) => ("os-lock", None),
            Guard::Atomic(place) => ("exclusive-create", Some(place)),
            _ => continue,
        };
        let name = named(assembled, guard).1;
        let variant = examined.again(without(model, guard), examined.place);
        add(kind, &name, placed(assembled, &steps(model, guard), about), variant);
    }
    if let Some((renamed, variant)) = in_place(model, examined.place) {
        let shown = assembled.places[examined.place as usize].shown.clone();
        let steps =
            placed(assembled, &renamed, None).into_iter().map(|step| Step { role: "renamed", ..step }).collect();
        add("rename", &shown, steps, examined.again(variant, examined.place));
    }
    found
}

fn confirm_file(checked: &Checked<'_>, examined: ExaminedFile) -> Option<&'static str> {
    let overlap = checked.study.examination.overlap.clone();
    let alone = Examination { overlap, files: vec![Arc::new(examined)], ..Examination::default() };
    surest(checked, &alone, &Rows::default(), FILE_RULES).map(|(rule, _)| rule)
}

/// The steps that put a finished file in the place of this one, and the model in which it is written where it stands.
fn in_place(model: &Model, to: PlaceId) -> Option<(Vec<At>, Model)> {
    let mut variant = model.clone();
    let mut renamed = Vec::new();
    // A file of the run's own that is renamed over the target is no place any more: the target comes in one piece.
    let (mut begun, mut writes) = (None, false);
    for (at, instr) in model.flows[0].code.iter().enumerate() {
        match &instr.op {
            Op::AtomicBegin => (begun, writes) = (Some(at), false),
            Op::Write { place, .. } => writes |= *place == to,
            Op::AtomicEnd => {
                if let Some(begun) = begun.take().filter(|_| writes) {
                    renamed.push(instr.site);
                    for step in [begun, at] {
                        variant.flows[0].code[step].op = Op::Jump(step as u32 + 1);
                    }
                }
            }
            _ => {}
        }
    }
    for (from, _) in moves(&model.flows[0].code).into_iter().filter(|(from, target)| from != target && *target == to) {
        renamed.extend(write_through(&mut variant, from, to));
    }
    (!renamed.is_empty()).then_some((renamed, variant))
}

/// Takes out the renames from the one file to the other, and lets everything else on the one be done to the other.
fn write_through(model: &mut Model, from: PlaceId, to: PlaceId) -> Vec<At> {
    let code = &mut model.flows[0].code;
    let mut renamed = Vec::new();
    for at in 0..code.len().saturating_sub(1) {
        let is_move = match (&code[at].op, &code[at + 1].op) {
            (Op::Read { place, into }, Op::Write { place: target, value: Val::Reg(reg), .. }) => {
                *place == from && *target == to && into == reg
            }
            _ => false,
        };
        if is_move {
            renamed.push(code[at].site);
            code[at].op = Op::Jump(at as u32 + 1);
            code[at + 1].op = Op::Jump(at as u32 + 2);
        }
    }
    for instr in code {
        if let Op::Read { place, .. } | Op::Write { place, .. } = &mut instr.op
            && *place == from
        {
            *place = to;
        }
    }
    renamed
}
