//! Forges: what the build pages of GitHub, Azure and GitLab read: workflow commands, log commands, code quality.
//!
//! A command is one line, and what it says may come from anywhere: whatever could end it or begin another is escaped.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::escape_hostile;
use super::{Report, clean, lines_of};
use crate::finding::{Finding, Severity};

/// So many annotations of one kind does GitHub show of one step.
const ANNOTATIONS: usize = 10;

/// GitHub: annotations as far as they are shown, the rest as lines of the log.
pub(super) fn github(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut left: Vec<&Finding> = Vec::new();
    for severity in [Severity::Error, Severity::Warn, Severity::Info] {
        let (command, mut shown) = (github_command(severity), 0);
        for finding in report.findings.iter().filter(|finding| finding.severity == severity) {
            if shown == ANNOTATIONS {
                left.push(finding);
                continue;
            }
            shown += 1;
            let (start, end) = (finding.span.start, finding.span.end);
            write!(out, "::{command} file={},line={}", property(&finding.path), start.line)?;
            if start.line == end.line {
                write!(out, ",col={},endColumn={}", start.column, end.column)?;
            }
            write!(out, ",endLine={},title={}", end.line, property(&format!("racelint: {}", finding.rule)))?;
            writeln!(out, "::{}", data(&lines_of(finding).join("\n")))?;
        }
    }
    if !left.is_empty() {
        writeln!(out, "::group::{} more that GitHub does not annotate", left.len())?;
        for finding in left {
            // Behind the mark no line can be taken for a command.
            let start = finding.span.start;
            let place = format!("{}:{}:{}", finding.path, start.line, start.column);
            let text = format!("- {place}: {}[{}] {}", finding.severity, finding.rule, finding.message);
            writeln!(out, "{}", clean(&text).replace("##[", "## ["))?;
        }
        writeln!(out, "::endgroup::")?;
    }
    Ok(())
}

fn github_command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "notice",
    }
}

fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}

/// Azure: one log command a finding.
pub(super) fn azure(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
        let (start, path) = (finding.span.start, azure_property(&finding.path));
        write!(out, "##vso[task.logissue type={kind};sourcepath={path};linenumber={};", start.line)?;
        write!(out, "columnnumber={};code={};]", start.column, azure_property(finding.rule))?;
        writeln!(out, "{}", azure_data(&format!("{} ({})", finding.message, finding.confidence)))?;
    }
    Ok(())
}

fn azure_data(text: &str) -> String {
    clean(text).replace('%', "%AZP25")
}

fn azure_property(text: &str) -> String {
    azure_data(text).replace(';', "%3B").replace(']', "%5D")
}

/// GitLab: Code Quality, where every fingerprint stands once.
pub(super) fn gitlab(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = report.findings.iter().map(issue).collect();
    writeln!(out, "{}", escape_hostile(&serde_json::to_string_pretty(&issues)?))
}

fn issue(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warn => "minor",
        Severity::Info => "info",
    };
    json!({
        "type": "issue",
        "description": clean(&finding.message),
        "check_name": finding.rule,
        "categories": ["Bug Risk"],
        "severity": severity,
        "fingerprint": finding.placed_fingerprint(),
        "location": {
            "path": finding.path,
            "lines": { "begin": finding.span.start.line, "end": finding.span.end.line },
        },
        "content": { "body": lines_of(finding).join("\n") },
    })
}
