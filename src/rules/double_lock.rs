//! `double-lock`: a run takes a lock that it already holds.

use super::pick::Incidents;
use super::wording::{function_at, name, scope, spot, witness};
use super::{Context, Sink};
use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::explore::model::Site;
use crate::explore::{Break, Event, EventKind, Grade, Question, Verdict, Violation, explore};
use crate::finding::{Confidence, Cure, Draft, DraftStep};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::summary::{Happening, KeyId};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for id in cx.program.functions() {
        if cx.program.function(id).test || !takes_twice(cx.program, id) {
            continue;
        }
        let Ok(assembled) = assemble(cx.program, &Plan::new(vec![id], Vec::new(), Follow::Locks)) else {
            continue;
        };
        if let Verdict::Breaks(breaks) = explore(&assembled.model, &Question::new(vec![vec![0]])) {
            let own = breaks.iter().filter(|found| found.violation == Violation::Deadlock);
            own.for_each(|found| report(cx.program, id, &assembled, found, &mut incidents));
        }
    }
    incidents.report(sink);
}

/// Does the function take some lock, and then, itself or in a callee, the same one?
fn takes_twice(program: &Program, id: FunctionId) -> bool {
    let mut taken: Vec<KeyId> = Vec::new();
    for event in &program.summary(id).events {
        match event {
            Happening::Acquire(key) if taken.contains(key) => return true,
            Happening::Acquire(key) => taken.push(*key),
            Happening::Call(target) => {
                let callee = program.summary(*target);
                if callee.acquires.iter().any(|key| taken.contains(key)) {
                    return true;
                }
                // A callee may hand its guard out.
                if program.body(*target).returned.guard.is_some() {
                    taken.extend_from_slice(&callee.acquires);
                }
            }
            _ => {}
        }
    }
    false
}

/// Where the lock that is missing was taken.
fn held_since(found: &Break) -> Option<Site> {
    let takes = |event: &&Event| event.lane == 0 && found.lock.is_some_and(|lock| event.what == EventKind::Locks(lock));
    found.witness.iter().find(takes).map(|event| event.site)
}

fn assumptions(shown: &str, needs_writer: bool, sharded: bool) -> Vec<String> {
    let writer = needs_writer.then(|| format!("somebody waits to take `{shown}` exclusively in between"));
    let shard = sharded.then(|| format!("both keys fall into the same part of `{shown}`, which is locked as one"));
    writer.into_iter().chain(shard).collect()
}

/// Where the program asks for this lock: a function that only hands its guard out stands for its callers.
fn asked(program: &Program, assembled: &Assembled, mut site: Site) -> Site {
    while let Some(info) = assembled.sites.get(site.0 as usize)
        && program.body(info.function).returned.guard.is_some()
        && let Some(called_at) = info.called_at
    {
        site = called_at;
    }
    site
}

fn report(program: &Program, id: FunctionId, assembled: &Assembled, found: &Break, incidents: &mut Incidents) {
    let Some(lock) = found.lock.map(|lock| &assembled.locks[lock as usize]) else { return };
    // The function that holds the lock tells; its callers would only repeat it.
    let Some(outer) = held_since(found).map(|site| asked(program, assembled, site)) else { return };
    if function_at(assembled, outer) != id {
        return;
    }
    let act = asked(program, assembled, found.act);
    let inner = function_at(assembled, act);
    let (at, held) = (spot(assembled, act), spot(assembled, outer));
    let shown = &lock.shown;
    let message = if inner == id {
        format!("`{}` locks `{shown}` again while it still holds it", name(program, id))
    } else {
        format!("`{}` holds `{shown}` and calls `{}`, which locks it again", name(program, id), name(program, inner))
    };
    // Which way its own tests go is no assumption: some call goes that way. Only a writer in between is one.
    let needs_writer = found.witness.iter().any(|event| event.lane > 0);
    let sharded = program.body(id).guards.iter().any(|guard| guard.lock.key() == lock.key && guard.kind.has_shards());
    let confidence = match found.grade {
        Grade::Possible => Confidence::Possible,
        _ if needs_writer || sharded => Confidence::Likely,
        _ => Confidence::Certain,
    };
    let mut steps = witness(assembled, found);
    steps.push(DraftStep {
        lane: 'A',
        at,
        text: format!("waits for `{shown}`, which only it can give back"),
        time: None,
    });
    let draft = Draft {
        violation: found.violation.as_str(),
        confidence,
        at,
        scope: scope(program, id),
        message,
        help: format!(
            "end the first guard of `{shown}` before the second is taken (a block of its own, `drop(guard)`), or pass the guard on"
        ),
        outcome: format!("the run never gets past this line, and nobody else ever gets `{shown}`"),
        assumptions: assumptions(shown, needs_writer, sharded),
        related: vec![(held, format!("`{shown}` is held since here"))],
        fixes: vec![Cure::Hoist { taken: held }, Cure::OneGuard { first: held, second: at }],
        witness: steps,
    };
    incidents.add(Some(&lock.key), draft);
}
