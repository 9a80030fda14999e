//! `lock-timeout-steal`: after a time-out or by its age a lock is taken from whoever has it, though nothing shows that its
//! owner is gone. A slow owner is no dead owner.

use super::clock::{Limit, waited};
use super::outside::{act_name, all_breaks, draft, reach, shown};
use super::pick::Incidents;
use super::reach::Reach;
use super::wording::Words;
use super::{Context, Sink};
use crate::assemble::{Assembled, PlaceInfo, SiteInfo};
use crate::explore::model::{Effect, Flow, How, Instr, Model, Op, PlaceDef, Site, Val, World};
use crate::explore::{Break, Question, Violation, explore};
use crate::facts::{Reg, Span, Value};
use crate::finding::Draft;
use crate::link::bind::{Body, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc};
use crate::models::Running;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        for (assembled, found) in all_breaks(examined).filter(|(_, found)| found.violation == Violation::Steal) {
            let Some(limit) = waited(cx.program, assembled, found) else { continue };
            let mut reach = reach(cx, examined, found.act);
            reach.kind = reach.kind.or(Some("a lock file"));
            let (file, function) = (shown(examined), act_name(cx, assembled, found));
            let after = match limit.millis {
                Some(millis) => format!("after {}", time(millis)),
                None => "after a time-out".to_owned(),
            };
            let words = Words {
                message: format!("`{function}` takes the lock `{file}` away {after}, though its owner may still be at work"),
                help: "let the operating system hold the lock (it is free when its owner is gone), or fail with an error; look again at what was protected once the lock is had"
                    .to_owned(),
            };
            let mut draft = draft(cx, assembled, found, &reach, words);
            stamp(&mut draft, found, &limit);
            incidents.add(None, draft);
        }
    }
    for id in cx.program.functions().filter(|id| !cx.program.function(*id).test) {
        steals_by_option(cx, id, &mut incidents);
    }
    incidents.report(sink);
}

/// A lock of the browser that is asked for with `steal`: it is had at once, and whoever had it goes on without.
fn steals_by_option(cx: &Context<'_>, id: FunctionId, incidents: &mut Incidents) {
    let body = cx.program.body(id);
    for op in body.blocks.iter().flatten() {
        let args = match &op.kind {
            OpKind::Act { name, args, .. } if *name == "request" => args,
            OpKind::Run { how: Running::Locked | Running::Queued, args, .. } => args,
            _ => continue,
        };
        if !args.iter().any(|arg| steals(body, arg)) {
            continue;
        }
        let sketch = owner_and_thief(id, op.span);
        let verdict = explore(&sketch.model, &Question::new(vec![vec![0], vec![1]]));
        let Some(found) = &verdict.first(Violation::Steal) else { continue };
        let words = Words {
            message: format!(
                "`{}` takes the lock from whoever holds it, though its owner may still be at work",
                super::wording::name(cx.program, id)
            ),
            help: "wait for the lock, or fail with an error when patience is at an end: what the owner does goes on after its lock is stolen"
                .to_owned(),
        };
        let reach = Reach::of_lock(cx.program, id, "the lock");
        incidents.add(None, draft(cx, &sketch, found, &reach, words));
    }
}

/// Options that say `steal`, as they are written or from the variable that they were put into.
fn steals(body: &Body, options: &Value) -> bool {
    let made = match body.maker_of(options) {
        Some(OpKind::Let { value, .. }) => value,
        _ => options,
    };
    let Value::Record(fields) = made else { return false };
    fields.iter().any(|(key, value)| *key == "steal" && *value == Value::Bool(true))
}

/// One run that has the lock and works, one that steals it: both by the same call.
fn owner_and_thief(id: FunctionId, span: Span) -> Assembled {
    let instr = |op: Op| Instr { op, site: Site(0), on_error: None, may_fail: false };
    let new = Val::Fresh { identity: true };
    let end = || instr(Op::Return { value: Val::Absent });
    let owner = vec![
        instr(Op::Create { place: 0, value: new.clone(), into: 0, or_fail: true }),
        instr(Op::Act { class: Effect::Adding, args: Vec::new(), into: 0 }),
        instr(Op::Write { place: 0, how: How::Remove, value: Val::Absent, accounts: Vec::new() }),
        end(),
    ];
    let thief = vec![instr(Op::Write { place: 0, how: How::Set, value: new, accounts: Vec::new() }), end()];
    let flow = |code| Flow { code, registers: 1, ..Flow::default() };
    let name = "the lock".to_owned();
    let def = PlaceDef { name: name.clone(), outside: true, initial: Val::Absent, resource: false, own: false };
    let model =
        Model { world: World::Processes, places: vec![def], flows: vec![flow(owner), flow(thief)], ..Model::default() };
    let place = Loc::new(Base::Value(id, Reg(0)));
    let places = vec![PlaceInfo { key: place.key(), shown: name }];
    Assembled { model, sites: vec![SiteInfo { function: id, span, called_at: None }], places, locks: Vec::new() }
}

/// Writes the times into the schedule: the owner begins at 0, the thief comes when its patience ends.
fn stamp(draft: &mut Draft, found: &Break, limit: &Limit) {
    let Some(thief) = found.witness.iter().find(|event| event.site == found.act).map(|event| event.lane) else {
        return;
    };
    let thief = char::from(b'A' + thief);
    let mut first: Vec<char> = Vec::new();
    let act = draft.at;
    for step in &mut draft.witness {
        if !first.contains(&step.lane) {
            first.push(step.lane);
            if step.lane != thief {
                step.time = Some("T=0".to_owned());
            }
        }
        if step.lane == thief && step.at == act {
            step.time = Some(limit.millis.map_or("T=time-out".to_owned(), |millis| format!("T={}", time(millis))));
        }
    }
}

fn time(millis: i64) -> String {
    if millis % 1000 == 0 { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}
