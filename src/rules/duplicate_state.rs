//! `duplicate-state`: one function puts into a list what its request was answered with, another one what the server tells
//! everybody; one of them does not look whether it is there.

use super::wording::{name, scope};
use super::{Context, Sink};
use crate::examine::appends::{Append, Source, appends};
use crate::examine::instances::At;
use crate::examine::sketch::put_twice;
use crate::explore::{EventKind, Violation};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let all = appends(cx.program);
    for sender in &all {
        let Source::Answer(sent) = sender.source else { continue };
        let told = |other: &&Append| other.list == sender.list && matches!(other.source, Source::Event(_));
        // One that looks says that the two may be the same.
        let told = all.iter().filter(told).max_by_key(|other| other.looks != sender.looks);
        sink.extend(told.and_then(|told| draft(cx.program, sender, told, sent)));
    }
}

fn draft(program: &Program, sender: &Append, told: &Append, sent: At) -> Option<Draft> {
    let found = put_twice([sender.looks, told.looks])?;
    let blind = if sender.looks { told } else { sender };
    let (list, send, event) = (&blind.shown, name(program, sender.at.function), name(program, told.at.function));
    let spot = |at: At| Spot { file: at.function.file, span: at.span };
    let steps = [
        (sent, format!("`{send}` has sent it, and waits for the answer")),
        (sender.at, format!("`{send}` adds the answer to `{list}`")),
        (told.at, format!("`{event}` is told of it, and adds it to `{list}`")),
    ];
    let witness = found.witness.iter().filter_map(|event| {
        let waits = matches!(event.what, EventKind::Pauses) && event.site.0 == 0;
        let shown = waits || matches!(event.what, EventKind::Writes(_));
        let (at, text) = steps.get(event.site.0 as usize)?;
        shown.then(|| DraftStep { lane: char::from(b'A' + event.lane), at: spot(*at), text: text.clone(), time: None })
    });
    let Source::Event(listens) = told.source else { return None };
    Some(Draft {
        violation: Violation::DoubleEffect.as_str(),
        // The server may well leave out whoever has sent it.
        confidence: Confidence::Possible,
        at: spot(blind.at),
        scope: scope(program, blind.at.function),
        message: format!(
            "`{send}` adds what it is answered to `{list}`, `{event}` adds what it is told: the same thing twice"
        ),
        help: format!(
            "look for its id before it is added, in `{send}` and in `{event}`; or leave it to one of the two"
        ),
        outcome: format!("`{list}` has the same thing twice"),
        assumptions: vec![format!("`{event}` is also told of what `{send}` has sent")],
        related: vec![
            (spot(if sender.looks { sender.at } else { told.at }), "the other one adds it here".to_owned()),
            (spot(listens), "the listener is set up here".to_owned()),
        ],
        fixes: Vec::new(),
        witness: witness.collect(),
    })
}
