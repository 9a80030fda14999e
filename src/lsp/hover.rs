//! Hover: the schedule of a finding, and what is known of a function or a lock.

use std::fmt::Write as _;

use crate::examine::overlap::Evidence;
use crate::explore::Verdict;
use crate::facts::{FunctionIx, FunctionKind, Span};
use crate::finding::{FileId, Finding};
use crate::link::Program;
use crate::link::bind::{Guard, OpKind};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::summary::KeyId;
use crate::models::Mode;
use crate::report::{clean, counted, schedule};
use crate::session::Checked;

/// Columns of a schedule in a hover.
const WIDTH: usize = 100;
/// More names than this are counted.
const NAMES: usize = 6;

/// What there is to say about a byte of a file, as Markdown, and the span that it is about.
pub(super) fn hover(checked: &Checked, file: FileId, offset: u32) -> Option<(String, Option<Span>)> {
    let findings: Vec<String> =
        findings_at(checked, file, offset).map(|finding| of_finding(checked, finding)).collect();
    let known = of_lock(checked, file, offset).or_else(|| of_function_at(checked, file, offset));
    let span = known.as_ref().map(|(_, span)| *span).filter(|_| findings.is_empty());
    let parts: Vec<String> = findings.into_iter().chain(known.map(|(text, _)| text)).collect();
    (!parts.is_empty()).then(|| (parts.join("\n\n---\n\n"), span))
}

/// Findings that begin around this byte, or have a step of their schedule there.
fn findings_at(checked: &Checked, file: FileId, offset: u32) -> impl Iterator<Item = &Finding> {
    let source = checked.report.sources.file(file);
    let covers = move |range: crate::finding::Range| {
        let span = source.offset(range.start) as u32..=source.offset(range.end) as u32;
        span.contains(&offset)
    };
    checked.report.findings.iter().filter(move |finding| {
        finding.file == file && covers(finding.span)
            || finding.witness.iter().any(|step| step.file == file && covers(step.span))
    })
}

/// Message, lanes and ending of a finding.
pub(super) fn of_finding(checked: &Checked, finding: &Finding) -> String {
    let mut text = format!("**{}**: {}\n", finding.rule, clean(&finding.message));
    if !finding.witness.is_empty() {
        let lanes = schedule(finding, &checked.report.sources, WIDTH);
        let fence = fence(&lanes);
        let _ = write!(text, "\n{fence}text\n{}\n{fence}\n", lanes.join("\n"));
    }
    let assumptions = finding.assumptions.iter().map(|assumption| ("if", assumption));
    for (word, said) in [("=>", &finding.outcome)].into_iter().chain(assumptions).chain([("help:", &finding.help)]) {
        if !said.is_empty() {
            let _ = write!(text, "\n{word} {}\n", clean(said));
        }
    }
    let _ = write!(text, "\n{}, {}: [{}]({})", finding.violation, finding.confidence, finding.rule, finding.url);
    text
}

/// More backticks than stand in the code.
fn fence(lines: &[String]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// The function whose name stands here.
fn of_function_at(checked: &Checked, file: FileId, offset: u32) -> Option<(String, Span)> {
    let functions = checked.program.facts(file).functions.iter().enumerate();
    let here = functions.filter(|(_, function)| {
        let span = function.name_span;
        function.kind != FunctionKind::Module && span.start <= offset && offset <= span.end
    });
    let (ix, function) = here.min_by_key(|(_, function)| function.name_span.end - function.name_span.start)?;
    let id = FunctionId { file, ix: FunctionIx(ix as u32) };
    Some((of_function(checked, id), function.name_span))
}

fn of_function(checked: &Checked, id: FunctionId) -> String {
    let program = &checked.program;
    let overlap = &checked.study.examination.overlap;
    let mut text = format!("**racelint** knows of `{}`:\n", name(program, id));
    let _ = writeln!(text, "- {}", said_of_overlap(overlap.evidence(id)));
    let callers: Vec<String> = overlap.callers(id).into_iter().map(|caller| name(program, caller)).collect();
    list(&mut text, "called by", &callers);
    let summary = program.summary(id);
    let keys = |keys: &[KeyId]| keys.iter().map(|key| program.keys().get(*key).show(program)).collect::<Vec<_>>();
    list(&mut text, "writes", &keys(&summary.writes));
    list(&mut text, "reads", &keys(&summary.reads));
    list(&mut text, "takes the locks", &keys(&summary.acquires));
    if summary.pauses {
        text.push_str("- is suspended on its way: others run then\n");
    }
    said_of_pairs(checked, id, &mut text);
    text
}

fn said_of_overlap(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "nothing says that two runs of it overlap",
        Evidence::Assumed => "two runs of it may overlap: anybody can call it",
        Evidence::Offered => "two runs of it may overlap: one instance is there for everybody",
        Evidence::Shown => "two runs of it overlap: the code starts it again whoever is still running",
        Evidence::Admitted => "two runs of it overlap: the code itself reckons with it",
    }
}

