//! `racelint baseline`: what is found now is written down, and not shown again.

use std::io;

use super::args::BaselineArgs;
use super::{CLEAN, Console, FAILED, check};
use crate::baseline::{self, Baseline};
use crate::finding::Confidence;
use crate::report::counted;
use crate::selection::Selection;
use crate::{Request, source};

pub(super) fn run(args: &BaselineArgs, console: &mut Console) -> io::Result<u8> {
    match write(args, console) {
        Ok(said) => {
            writeln!(console.out, "{said}")?;
            console.out.flush()?;
            Ok(CLEAN)
        }
        Err(message) => {
            console.complain(&message);
            Ok(FAILED)
        }
    }
}

fn write(args: &BaselineArgs, console: &mut Console) -> Result<String, String> {
    let report = check::check(&request(args), console)?;
    if report.notes.failed() {
        return Err("racelint failed on a part of the project; no baseline is written".to_owned());
    }
    let path = args.output.clone().unwrap_or_else(|| report.sources.root().join(baseline::FILE));
    let choice = match &args.output {
        Some(path) if !path.exists() => baseline::Choice::None,
        Some(path) => baseline::Choice::Given(path.clone()),
        None => baseline::Choice::Root,
    };
    let old = Baseline::load(report.sources.root(), &choice)?;
    let all = Baseline::of(&report.findings, &report.sources);
    let new = match (&old, args.prune) {
        (Some(old), true) => old.pruned(&report.findings, &report.sources),
        (None, true) => return Err(format!("{} is not there to be pruned", path.display())),
        (_, false) => all,
    };
    match &args.output {
        Some(path) => new.save_as(path)?,
        None => drop(new.save(report.sources.root())?),
    }
    let before = old.as_ref().map_or(0, Baseline::len);
    Ok(format!("{}: {}, before {before}.", path.display(), counted(new.len(), "finding")))
}

/// The whole project, and all that is not suppressed or off, however doubtful.
fn request(args: &BaselineArgs) -> Request {
    Request {
        source: source::Options { paths: vec![args.path.clone()], ..source::Options::default() },
        config: args.choice.choice(),
        selection: Selection { min_confidence: Some(Confidence::Possible), ..Selection::default() },
        baseline: baseline::Choice::None,
        tests: args.tests,
        ..Request::default()
    }
}
