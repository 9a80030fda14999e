//! `split-locks`: two locks of one type guard what belongs together, and some function does not hold both.
//!
//! The evidence is gathered over all functions of the type: who writes both, who reads both, nested or apart. Without a
//! second function that uses the two together they are independent, however often one function takes both. Where all
//! hold both nothing breaks; that two locks are taken for one thing is then said as an advice, `possible` at most.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::pick::Incidents;
use super::wording::{Words, draft, name, scope};
use super::{Context, Sink};
use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::examine::Examined;
use crate::examine::candidates::Pair;
use crate::examine::overlap::Evidence;
use crate::examine::sections::{self, Section};
use crate::explore::model::{Op, Pc};
use crate::explore::{Break, Question, Verdict, Violation, explore};
use crate::facts::{Span, Type};
use crate::finding::{Confidence, Draft, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::{Owner, Seg, SharedKey};

type Functions = BTreeMap<FunctionId, Vec<Section>>;

/// The most locks of a type of which two may be taken for one thing: where there are more, they are split on purpose.
const FEW: usize = 3;

/// By two locks, the functions that take both.
type Users = BTreeMap<(usize, usize), Vec<FunctionId>>;

/// What one function does with two locks.
struct Use {
    id: FunctionId,
    apart: bool,
    /// Somewhere it takes one under the other.
    nested: bool,
    /// What it touches under both are elements of collections.
    tables: bool,
    /// It takes both itself.
    direct: bool,
    writes: bool,
    writes_both: bool,
    reads_both: bool,
    /// Where the second of the two is taken.
    seam: Span,
    /// It takes the first of the pair first.
    in_order: bool,
    /// Something ties the two sections: one value in both, or what was found under one is looked up under the other.
    tied: bool,
    /// What ties them is more than that the same key was handed in for both: what stands under one leads to the other.
    linked: bool,
    /// It only reads, and both may go into its answer.
    joined: bool,
}

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for functions in sections::of_units(cx.program).values() {
        let (locks, pairs) = pairs(functions);
        let many = locks.len() > FEW;
        for ((first, second), users) in pairs {
            examine_pair(cx, functions, &users, [&locks[first], &locks[second]], &mut |mut draft| {
                if many {
                    draft.confidence = Confidence::Possible;
                }
                incidents.add(Some(&locks[first]), draft);
            });
        }
    }
    incidents.report(sink);
}

/// The locks of one type, and for every two of them that some function takes, the functions that take both.
fn pairs(functions: &Functions) -> (Vec<SharedKey>, Users) {
    let mut numbers: FxHashMap<SharedKey, usize> = FxHashMap::default();
    let mut pairs = Users::new();
    for (id, sections) in functions {
        let mut own: BTreeSet<usize> = BTreeSet::new();
        for section in sections {
            let next = numbers.len();
            own.insert(*numbers.entry(section.lock.key()).or_insert(next));
        }
        for first in &own {
            for second in own.range(first + 1..) {
                pairs.entry((*first, *second)).or_default().push(*id);
            }
        }
    }
    let mut locks: Vec<(SharedKey, usize)> = numbers.into_iter().collect();
    locks.sort_by_key(|(_, number)| *number);
    (locks.into_iter().map(|(key, _)| key).collect(), pairs)
}

fn examine_pair(
    cx: &Context<'_>,
    functions: &Functions,
    users: &[FunctionId],
    [first, second]: [&SharedKey; 2],
    tell: &mut dyn FnMut(Draft),
) {
    let uses: Vec<Use> =
        users.iter().filter_map(|id| use_of(*id, &functions[id], first, second, answers(cx.program, *id))).collect();
    // Where one function is seen to write both for one reason, every other that writes both does so too.
    let together = uses.iter().any(|used| used.tied && used.writes_both);
    let is_torn = |used: &&Use| {
        !keeps_tables(functions, used.id) && used.apart && (used.tied || used.joined || used.writes_both && together)
    };
    let mut apart = false;
    for torn in uses.iter().filter(is_torn) {
        apart = true;
        let others = uses.iter().filter(|other| match torn {
            torn if torn.writes => other.id != torn.id && (other.writes_both || other.reads_both),
            torn if torn.tied => other.writes_both,
            // What two calls answer need not belong together: somebody takes care to hold both.
            _ => other.writes_both && (torn.direct || other.nested),
        });
        // The first that breaks it tells enough.
        let draft = others.take(TRIES).find_map(|other| {
            let (examined, found) = explore_uses(cx, functions, [torn, other], Held::AsWritten)?;
            Some(word(cx, (&examined, &found), functions, torn, &uses, [first, second]))
        });
        if let Some(draft) = draft {
            tell(draft);
        }
    }
    if !apart && let Some(draft) = advise(cx, functions, &uses, [first, second]) {
        tell(draft);
    }
}

