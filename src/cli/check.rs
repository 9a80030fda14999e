//! `racelint check`: find races.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::args::{CheckArgs, KnownArgs, SelectionArgs};
use super::progress::Watch;
use super::{CLEAN, Console, FAILED, FOUND};
use crate::changes::{self, Against, Changes};
use crate::config::{Level, RuleName};
use crate::finding::Severity;
use crate::notes::{Note, Notes};
use crate::report::{Report, Style, clean};
use crate::selection::Selection;
use crate::{Progress, Request, baseline, fix, source};

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
    if let Err(message) = super::output::possible(&args.output).and_then(|()| super::fix::possible(args)) {
        console.complain(message);
        return Ok(FAILED);
    }
    if let Some([old, new]) = args.known.diff_from.as_deref() {
        return super::diff::run(old, new, &args.output, console);
    }
    if args.watch {
        let root = source::find(&reading(args), &mut Notes::default()).map(|tree| tree.project.root);
        let root = match root {
            Ok(root) => root,
            Err(error) => {
                console.complain(&error.to_string());
                return Ok(FAILED);
            }
        };
        return super::watch::run(&root, console, |console| once(args, levels.clone(), style, console));
    }
    once(args, levels, style, console)
}

/// The files that are asked about, by what the command line says alone.
fn reading(args: &CheckArgs) -> source::Options {
    source::Options { paths: args.paths.clone(), no_ignore: args.reading.no_ignore, ..source::Options::default() }
}

