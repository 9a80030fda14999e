//! Edits: what an action changes, in the client's words.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;

use super::places::Places;
use crate::facts::Span;
use crate::finding::{FileId, Finding, Fix};
use crate::session::Checked;
use crate::source::SourceFile;
use crate::suppress::write;

/// What stands in a suppression until a person says better.
const REASON: &str = "why this cannot race";

/// A suppression at a finding; `None` where no comment can stand.
pub(super) fn suppression(finding: &Finding, places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    let file = places.sources.file(finding.file);
    let comments = write::comments(file, &[finding], REASON).list;
    let edits = comments.into_iter().map(|(at, text)| edit(file, Span::new(at, at), text, places)).collect();
    whole(BTreeMap::from([(finding.file, edits)]), places)
}

/// What a fix changes.
pub(super) fn fix(fix: &Fix, places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    several(&[fix], places)
}

/// Every safe fix in one file: those that touch what another one changes are left for the next time.
pub(super) fn all_safe(checked: &Checked, path: &str, places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    let safe = checked.report.findings.iter().filter(|finding| finding.path == path);
    let safe = safe.filter_map(|finding| finding.fixes.iter().find(|fix| fix.safe));
    let mut chosen: Vec<&Fix> = Vec::new();
    for fix in safe {
        if !chosen.iter().any(|other| touch(other, fix)) {
            chosen.push(fix);
        }
    }
    several(&chosen, places)
}

fn touch(a: &Fix, b: &Fix) -> bool {
    let meet = |a: &crate::finding::Edit, b: &crate::finding::Edit| {
        a.path == b.path && a.span.start.offset <= b.span.end.offset && b.span.start.offset <= a.span.end.offset
    };
    a.edits.iter().any(|edit| b.edits.iter().any(|other| meet(edit, other)))
}

fn several(fixes: &[&Fix], places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    let mut files: BTreeMap<FileId, Vec<lsp::TextEdit>> = BTreeMap::new();
    for change in fixes.iter().flat_map(|fix| &fix.edits) {
        let index = places.sources.files().iter().position(|file| file.shown == change.path)?;
        let id = FileId(index as u32);
        let range = places.encoding.range(places.sources.file(id), change.span);
        files.entry(id).or_default().push(lsp::TextEdit { range, new_text: change.text.clone() });
    }
    whole(files, places)
}

fn edit(file: &SourceFile, span: Span, text: String, places: &Places<'_>) -> lsp::TextEdit {
    lsp::TextEdit { range: places.encoding.range(file, file.range(span)), new_text: text }
}

/// Edits of several files as one; `None` if there is nothing to change.
fn whole(files: BTreeMap<FileId, Vec<lsp::TextEdit>>, places: &Places<'_>) -> Option<lsp::WorkspaceEdit> {
    let files = files.into_iter().filter(|(_, edits)| !edits.is_empty());
    let named = files.map(|(id, edits)| Some((places.uri(&places.sources.file(id).absolute)?, edits)));
    let changes: std::collections::HashMap<lsp::Uri, Vec<lsp::TextEdit>> = named.collect::<Option<_>>()?;
    let edit = lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() };
    edit.changes.as_ref().is_some_and(|changes| !changes.is_empty()).then_some(edit)
}
