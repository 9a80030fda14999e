//! JSON: one object, the same bytes for the same tree.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
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
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
