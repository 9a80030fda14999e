//! Session: one project that is checked again and again, as a person types. The command line checks it once.
//!
//! There is one pipeline, and this is it. What a run works out of a file's text alone is kept by that text, so the next
//! run does it again only where the text is another; what it then finds is what a run that knows nothing would find.
//! This room must never know a parser, an editor or an output.

mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::baseline::Baseline;
use crate::cache::Cache;
use crate::config::Config;
use crate::examine::Memory;
use crate::finding::{self, Finding};
use crate::fix;
use crate::link::{self, Kept, Program};
use crate::notes::{Kind, Notes};
use crate::report::Report;
use crate::rules::{self, Study};
use crate::selection::{Scales, Selected};
use crate::source::Sources;
use crate::stages::{self, Clock, Progress};
use crate::suppress::Suppressions;
use crate::{Error, Request, explore, source};
use files::Files;

/// A project, and what is known of it already.
pub struct Session {
    request: Request,
    read: Option<Read>,
    files: Files,
    /// What the last linking left; it holds as long as nothing but source text has changed.
    linked: Option<Kept>,
    examined: Memory,
}

/// What was found, and what it was found in.
pub struct Checked {
    pub report: Report,
    pub program: Program,
    pub study: Study,
    pub config: Arc<Config>,
    pub baseline: Option<Baseline>,
}

/// The explored program, and all that the rules said of it, shown or not.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub program: &'a Program,
    pub study: &'a Study,
    pub findings: &'a [Finding],
    pub sources: &'a Sources,
}

/// What came from the disk.
#[derive(Clone)]
struct Read {
    config: Arc<Config>,
    baseline: Option<Baseline>,
    sources: Sources,
    notes: Notes,
    /// The text that counted in place of what is on disk.
    overlay: BTreeMap<PathBuf, Vec<u8>>,
    /// Of that, what is no part of the program whatever its text is.
    outside: BTreeSet<PathBuf>,
}

impl Session {
    pub fn new(request: Request) -> Session {
        Session { request, read: None, files: Files::default(), linked: None, examined: Memory::default() }
    }

    /// From now on this text counts in place of what is on disk.
    pub fn lay_over(&mut self, overlay: BTreeMap<PathBuf, Vec<u8>>) {
        self.request.source.overlay = overlay;
    }

    /// Something on the disk has changed: the next check looks at all of it.
    pub fn look_again(&mut self) {
        self.read = None;
    }

    /// From paths to a report.
    pub fn check(&mut self, progress: &Progress) -> Result<Checked, Error> {
        self.look(progress, |_| ()).map(|(checked, ())| checked)
    }

