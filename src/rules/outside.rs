//! Outside: what the rules on files have in common: the breaks of the files that were examined, and the wording of one.

use super::Context;
use super::reach::Reach;
use super::wording::{Words, function_at, name, scope, spot, witness};
use crate::assemble::Assembled;
use crate::examine::files::ExaminedFile;
use crate::explore::model::{How, Op, Site};
use crate::explore::{Break, Grade, Verdict, Violation};
use crate::finding::{Confidence, Draft};

/// The breaks of one examined file that are about the file itself.
pub(super) fn breaks(examined: &ExaminedFile) -> impl Iterator<Item = &Break> {
    let breaks = match &examined.verdict {
        Verdict::Breaks(breaks) => breaks.as_slice(),
        Verdict::Safe(_) | Verdict::TooBig => &[],
    };
    breaks.iter().filter(|found| found.place == Some(examined.place))
}

/// Does the exploration show this of any file in it?
pub(super) fn shows(examined: &ExaminedFile, violation: Violation) -> bool {
    matches!(&examined.verdict, Verdict::Breaks(breaks) if breaks.iter().any(|found| found.violation == violation))
}

pub(super) fn shown(examined: &ExaminedFile) -> &str {
    &examined.assembled.places[examined.place as usize].shown
}

pub(super) fn reach(cx: &Context<'_>, examined: &ExaminedFile, at: Site) -> Reach {
    let place = &examined.assembled.places[examined.place as usize];
    Reach::of(cx.program, &place.key, &place.shown, function_at(&examined.assembled, at))
}

/// Is this file put in place by what the act of a break does, and not only removed?
pub(super) fn is_written_at(assembled: &Assembled, site: Site) -> bool {
    super::shape::at(assembled, site).any(|instr| matches!(instr.op, Op::Write { how: How::Set, .. }))
}

/// The draft of a break on a file.
pub(super) fn draft(cx: &Context<'_>, assembled: &Assembled, found: &Break, reach: &Reach, words: Words) -> Draft {
    let program = cx.program;
    let act = function_at(assembled, found.act);
    let shown = found.place.map_or("the file", |place| assembled.places[place as usize].shown.as_str());
    let mut assumptions = vec![reach.sentence(shown)];
    assumptions.extend(found.assumptions.iter().cloned());
    let graded = match found.grade {
        Grade::Certain | Grade::Likely => Confidence::Likely,
        Grade::Possible => Confidence::Possible,
    };
    let known = reach.kind.is_some() || reach.around.is_some();
    let mut related: Vec<_> = found
        .rests_on
        .iter()
        .filter(|site| **site != found.act)
        .map(|site| (spot(assembled, *site), "this is what it rests on".to_owned()))
        .collect();
    related.dedup();
    Draft {
        violation: found.violation.as_str(),
        confidence: if known { graded } else { Confidence::Possible },
        at: spot(assembled, found.act),
        scope: scope(program, act),
        message: words.message,
        help: words.help,
        outcome: found.outcome.clone(),
        assumptions,
        related,
        fixes: Vec::new(),
        witness: witness(assembled, found),
    }
}

/// The name of the function in which a break happens.
pub(super) fn act_name(cx: &Context<'_>, assembled: &Assembled, found: &Break) -> String {
    name(cx.program, function_at(assembled, found.act))
}
