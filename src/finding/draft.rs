//! Drafts: findings as rules write them, and how they become findings that people read.

use super::{Confidence, Edit, FileId, Finding, Fix, Range, Related, Severity, WitnessStep, fingerprint};
use crate::facts::Span;
use crate::source::{SourceFile, Sources};

/// A span of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Spot {
    pub file: FileId,
    pub span: Span,
}

/// A finding without lines: what a rule hands in.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub violation: &'static str,
    pub confidence: Confidence,
    /// The act.
    pub at: Spot,
    /// The names around the act: `ModelStore.initContext`.
    pub scope: String,
    pub message: String,
    pub help: String,
    pub outcome: String,
    pub assumptions: Vec<String>,
    /// What the act rests on, and what to say there.
    pub related: Vec<(Spot, String)>,
    /// What would help, if the code around is as expected.
    pub fixes: Vec<Cure>,
    pub witness: Vec<DraftStep>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DraftStep {
    pub lane: char,
    pub at: Spot,
    pub text: String,
    pub time: Option<String>,
}

/// What would mend a finding, in terms of its spots; the edits are worked out from the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cure {
    /// What is returned in the `try` around is waited for: `clear` stands in its `finally`.
    AwaitReturns { clear: Spot },
    /// A call is waited for.
    Await { call: Spot },
    /// What is written is read after the wait.
    WaitFirst { write: Spot },
    /// A mark is set before the first wait.
    ClaimFirst { set: Spot },
    /// A mark is given back in `finally`.
    Finally { set: Spot, clear: Spot },
    /// A guard gets a name, and lives as long as it.
    NameGuard { taken: Spot },
    /// The guard in the head of a statement ends before its body.
    Hoist { taken: Spot },
    /// A guard that is needed no more ends before `until`.
    DropGuard { taken: Spot, until: Spot, safe: bool },
    /// A lock that one statement takes twice is taken once.
    OneGuard { first: Spot, second: Spot },
    /// What is written in a transaction is written on its handle.
    PassHandle { act: Spot, transaction: Spot },
    /// What is made when it is first needed is made once: others wait for the same promise.
    Memoise { write: Spot },
    /// An atomic that is loaded and then stored is changed in one step.
    OneStep { write: Spot },
    /// An atomic that is tested and then set is tested and set in one step.
    Exchange { write: Spot },
    /// A file is written beside its place, and renamed over it.
    RenameOver { write: Spot },
    /// A file is created in a step that fails where it is; `look` asked whether it was there.
    CreateNew { write: Spot, look: Spot, safe: bool },
}

impl Cure {
    /// A place in the file that is edited.
    pub fn spot(&self) -> Spot {
        match self {
            Cure::AwaitReturns { clear: spot }
            | Cure::Await { call: spot }
            | Cure::WaitFirst { write: spot }
            | Cure::ClaimFirst { set: spot }
            | Cure::Finally { set: spot, .. }
            | Cure::NameGuard { taken: spot }
            | Cure::Hoist { taken: spot }
            | Cure::DropGuard { taken: spot, .. }
            | Cure::OneGuard { first: spot, .. }
            | Cure::PassHandle { act: spot, .. }
            | Cure::Memoise { write: spot }
            | Cure::OneStep { write: spot }
            | Cure::Exchange { write: spot }
            | Cure::RenameOver { write: spot }
            | Cure::CreateNew { write: spot, .. } => *spot,
        }
    }
}

/// Edits that mend a finding.
#[derive(Clone, PartialEq, Debug)]
pub struct DraftFix {
    pub title: String,
    pub safe: bool,
    pub edits: Vec<(Spot, String)>,
}

/// Works out what a cure comes to in the text, if it is right there. It is asked about one file after the other.
pub type WorkOut<'a> = &'a mut dyn FnMut(&Cure) -> Option<DraftFix>;

/// The drafts of all rules, each with its rule's id and severity, as findings in their one order, none of them twice.
pub fn settle(
    mut drafts: Vec<(&'static str, Severity, Draft)>,
    sources: &Sources,
    work_out: WorkOut<'_>,
) -> Vec<Finding> {
    drafts.sort_by_key(|(_, _, draft)| draft.at.file);
    let mut findings: Vec<Finding> =
        drafts.into_iter().map(|(rule, severity, draft)| finding(rule, severity, draft, sources, work_out)).collect();
    sort(&mut findings);
    findings.dedup_by(|b, a| order(a) == order(b));
    fingerprint::number_equals(&mut findings);
    findings
}

/// The one order of findings.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.outcome.cmp(&b.outcome)));
}

/// By place, then by rule. Of two findings that agree in all of this, one is enough.
fn order(finding: &Finding) -> (&str, Range, &str, &str, &str) {
    (&finding.path, finding.span, finding.rule, finding.violation, &finding.message)
}

fn finding(rule: &'static str, severity: Severity, draft: Draft, sources: &Sources, work_out: WorkOut<'_>) -> Finding {
    let severity = if draft.confidence == Confidence::Possible { severity.lower() } else { severity };
    let fingerprint = fingerprint::of(rule, &draft, sources);
    let file = sources.file(draft.at.file);
    Finding {
        rule,
        violation: draft.violation,
        severity,
        confidence: draft.confidence,
        path: file.shown.clone(),
        span: file.range(draft.at.span),
        scope: draft.scope,
        message: draft.message,
        help: draft.help,
        outcome: draft.outcome,
        assumptions: draft.assumptions,
        related: draft.related.into_iter().map(|(at, text)| related(at, text, sources)).collect(),
        fixes: draft.fixes.iter().filter_map(|cure| Some(fix(work_out(cure)?, sources))).collect(),
        witness: draft.witness.into_iter().map(|draft| step(draft, sources)).collect(),
        fingerprint,
        url: url(rule),
        file: draft.at.file,
    }
}

fn related(at: Spot, text: String, sources: &Sources) -> Related {
    let file = sources.file(at.file);
    Related { path: file.shown.clone(), span: file.range(at.span), text, file: at.file }
}

fn fix(draft: DraftFix, sources: &Sources) -> Fix {
    let edit = |(at, text): (Spot, String)| {
        let file: &SourceFile = sources.file(at.file);
        Edit { path: file.shown.clone(), span: file.range(at.span), text, file: at.file }
    };
    let mut edits: Vec<Edit> = draft.edits.into_iter().map(edit).collect();
    edits.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
    Fix { title: draft.title, safe: draft.safe, edits }
}

fn step(draft: DraftStep, sources: &Sources) -> WitnessStep {
    let file = sources.file(draft.at.file);
    let span = file.range(draft.at.span);
    WitnessStep {
        lane: draft.lane,
        path: file.shown.clone(),
        line: span.start.line,
        column: span.start.column,
        span,
        text: draft.text,
        time: draft.time,
        file: draft.at.file,
    }
}

/// Where the rule's page is.
fn url(rule: &str) -> String {
    page(&format!("rules/{rule}/README.md"))
}

/// Where a page of the repository can be read.
pub fn page(path: &str) -> String {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => path.to_owned(),
        repository => format!("{repository}/blob/main/{path}"),
    }
}
