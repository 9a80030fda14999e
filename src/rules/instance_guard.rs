//! `instance-guard`: every instance registers with what all of them share, and nothing that they share keeps the second
//! one from doing so.

use std::collections::BTreeMap;

use super::wording::{name, scope};
use super::{Context, Sink};
use crate::examine::instances::{Again, At, Hop, Instances, Repeated};
use crate::examine::registries::{Registration, registrations};
use crate::explore::{EventKind, Violation};
use crate::facts::{FunctionKind, Receiver, Root, Value};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::{FunctionId, UnitId};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let program = cx.program;
    let wanted = |one: &Registration| one.exclusive || is_for_all(program, one);
    let all: Vec<Registration> = registrations(program).into_iter().filter(wanted).collect();
    if all.is_empty() {
        return;
    }
    let instances = Instances::of(program);
    let mut found: BTreeMap<(FunctionId, bool), (Registration, Repeated, usize)> = BTreeMap::new();
    for one in all {
        let Some(repeated) = instances.repeated(At { function: one.by, span: one.span }) else { continue };
        let home = home(program, &instances, &repeated).at.function;
        // One function that registers a dozen handlers is one mistake.
        found.entry((home, one.exclusive)).and_modify(|(_, _, more)| *more += 1).or_insert((one, repeated, 0));
    }
    for (one, repeated, more) in found.into_values() {
        let home = home(program, &instances, &repeated);
        sink.push(draft(cx, &one, &repeated, home, more));
    }
}

/// The function that stands for an instance: the first on the way out that is entered from several places, that makes the
/// instance, or that something happening runs.
fn home<'r>(program: &Program, instances: &Instances<'_>, repeated: &'r Repeated) -> &'r Hop {
    let stands = |hop: &&Hop| {
        let id = hop.at.function;
        let kind = program.function(id).kind;
        let makes = matches!(kind, FunctionKind::Constructor | FunctionKind::Initializer);
        makes || repeated.marked || instances.sites(id) > 1
    };
    repeated.hops.iter().find(stands).unwrap_or(&repeated.hops[repeated.hops.len() - 1])
}

/// A listener that is the same for all instances: it knows none of them.
fn is_for_all(program: &Program, one: &Registration) -> bool {
    let Some(handler) = one.handler else { return false };
    // The same function, given twice to a thing of the page, is called once.
    let fresh = program.function(handler).outer.is_some_and(|outer| outer.0 != 0);
    knows_no_instance(program, handler) && (fresh || !one.call.ends_with("addEventListener"))
}

/// Neither the receiver nor a variable of an activation around it.
fn knows_no_instance(program: &Program, handler: FunctionId) -> bool {
    let facts = program.facts(handler.file);
    let inside = |ix: u32| {
        let mut at = Some(ix);
        while let Some(now) = at {
            if now == handler.ix.0 {
                return true;
            }
            at = facts.functions[now as usize].outer.map(|outer| outer.0);
        }
        false
    };
    if !matches!(facts.functions[handler.ix.index()].receiver, Receiver::None | Receiver::Outer) {
        return false;
    }
    let own = (0..facts.functions.len() as u32).filter(|ix| inside(*ix));
    own.into_iter().all(|ix| {
        let function = &facts.functions[ix as usize];
        let knows = |root: Root| match root {
            Root::This | Root::Super => function.receiver == Receiver::Outer,
            Root::Param(of, _) | Root::Local(of, _) => of.0 != 0 && !inside(of.0),
            Root::Value(_) | Root::Module | Root::Global => false,
        };
        let id = FunctionId { file: handler.file, ix: crate::facts::FunctionIx(ix) };
        !function.places.iter().any(|place| knows(place.root)) && !hands_itself_on(program, id)
    })
}

/// Does it give its receiver to somebody?
fn hands_itself_on(program: &Program, id: FunctionId) -> bool {
    program.body(id).blocks.iter().flatten().any(|op| match &op.kind {
        OpKind::Call { args, .. } | OpKind::Act { args, .. } | OpKind::Make { args, .. } => args.contains(&Value::This),
        _ => false,
    })
}

