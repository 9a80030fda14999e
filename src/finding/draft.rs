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
    pub fixes: Vec<DraftFix>,
    pub witness: Vec<DraftStep>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DraftStep {
    pub lane: char,
    pub at: Spot,
    pub text: String,
    pub time: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DraftFix {
    pub title: String,
    pub safe: bool,
    pub edits: Vec<(Spot, String)>,
}

/// The drafts of all rules, each with its rule's id and severity, as findings in their one order, none of them twice.
pub fn settle(drafts: Vec<(&'static str, Severity, Draft)>, sources: &Sources) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        drafts.into_iter().map(|(rule, severity, draft)| finding(rule, severity, draft, sources)).collect();
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

fn finding(rule: &'static str, severity: Severity, draft: Draft, sources: &Sources) -> Finding {
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
        fixes: draft.fixes.into_iter().map(|draft| fix(draft, sources)).collect(),
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
        Edit { path: file.shown.clone(), span: file.range(at.span), text }
    };
    Fix { title: draft.title, safe: draft.safe, edits: draft.edits.into_iter().map(edit).collect() }
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
