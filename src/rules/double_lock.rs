//! `double-lock`: a run takes a lock that it already holds.

use super::pick::Incidents;
use super::wording::{function_at, lock_name, name, scope, spot, witness};
use super::{Context, Sink};
use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::examine::held::{Holds, Taken};
use crate::examine::sketch::{Step, deadlock};
use crate::explore::model::{Mode as Taking, Site};
use crate::explore::{Break, Event, EventKind, Grade, Question, Verdict, Violation, explore};
use crate::facts::Span;
use crate::finding::{Confidence, Cure, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::{LockType, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::{Happening, KeyId};
use crate::models::Mode;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let program = cx.program;
    let mut incidents = Incidents::default();
    for id in program.functions() {
        if program.function(id).test || !takes_twice(program, id) {
            continue;
        }
        let assembled = assemble(program, &Plan::new(vec![id], Vec::new(), Follow::Locks));
        let verdict = assembled.as_ref().map(|assembled| explore(&assembled.model, &Question::new(vec![vec![0]])));
        match (&assembled, &verdict) {
            (Ok(assembled), Ok(Verdict::Breaks(breaks))) => {
                let own = breaks.iter().filter(|found| found.violation == Violation::Deadlock);
                let again = own.filter_map(|found| Again::of(program, id, assembled, found));
                again.for_each(|again| again.report(program, &mut incidents));
            }
            (Ok(_), Ok(_)) if !matches!(verdict, Ok(Verdict::TooBig)) => {}
            // Too long to be explored as a whole: what is held for sure is short enough.
            _ => in_long_function(program, id).for_each(|again| again.report(program, &mut incidents)),
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

/// A lock that is taken while it is held.
struct Again {
    /// The function that holds it.
    by: FunctionId,
    /// The function that takes it again.
    inner: FunctionId,
    lock: SharedKey,
    shown: String,
    outer: Spot,
    at: Spot,
    /// Where the holder comes to that.
    until: Spot,
    grade: Grade,
    needs_writer: bool,
    steps: Vec<DraftStep>,
}

impl Again {
    fn of(program: &Program, by: FunctionId, assembled: &Assembled, found: &Break) -> Option<Again> {
        let lock = &assembled.locks[found.lock? as usize];
        // The function that holds the lock tells; its callers would only repeat it.
        let outer = asked(program, assembled, held_since(found)?);
        if function_at(assembled, outer) != by {
            return None;
        }
        let act = asked(program, assembled, found.act);
        Some(Again {
            by,
            inner: function_at(assembled, act),
            lock: lock.key.clone(),
            shown: lock_name(program, &lock.shown, spot(assembled, outer)),
            outer: spot(assembled, outer),
            at: spot(assembled, act),
            until: spot(assembled, within(assembled, act, by)),
            grade: found.grade,
            // Which way its own tests go is no assumption: some call goes that way. Only a writer in between is one.
            needs_writer: found.witness.iter().any(|event| event.lane > 0),
            steps: witness(program, assembled, found),
        })
    }

    fn kind<'p>(&self, program: &'p Program) -> Option<&'p LockType> {
        let mut guards = program.body(self.by).guards.iter();
        guards.find(|guard| guard.lock.key() == self.lock).map(|guard| &guard.kind)
    }

    fn report(self, program: &Program, incidents: &mut Incidents) {
        let shown = &self.shown;
        let kind = self.kind(program);
        let cell = kind.is_some_and(|kind| kind.name == "RefCell");
        let sharded = kind.is_some_and(LockType::has_shards);
        let confidence = match self.grade {
            Grade::Possible => Confidence::Possible,
            _ if self.needs_writer || sharded => Confidence::Likely,
            _ => Confidence::Certain,
        };
        let writer = format!("somebody waits to take `{shown}` exclusively in between");
        let shard = format!("both keys fall into the same part of `{shown}`, which is locked as one");
        let assumptions = [(self.needs_writer, writer), (sharded, shard)];
        let (end, outcome, held) = if cell {
            (
                format!("panics: `{shown}` is still borrowed"),
                "the run panics here, every time it comes this way".to_owned(),
                format!("`{shown}` is borrowed since here"),
            )
        } else {
            (
                format!("waits for `{shown}`, which only it can give back"),
                format!("the run never gets past this line, and nobody else ever gets `{shown}`"),
                format!("`{shown}` is held since here"),
            )
        };
        let mut steps = self.steps.clone();
        steps.push(DraftStep { lane: 'A', at: self.at, text: end, time: None });
        let draft = Draft {
            violation: Violation::Deadlock.as_str(),
            confidence,
            at: self.at,
            scope: scope(program, self.by),
            message: self.message(program, cell),
            help: format!(
                "end the first guard of `{shown}` before the second is taken (a block of its own, `drop(guard)`), or pass the guard on"
            ),
            outcome,
            assumptions: assumptions.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text).collect(),
            related: vec![(self.outer, held)],
            fixes: vec![
                Cure::Hoist { taken: self.outer },
                Cure::OneGuard { first: self.outer, second: self.at },
                Cure::DropGuard { taken: self.outer, until: self.until, safe: true },
            ],
            witness: steps,
        };
        incidents.add(Some(&self.lock), draft);
    }

    fn message(&self, program: &Program, cell: bool) -> String {
        let (by, inner, shown) = (name(program, self.by), name(program, self.inner), &self.shown);
        let (locks, holds) = if cell { ("borrows", "has borrowed it") } else { ("locks", "holds it") };
        if self.inner == self.by {
            format!("`{by}` {locks} `{shown}` again while it still {holds}")
        } else {
            format!("`{by}` holds `{shown}` and calls `{inner}`, which {locks} it again")
        }
    }
}

/// Where the lock that is missing was taken.
fn held_since(found: &Break) -> Option<Site> {
    let takes = |event: &&Event| event.lane == 0 && found.lock.is_some_and(|lock| event.what == EventKind::Locks(lock));
    found.witness.iter().find(takes).map(|event| event.site)
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

/// Where a function comes to what happens in it or in what it calls.
fn within(assembled: &Assembled, mut site: Site, by: FunctionId) -> Site {
    while let Some(info) = assembled.sites.get(site.0 as usize)
        && info.function != by
        && let Some(called_at) = info.called_at
    {
        site = called_at;
    }
    site
}

/// What a function that is too long to explore takes by itself while it surely holds it.
fn in_long_function(program: &Program, id: FunctionId) -> impl Iterator<Item = Again> {
    let mut found = Vec::new();
    if let Some(holds) = Holds::surely(program, id) {
        holds.each(&mut |held, op| {
            let OpKind::Acquire { lock, mode, attempt, .. } = &op.kind else { return };
            let same = |taken: &&Taken<'_>| taken.guard.lock == *lock && taken.span != op.span;
            if let Some(taken) = held.iter().find(same)
                && attempt.waits()
                && !lock.key().is_blurred()
            {
                found.extend(sketched(program, id, taken, *mode, op.span));
            }
        });
    }
    found.into_iter()
}

fn sketched(program: &Program, id: FunctionId, taken: &Taken<'_>, mode: Mode, again: Span) -> Option<Again> {
    let taking = |mode: Mode| if mode == Mode::Exclusive { Taking::Exclusive } else { Taking::Shared };
    let lane = [(Step::Lock(0, taking(taken.guard.mode)), 0), (Step::Lock(0, taking(mode)), 1)];
    let found = deadlock(&[&lane], 1)?;
    let shown = taken.guard.lock.show(program);
    let [outer, at] = [taken.span, again].map(|span| Spot { file: id.file, span });
    let steps = vec![DraftStep { lane: 'A', at: outer, text: format!("locks `{shown}`"), time: None }];
    let lock = taken.guard.lock.key();
    Some(Again { by: id, inner: id, lock, shown, outer, at, until: at, grade: found.grade, needs_writer: false, steps })
}
