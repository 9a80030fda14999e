//! `shared-temp-path`: a temporary file has the same name in every process, and nothing keeps a second one away while it
//! is filled and put in place.

use super::outside::{act_name, breaks, draft, reach, shown, shows};
use super::pick::Incidents;
use super::wording::{Words, spot};
use super::{Context, Sink};
use crate::examine::files::{ExaminedFile, moves};
use crate::explore::Violation;
use crate::explore::model::{How, Op};
use crate::finding::Confidence;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        let Some(filled) = filled(examined).filter(|_| !shows(examined, Violation::Steal)) else { continue };
        let Some(taken) = taken(examined, filled) else { continue };
        for found in breaks(examined) {
            if !matches!(found.violation, Violation::ReadBack | Violation::UseOfNull | Violation::NotSerial) {
                continue;
            }
            let reach = reach(cx, examined, found.act);
            let (file, function) = (shown(examined), act_name(cx, &examined.assembled, found));
            let words = Words {
                message: format!(
                    "`{function}` fills `{file}` and takes it from there, under a name that every process uses: it may find what another one wrote"
                ),
                help: "give the temporary file a name of its own (`NamedTempFile::new_in`, `mkdtemp`, the process id and a random part) in the folder of the target"
                    .to_owned(),
            };
            let mut draft = draft(cx, &examined.assembled, found, &reach, words);
            // What was read there may be used anywhere: the name is what is wrong.
            if taken == Taken::Read {
                draft.at = spot(&examined.assembled, examined.assembled.model.flows[0].code[filled].site);
            }
            // In a folder of which only its name is known, one process may be the only one.
            if reach.kind.is_none() {
                draft.confidence = Confidence::Possible;
            }
            incidents.add(None, draft);
        }
    }
    incidents.report(sink);
}

/// How it leaves the folder of temporary files.
#[derive(PartialEq)]
enum Taken {
    /// Moved to where it belongs.
    Moved,
    /// Read again, in the folder where everybody's temporary files are.
    Read,
}

/// Where it is filled here.
fn filled(examined: &ExaminedFile) -> Option<usize> {
    let fills = |op: &Op| matches!(op, Op::Write { place, how: How::Set, .. } if *place == examined.place);
    examined.assembled.model.flows[0].code.iter().position(|instr| fills(&instr.op))
}

fn taken(examined: &ExaminedFile, filled: usize) -> Option<Taken> {
    let code = &examined.assembled.model.flows[0].code;
    let moves = moves(code);
    let moved = moves.iter().any(|(from, to)| *from == examined.place && *to != examined.place);
    // What is copied there to be put back later is a reserve.
    let reserve = moves.iter().any(|(from, to)| *to == examined.place && moves.contains(&(*to, *from)));
    if moved && !reserve {
        return Some(Taken::Moved);
    }
    let shown = shown(examined).to_lowercase();
    let folder = ["\"/tmp/", "tmpdir()", "temp_dir()"].iter().any(|folder| shown.starts_with(folder));
    let again =
        code[filled..].iter().any(|instr| matches!(instr.op, Op::Read { place, .. } if place == examined.place));
    (folder && again).then_some(Taken::Read)
}
