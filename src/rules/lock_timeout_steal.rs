//! `lock-timeout-steal`: after a time-out or by its age a lock is taken from whoever has it, though nothing shows that its
//! owner is gone. A slow owner is no dead owner.

use super::clock::{Limit, limit_at};
use super::outside::{act_name, breaks, draft, reach, shown};
use super::pick::Incidents;
use super::wording::Words;
use super::{Context, Sink};
use crate::examine::files::ExaminedFile;
use crate::explore::{Break, EventKind, Violation};
use crate::finding::Draft;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        for found in breaks(examined).filter(|found| found.violation == Violation::Steal) {
            let Some(limit) = waited(cx, examined, found) else { continue };
            let mut reach = reach(cx, examined, found.act);
            reach.kind = reach.kind.or(Some("a lock file"));
            let (file, function) = (shown(examined), act_name(cx, &examined.assembled, found));
            let after = match limit.millis {
                Some(millis) => format!("after {}", time(millis)),
                None => "after a time-out".to_owned(),
            };
            let words = Words {
                message: format!("`{function}` takes the lock `{file}` away {after}, though its owner may still be at work"),
                help: "let the operating system hold the lock (it is free when its owner is gone), or fail with an error; look again at what was protected once the lock is had"
                    .to_owned(),
            };
            let mut draft = draft(cx, &examined.assembled, found, &reach, words);
            stamp(&mut draft, found, &limit);
            incidents.add(None, draft);
        }
    }
    incidents.report(sink);
}

/// The time-out on the way to the act.
fn waited(cx: &Context<'_>, examined: &ExaminedFile, found: &Break) -> Option<Limit> {
    let sites = &examined.assembled.sites;
    let tests = found.witness.iter().filter(|event| matches!(event.what, EventKind::Tests(_)));
    let limits = tests.filter_map(|event| {
        let info = sites.get(event.site.0 as usize)?;
        limit_at(cx.program, info.function, info.span)
    });
    limits.max_by_key(|limit| limit.millis)
}

/// Writes the times into the schedule: the owner begins at 0, the thief comes when its patience ends.
fn stamp(draft: &mut Draft, found: &Break, limit: &Limit) {
    let Some(thief) = found.witness.iter().find(|event| event.site == found.act).map(|event| event.lane) else { return };
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
