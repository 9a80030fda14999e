//! Markdown: for comments and step summaries: a table, and the schedule of each finding to unfold.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Report, clean, counted, lines_of};
use crate::finding::{Finding, Severity};

/// GitHub takes a step summary of one megabyte; half of that leaves room for others.
const MAX_BYTES: usize = 512 << 10;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let files = counted(report.sources.files().len(), "file");
    if report.findings.is_empty() {
        return writeln!(out, "**racelint**: no race found in {files}.");
    }
    let counts = [(Severity::Error, "error"), (Severity::Warn, "warning"), (Severity::Info, "info")];
    let counts = counts.map(|(severity, noun)| (report.count(severity), noun));
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun));
    let mut text = format!("**racelint**: {} in {files}.\n\n", counts.collect::<Vec<_>>().join(", "));
    text.push_str("| severity | rule | where | what |\n|---|---|---|---|\n");
    let (mut rows, mut said) = (String::new(), 0);
    for finding in &report.findings {
        let row = row(finding);
        if rows.len() + row.len() > MAX_BYTES / 2 {
            break;
        }
        rows.push_str(&row);
        said += 1;
    }
    text.push_str(&rows);
    if said < report.findings.len() {
        let _ = writeln!(text, "\n{} more are not listed here.", report.findings.len() - said);
    }
    for finding in &report.findings[..said] {
        let details = details(finding);
        if text.len() + details.len() > MAX_BYTES {
            break;
        }
        text.push_str(&details);
    }
    out.write_all(text.as_bytes())
}

fn row(finding: &Finding) -> String {
    let place = format!("{}:{}", finding.path, finding.span.start.line);
    format!("| {} | {} | {} | {} |\n", finding.severity, finding.rule, code(&place), escape(&finding.message))
}

pub(crate) fn details(finding: &Finding) -> String {
    let place = format!("{}:{}", finding.path, finding.span.start.line);
    let lines: Vec<String> = lines_of(finding);
    let body = lines.join("\n");
    let fence = "`".repeat(longest_ticks(&body).max(2) + 1);
    let title = html(&format!("{} at {place}", finding.rule));
    format!("\n<details><summary>{title}</summary>\n\n{fence}text\n{body}\n{fence}\n\n</details>\n")
}

/// Text in which nothing is a mark. Backticks stay: messages name code in them.
pub(crate) fn escape(text: &str) -> String {
    let parts = clean(text);
    let mut out = String::new();
    for (index, part) in parts.split('`').enumerate() {
        match index % 2 {
            1 if part.is_empty() => out.push_str(&plain("``")),
            // An odd one out is no beginning of code.
            1 if index < parts.matches('`').count() => out.push_str(&code(part)),
            1 => out.push_str(&plain(&format!("`{part}"))),
            _ => out.push_str(&plain(part)),
        }
    }
    out
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A mention would call somebody, an address become a link.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '|' | '!' | '~' | ':' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

pub(crate) fn html(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "&#64;")
}

/// Text as code, in a table.
pub(crate) fn code(text: &str) -> String {
    let text = clean(text).replace('|', "\\|");
    let ticks = "`".repeat(longest_ticks(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