/// Against whom it was explored, and what came of it.
fn said_of_pairs(checked: &Checked, id: FunctionId, text: &mut String) {
    let program = &checked.program;
    for examined in checked.study.examination.pairs.iter().filter(|examined| examined.pair.first == id) {
        let rival = match examined.pair.second {
            second if second == id => "itself".to_owned(),
            second => format!("`{}`", name(program, second)),
        };
        let about = examined.assembled.places.first().map_or(String::new(), |place| format!(" on `{}`", place.shown));
        let _ = match &examined.verdict {
            Verdict::Safe(safe) if safe.undecided.is_empty() => {
                let schedules = counted(usize::try_from(safe.schedules).unwrap_or(usize::MAX), "schedule");
                writeln!(text, "- with {rival}{about}: {schedules} explored, safe")
            }
            Verdict::Safe(_) => writeln!(text, "- with {rival}{about}: not decided, something on the way is unknown"),
            Verdict::TooBig => writeln!(text, "- with {rival}{about}: too big to explore"),
            Verdict::Breaks(breaks) => {
                let kinds: Vec<&str> = breaks.iter().map(|found| found.violation.as_str()).collect();
                writeln!(text, "- with {rival}{about}: can break ({})", kinds.join(", "))
            }
        };
    }
}

/// The lock that is taken here: what it guards, and who else takes it.
fn of_lock(checked: &Checked, file: FileId, offset: u32) -> Option<(String, Span)> {
    let program = &checked.program;
    let of_file = || program.functions().filter(move |id| id.file == file);
    let (id, span, guard) = of_file().find_map(|id| {
        let body = program.body(id);
        let ops = body.blocks.iter().flatten().filter(|op| op.span.start <= offset && offset <= op.span.end);
        ops.filter_map(|op| match &op.kind {
            OpKind::Acquire { guard, .. } => {
                body.guards.iter().find(|known| known.reg == *guard).map(|guard| (id, op.span, guard))
            }
            _ => None,
        })
        .min_by_key(|(_, span, _)| span.end - span.start)
    })?;
    let key = guard.lock.key();
    let mut text = format!("**racelint** knows of the lock `{}`:\n", guard.lock.show(program));
    let _ = writeln!(text, "- {}", said_of_guard(guard));
    let takes = |other: &FunctionId| program.body(*other).guards.iter().any(|guard| guard.lock.key() == key);
    let takers: Vec<String> =
        program.functions().filter(|other| *other != id).filter(takes).map(|other| name(program, other)).collect();
    list(&mut text, "also taken by", &takers);
    Some((text, span))
}

fn said_of_guard(guard: &Guard) -> String {
    let mode = match guard.mode {
        Mode::Exclusive => "exclusively",
        Mode::Upgradable => "as the one reader that may become the writer",
        Mode::Shared | Mode::Recursive => "shared with other readers",
    };
    let waits = if guard.is_async { "the task is suspended until it is free" } else { "the thread waits for it" };
    format!("`{}`, taken {mode}; {waits}", guard.kind.name)
}

fn list(text: &mut String, word: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let shown: Vec<String> = names.iter().take(NAMES).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "- {word} {}{more}", shown.join(", "));
}

/// `Store.load`, `load`, or what a closure is called where it has no name.
pub(super) fn name(program: &Program, id: FunctionId) -> String {
    let function = program.function(id);
    let unit = program.unit(UnitId { file: id.file, ix: function.unit });
    match (function.unit.0, function.name.as_str()) {
        (_, "") => "a function without a name".to_owned(),
        (0, name) => name.to_owned(),
        (_, name) => format!("{}.{name}", unit.name),
    }
}
