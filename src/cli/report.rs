//! `racelint report`: the validation report, and what it knows of one site.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::args::{ReportArgs, ReportFormat};
use super::check::{say_notes, say_timings};
use super::progress::Watch;
use super::{CLEAN, Console, FAILED};
use crate::report::{Paint, Report, Style, escape_hostile};
use crate::selection::Selection;
use crate::validation::{self, Document};
use crate::{Progress, Request, source};

pub(super) fn run(args: &ReportArgs, console: &mut Console) -> io::Result<u8> {
    if args.schema {
        writeln!(console.out, "{}", serde_json::to_string_pretty(&validation::schema())?)?;
        return console.out.flush().map(|()| CLEAN);
    }
    let written = args.compare.as_deref().map(read).transpose();
    let made = written.and_then(|old| validate(&request(args), old.as_ref(), console));
    let (report, document) = match made {
        Ok(made) => made,
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    say_notes(&report.notes, console);
    if args.timings {
        say_timings(&report, console);
    }
    let text = match args.format {
        ReportFormat::Html => validation::html(&document, &report.sources),
        ReportFormat::Markdown => validation::markdown(&document),
        ReportFormat::Json => format!("{}\n", escape_hostile(&serde_json::to_string_pretty(&document)?)),
    };
    match &args.output {
        Some(path) => {
            let named = |error: io::Error| io::Error::other(format!("{}: {error}", path.display()));
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder).map_err(named)?;
            }
            fs::write(path, text).map_err(named)?;
        }
        None => {
            console.out.write_all(text.as_bytes())?;
            console.out.flush()?;
        }
    }
    Ok(if report.notes.failed() { FAILED } else { CLEAN })
}

/// An earlier report.
fn read(path: &Path) -> Result<Value, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    let old: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    match old["scenarios"].is_array() && old["version"] == 1 {
        true => Ok(old),
        false => Err(failed(&"is no report that `racelint report --format json` has written")),
    }
}

fn validate(request: &Request, old: Option<&Value>, console: &mut Console) -> Result<(Report, Document), String> {
    let progress = Arc::new(Progress::default());
    let watch = console.err_is_terminal.then(|| Watch::start(Arc::clone(&progress)));
    let made = crate::validate(request, &progress, old);
    if let Some(watch) = watch {
        watch.end(&mut console.err);
    }
    made.map_err(|error| error.to_string())
}

fn request(args: &ReportArgs) -> Request {
    Request {
        source: source::Options {
            paths: args.paths.clone(),
            no_ignore: args.reading.no_ignore,
            ..source::Options::default()
        },
        config: args.reading.config.choice(),
        selection: Selection { min_confidence: args.min_confidence.map(Into::into), ..Selection::default() },
        tests: args.tests,
        threads: args.reading.threads,
        cache: args.reading.cache(),
        ..Request::default()
    }
}

/// `racelint explain --site FILE:LINE`.
pub(super) fn site(file: &Path, line: u32, style: Style, console: &mut Console) -> io::Result<u8> {
    let source = source::Options { paths: vec![file.to_owned()], ..source::Options::default() };
    let (report, document) = match validate(&Request { source, ..Request::default() }, None, console) {
        Ok(made) => made,
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    say_notes(&report.notes, console);
    let known = report.sources.files().iter().find(|source| source.reported).map(|source| source.shown.clone());
    let Some(text) = known.map(|shown| validation::explain(&document, &shown, line, Paint::new(style.colour))) else {
        console.complain(&format!("{} is not read", file.display()));
        return Ok(FAILED);
    };
    console.out.write_all(text.as_bytes())?;
    console.out.flush()?;
    Ok(CLEAN)
}
