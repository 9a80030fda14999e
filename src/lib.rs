//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.
//!
#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod assemble;
pub mod baseline;
pub mod changes;
pub mod cli;
pub mod config;
pub mod examine;
pub mod explore;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod link;
pub mod lower;
pub mod models;
pub mod names;
pub mod notes;
pub mod report;
pub mod rows;
pub mod rules;
pub mod selection;
pub mod source;
mod stages;
pub mod suppress;
pub mod validation;

use std::fmt;
use std::path::Path;

use baseline::Baseline;
use config::Config;
use notes::Notes;
use report::Report;
use rules::Study;
use selection::{Scales, Selected, Selection};
use source::SourceFile;
pub use stages::{Clock, Progress, Timings};
use suppress::Suppressions;
use validation::{Checked, Document, Survey};

/// What is asked of a run.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub source: source::Options,
    pub config: config::Choice,
    pub selection: Selection,
    pub baseline: baseline::Choice,
    /// Take test code for ordinary code: without this it is no evidence of anything and has no findings.
    pub tests: bool,
    /// Worker threads; as many as the machine has if zero.
    pub threads: usize,
}

/// The whole of racelint: from paths to a report.
pub fn check(request: &Request, progress: &Progress) -> Result<Report, Error> {
    on_workers(request, || Ok(pipeline(request, progress, |_| ())?.0))
}

/// As [`check`], and the validation report: every site that was examined, with its verdict. `old` is an earlier one.
pub fn validate(
    request: &Request,
    progress: &Progress,
    old: Option<&serde_json::Value>,
) -> Result<(Report, Document), Error> {
    on_workers(request, || {
        let survey = |checked: &Checked<'_>| (Survey::of(checked), checked.findings.to_vec());
        let (report, (survey, all)) = pipeline(request, progress, survey)?;
        let document = Document::new(&survey, &report, &all, old);
        Ok((report, document))
    })
}

fn on_workers<T: Send>(request: &Request, work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    stages::workers(request.threads)?.install(|| stages::guarded(work).map_err(Error::Internal)?)
}

/// `look` sees the explored program and all that the rules said of it, before anything is left out.
fn pipeline<T>(
    request: &Request,
    progress: &Progress,
    look: impl FnOnce(&Checked<'_>) -> T,
) -> Result<(Report, T), Error> {
    let mut notes = Notes::default();
    let mut clock = Clock::start();
    let tree = source::find(&request.source, &mut notes)?;
    let config = Config::load(&tree.project.root, &tree.settings, &request.config)?;
    let baseline = Baseline::load(&tree.project.root, &request.baseline).map_err(Error::Baseline)?;
    let named = tree.project.reported.clone();
    let sources = source::read(tree, |path| stages::is_read(path, &named, &config), &mut notes);
    clock.lap("read");
    let tests = |file: &SourceFile| request.tests || config.of(&file.absolute).include_tests;
    let facts = stages::lower(&sources, tests, progress, &mut notes);
    let remarks = stages::remarks(&sources);
    clock.lap("lower");
    let program = link::link(facts, sources.root(), config.models());
    clock.lap("link");
    let rules = request.selection.rules(&config);
    let study = if rules.is_empty() { Study::default() } else { rules::study(&program, &mut clock, &mut notes) };
    let drafts =
        if rules.is_empty() { Vec::new() } else { rules::check(&program, &study, &rules, &mut clock, &mut notes) };
    clock.lap("rules");
    let findings = finding::settle(drafts, &sources, fix::work_out);
    let seen = look(&Checked { program: &program, study: &study, findings: &findings, sources: &sources });
    clock.lap("survey");
    let remarks = remarks.iter().map(|(file, remarks)| (*file, remarks.as_slice()));
    let suppressions = Suppressions::read(remarks, &sources);
    let scales = Scales { config: &config, sources: &sources, tests: request.tests, baseline: baseline.as_ref() };
    let Selected { findings, aside, hidden, gone } = request.selection.apply(findings, suppressions, &scales);
    notes.sort();
    clock.lap("settle");
    Ok((Report { findings, aside, hidden, gone, notes, sources, timings: clock.end() }, seen))
}

/// The text form of the facts of one file; `None` if there is nothing to read in it.
pub fn facts_of(path: &Path, notes: &mut Notes) -> Result<Option<String>, Error> {
    let file = source::load_file(path, notes)?;
    let dump = |file: SourceFile| facts::dump::file(&stages::facts(&file));
    stages::workers(1)?.install(|| Ok(file.map(dump)))
}

/// Why a run could not happen.
#[derive(Debug)]
pub enum Error {
    Source(source::Error),
    Config(config::Error),
    Baseline(String),
    /// A panic outside of the parts that may fail alone.
    Internal(String),
    Threads(rayon::ThreadPoolBuildError),
}

impl From<source::Error> for Error {
    fn from(error: source::Error) -> Error {
        Error::Source(error)
    }
}

impl From<config::Error> for Error {
    fn from(error: config::Error) -> Error {
        Error::Config(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Source(error) => error.fmt(f),
            Error::Config(error) => error.fmt(f),
            Error::Baseline(message) | Error::Internal(message) => f.write_str(message),
            Error::Threads(error) => write!(f, "worker threads cannot be started: {error}"),
        }
    }
}

impl std::error::Error for Error {}