/// Everybody who uses the two holds both, in one order: one lock would say so.
fn advise(cx: &Context<'_>, functions: &Functions, uses: &[Use], locks: [&SharedKey; 2]) -> Option<Draft> {
    let both = |used: &&Use| used.nested && used.direct && !keeps_tables(functions, used.id);
    let writer = uses.iter().filter(both).find(|used| used.writes_both && used.tied)?;
    let mut others = uses.iter().filter(both).filter(|used| used.id != writer.id);
    let other = others.find(|used| used.writes_both || used.reads_both)?;
    if uses.iter().any(|used| used.apart || used.in_order != writer.in_order) {
        return None;
    }
    let (examined, found) = explore_uses(cx, functions, [writer, other], Held::Neither)?;
    let mut draft = word(cx, (&examined, &found), functions, writer, uses, locks);
    let [one, two] = locks.map(|lock| lock.show(cx.program));
    let (one, two) = if writer.in_order { (one, two) } else { (two, one) };
    draft.message = format!("`{one}` and `{two}` belong together, and only taking both locks keeps them in step");
    draft.assumptions = vec![format!("somebody takes `{two}` alone, or without holding `{one}` for as long")];
    draft.confidence = Confidence::Possible;
    Some(draft)
}

/// With which locks two functions are explored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    AsWritten,
    /// As if one of them left the locks out.
    Neither,
}

/// As many other functions are explored beside one that may tear the pair.
const TRIES: usize = 6;

/// The most locks of one type that a function takes for what belongs together.
const TOGETHER: usize = 4;

/// A function that goes through a whole row of locks keeps tables, each for itself.
fn keeps_tables(functions: &Functions, id: FunctionId) -> bool {
    let locks: BTreeSet<String> = functions[&id].iter().map(|section| format!("{:?}", section.lock.key())).collect();
    locks.len() > TOGETHER
}

/// Does the function give something back that could be put together from both?
fn answers(program: &Program, id: FunctionId) -> bool {
    !matches!(&program.function(id).returns, Type::Named { path, .. } if *path == "()")
}

fn use_of(id: FunctionId, sections: &[Section], first: &SharedKey, second: &SharedKey, answers: bool) -> Option<Use> {
    let of = |key: &SharedKey| sections.iter().filter(|section| section.lock.key() == *key).collect::<Vec<_>>();
    let (a, b) = (of(first), of(second));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let nested =
        a.iter().any(|section| section.under.contains(second)) || b.iter().any(|section| section.under.contains(first));
    // What a callee does by itself, the callee is asked about: that it takes one after the other as well.
    let in_callee = |span: Span| {
        let of_other = |sections: &[&Section]| sections.iter().any(|section| section.span == span);
        let nests = |section: &&&Section| section.span == span && !section.under.is_empty();
        of_other(&a) && of_other(&b) && !a.iter().chain(&b).any(|section| nests(&section))
    };
    let own = a
        .iter()
        .any(|one| b.iter().any(|other| one.span != other.span && !in_callee(one.span) && !in_callee(other.span)));
    let words = |sections: &[&Section]| -> BTreeSet<String> {
        sections.iter().flat_map(|section| &section.touches).flat_map(|touch| touch.with.clone()).collect()
    };
    // What was found under one lock is looked up or stored under the other, or both go into one answer.
    let joined = a.iter().chain(&b).all(|section| !section.writes()) && answers;
    let ties: BTreeSet<String> = words(&a).intersection(&words(&b)).cloned().collect();
    let both =
        |asks: fn(&Section) -> bool| a.iter().any(|section| asks(section)) && b.iter().any(|section| asks(section));
    let begins = |sections: &[&Section]| sections.iter().map(|section| section.span).min().unwrap_or_default();
    Some(Use {
        id,
        apart: !nested && own,
        nested,
        direct: a.iter().chain(&b).all(|section| section.direct),
        writes: a.iter().chain(&b).any(|section| section.writes()),
        writes_both: both(Section::writes),
        reads_both: both(Section::reads),
        seam: begins(&a).max(begins(&b)),
        in_order: begins(&a) <= begins(&b),
        tied: !ties.is_empty(),
        linked: ties.iter().any(|token| !sections::is_parameter(token)),
        joined,
        tables: a.iter().chain(&b).flat_map(|section| &section.touches).all(|touch| is_element(&touch.key)),
    })
}

fn is_element(key: &SharedKey) -> bool {
    matches!(key.path.last(), Some(Seg::Any | Seg::Key(_)))
}

