//! `overlapping-runs`: work that a timer starts at every period, whether or not its last run has ended.

use super::wording::{function_at, name, scope, spot};
use super::{Context, Sink};
use crate::examine::periods::{Period, periods, takes_first};
use crate::explore::{EventKind, Violation};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::summary::Acts;
use crate::models::query::Does;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for period in &periods(cx.program) {
        sink.push(draft(cx, period));
    }
}

fn draft(cx: &Context<'_>, period: &Period) -> Draft {
    let assembled = &period.assembled;
    let at = Spot { file: period.by.file, span: period.span };
    // What waits is said by its name; the closure that the timer was given has none.
    let work = name(cx.program, function_at(assembled, period.found.act));
    let often = period.millis.map_or("at every period".to_owned(), |millis| format!("every {}", duration(millis)));
    let confidence = if counts(cx, period) && !takes_first(cx.program, period.work) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Draft {
        violation: Violation::DoubleEffect.as_str(),
        confidence,
        at,
        scope: scope(cx.program, period.by),
        message: format!(
            "`{work}` is started {often}, whether or not its last run has ended: two runs do the same work"
        ),
        help:
            "start the next run when this one has ended: `setTimeout` in its `finally`; or leave at once while a flag \
               is set that goes up before the first `await`"
                .to_owned(),
        outcome: "a second run is at work before the first has ended".to_owned(),
        assumptions: vec![format!("a run of `{work}` takes longer than the period")],
        related: vec![(spot(assembled, period.found.act), "this is waited for".to_owned())],
        fixes: Vec::new(),
        witness: steps(period),
    }
}

/// Does what it does count each time: rows, effects that add up? A file that is written twice is written once, mostly.
fn counts(cx: &Context<'_>, period: &Period) -> bool {
    let summary = cx.program.summary(period.work);
    let inserts = cx.rows.of_function(period.work).is_some_and(|trace| {
        trace.accesses.iter().any(|access| access.does == Does::Insert && !access.ignores && !access.guarded)
    });
    inserts || summary.acts == Acts::Adding
}

fn steps(period: &Period) -> Vec<DraftStep> {
    let turn = period.turn;
    let step = |event: &crate::explore::Event| {
        let text = match event.what {
            EventKind::Writes(place) if place == turn => "the timer has started a run: it waits here",
            EventKind::Reads(place) if place == turn => "goes on, while the other run is at the same work",
            EventKind::Tests(true) => "the test holds",
            EventKind::Tests(false) => "the test does not hold",
            _ => return None,
        };
        let at = spot(&period.assembled, event.site);
        Some(DraftStep { lane: char::from(b'A' + event.lane), at, text: text.to_owned(), time: None })
    };
    period.found.witness.iter().filter_map(step).collect()
}

fn duration(millis: i64) -> String {
    match millis {
        ms if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        ms => format!("{ms} ms"),
    }
}
