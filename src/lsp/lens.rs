//! Lenses and hints: what was explored, above each function or behind its name. Both are shown only where they are asked
//! for in the settings.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;
use serde_json::json;

use super::client::SHOW_SCHEDULE;
use super::places::Places;
use crate::examine::overlap::Evidence;
use crate::explore::Verdict;
use crate::facts::{FunctionIx, FunctionKind, Span};
use crate::finding::FileId;
use crate::link::ids::FunctionId;
use crate::report::counted;
use crate::session::Checked;

/// What came of the explorations that begin with a function.
#[derive(Default)]
struct Outcome {
    schedules: u128,
    breaks: bool,
    open: bool,
}

/// A lens for each function of a file that was explored.
pub(super) fn lenses(checked: &Checked, file: FileId, places: &Places<'_>, shows: bool) -> Vec<lsp::CodeLens> {
    let mut outcomes: BTreeMap<FunctionId, Outcome> = BTreeMap::new();
    for examined in checked.study.examination.pairs.iter().filter(|examined| examined.pair.first.file == file) {
        let outcome = outcomes.entry(examined.pair.first).or_default();
        match &examined.verdict {
            Verdict::Safe(safe) => {
                outcome.schedules = outcome.schedules.saturating_add(safe.schedules);
                outcome.open |= !safe.undecided.is_empty();
            }
            Verdict::TooBig => outcome.open = true,
            Verdict::Breaks(_) => outcome.breaks = true,
        }
    }
    outcomes.into_iter().map(|(id, outcome)| lens(checked, id, &outcome, places, shows)).collect()
}

fn lens(checked: &Checked, id: FunctionId, outcome: &Outcome, places: &Places<'_>, shows: bool) -> lsp::CodeLens {
    let source = places.sources.file(id.file);
    let function = checked.program.function(id);
    let inside = |finding: &&crate::finding::Finding| {
        let at = source.offset(finding.span.start) as u32;
        finding.file == id.file && function.span.start <= at && at < function.span.end
    };
    let found = checked.report.findings.iter().find(inside);
    let arguments = found.and_then(|finding| {
        let uri = places.uri(&source.absolute)?;
        shows.then(|| vec![json!({ "uri": uri, "fingerprint": finding.fingerprint })])
    });
    let schedules = counted(usize::try_from(outcome.schedules).unwrap_or(usize::MAX), "schedule");
    let title = match (found.is_some(), outcome.breaks || outcome.open) {
        (true, _) => "can break: show the schedule".to_owned(),
        (false, true) => format!("{schedules} explored, not all decided"),
        (false, false) => format!("{schedules} explored, safe"),
    };
    let command = if arguments.is_some() { SHOW_SCHEDULE } else { "" };
    let command = lsp::Command { title, command: command.to_owned(), arguments, ..lsp::Command::default() };
    lsp::CodeLens { range: range(source, function.name_span, places), command: Some(command), data: None }
}

/// A hint behind the name of each function that the code itself runs beside itself.
pub(super) fn hints(checked: &Checked, file: FileId, within: Span, places: &Places<'_>) -> Vec<lsp::InlayHint> {
    let source = places.sources.file(file);
    let functions = checked.program.facts(file).functions.iter().enumerate();
    let functions = functions.filter(|(_, function)| {
        function.kind != FunctionKind::Module
            && within.start <= function.name_span.end
            && function.name_span.end <= within.end
    });
    let overlap = &checked.study.examination.overlap;
    let shown = functions
        .filter(|(ix, _)| overlap.evidence(FunctionId { file, ix: FunctionIx(*ix as u32) }) >= Evidence::Shown);
    let hint = |(_, function): (usize, &crate::facts::Function)| lsp::InlayHint {
        position: range(source, function.name_span, places).end,
        label: "overlaps itself".to_owned().into(),
        padding_left: Some(true),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_right: None,
        data: None,
    };
    shown.map(hint).collect()
}

fn range(source: &crate::source::SourceFile, span: Span, places: &Places<'_>) -> lsp::Range {
    places.encoding.range(source, source.range(span))
}
