//! Evidence: the guards that make a site safe. Each candidate is taken out of the explored model; it is named only if the
//! rules then have something to say.

use std::collections::BTreeSet;

use crate::assemble::Assembled;
use crate::examine::files::{ExaminedFile, moves};
use crate::examine::{Examination, Examined};
use crate::explore::model::{How, Model, Op, PlaceId, Site as At, Val};
use crate::explore::{Guard, guards, late, steps, without};
use crate::finding::{Confidence, Spot};
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

/// The guards of all the pairs of one site, each once.
pub(super) fn of_pairs(checked: &Checked<'_>, pairs: &[&Examined]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for examined in pairs {
        let (assembled, model) = (&examined.assembled, &examined.assembled.model);
        let candidates = guards(model, &examined.question());
        let marks: BTreeSet<PlaceId> = candidates.iter().filter_map(|guard| mark(*guard)).collect();
        let mut add = |kind: &'static str, name: &str, sites: Vec<At>, about: Option<PlaceId>, model: Model| {
            if found.iter().any(|known| known.kind == kind && known.name == name) {
                return false;
            }
            let Some(rule) = confirm_pair(checked, examined.again(model)) else { return false };
            found.push(Evidence { kind, name: name.to_owned(), rule, steps: placed(assembled, &sites, about) });
            true
        };
        let mut known: BTreeSet<PlaceId> = BTreeSet::new();
        for guard in candidates {
            let (kind, name, about) = named(assembled, guard);
            if add(kind, &name, steps(model, guard), about, without(model, guard)) {
                known.extend(about);
            }
        }
        for mark in marks.difference(&known) {
            let name = &assembled.places[*mark as usize].shown;
            add("claim", name, steps(model, Guard::Mark(*mark)), Some(*mark), late(model, *mark));
        }
    }
    found
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
    let alone = Examination { overlap, pairs: vec![examined], ..Examination::default() };
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
    steps.sort_by_key(|step| (step.at, step.role));
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
            _ => {}
        }
    }
    "tested"
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
    for (from, to) in moves(&model.flows[0].code).into_iter().filter(|(from, to)| from != to && *to == examined.place) {
        let name = assembled.places[from as usize].shown.clone();
        let steps = placed(assembled, &renames(model, from, to), None);
        let renamed = steps.into_iter().map(|step| Step { role: "renamed", ..step }).collect();
        add("rename", &name, renamed, examined.again(in_place(model, from, to), to));
        if model.places[from as usize].own {
            let steps = placed(assembled, &writes(model, from), None);
            let named = steps.into_iter().map(|step| Step { role: "written under a name of its own", ..step }).collect();
            let mut shared = model.clone();
            shared.places[from as usize].own = false;
            add("own-name", &name, named, examined.again(shared, from));
        }
    }
    found
}

fn confirm_file(checked: &Checked<'_>, examined: ExaminedFile) -> Option<&'static str> {
    let overlap = checked.study.examination.overlap.clone();
    let alone = Examination { overlap, files: vec![examined], ..Examination::default() };
    surest(checked, &alone, &Rows::default(), FILE_RULES).map(|(rule, _)| rule)
}

/// The two instructions of each rename from one file to the other.
fn rename_at(model: &Model, from: PlaceId, to: PlaceId) -> Vec<usize> {
    let code = &model.flows[0].code;
    let is_move = |at: &usize| match (&code[*at].op, code.get(at + 1).map(|next| &next.op)) {
        (Op::Read { place, into }, Some(Op::Write { place: target, value: Val::Reg(reg), .. })) => {
            *place == from && *target == to && into == reg
        }
        _ => false,
    };
    (0..code.len()).filter(is_move).collect()
}

fn renames(model: &Model, from: PlaceId, to: PlaceId) -> Vec<At> {
    rename_at(model, from, to).into_iter().map(|at| model.flows[0].code[at].site).collect()
}

fn writes(model: &Model, of: PlaceId) -> Vec<At> {
    let fills = |op: &Op| matches!(op, Op::Write { place, how: How::Set, .. } if *place == of);
    model.flows[0].code.iter().filter(|instr| fills(&instr.op)).map(|instr| instr.site).collect()
}

/// The model in which the target is written where it stands, and nothing is renamed.
fn in_place(model: &Model, from: PlaceId, to: PlaceId) -> Model {
    let mut model = model.clone();
    for at in rename_at(&model, from, to) {
        for step in [at, at + 1] {
            model.flows[0].code[step].op = Op::Jump(step as u32 + 1);
        }
    }
    for instr in &mut model.flows[0].code {
        if let Op::Read { place, .. } | Op::Write { place, .. } = &mut instr.op
            && *place == from
        {
            *place = to;
        }
    }
    model
}
