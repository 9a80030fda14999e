//! Diagnostics: findings as editors show them, with a step of the schedule at each place that has a part in it.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::path::PathBuf;

use gen_lsp_types as lsp;
use rustc_hash::FxHasher;

use super::places::Places;
use crate::finding::{Finding, Severity};
use crate::report::clean;
use crate::session::Checked;
use crate::suppress;

/// The diagnostics of one file, and what they are known by.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct OfFile {
    pub(super) items: Vec<lsp::Diagnostic>,
    pub(super) id: String,
}

/// The diagnostics of every file that has any.
pub(super) fn all(checked: &Checked, places: &Places<'_>) -> BTreeMap<PathBuf, OfFile> {
    let mut all: BTreeMap<PathBuf, OfFile> = BTreeMap::new();
    for finding in &checked.report.findings {
        let path = &checked.report.sources.file(finding.file).absolute;
        all.entry(path.clone()).or_default().items.push(diagnostic(finding, places));
    }
    for of_file in all.values_mut() {
        of_file.id = id(&of_file.items);
    }
    all
}

/// What the same diagnostics are known by.
pub(super) fn id(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    hasher.write(serde_json::to_string(items).unwrap_or_default().as_bytes());
    format!("{:016x}", hasher.finish())
}

pub(super) fn diagnostic(finding: &Finding, places: &Places<'_>) -> lsp::Diagnostic {
    let file = places.sources.file(finding.file);
    let href = lsp::Uri::parse(&finding.url).ok().map(|href| lsp::CodeDescription { href });
    let unnecessary = (finding.rule == suppress::UNUSED).then(|| vec![lsp::DiagnosticTag::Unnecessary]);
    lsp::Diagnostic {
        range: places.encoding.range(file, finding.span),
        severity: Some(severity(finding.severity)),
        code: Some(finding.rule.to_owned().into()),
        code_description: href,
        source: Some("racelint".to_owned()),
        message: message(finding).into(),
        tags: unnecessary,
        related_information: Some(related(finding, places)),
        data: Some(serde_json::json!({ "fingerprint": finding.fingerprint })),
    }
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warn => lsp::DiagnosticSeverity::Warning,
        Severity::Info => lsp::DiagnosticSeverity::Information,
    }
}

/// What breaks, how it ends, and what it takes.
fn message(finding: &Finding) -> String {
    let mut text = clean(&finding.message).into_owned();
    let assumptions = finding.assumptions.iter().map(|assumption| ("if", assumption));
    for (word, said) in [("=>", &finding.outcome)].into_iter().chain(assumptions).chain([("help:", &finding.help)]) {
        if !said.is_empty() {
            text.push_str(&format!("\n{word} {}", clean(said)));
        }
    }
    text
}

/// What the act rests on, then the schedule, step by step.
fn related(finding: &Finding, places: &Places<'_>) -> Vec<lsp::DiagnosticRelatedInformation> {
    let info = |location: Option<lsp::Location>, message: String| {
        location.map(|location| lsp::DiagnosticRelatedInformation { location, message })
    };
    let ground = finding.related.iter();
    let ground = ground.map(|part| info(places.location(part.file, part.span), clean(&part.text).into_owned()));
    let steps = finding.witness.iter().enumerate().map(|(number, step)| {
        let time = step.time.as_ref().map_or(String::new(), |time| format!("{time} "));
        let file = places.sources.file(step.file);
        let code = file.text[file.line(step.line)].trim();
        let text = if step.text.is_empty() { code } else { step.text.as_str() };
        info(places.location(step.file, step.span), format!("{}. {} {time}{}", number + 1, step.lane, clean(text)))
    });
    ground.chain(steps).flatten().collect()
}
