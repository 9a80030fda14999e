//! Compact: one line a finding, for editors and `grep`.

use std::io::{self, Write};

use super::{Report, clean};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let start = finding.span.start;
        let (severity, rule, confidence) = (finding.severity, finding.rule, finding.confidence);
        write!(out, "{}:{}:{}: ", clean(&finding.path), start.line, start.column)?;
        writeln!(out, "{severity}[{rule}] {} ({confidence})", clean(&finding.message))?;
    }
    Ok(())
}
