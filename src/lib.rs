//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.
//!
#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod assemble;
pub mod cli;
pub mod examine;
pub mod explore;
pub mod facts;
pub mod finding;
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

use std::fmt;
use std::path::Path;

use notes::Notes;
use report::Report;
use selection::Selection;
pub use stages::{Clock, Progress};

/// What is asked of a run.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub source: source::Options,
    pub selection: Selection,
    /// Take test code for ordinary code: without this it is no evidence of anything and has no findings.
    pub tests: bool,
    /// Worker threads; as many as the machine has if zero.
    pub threads: usize,
}

/// The whole of racelint: from paths to a report.
pub fn check(request: &Request, progress: &Progress) -> Result<Report, Error> {
    let run = || stages::guarded(|| pipeline(request, progress)).map_err(Error::Internal)?;
    stages::workers(request.threads)?.install(run)
}

fn pipeline(request: &Request, progress: &Progress) -> Result<Report, Error> {
    let mut notes = Notes::default();
    let mut clock = Clock::start();
    let sources = source::load(&request.source, &mut notes)?;
    clock.lap("read");
    let facts = stages::lower(&sources, request.tests, progress, &mut notes);
    clock.lap("lower");
    let models = models::Models::configured(sources.root()).unwrap_or_else(|message| {
        notes.add_general(notes::Kind::Unreadable, message);
        models::Models::bundled()
    });
    let program = link::link_by(facts, sources.root(), models);
    clock.lap("link");
    let drafts = rules::check(&program, &request.selection.only, &mut notes);
    clock.lap("rules");
    let findings = finding::settle(drafts, &sources);
    let (findings, hidden) = request.selection.apply(findings, &sources);
    notes.sort();
    clock.lap("settle");
    Ok(Report { findings, hidden, notes, sources, timings: clock.end() })
}

/// The text form of the facts of one file; `None` if there is nothing to read in it.
pub fn facts_of(path: &Path, notes: &mut Notes) -> Result<Option<String>, Error> {
    let file = source::load_file(path, notes)?;
    let dump = |file: source::SourceFile| facts::dump::file(&stages::facts(&file));
    stages::workers(1)?.install(|| Ok(file.map(dump)))
}

/// Why a run could not happen.
#[derive(Debug)]
pub enum Error {
    Source(source::Error),
    /// A panic outside of the parts that may fail alone.
    Internal(String),
    Threads(rayon::ThreadPoolBuildError),
}

impl From<source::Error> for Error {
    fn from(error: source::Error) -> Error {
        Error::Source(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Source(error) => error.fmt(f),
            Error::Internal(message) => f.write_str(message),
            Error::Threads(error) => write!(f, "worker threads cannot be started: {error}"),
        }
    }
}

impl std::error::Error for Error {}
