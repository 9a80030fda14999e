//! `check-then-open`: whether a file is there is asked first, and what follows is right only if nothing has changed by
//! then: it is written over, or opened where it is gone.

use super::outside::{
    act_name, breaks, create_new, draft, is_constant, is_of_its_own, is_written, reach, shown, shows,
};
use super::pick::Incidents;
use super::wording::{Words, function_at};
use super::{Context, Sink};
use crate::assemble::Assembled;
use crate::examine::files::ExaminedFile;
use crate::explore::Violation;
use crate::explore::model::{How, Op, PlaceId, Val};
use crate::finding::Confidence;
use crate::link::loc::Seg;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        if shows(examined, Violation::LostUpdate) || shows(examined, Violation::Steal) {
            continue;
        }
        overwritten(cx, examined, &mut incidents);
        disturbed(cx, examined, &mut incidents);
    }
    incidents.report(sink);
}

/// Two runs find nothing, and both write.
fn overwritten(cx: &Context<'_>, examined: &ExaminedFile, incidents: &mut Incidents) {
    for found in breaks(examined).filter(|found| found.violation == Violation::StaleCheck) {
        let differs = !is_constant(&examined.assembled, examined.place);
        let reach = reach(cx, examined, found.act);
        if differs && is_written(&examined.assembled, found) && !reach.is_lock {
            let words = written_over(shown(examined), &act_name(cx, &examined.assembled, found));
            let mut draft = draft(cx, &examined.assembled, found, &reach, words);
            // Two runs with one path have one task, most likely: they write the same unless each makes something of its own.
            draft.fixes = create_new(&examined.assembled, found, &draft, false);
            if !is_of_its_own(&examined.assembled, examined.place) {
                draft.confidence = Confidence::Possible;
            }
            incidents.add(None, draft);
        }
    }
}

fn written_over(file: &str, function: &str) -> Words {
    Words {
        message: format!(
            "`{function}` asks whether `{file}` is there and writes it afterwards: what another process put there in between is overwritten"
        ),
        help: "create the file in one step that fails where one is (`create_new`, `wx`), and take what is there if it does"
            .to_owned(),
    }
}

/// Something else comes between the look and what follows: the run breaks off, or empties what it does not know.
fn disturbed(cx: &Context<'_>, examined: &ExaminedFile, incidents: &mut Incidents) {
    for other in &examined.disturbed {
        for found in other.verdict.breaks().iter().filter(|found| found.place == Some(examined.place)) {
            let function = function_at(&other.assembled, found.act);
            let rust = cx.program.is_rust(function.file);
            let (file, named) = (shown(examined), act_name(cx, &other.assembled, found));
            let words = match found.violation {
                Violation::UseOfNull if rust && !found.rests_on.is_empty() => Words {
                    message: format!(
                        "`{named}` asks whether `{file}` is there and then counts on it: where it is gone by then the run breaks off"
                    ),
                    help: "do what the look was for and handle its error; a file that is not there is one of them"
                        .to_owned(),
                },
                // An empty file in the place of what somebody else has put there; what is written the same by all is no loss.
                Violation::StaleCheck
                    if rust
                        && is_written(&other.assembled, found)
                        && is_emptied(&other.assembled, examined.place)
                        && !is_mark(&other.assembled, examined.place) =>
                {
                    written_over(file, &named)
                }
                _ => continue,
            };
            let reach = reach(cx, examined, found.act);
            if reach.is_lock {
                continue;
            }
            let mut draft = draft(cx, &other.assembled, found, &reach, words);
            if !reach.is_tool {
                draft.confidence = Confidence::Likely;
            }
            if found.violation == Violation::StaleCheck {
                draft.fixes = create_new(&other.assembled, found, &draft, false);
            }
            incidents.add(None, draft);
        }
    }
}

/// Does the function do nothing to the file but empty it?
fn is_emptied(assembled: &Assembled, place: PlaceId) -> bool {
    let code = &assembled.model.flows[0].code;
    let mut written = code.iter().filter_map(|instr| match &instr.op {
        Op::Write { place: at, how: How::Set, value, .. } if *at == place => Some(value),
        _ => None,
    });
    written.all(|value| matches!(value, Val::Const(_)))
}

/// Is its name written in the code? Then whoever puts an empty file there means the same by it.
fn is_mark(assembled: &Assembled, place: PlaceId) -> bool {
    let way = &assembled.places[place as usize].key.path;
    matches!(way.iter().rev().find(|seg| !matches!(seg, Seg::Content)), Some(Seg::Part(_)))
}
