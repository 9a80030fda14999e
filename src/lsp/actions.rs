//! Actions: fixes, a suppression with its reason, an entry in the baseline. What an action changes is worked out when it
//! is chosen, where the client can ask for it then.

use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{ADD_TO_BASELINE, FIX_ALL};
use super::places::Places;
use super::{diagnostics, edits};
use crate::facts::Span;
use crate::finding::{FileId, Finding};
use crate::session::Checked;
use crate::suppress;

/// What an action is to do, for when it is chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    pub(super) uri: lsp::Uri,
    /// Of the finding; nothing for what concerns the whole file.
    fingerprint: Option<String>,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum What {
    Suppress,
    /// The fix of that number.
    Fix(usize),
    FixAll,
}

/// What is offered for a part of a file.
pub(super) fn actions(
    checked: &Checked,
    file: FileId,
    span: Span,
    wanted: Option<&[lsp::CodeActionKind]>,
    places: &Places<'_>,
) -> Vec<lsp::CodeAction> {
    let source = places.sources.file(file);
    let Some(uri) = places.uri(&source.absolute) else { return Vec::new() };
    let is_wanted = |kind: &str| {
        let asks = |wanted: &str| wanted.is_empty() || kind == wanted || kind.starts_with(&format!("{wanted}."));
        wanted.is_none_or(|kinds| kinds.iter().any(|wanted| asks(&String::from(wanted.clone()))))
    };
    let mut actions = Vec::new();
    if is_wanted("quickfix") {
        let meets = |finding: &&Finding| {
            let (start, end) = (source.offset(finding.span.start) as u32, source.offset(finding.span.end) as u32);
            finding.file == file && start <= span.end && span.start <= end
        };
        for finding in checked.report.findings.iter().filter(meets) {
            of_finding(finding, &uri, places, &mut actions);
        }
    }
    // Only who asks for it by name gets it: it is for the moment of saving.
    let by_name = wanted.is_some_and(|kinds| kinds.iter().any(|kind| String::from(kind.clone()).starts_with("source")));
    if by_name && is_wanted(FIX_ALL) && edits::all_safe(checked, &source.shown, places).is_some() {
        let plan = Plan { uri, fingerprint: None, what: What::FixAll };
        actions.push(action("Make every safe fix of racelint".to_owned(), FIX_ALL.into(), plan));
    }
    actions
}

fn of_finding(finding: &Finding, uri: &lsp::Uri, places: &Places<'_>, actions: &mut Vec<lsp::CodeAction>) {
    let about = vec![diagnostics::diagnostic(finding, places)];
    let plan = |what| Plan { uri: uri.clone(), fingerprint: Some(finding.fingerprint.clone()), what };
    for (number, fix) in finding.fixes.iter().enumerate() {
        let action = action(fix.title.clone(), lsp::CodeActionKind::QuickFix, plan(What::Fix(number)));
        let preferred = (number == 0 && fix.safe).then_some(true);
        actions.push(lsp::CodeAction { diagnostics: Some(about.clone()), is_preferred: preferred, ..action });
    }
    if finding.rule == suppress::BAD || finding.rule == suppress::UNUSED {
        return;
    }
    let title = format!("Suppress `{}` here, with a reason", finding.rule);
    let suppress = action(title, lsp::CodeActionKind::QuickFix, plan(What::Suppress));
    actions.push(lsp::CodeAction { diagnostics: Some(about.clone()), ..suppress });
    let title = format!("Add this `{}` to the baseline", finding.rule);
    let arguments = Some(vec![json!({ "uri": uri, "fingerprint": finding.fingerprint })]);
    let command = lsp::Command {
        title: title.clone(),
        command: ADD_TO_BASELINE.to_owned(),
        arguments,
        ..lsp::Command::default()
    };
    actions.push(lsp::CodeAction {
        title,
        kind: Some(lsp::CodeActionKind::QuickFix),
        diagnostics: Some(about),
        command: Some(command),
        ..lsp::CodeAction::default()
    });
}

fn action(title: String, kind: lsp::CodeActionKind, plan: Plan) -> lsp::CodeAction {
    lsp::CodeAction { title, kind: Some(kind), data: serde_json::to_value(plan).ok(), ..lsp::CodeAction::default() }
}

/// The plan of an action that was offered.
pub(super) fn plan(action: &lsp::CodeAction) -> Option<Plan> {
    serde_json::from_value(action.data.clone()?).ok()
}

/// What the plan changes. `None` if there is nothing left to change.
pub(super) fn edit(plan: &Plan, checked: &Checked, file: FileId, places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    if plan.what == What::FixAll {
        return edits::all_safe(checked, &places.sources.file(file).shown, places);
    }
    let fingerprint = plan.fingerprint.as_deref()?;
    let finding = find(checked, file, fingerprint)?;
    match plan.what {
        What::Suppress => edits::suppression(finding, places),
        What::Fix(number) => edits::fix(finding.fixes.get(number)?, places),
        What::FixAll => None,
    }
}

/// The finding of a file that is known by this fingerprint.
pub(super) fn find<'c>(checked: &'c Checked, file: FileId, fingerprint: &str) -> Option<&'c Finding> {
    checked.report.findings.iter().find(|finding| finding.file == file && finding.fingerprint == fingerprint)
}