    /// The same; `look` sees the explored program and all that the rules said of it, before anything is left out.
    pub fn look<T>(&mut self, progress: &Progress, look: impl FnOnce(&Seen<'_>) -> T) -> Result<(Checked, T), Error> {
        let mut clock = Clock::start();
        let Read { config, baseline, sources, mut notes, .. } = self.read()?;
        clock.lap("read");
        let tests = |file: &source::SourceFile| self.request.tests || config.of(&file.absolute).include_tests;
        let cache = self.request.cache.as_ref().map(|folder| Arc::new(Cache::open(folder, sources.root())));
        explore::remember_in(cache.clone());
        let lowered = self.files.lower(&sources, tests, (progress, cache.as_deref()), &mut notes);
        clock.lap("lower");
        stop_if_asked(progress)?;
        let (program, kept) = link::link_again(lowered.facts, sources.root(), config.models(), self.linked.as_ref());
        self.linked = Some(kept);
        clock.lap("link");
        stop_if_asked(progress)?;
        let rules = self.request.selection.rules(&config);
        let mut study = Study::default();
        let mut drafts = Vec::new();
        if !rules.is_empty() {
            study = Study::of(&program, (progress, &mut clock), &mut self.examined, &mut notes);
            stop_if_asked(progress)?;
            drafts = rules::check(&program, &study, &rules, &mut clock, &mut notes);
        }
        clock.lap("rules");
        say_what_is_left_out(&program, &study, &sources, &mut notes);
        let mut desk = fix::Desk::new(&sources);
        let findings = finding::settle(drafts, &sources, &mut |cure| desk.work_out(cure));
        let seen = look(&Seen { program: &program, study: &study, findings: &findings, sources: &sources });
        clock.lap("survey");
        let remarks = lowered.remarks.iter().map(|(file, remarks)| (*file, &**remarks));
        let suppressions = Suppressions::read(remarks, &sources);
        let tests = self.request.tests;
        let scales = Scales { config: &config, sources: &sources, tests, baseline: baseline.as_ref() };
        let Selected { findings, aside, hidden, gone } = self.request.selection.apply(findings, suppressions, &scales);
        notes.sort();
        clock.lap("settle");
        if let Some(cache) = cache {
            // A run that can keep nothing has done all the same what was asked of it.
            let _ = cache.save();
        }
        clock.lap("keep");
        let report = Report { findings, aside, hidden, gone, notes, sources, timings: clock.end() };
        Ok((Checked { report, program, study, config, baseline }, seen))
    }

    /// What there is to check: from the disk, or as before with other text in some files.
    fn read(&mut self) -> Result<Read, Error> {
        if let Some(mut read) = self.read.take()
            && read.lay_over(&self.request.source.overlay)
        {
            self.read = Some(read.clone());
            return Ok(read);
        }
        self.linked = None;
        let read = Read::all(&self.request)?;
        self.read = Some(read.clone());
        Ok(read)
    }
}

/// What the program or the exploration of it goes without.
fn say_what_is_left_out(program: &Program, study: &Study, sources: &Sources, notes: &mut Notes) {
    for (folder, base) in program.modules.missing_bases() {
        let path = if folder.is_empty() { "tsconfig.json".to_owned() } else { format!("{folder}/tsconfig.json") };
        notes.add(Kind::NotPart, &path, None, format!("extends `{base}`, which is not part of the project"));
    }
    for (function, why) in study.examination.left_out() {
        let (file, span) = (sources.file(function.file), program.function(function).span);
        let said = format!("`{}` {why}", program.function(function).name);
        notes.add(Kind::NotExplored, &file.shown, Some(file.position(span.start).line), said);
    }
}

fn stop_if_asked(progress: &Progress) -> Result<(), Error> {
    if progress.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

impl Read {
    fn all(request: &Request) -> Result<Read, Error> {
        let mut notes = Notes::default();
        let tree = source::find(&request.source, &mut notes)?;
        let config = Arc::new(Config::load(&tree.project.root, &tree.settings, &request.config)?);
        let baseline = Baseline::load(&tree.project.root, &request.baseline).map_err(Error::Baseline)?;
        let named = tree.project.reported.clone();
        let is_read = |path: &Path| stages::is_read(path, &named, &config);
        let overlay = request.source.overlay.clone();
        let outside = overlay.keys().filter(|path| !tree.holds(path) || !is_read(path)).cloned().collect();
        let sources = source::read(tree, is_read, &mut notes);
        Ok(Read { config, baseline, sources, notes, overlay, outside })
    }

    /// Takes over the text that has changed. Says whether that is all there is to do: a file that is not among those read,
    /// or that counts as it is on disk again, has to be looked for.
    fn lay_over(&mut self, overlay: &BTreeMap<PathBuf, Vec<u8>>) -> bool {
        if self.overlay.keys().any(|path| !overlay.contains_key(path)) {
            return false;
        }
        for (path, bytes) in overlay {
            if self.overlay.get(path) == Some(bytes) || self.outside.contains(path) {
                continue;
            }
            let Some(id) = self.sources.at(path) else { return false };
            let shown = &self.sources.file(id).shown;
            let noted = self.notes.list().iter().any(|note| note.path.as_ref() == Some(shown));
            if noted || !self.sources.put(id, bytes.clone()) {
                return false;
            }
        }
        self.overlay.clone_from(overlay);
        true
    }
}
