//! `non-exclusive-lockfile`: a lock file is taken in steps that two processes can both go through: looked for and then
//! written, or made by a call that does not fail where it is.

use super::clock::waited;
use super::outside::{act_name, all_breaks, create_new, draft, is_written, reach, shown};
use super::pick::Incidents;
use super::shape::at;
use super::wording::Words;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::explore::model::{How, Op};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        for (assembled, found) in all_breaks(examined) {
            let reach = reach(cx, examined, found.act);
            let over = at(assembled, found.act).any(|instr| matches!(instr.op, Op::Write { how: How::Set, .. }));
            let taken = match found.violation {
                Violation::StaleCheck | Violation::LostUpdate => is_written(assembled, found),
                // A step that always succeeds goes over the file of whoever has created it.
                Violation::Steal => over && waited(cx.program, assembled, found).is_none(),
                _ => false,
            };
            if !taken || !reach.is_lock {
                continue;
            }
            let (file, function) = (shown(examined), act_name(cx, assembled, found));
            let words = Words {
                message: format!("`{function}` takes the lock file `{file}` in a step that two processes can both get through"),
                help: "create it in one step that fails where it is (`create_new`, `wx`, a plain `mkdir`), or lock an open file with the operating system"
                    .to_owned(),
            };
            let mut draft = draft(cx, assembled, found, &reach, words);
            if found.violation == Violation::StaleCheck {
                draft.fixes = create_new(assembled, found, &draft, true);
            }
            incidents.add(None, draft);
        }
    }
    incidents.report(sink);
}
