//! `racelint check --add-suppressions REASON`: writes a comment at every finding that is shown.

use super::Console;
use crate::finding::Finding;
use crate::report::Report;
use crate::suppress::{self, write};

/// Changes the files. What could not be written is said, and is shown by the next check.
pub(super) fn add(report: &Report, reason: &str, console: &mut Console) -> Result<(), String> {
    if !write::is_reason(reason) {
        return Err(
            "--add-suppressions takes the reason why these are no races, in one line and without `*/`".to_owned()
        );
    }
    // A comment about a comment would be one more to look after.
    let about_code = |finding: &&Finding| finding.rule != suppress::BAD && finding.rule != suppress::UNUSED;
    let findings: Vec<&Finding> = report.findings.iter().filter(about_code).collect();
    let (mut added, mut files) = (0, 0);
    for group in findings.chunk_by(|a, b| a.file == b.file) {
        let Some(file) = group.first().map(|finding| report.sources.file(finding.file)) else { continue };
        let failed = |error: std::io::Error| format!("{}: {error}", file.shown);
        let bytes = std::fs::read(&file.absolute).map_err(failed)?;
        let written = write::write(file, &bytes, group, reason);
        if written.left > 0 {
            console.complain(&format!("{}: {} at places where no comment can stand", file.shown, written.left));
        }
        if written.added > 0 {
            crate::write::whole(&file.absolute, &written.bytes).map_err(failed)?;
            (added, files) = (added + written.added, files + 1);
        }
    }
    console.complain(&format!("{added} suppressions written in {files} files"));
    Ok(())
}
