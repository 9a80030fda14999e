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

use std::fmt;
use std::path::Path;

use notes::Notes;
use report::Report;
use selection::Selection;
use session::Session;
use source::SourceFile;
pub use stages::{Clock, Progress};

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
    let run = || stages::guarded(|| Session::new(request.clone()).check(progress)).map_err(Error::Internal)?;
    stages::workers(request.threads)?.install(run).map(|checked| checked.report)
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
