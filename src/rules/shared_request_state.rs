//! `shared-request-state`: a run leaves something in a place that all runs share, waits, and takes it out again as if
//! it were its own; or a request leaves in a module, or takes hold of, what the whole server has once.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, function_at, name, scope};
use super::{Context, Sink};
use crate::examine::instances::At;
use crate::examine::requests::{Kept, Left, Taken, kept, left, taken};
use crate::examine::sketch::read_back;
use crate::explore::{EventKind, Violation};
use crate::facts::{FunctionIx, Span};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Mixed, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let words = Words {
            message: format!(
                "`{function}` puts its own value into `{shown}`, waits, and reads it back: another run's may stand there by then"
            ),
            help: format!(
                "hand the value on as an argument or a return value, or keep it in an `AsyncLocalStorage`: `{shown}` is one for all runs"
            ),
        };
        let key = &assembled.places[place as usize].key;
        let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
        // In the field of an object the newest value may well be what is wanted.
        if !matches!(key.owner, Owner::Base(Base::Variable(..))) {
            draft.confidence = Confidence::Possible;
        }
        incidents.add(Some(key), draft);
    }
    incidents.report(sink);
    left(cx.program).iter().for_each(|left| sink.extend(left_behind(cx.program, left)));
    kept(cx.program).iter().for_each(|kept| sink.extend(kept_for_all(cx.program, kept)));
    taken(cx.program).iter().for_each(|taken| sink.push(taken_over(cx.program, taken)));
}

/// A request's own thing in a variable of the module, which somebody else reads.
fn left_behind(program: &Program, left: &Left) -> Option<Draft> {
    let place = left.place.show(program);
    let (writer, reader) = (name(program, left.write.function), name(program, left.reader.function));
    let said = [
        format!("leaves what its request has brought in `{place}`"),
        "is suspended, or has handed over".to_owned(),
        format!("`{reader}` takes the other request's `{place}` for this one's"),
    ];
    Some(Draft {
        // What came last may well be what is asked for.
        confidence: Confidence::Possible,
        message: format!("`{writer}` leaves what belongs to one request in `{place}`, which all requests share"),
        help: format!(
            "hand it on as an argument, or keep it in an `AsyncLocalStorage`: `{place}` is one for all requests"
        ),
        outcome: format!("a request is answered with what another one has left in `{place}`"),
        assumptions: vec![format!("a second request comes before `{reader}` has read what the first one left")],
        related: vec![(spot(left.reader), format!("`{reader}` reads it"))],
        ..read_back_at(program, [left.write, left.write, left.reader], said)?
    })
}

/// A cache of answers that the server has once.
fn kept_for_all(program: &Program, kept: &Kept) -> Option<Draft> {
    let field = &program.unit(kept.unit).fields[kept.field as usize];
    let (variable, user) = (field.name, name(program, kept.user.function));
    let module = FunctionId { file: kept.unit.file, ix: FunctionIx(0) };
    let said = [
        format!("`{user}` renders a page: what it asks for is kept in `{variable}`"),
        "waits for its answers".to_owned(),
        format!("`{user}` renders another user's page from the same `{variable}`"),
    ];
    let made = At { function: module, span: field.span };
    Some(Draft {
        // Nothing may be asked for before the page is in the browser.
        confidence: Confidence::Possible,
        at: spot(made),
        message: format!("`{variable}` is made once for the whole server, and keeps what every user's page asks for"),
        help: format!(
            "make it where the page begins (`useState(() => new …)`), or keep one only in the browser: on the server \
             each request needs its own `{variable}`"
        ),
        outcome: "what one user asked for stays on the server, and is there for the next one".to_owned(),
        assumptions: vec![format!("`{user}` is rendered on the server too")],
        related: vec![(spot(kept.user), "it is handed to all that is rendered here".to_owned())],
        ..read_back_at(program, [kept.user, kept.user, kept.user], said)?
    })
}

/// Something that works for one request at a time, and that a second request takes over.
fn taken_over(program: &Program, taken: &Taken) -> Draft {
    let place = taken.to.show(program);
    let hops = &taken.repeated.hops;
    let (first, outer) = (&hops[0], &hops[hops.len() - 1]);
    let by = name(program, outer.at.function);
    let step = |event: &crate::explore::Event| {
        let text = match event.what {
            EventKind::Writes(_) => format!("takes `{place}` for itself"),
            EventKind::Reads(_) => format!("goes on, but `{place}` works for the other one"),
            _ => return None,
        };
        let at = super::wording::spot(&first.assembled, event.site);
        let at = if at.span == Span::default() { spot(taken.at) } else { at };
        Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
    };
    Draft {
        violation: Violation::ReadBack.as_str(),
        confidence: Confidence::Likely,
        at: spot(taken.at),
        scope: scope(program, taken.at.function),
        message: format!("each request takes `{place}` for itself, and there is one `{place}` for all of them"),
        help: format!("make one for each request, here; or let the requests have `{place}` one after the other"),
        outcome: format!(
            "the second request's connection replaces the first one's, or is refused, while `{place}` is at work"
        ),
        assumptions: vec![format!("a second request comes while `{by}` is suspended")],
        related: Vec::new(),
        fixes: Vec::new(),
        witness: first.found.witness.iter().filter_map(step).collect(),
    }
}

fn spot(at: At) -> Spot {
    Spot { file: at.function.file, span: at.span }
}

/// A draft at the first place, with the schedule in which what was left there is read back at the last one.
fn read_back_at(program: &Program, at: [At; 3], said: [String; 3]) -> Option<Draft> {
    let found = read_back()?;
    let witness = found.witness.iter().filter_map(|event| {
        let shown = matches!(event.what, EventKind::Writes(_) | EventKind::Pauses | EventKind::Reads(_));
        let which = event.site.0 as usize;
        let (at, text) = (spot(*at.get(which)?), said.get(which)?.clone());
        shown.then(|| DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
    });
    Some(Draft {
        violation: found.violation.as_str(),
        confidence: Confidence::Likely,
        at: spot(at[0]),
        scope: scope(program, at[0].function),
        message: String::new(),
        help: String::new(),
        outcome: String::new(),
        assumptions: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
        witness: witness.collect(),
    })
}
