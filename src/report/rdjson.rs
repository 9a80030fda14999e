//! rdjson: the diagnostics of reviewdog. Its columns count bytes of UTF-8.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::escape_hostile;
use super::{Report, clean, lines_of};
use crate::finding::{FileId, Finding, Position, Range, Severity};
use crate::source::Sources;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let one = |finding: &Finding| diagnostic(finding, &report.sources);
    let document = json!({
        "source": { "name": "racelint" },
        "diagnostics": report.findings.iter().map(one).collect::<Vec<_>>(),
    });
    writeln!(out, "{}", escape_hostile(&serde_json::to_string_pretty(&document)?))
}

fn diagnostic(finding: &Finding, sources: &Sources) -> Value {
    let related = finding.related.iter().map(|related| {
        json!({ "message": clean(&related.text), "location": location(&related.path, related.file, related.span, sources) })
    });
    // Each suggestion stands for itself: a fix of several edits is none.
    let whole = finding.fixes.iter().filter(|fix| fix.edits.len() == 1).flat_map(|fix| &fix.edits);
    let suggestions = whole.map(
        |edit| json!({ "range": location(&edit.path, edit.file, edit.span, sources)["range"], "text": edit.text }),
    );
    json!({
        "message": lines_of(finding).join("\n"),
        "location": location(&finding.path, finding.file, finding.span, sources),
        "severity": severity(finding.severity),
        "source": { "name": "racelint" },
        "code": { "value": finding.rule, "url": finding.url },
        "suggestions": suggestions.collect::<Vec<_>>(),
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

fn location(path: &str, file: FileId, span: Range, sources: &Sources) -> Value {
    let at = |position: Position| {
        let file = sources.file(file);
        let column = file.offset(position).saturating_sub(file.line(position.line).start) + 1;
        json!({ "line": position.line, "column": column })
    };
    json!({ "path": path, "range": { "start": at(span.start), "end": at(span.end) } })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warn => "WARNING",
        Severity::Info => "INFO",
    }
}