fn explore_uses(
    cx: &Context<'_>,
    functions: &Functions,
    [torn, other]: [&Use; 2],
    held: Held,
) -> Option<(Examined, Break)> {
    let touched = |id: FunctionId| functions.get(&id).into_iter().flatten().flat_map(|section| &section.touches);
    let mut keep: Vec<SharedKey> = Vec::new();
    for touch in touched(torn.id).chain(touched(other.id)) {
        if !keep.contains(&touch.key) {
            keep.push(touch.key.clone());
        }
    }
    let own = torn.id == other.id;
    let flows = if own { vec![torn.id] } else { vec![torn.id, other.id] };
    let mut assembled = assemble(cx.program, &Plan::new(flows, keep, Follow::Places)).ok()?;
    pair_up(&mut assembled);
    if held == Held::Neither {
        leave_locks(&mut assembled);
    }
    let lanes = if own { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] };
    let verdict = explore(&assembled.model, &Question::new(lanes));
    let Verdict::Breaks(breaks) = &verdict else { return None };
    let telling = |found: &&Break| {
        matches!(
            found.violation,
            Violation::TornPair
                | Violation::MixedPair
                | Violation::StaleCheck
                | Violation::NotSerial
                | Violation::LostUpdate
        )
    };
    let found = breaks.iter().filter(telling).max_by_key(|found| found.grade)?.clone();
    let pair = Pair { first: torn.id, second: other.id };
    Some((Examined { pair, about: None, assembled, verdict, shared: true, unconfirmed: false }, found))
}

fn leave_locks(assembled: &mut Assembled) {
    for flow in &mut assembled.model.flows {
        for (at, instr) in flow.code.iter_mut().enumerate() {
            if matches!(instr.op, Op::Lock { tried: None, .. } | Op::Unlock { .. }) {
                instr.op = Op::Jump(at as Pc + 1);
            }
        }
    }
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

fn word(
    cx: &Context<'_>,
    (examined, found): (&Examined, &Break),
    functions: &Functions,
    torn: &Use,
    uses: &[Use],
    locks: [&SharedKey; 2],
) -> Draft {
    let program = cx.program;
    let [one, two] = locks.map(|lock| lock.show(program));
    let function = name(program, torn.id);
    let words = Words {
        message: format!("`{one}` and `{two}` belong together, but `{function}` does not hold both locks at once"),
        help: help(program, torn, uses, locks),
    };
    let mut draft = draft(cx, examined, found, Evidence::Admitted, words);
    draft.at = Spot { file: torn.id.file, span: torn.seam };
    draft.scope = scope(program, torn.id);
    // The evidence of the other functions is the one assumption; which way the tests go is none.
    if matches!(found.violation, Violation::TornPair | Violation::MixedPair) && draft.confidence == Confidence::Possible
    {
        draft.confidence = Confidence::Likely;
    }
    // Tables by the same key are often each for itself: that they are one thing is seen where somebody holds both.
    let apart = torn.tables && !uses.iter().any(|used| used.nested);
    if apart || !is_kept_in_step(functions, locks) && !uses.iter().any(|used| used.linked) {
        draft.confidence = Confidence::Possible;
    }
    draft.related.extend(uses.iter().map(|used| {
        let how = if used.apart { "one after the other" } else { "both at once" };
        let what = match used {
            used if used.writes_both => "writes both",
            used if used.reads_both && !used.writes => "reads both",
            _ => "uses both",
        };
        let (first, then) = if used.in_order { (&one, &two) } else { (&two, &one) };
        let at = Spot { file: used.id.file, span: program.function(used.id).name_span };
        (at, format!("`{}` {what}, {how}: `{first}`, then `{then}`", scope(program, used.id)))
    }));
    draft
}

/// Is there one of the two that nobody changes without the other?
fn is_kept_in_step(functions: &Functions, [first, second]: [&SharedKey; 2]) -> bool {
    let writes = |sections: &[Section], lock: &SharedKey| {
        sections.iter().any(|section| section.lock.key() == *lock && section.writes())
    };
    let never_alone = |one: &SharedKey, other: &SharedKey| {
        functions.values().all(|sections| !writes(sections, one) || writes(sections, other))
    };
    never_alone(first, second) || never_alone(second, first)
}

/// The struct to make, and who has to take its lock once instead of two.
fn help(program: &Program, torn: &Use, uses: &[Use], locks: [&SharedKey; 2]) -> String {
    let field = |lock: &SharedKey| match lock.path.last() {
        Some(Seg::Field(name)) => name.to_string(),
        _ => lock.show(program),
    };
    let [one, two] = locks.map(field);
    let owner = match locks[0].owner {
        Owner::Unit(unit) => program.unit(unit).name.to_string(),
        Owner::Base(_) => String::new(),
    };
    let mut change: Vec<String> = vec![format!("`{}`", name(program, torn.id))];
    change.extend(uses.iter().filter(|used| used.id != torn.id).map(|used| format!("`{}`", name(program, used.id))));
    let change = change.join(", ");
    format!(
        "make one struct of both, `struct {owner}State {{ {one}, {two} }}`, behind one lock, and take it once in {change}"
    )
}
