//! Terminal: each finding with its code, the schedule that breaks it, and what to write instead.

use std::io::{self, Write};

use rayon::prelude::*;

use super::excerpt::{self, Excerpt};
use super::paint::{clean_in_place, wrap};
use super::{Paint, Report, Style, clean, counted, lanes};
use crate::finding::{Finding, Severity};
use crate::source::Sources;

/// Wider than this, lines are hard to follow.
const MAX_WIDTH: usize = 140;

const MIN_WIDTH: usize = 40;

pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let style = Style { width: style.width.clamp(MIN_WIDTH, MAX_WIDTH), ..style };
    let groups: Vec<&[Finding]> = report.findings.chunk_by(|a, b| a.file == b.file).collect();
    let texts: Vec<String> = groups.par_iter().map(|group| of_one_file(group, &report.sources, style)).collect();
    for text in texts {
        out.write_all(text.as_bytes())?;
    }
    writeln!(out, "{}", summary(report, Paint::new(style.colour)))
}

fn of_one_file(findings: &[Finding], sources: &Sources, style: Style) -> String {
    let mut out = String::new();
    let Some(first) = findings.first() else { return out };
    let file = sources.file(first.file);
    let text = clean_in_place(&file.text);
    for finding in findings {
        out.push_str(&excerpt::render(finding, Excerpt { file, text: &text }, style));
        out.push('\n');
        body(&mut out, finding, sources, style);
        out.push('\n');
    }
    out
}

/// What stands below the excerpt.
fn body(out: &mut String, finding: &Finding, sources: &Sources, style: Style) {
    let paint = Paint::new(style.colour);
    for related in finding.related.iter().filter(|related| related.file != finding.file) {
        let place = format!("{}:{}", clean(&related.path), related.span.start.line);
        out.push_str(&format!("   {} {}\n", paint.dim(&place), clean(&related.text)));
    }
    if !finding.witness.is_empty() {
        out.push_str(&format!("   {}\n", paint.bold("the schedule")));
        for line in lanes::draw(&finding.witness, sources, style.width, paint) {
            out.push_str(&line);
            out.push('\n');
        }
    }
    paragraph(out, "   => ", &paint.red("=>"), &finding.outcome, style);
    for assumption in &finding.assumptions {
        paragraph(out, "   if ", &paint.bold("if"), assumption, style);
    }
    paragraph(out, "   help: ", &paint.green("help:"), &finding.help, style);
    if let Some(fix) = finding.fix(true) {
        let flag = if fix.safe { "--fix" } else { "--fix --unsafe-fixes" };
        paragraph(out, "   fix: ", &paint.green("fix:"), &format!("{} ({flag})", fix.title), style);
    }
    let page = format!("{}, {}: racelint explain {}", finding.violation, finding.confidence, finding.rule);
    out.push_str(&format!("   {}\n", paint.dim(&page)));
}

/// Wrapped text behind a word; `plain` is the word without colours, as wide as it is.
fn paragraph(out: &mut String, plain: &str, word: &str, text: &str, style: Style) {
    if text.is_empty() {
        return;
    }
    let indent = plain.len();
    for (number, line) in wrap(&clean(text), style.width.saturating_sub(indent)).iter().enumerate() {
        match number {
            0 => out.push_str(&format!("   {word} {line}\n")),
            _ => out.push_str(&format!("{}{line}\n", " ".repeat(indent))),
        }
    }
}

fn summary(report: &Report, paint: Paint) -> String {
    let counts = [(Severity::Error, "error"), (Severity::Warn, "warning"), (Severity::Info, "info")];
    let found = counts.map(|(severity, noun)| (report.count(severity), noun));
    let found: Vec<String> = found.iter().filter(|(count, _)| *count > 0).map(|(n, noun)| counted(*n, noun)).collect();
    let files = counted(report.sources.files().len(), "file");
    let mut text = match found.is_empty() {
        true => paint.green(&format!("No race found in {files}.")),
        false => paint.bold(&format!("{} in {files}.", found.join(", "))),
    };
    let hidden = report.hidden.words();
    if !hidden.is_empty() {
        text.push_str(&format!("\nNot shown: {}.", hidden.join(", ")));
    }
    if let Some(gone) = report.gone.filter(|gone| *gone > 0) {
        let entries = counted(gone, "finding");
        text.push_str(&format!("\n{entries} of the baseline no longer there (racelint baseline --prune)."));
    }
    let skipped: Vec<String> = report.notes.skipped().iter().map(|(why, count)| counted(*count, why.noun())).collect();
    if !skipped.is_empty() {
        text.push_str(&paint.dim(&format!("\nNot read: {}.", skipped.join(", "))));
    }
    text
}
