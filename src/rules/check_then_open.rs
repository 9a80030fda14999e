//! `check-then-open`: whether a file is there is asked first, and what follows is right only if nothing has changed by
//! then: it is written over, or opened where it is gone.

use super::outside::{act_name, breaks, draft, is_constant, is_written, reach, shown, shows};
use super::pick::Incidents;
use super::wording::Words;
use super::{Context, Sink};
use crate::explore::Violation;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        if shows(examined, Violation::LostUpdate) || shows(examined, Violation::Steal) {
            continue;
        }
        for found in breaks(examined) {
            let stale = found.violation == Violation::StaleCheck && is_written(&examined.assembled, found)
                && !is_constant(&examined.assembled, examined.place);
            let reach = reach(cx, examined, found.act);
            if !stale || reach.is_lock {
                continue;
            }
            let (file, function) = (shown(examined), act_name(cx, &examined.assembled, found));
            let words = Words {
                message: format!(
                    "`{function}` asks whether `{file}` is there and writes it afterwards: what another process put there in between is overwritten"
                ),
                help: "create the file in one step that fails where one is (`create_new`, `wx`), and take what is there if it does"
                    .to_owned(),
            };
            incidents.add(None, draft(cx, &examined.assembled, found, &reach, words));
        }
    }
    incidents.report(sink);
}