fn once(args: &CheckArgs, levels: Vec<(RuleName, Level)>, style: Style, console: &mut Console) -> io::Result<u8> {
    let request = match request(args, levels) {
        Ok(request) => request,
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    let mut report = match worked_on(args, &request, console) {
        Ok(Checked::Report(report)) => report,
        Ok(Checked::Patch(done)) => return super::fix::diff(&done, console),
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    let code = code(&report, &args.selection);
    if args.fixes.fix_only {
        return Ok(if code == FAILED { FAILED } else { CLEAN });
    }
    if args.output.quiet {
        report.keep_errors();
    } else {
        say_notes(&report.notes, console);
    }
    if args.output.timings {
        say_timings(&report, console);
    }
    if args.output.statistics {
        return statistics(&report, console).map(|()| code);
    }
    match super::output::write(&report, &args.output, style, console) {
        Ok(()) => Ok(code),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        Err(error) => Err(error),
    }
}

enum Checked {
    Report(Report),
    /// What would be mended.
    Patch(fix::Done),
}

/// The check, behind what is to be written into the files first.
fn worked_on(args: &CheckArgs, request: &Request, console: &mut Console) -> Result<Checked, String> {
    if args.fixes.is_asked_for() {
        let done = super::fix::run(request, &args.fixes, console)?;
        return Ok(if args.fixes.diff { Checked::Patch(done) } else { Checked::Report(done.report) });
    }
    let report = check(request, console)?;
    let Some(reason) = &args.add_suppressions else { return Ok(Checked::Report(report)) };
    super::suppress::add(&report, reason, console)?;
    check(request, console).map(Checked::Report)
}

/// One run, with its progress on the terminal.
pub(super) fn check(request: &Request, console: &mut Console) -> Result<Report, String> {
    let progress = Arc::new(Progress::default());
    let watch = console.err_is_terminal.then(|| Watch::start(Arc::clone(&progress)));
    let report = crate::check(request, &progress);
    if let Some(watch) = watch {
        watch.end(&mut console.err);
    }
    report.map_err(|error| error.to_string())
}

fn request(args: &CheckArgs, levels: Vec<(RuleName, Level)>) -> Result<Request, String> {
    let (reading, selection, known) = (&args.reading, &args.selection, &args.known);
    let (paths, mut overlay) = input(args)?;
    let mut changes = None;
    if let Some(against) = known.against() {
        let folder = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let folder = if folder.is_dir() { folder } else { folder.parent().unwrap_or(folder) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let found = Changes::find(folder, &against)?;
        changes = Some(if known.changed_files { found.whole_files() } else { found });
        if against == Against::Staged {
            overlay.extend(changes::staged_text(folder)?);
        }
    }
    Ok(Request {
        source: source::Options { paths, root: None, no_ignore: reading.no_ignore, overlay },
        config: reading.config.choice(),
        selection: Selection {
            min_confidence: selection.min_confidence.map(Into::into),
            only: selection.only.clone(),
            levels,
            changes,
        },
        baseline: match &known.baseline {
            Some(path) => baseline::Choice::Given(path.clone()),
            None if known.no_baseline => baseline::Choice::None,
            None => baseline::Choice::Root,
        },
        tests: selection.tests,
        threads: reading.threads,
        cache: reading.cache(),
    })
}

impl KnownArgs {
    fn against(&self) -> Option<Against> {
        match &self.since {
            Some(revision) => Some(Against::Revision(revision.clone())),
            None => self.staged.then_some(Against::Staged),
        }
    }
}

type Input = (Vec<PathBuf>, BTreeMap<PathBuf, Vec<u8>>);

/// The paths, and the text of the one that is the standard input.
fn input(args: &CheckArgs) -> Result<Input, String> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let name = match (&args.stdin_filename, args.paths.iter().any(is_stdin)) {
        (None, false) => return Ok((args.paths.clone(), BTreeMap::new())),
        (Some(_), false) => return Err("--stdin-filename says what `-` is; PATH is not `-`".to_owned()),
        (None, true) => return Err("what is read from `-` needs a path: --stdin-filename PATH".to_owned()),
        (Some(name), true) => name,
    };
    if args.paths.len() > 1 {
        return Err("beside `-` there can be no other PATH".to_owned());
    }
    let (folder, file) = (name.parent().unwrap_or(Path::new("")), name.file_name());
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = folder.join(file.ok_or_else(|| format!("{} names no file", name.display()))?);
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes).map_err(|error| format!("the standard input cannot be read: {error}"))?;
    Ok((vec![path.clone()], BTreeMap::from([(path, bytes)])))
}

/// How many findings each rule has, the most first.
fn statistics(report: &Report, console: &mut Console) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (rule, count) in counts {
        writeln!(console.out, "{count:>6}  {rule}")?;
    }
    console.out.flush()
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

pub(super) fn say_notes(notes: &Notes, console: &mut Console) {
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

pub(super) fn say_timings(report: &Report, console: &mut Console) {
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1000.0;
    for (stage, time) in &report.timings.stages {
        console.complain(&format!("{stage:<26} {:>9.1} ms", milliseconds(time)));
    }
    let mut rules = report.timings.rules.clone();
    rules.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    for (rule, time) in &rules {
        console.complain(&format!("  {rule:<24} {:>9.1} ms", milliseconds(time)));
    }
    // What took no time because it was left out.
    console.complain(&format!("{:<26} {:>9}", "files read", report.sources.files().len()));
    for (why, count) in report.notes.skipped() {
        console.complain(&format!("not read: {:<16} {count:>9}", why.noun()));
    }
    for (kind, count) in report.notes.counts() {
        console.complain(&format!("noted: {:<19} {count:>9}", kind.word()));
    }
}

fn dump_facts(file: &Path, console: &mut Console) -> io::Result<u8> {
    let mut notes = Notes::default();
    let dump = crate::facts_of(file, &mut notes);
    say_notes(&notes, console);
    match dump {
        Ok(Some(text)) => {
            console.write_code(&text)?;
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::code;
    use crate::cli::args::{Args, Command};
    use crate::cli::{CLEAN, FAILED};
    use crate::notes::{Kind, Notes};
    use crate::report::Report;

    /// Whatever is found beside it and whatever was asked for.
    #[test]
    fn a_part_that_failed_is_2() {
        let Command::Check(args) = Args::parse_from(["racelint", "check", "--exit-zero"]).command else {
            panic!("it is a check")
        };
        let mut report = Report {
            findings: Vec::new(),
            aside: Vec::new(),
            hidden: crate::selection::Hidden::default(),
            gone: None,
            notes: Notes::default(),
            sources: crate::source::Sources::default(),
            timings: crate::Timings::default(),
        };
        assert_eq!(code(&report, &args.selection), CLEAN);
        report.notes.add(Kind::Internal, "a.ts", None, "it failed");
        assert_eq!(code(&report, &args.selection), FAILED);
    }
}