fn draft(cx: &Context<'_>, one: &Registration, repeated: &Repeated, home: &Hop, more: usize) -> Draft {
    let program = cx.program;
    let at = Spot { file: home.at.function.file, span: home.at.span };
    let by = each(program, home.at.function);
    let what = match one.key {
        Some(key) => format!("`{}` of `{key}`", short(&one.call)),
        None => format!("`{}`", short(&one.call)),
    };
    let also = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    let (message, outcome, violation) = if one.exclusive {
        (
            format!("each {by} registers {what}{also}, of which the whole process can have one: the second fails"),
            "the second registration throws, and what stands behind it is not done".to_owned(),
            Violation::UnhandledConflict,
        )
    } else {
        (
            format!("each {by} adds a listener to {what}{also} that does the same for all of them"),
            "with two of them alive, whatever happens is handled twice".to_owned(),
            Violation::DoubleEffect,
        )
    };
    Draft {
        violation: violation.as_str(),
        // How many instances there are, and whether twice is too often, the code does not tell.
        confidence: Confidence::Possible,
        at,
        scope: scope(program, home.at.function),
        message,
        help:
            "register it once, where the program starts; or keep the mark beside what is registered with: in a module \
               variable or a static field, that every instance looks at"
                .to_owned(),
        outcome,
        assumptions: vec![assumed(repeated, &by)],
        related: related(program, one, repeated, home),
        fixes: Vec::new(),
        witness: witness(program, home, &what),
    }
}

/// What there are several of, in words.
fn each(program: &Program, id: FunctionId) -> String {
    let function = program.function(id);
    let unit = UnitId { file: id.file, ix: function.unit };
    match function.kind {
        FunctionKind::Constructor | FunctionKind::Initializer => format!("`new {}`", program.unit(unit).name),
        _ => format!("run of `{}`", name(program, id)),
    }
}

/// `electron.ipcMain.handle` as `ipcMain.handle`.
fn short(call: &str) -> &str {
    let dots: Vec<usize> = call.match_indices('.').map(|(at, _)| at).collect();
    match dots[..] {
        [.., before, _] => &call[before + 1..],
        _ => call,
    }
}

fn assumed(repeated: &Repeated, by: &str) -> String {
    match repeated.again {
        Again::Happens(_) => format!("there is a second {by}: it comes with something that happens again"),
        Again::Loops => format!("there is a second {by}: it stands in a loop"),
        Again::Offered => format!("whoever imports the class makes a second {by}"),
    }
}

fn related(program: &Program, one: &Registration, repeated: &Repeated, home: &Hop) -> Vec<(Spot, String)> {
    let spot = |at: At| Spot { file: at.function.file, span: at.span };
    let mut related = Vec::new();
    let step = At { function: one.by, span: one.span };
    if step != home.at {
        related.push((spot(step), "this is what it registers".to_owned()));
    }
    let outward = repeated.hops.iter().skip_while(|hop| hop.at != home.at).skip(1);
    related.extend(outward.map(|hop| (spot(hop.at), format!("`{}` comes here", name(program, hop.at.function)))));
    if let Again::Happens(at) = repeated.again {
        related.push((spot(at), "and that whenever this happens".to_owned()));
    }
    if repeated.marked {
        related.push((spot(step), "the mark around this is of one instance".to_owned()));
    }
    related
}

/// The two runs as they were explored.
fn witness(program: &Program, home: &Hop, what: &str) -> Vec<DraftStep> {
    let steps = home.found.witness.iter().filter_map(|event| {
        let text = match event.what {
            EventKind::Writes(_) => format!("registers {what}"),
            EventKind::Reads(_) => "both are registered now".to_owned(),
            EventKind::Tests(true) => "the test holds".to_owned(),
            EventKind::Tests(false) => "the test does not hold".to_owned(),
            _ => return None,
        };
        let at = super::wording::spot(&home.assembled, event.site);
        let whole = Spot { file: home.at.function.file, span: program.function(home.at.function).name_span };
        let at = if at.span == crate::facts::Span::default() { whole } else { at };
        Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
    });
    steps.collect()
}
