//! `racelint check --fix`, `--diff` and `--fix-only`: mends what can be mended, and says what was done.

use std::io;

use similar::TextDiff;

use super::args::{CheckArgs, FixArgs};
use super::check::check;
use super::{CLEAN, Console, FOUND};
use crate::Request;
use crate::fix::{self, Changed, Done};
use crate::report::{clean, counted};

impl FixArgs {
    pub(super) fn is_asked_for(&self) -> bool {
        self.fix || self.fix_only || self.diff
    }
}

/// What can be asked for together.
pub(super) fn possible(args: &CheckArgs) -> Result<(), &'static str> {
    let stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
    let writes = args.fixes.fix || args.fixes.fix_only;
    if writes && stdin {
        return Err("what is read from `-` cannot be written to: --diff shows what would be");
    }
    Ok(())
}

/// Mends the files, or says how it would.
pub(super) fn run(request: &Request, args: &FixArgs, console: &mut Console) -> Result<Done, String> {
    let mut checked = |overlay: &_| {
        let mut request = request.clone();
        request.source.overlay.extend(Clone::clone(overlay));
        check(&request, console)
    };
    let done = fix::rounds(&mut checked, args.unsafe_fixes)?;
    for reject in &done.rejected {
        let place = format!("{}:{}: ", reject.path, reject.line);
        let said = format!("{}: {:?} does not hold here, and is left out", reject.rule, reject.title);
        console.complain(&clean(&format!("{place}{said}")));
    }
    if !args.diff {
        done.files.iter().try_for_each(write)?;
        console.complain(&words(&done, args.unsafe_fixes));
    }
    Ok(done)
}

fn words(done: &Done, unsafe_too: bool) -> String {
    let fixed = format!("{} in {}", counted(done.fixed, "finding"), counted(done.files.len(), "file"));
    let more =
        done.report.findings.iter().filter(|finding| !unsafe_too && finding.fix(true).is_some_and(|fix| !fix.safe));
    match more.count() {
        0 => format!("fixed {fixed}"),
        more => format!("fixed {fixed}; {more} more with --unsafe-fixes"),
    }
}

/// Nobody has changed the file since it was read, or it stays as it is.
fn write(file: &Changed) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", file.shown);
    if std::fs::read(&file.path).map_err(failed)? != file.before {
        return Err(format!("{}: it was changed meanwhile, and stays as it is", file.shown));
    }
    crate::write::whole(&file.path, &file.after).map_err(failed)
}

/// The edits as a patch; something to mend is something found.
pub(super) fn diff(done: &Done, console: &mut Console) -> io::Result<u8> {
    for file in &done.files {
        let [before, after] = [&file.before, &file.after].map(|bytes| String::from_utf8_lossy(bytes));
        let shown = clean(&file.shown);
        let (old, new) = (format!("a/{shown}"), format!("b/{shown}"));
        let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
        let text = diff.unified_diff().context_radius(3).header(&old, &new).to_string();
        console.write_code(&text)?;
    }
    console.out.flush()?;
    Ok(if done.files.is_empty() { CLEAN } else { FOUND })
}
