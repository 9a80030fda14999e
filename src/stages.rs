//! Stages: what the pipeline needs between its rooms: workers, clock, progress, and the promise that one panic costs
//! one file.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Error;
use crate::cache::{Cache, Key};
use crate::config::Config;
use crate::facts::{FileFacts, NoteKind};
use crate::lower;
use crate::lower::remarks::{self, Remark};
use crate::notes::{Kind, Notes};
use crate::source::{self, SourceFile};

/// Parsers recurse over what they read; this much is tested to be enough at the depth limit of `lower/`.
const STACK_BYTES: usize = 16 << 20;

/// The threads that a run works on.
pub(crate) fn workers(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES);
    builder.build().map_err(Error::Threads)
}

/// Is the file to be read? What is named on the command line is, whatever pattern keeps it out.
pub(crate) fn is_read(path: &Path, named: &[PathBuf], config: &Config) -> bool {
    let meant = |named: &PathBuf| path.starts_with(named) && config.of(named).excludes(named);
    config.of(path).reads(path) || named.iter().any(meant)
}

/// What one file comes to when it is read alone.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) facts: Arc<FileFacts>,
    /// The comments that speak to racelint.
    pub(crate) remarks: Arc<[Remark]>,
    pub(crate) notes: Notes,
}

/// Lowers one file; where `tests`, test code is taken for ordinary code. A panic gives empty facts and a note. What the
/// cache knows is not parsed.
pub(crate) fn lower(file: &SourceFile, tests: bool, cache: Option<&Cache>) -> Lowered {
    let facts = |file: &SourceFile| {
        let mut facts = match cache {
            Some(cache) => cache.or_else(Key::of("facts", &rests_on(file)), || facts(file)),
            None => facts(file),
        };
        if tests {
            take_for_ordinary(&mut facts);
        }
        facts
    };
    lower_by(facts, file)
}

/// All that the facts of a file come of.
fn rests_on(file: &SourceFile) -> impl Hash {
    (&*file.text, &*file.path, file.kind.language(), file.test)
}

fn lower_by(facts: impl Fn(&SourceFile) -> FileFacts, file: &SourceFile) -> Lowered {
    let mut notes = Notes::default();
    let facts = guarded(|| facts(file)).unwrap_or_else(|message| {
        notes.add(Kind::Internal, &file.shown, None, message);
        lower::empty(file.kind.language(), file.test)
    });
    say_what_is_missing(file, &facts, &mut notes);
    let remarks = remarks::remarks(&file.text, file.kind.language(), &file.path);
    Lowered { facts: Arc::new(facts), remarks: remarks.into(), notes }
}

/// The facts of one file.
pub(crate) fn facts(file: &SourceFile) -> FileFacts {
    match file.kind {
        source::Kind::TypeScript => {
            lower::typescript::lower(&lower::typescript::Source { text: &file.text, path: &file.path, test: file.test })
        }
        source::Kind::Rust(edition) => {
            lower::rust::lower(&lower::rust::Source { text: &file.text, path: &file.path, test: file.test, edition })
        }
    }
}

fn take_for_ordinary(facts: &mut FileFacts) {
    facts.test = false;
    facts.units.iter_mut().for_each(|unit| unit.test = false);
    facts.functions.iter_mut().for_each(|function| function.test = false);
    facts.mods.iter_mut().for_each(|module| module.test = false);
}

fn say_what_is_missing(file: &SourceFile, facts: &FileFacts, notes: &mut Notes) {
    for note in &facts.notes {
        let kind = match note.kind {
            NoteKind::Blanked => Kind::Blanked,
            NoteKind::NotParsed => Kind::NotParsed,
            NoteKind::TooDeep => Kind::TooDeep,
            NoteKind::NotLowered => Kind::NotLowered,
        };
        notes.add(kind, &file.shown, Some(file.position(note.span.start).line), note.text.clone());
    }
}

/// Runs `work`; a panic becomes a message that asks for a report.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().copied().map(str::to_owned);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        format!("racelint failed here, which is a bug of racelint; please report it: {said}")
    })
}

/// How far a run has come, for whoever watches from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicUsize,
    done: AtomicUsize,
    stopped: AtomicBool,
}

impl Progress {
    pub(crate) fn expect(&self, files: usize) {
        self.files.store(files, Ordering::Relaxed);
    }

    pub(crate) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Nobody waits for the result any more: the run ends as soon as it can.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Files done, and files in all (zero while they are being looked for).
    pub fn seen(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed))
    }
}

/// How long each stage took.
#[derive(Debug)]
pub struct Clock {
    since: Instant,
    timings: Timings,
}

/// How long a run took.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timings {
    /// One after the other.
    pub stages: Vec<(&'static str, Duration)>,
    /// Side by side, within one of the stages.
    pub rules: Vec<(&'static str, Duration)>,
}

impl Clock {
    pub fn start() -> Clock {
        Clock { since: Instant::now(), timings: Timings::default() }
    }

    /// What went on since the last lap is called `stage`.
    pub fn lap(&mut self, stage: &'static str) {
        self.timings.stages.push((stage, self.since.elapsed()));
        self.since = Instant::now();
    }

    /// A rule took so long.
    pub fn rule(&mut self, rule: &'static str, time: Duration) {
        self.timings.rules.push((rule, time));
    }

    pub fn end(self) -> Timings {
        self.timings
    }
}

#[cfg(test)]
mod tests {
    use super::{facts, guarded, lower_by};
    use crate::facts::validate;
    use crate::notes::Kind;
    use crate::source::Sources;

    #[test]
    fn a_panic_is_a_message() {
        assert_eq!(guarded(|| 1), Ok(1));
        let message = guarded(|| panic!("at {}", 7)).unwrap_err();
        assert!(message.contains("please report it: at 7"), "{message}");
    }

    #[test]
    fn a_panic_costs_one_file() {
        let sources = Sources::of(&[("a.ts", "let a;"), ("b.ts", "let b;"), ("c.rs", "fn c() {}")]);
        let faulty = |file: &crate::source::SourceFile| match file.path.as_str() {
            "b.ts" => panic!("b"),
            _ => facts(file),
        };
        let files: Vec<_> = sources.files().iter().map(|file| lower_by(faulty, file)).collect();
        for (lowered, failed) in files.iter().zip([false, true, false]) {
            assert_eq!(lowered.notes.failed(), failed);
            assert_eq!(validate::check(&lowered.facts), Vec::<String>::new());
        }
        let noted: Vec<_> = files[1].notes.list().iter().map(|note| (note.kind, note.path.as_deref())).collect();
        assert_eq!(noted, [(Kind::Internal, Some("b.ts"))]);
    }
}
