//! `racelint check`: find races.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::args::{CheckArgs, SelectionArgs};
use super::progress::Watch;
use super::{CLEAN, Console, FAILED, FOUND};
use crate::config::{Level, RuleName};
use crate::finding::Severity;
use crate::notes::{Note, Notes};
use crate::report::{Report, Style, clean};
use crate::selection::Selection;
use crate::{Progress, Request, source};

/// Notes beyond this are counted on the terminal; JSON lists all.
const NOTES_SHOWN: usize = 20;

pub(super) fn run(
    args: &CheckArgs,
    levels: Vec<(RuleName, Level)>,
    style: Style,
    console: &mut Console,
) -> io::Result<u8> {
    if let Some(file) = &args.dump_facts {
        return dump_facts(file, console);
    }
    if let Err(message) = super::output::possible(&args.output) {
        console.complain(message);
        return Ok(FAILED);
    }
    let request = request(args, levels);
    let checked = check(&request, console).and_then(|report| match &args.add_suppressions {
        Some(reason) => super::suppress::add(&report, reason, console).and_then(|()| check(&request, console)),
        None => Ok(report),
    });
    let mut report = match checked {
        Ok(report) => report,
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    let code = code(&report, &args.selection);
    if args.output.quiet {
        report.keep_errors();
    } else {
        say_notes(&report.notes, console);
    }
    if args.output.timings {
        say_timings(&report, console);
    }
    match super::output::write(&report, &args.output, style, console) {
        Ok(()) => Ok(code),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        Err(error) => Err(error),
    }
}

fn check(request: &Request, console: &mut Console) -> Result<Report, String> {
    let progress = Arc::new(Progress::default());
    let watch = console.err_is_terminal.then(|| Watch::start(Arc::clone(&progress)));
    let report = crate::check(request, &progress);
    if let Some(watch) = watch {
        watch.end(&mut console.err);
    }
    report.map_err(|error| error.to_string())
}

fn request(args: &CheckArgs, levels: Vec<(RuleName, Level)>) -> Request {
    let (reading, selection) = (&args.reading, &args.selection);
    Request {
        source: source::Options { paths: args.paths.clone(), root: None, no_ignore: reading.no_ignore },
        config: reading.config.choice(),
        selection: Selection {
            min_confidence: selection.min_confidence.map(Into::into),
            only: selection.only.clone(),
            levels,
        },
        tests: selection.tests,
        threads: reading.threads,
    }
}

/// What the findings come to, also those that are not printed.
fn code(report: &Report, selection: &SelectionArgs) -> u8 {
    let warnings = report.count(Severity::Warn);
    let too_many = selection.deny_warnings && warnings > 0 || selection.max_warnings.is_some_and(|max| warnings > max);
    if report.notes.failed() {
        FAILED
    } else if (report.count(Severity::Error) > 0 || too_many) && !selection.exit_zero {
        FOUND
    } else {
        CLEAN
    }
}

fn say_notes(notes: &Notes, console: &mut Console) {
    let said: Vec<&Note> = notes.list().iter().filter(|note| note.kind.is_warning()).collect();
    for note in said.iter().take(NOTES_SHOWN) {
        let place = match (&note.path, note.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            (None, _) => String::new(),
        };
        console.complain(&clean(&format!("{place}{}", note.text)));
    }
    if said.len() > NOTES_SHOWN {
        console.complain(&format!("and {} notes more; --format json lists all", said.len() - NOTES_SHOWN));
    }
}

fn say_timings(report: &Report, console: &mut Console) {
    for (stage, time) in &report.timings {
        console.complain(&format!("{stage:<8} {:>9.1} ms", time.as_secs_f64() * 1000.0));
    }
}

fn dump_facts(file: &Path, console: &mut Console) -> io::Result<u8> {
    let mut notes = Notes::default();
    let dump = crate::facts_of(file, &mut notes);
    say_notes(&notes, console);
    match dump {
        Ok(Some(text)) => {
            console.out.write_all(text.as_bytes())?;
            console.out.flush()?;
            Ok(CLEAN)
        }
        Ok(None) => Ok(FAILED),
        Err(error) => {
            console.complain(&error.to_string());
            Ok(FAILED)
        }
    }
}
