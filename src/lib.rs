//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.
//!
#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod assemble;
pub mod baseline;
pub mod cache;
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
pub mod lsp;
pub mod models;
pub mod names;
pub mod notes;
pub mod report;
pub mod rows;
pub mod rules;
pub mod selection;
pub mod session;
pub mod source;
mod stages;
pub mod suppress;
pub mod validation;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};

use notes::Notes;
use report::Report;
use selection::Selection;
use session::{Seen, Session};
use source::SourceFile;
pub use stages::{Clock, Progress, Timings};
use validation::{Document, Survey};

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
    /// The folder in which what was worked out is kept for later runs.
    pub cache: Option<PathBuf>,
}

/// The whole of racelint: from paths to a report.
pub fn check(request: &Request, progress: &Progress) -> Result<Report, Error> {
    on_workers(request, || Ok(Session::new(request.clone()).check(progress)?.report))
}

/// As [`check`], and the validation report: every site that was examined, with its verdict. `old` is an earlier one.
pub fn validate(
    request: &Request,
    progress: &Progress,
    old: Option<&serde_json::Value>,
) -> Result<(Report, Document), Error> {
    on_workers(request, || {
        let survey = |seen: &Seen<'_>| (Survey::of(seen), seen.findings.to_vec());
        let (checked, (survey, all)) = Session::new(request.clone()).look(progress, survey)?;
        let document = Document::new(&survey, &checked.report, &all, old);
        Ok((checked.report, document))
    })
}

fn on_workers<T: Send>(request: &Request, work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    stages::workers(request.threads)?.install(|| stages::guarded(work).map_err(Error::Internal)?)
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
    /// Whoever asked wants no answer any more.
    Stopped,
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
            Error::Stopped => f.write_str("stopped"),
            Error::Threads(error) => write!(f, "worker threads cannot be started: {error}"),
        }
    }
}

impl std::error::Error for Error {}
