//! `file-read-modify-write`: a file is read, what it held is changed and written back, and nothing keeps another process
//! from doing the same in between.

use super::outside::{act_name, breaks, draft, reach, shown, shows};
use super::pick::Incidents;
use super::reach::{KEPT, SETTINGS};
use super::wording::Words;
use super::{Context, Sink};
use crate::examine::uses::is_named_here;
use crate::explore::Violation;
use crate::finding::Confidence;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        // Where the lock itself is stolen, that is the fault.
        if shows(examined, Violation::Steal) {
            continue;
        }
        for found in breaks(examined).filter(|found| found.violation == Violation::LostUpdate) {
            let mut reach = reach(cx, examined, found.act);
            if reach.is_lock {
                continue;
            }
            // What the program reads, changes and writes back under a name of its own choosing, it keeps there.
            if is_named_here(&examined.assembled.places[examined.place as usize].key) {
                reach.kind = reach.kind.or(Some(KEPT));
            }
            let (file, function) = (shown(examined), act_name(cx, &examined.assembled, found));
            let words = Words {
                message: format!(
                    "`{function}` writes `{file}` from what it read there before: what another process wrote in between is lost"
                ),
                help: format!(
                    "hold a lock of the operating system from the read to the write, or keep one file for each entry; where a line is added, append to `{file}`"
                ),
            };
            let mut draft = draft(cx, &examined.assembled, found, &reach, words);
            // Two commands at once need two people, unless it is what any process keeps in a folder of all.
            if reach.is_command && (!reach.is_common || reach.kind == Some(SETTINGS)) {
                draft.confidence = Confidence::Possible;
            }
            incidents.add(None, draft);
        }
    }
    incidents.report(sink);
}
