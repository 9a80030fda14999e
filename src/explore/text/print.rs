//! Writes a model, so that reading it gives the same model.

use std::fmt::Write;

use crate::explore::model::{Check, Effect, Flow, How, Instr, Mode, Model, Op, Val, World};

pub fn print(model: &Model) -> String {
    let mut out = String::new();
    let world = match model.world {
        World::Tasks => "tasks",
        World::Threads => "threads",
        World::Processes => "processes",
    };
    line(&mut out, format_args!("world {world}"));
    for place in &model.places {
        let kind = if place.outside { "outside" } else { "place" };
        let flags = [(" resource", place.resource), (" own", place.own)];
        let flags: String = flags.iter().filter(|f| f.1).map(|f| f.0).collect();
        line(&mut out, format_args!("{kind} {} = {}{flags}", place.name, value(&place.initial)));
    }
    for lock in &model.locks {
        let flags = [(" reentrant", lock.reentrant), (" writer", lock.writer), (" async", lock.is_async)];
        let flags: String = flags.iter().filter(|f| f.1).map(|f| f.0).collect();
        line(&mut out, format_args!("lock {}{flags}", lock.name));
    }
    for (p, q) in &model.pairs {
        line(&mut out, format_args!("pair {} {}", place(model, *p), place(model, *q)));
    }
    let flow = |f: u32| &model.flows[f as usize].name;
    for (a, b) in &model.order {
        line(&mut out, format_args!("order {} {}", flow(*a), flow(*b)));
    }
    for (p, f) in &model.releasers {
        line(&mut out, format_args!("releaser {} {}", place(model, *p), flow(*f)));
    }
    for flow in &model.flows {
        print_flow(&mut out, model, flow);
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn place(model: &Model, p: u32) -> &str {
    &model.places[p as usize].name
}

fn lock(model: &Model, l: u32) -> &str {
    &model.locks[l as usize].name
}

fn print_flow(out: &mut String, model: &Model, flow: &Flow) {
    let holds: String = flow
        .holds
        .iter()
        .map(|(l, m)| format!(" holds {}{}", lock(model, *l), if *m == Mode::Shared { " shared" } else { "" }))
        .collect();
    line(out, format_args!("flow {} regs {}{holds}", flow.name, flow.registers));
    for (pc, instr) in flow.code.iter().enumerate() {
        line(out, format_args!("L{pc}:"));
        let tail = match (instr.may_fail, instr.on_error) {
            (true, Some(to)) => format!(" ! L{to}"),
            (true, None) => " !".to_string(),
            (false, Some(to)) => format!(" ~ L{to}"),
            (false, None) => String::new(),
        };
        line(out, format_args!("  @{} {}{tail}", instr.site.0, op(model, instr)));
    }
    line(out, format_args!("L{}:", flow.code.len()));
}

fn op(model: &Model, instr: &Instr) -> String {
    let p = |p: &u32| place(model, *p).to_string();
    let shared = |mode: &Mode| if *mode == Mode::Shared { " shared" } else { "" };
    match &instr.op {
        Op::Read { place, into } => format!("r{into} = read {}", p(place)),
        Op::Write { place, how, value: v, accounts } => {
            let how = match how {
                How::Set => "write",
                How::Insert => "insert",
                How::Remove => "remove",
                How::Clear => "clear",
            };
            let accounts: String = accounts.iter().map(|r| format!(" r{r}")).collect();
            let accounts = if accounts.is_empty() { accounts } else { format!(" accounts{accounts}") };
            format!("{how} {} = {}{accounts}", p(place), value(v))
        }
        Op::Update { place, value: v, into } => {
            let into = into.map_or(String::new(), |r| format!("r{r} = "));
            format!("{into}update {} = {}", p(place), value(v))
        }
        Op::Create { place, value: v, into, or_fail } => {
            format!("r{into} = create {}{} = {}", if *or_fail { "or_fail " } else { "" }, p(place), value(v))
        }
        Op::Exchange { place, expected, value: v, into } => {
            format!("r{into} = exchange {} from {} to {}", p(place), value(expected), value(v))
        }
        Op::Start { entry, after, into } => {
            let after = after.as_ref().map_or(String::new(), |v| format!(" after {}", value(v)));
            format!("r{into} = start L{entry}{after}")
        }
        Op::Lock { lock: l, mode, tried: None } => format!("lock {}{}", lock(model, *l), shared(mode)),
        Op::Lock { lock: l, mode, tried: Some(r) } => format!("r{r} = try {}{}", lock(model, *l), shared(mode)),
        Op::Unlock { lock: l } => format!("unlock {}", lock(model, *l)),
        Op::Wait { cond, lock: l } => format!("wait {} {}", lock(model, *cond), lock(model, *l)),
        Op::Notify { cond } => format!("notify {}", lock(model, *cond)),
        Op::Havoc { place } => format!("havoc {}", p(place)),
        op => plain(op),
    }
}

fn plain(op: &Op) -> String {
    match op {
        Op::Act { class, args, into } => {
            let class = match class {
                Effect::Repeatable => "repeatable",
                Effect::Adding => "adding",
                Effect::Opening => "opening",
                Effect::Unknown => "unknown",
            };
            format!("r{into} = act {class} {}", values(args))
        }
        Op::Open { into } => format!("r{into} = open"),
        Op::Use { of } => format!("use {}", value(of)),
        Op::Close { of, idempotent } => format!("close {}{}", if *idempotent { "once " } else { "" }, value(of)),
        Op::Pause { args, into } => format!("r{into} = pause {}", values(args)),
        Op::Join { on, into } => format!("r{into} = join {}", value(on)),
        Op::Promise { into } => format!("r{into} = promise"),
        Op::Settle { promise, value: v } => format!("settle {} = {}", value(promise), value(v)),
        Op::Begin => "begin".to_string(),
        Op::Commit => "commit".to_string(),
        Op::Rollback => "rollback".to_string(),
        Op::AtomicBegin => "atomic".to_string(),
        Op::AtomicEnd => "end".to_string(),
        Op::Let { into, value: v } => format!("r{into} = let {}", value(v)),
        Op::Jump(to) => format!("goto L{to}"),
        Op::Branch { test, to } => format!("if {} goto L{to}", check(test)),
        Op::Return { value: v } => format!("return {}", value(v)),
        Op::Fail => "fail".to_string(),
        _ => String::new(),
    }
}

fn values(all: &[Val]) -> String {
    let all: Vec<String> = all.iter().map(value).collect();
    format!("({})", all.join(", "))
}

fn value(v: &Val) -> String {
    match v {
        Val::Absent => "absent".to_string(),
        Val::Bool(b) => b.to_string(),
        Val::Const(c) => format!("'{c}"),
        Val::Reg(r) => format!("r{r}"),
        Val::Fresh { identity: true } => "new".to_string(),
        Val::Fresh { identity: false } => "made".to_string(),
        Val::Made(inner) => format!("some {}", value(inner)),
        Val::Plus(r, k) => format!("r{r} + {k}"),
        Val::Term { of, varies } => format!("${}{}", if *varies { "*" } else { "" }, values(of)),
        Val::Instant(k) => format!("now + {k}"),
        Val::Unknown => "?".to_string(),
    }
}

fn check(c: &Check) -> String {
    match c {
        Check::Truthy(v) => value(v),
        Check::Absent(v) => format!("{} is absent", value(v)),
        Check::Equals(a, b) => format!("{} == {}", value(a), value(b)),
        Check::Less(a, b) => format!("{} < {}", value(a), value(b)),
        Check::Not(c) => format!("not {}", check(c)),
        Check::Unknown { of, validates } => {
            format!("{} {}", if *validates { "validates" } else { "unknown" }, values(of))
        }
    }
}
