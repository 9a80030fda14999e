//! JSON: one object, the same bytes for the same tree.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use super::paint::is_hostile;
use crate::finding::{Finding, Severity};
use crate::notes::{Note, Skip};
use crate::selection::Hidden;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: &'a [Finding],
    notes: &'a [Note],
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    hidden: Hidden,
    skipped: &'a BTreeMap<Skip, usize>,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        findings: &report.findings,
        notes: report.notes.list(),
        summary: Summary {
            files: report.sources.files().len(),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warn),
            infos: report.count(Severity::Info),
            hidden: report.hidden,
            skipped: report.notes.skipped(),
        },
    };
    let text = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape_hostile(&text))
}

/// Each finding alone, for programs that read while others write.
pub(super) fn write_lines(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}", escape_hostile(&serde_json::to_string(finding)?))?;
    }
    Ok(())
}

/// JSON escapes what is hostile in ASCII by itself; the rest can only stand inside of strings.
pub(crate) fn escape_hostile(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| !c.is_ascii() && is_hostile(c);
    if !text.contains(hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match hostile(c) {
            true => out.push_str(&format!("\\u{:04x}", c as u32)),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}
