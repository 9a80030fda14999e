//! Rounds: fixes are put into files, and every one of them is held against a new check: its finding has to be gone, and
//! nothing new may have come. Fixes that touch the same lines wait for the next round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::finding::{Edit, Finding, Fix};
use crate::report::Report;

/// Text that counts in place of what is on disk.
type Overlay = BTreeMap<PathBuf, Vec<u8>>;

/// More than this, and something goes in circles.
const ROUNDS: usize = 16;

/// A file with fixes in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    pub path: PathBuf,
    /// As people see it.
    pub shown: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

/// A fix that did not hold, and was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reject {
    pub path: String,
    pub line: u32,
    pub rule: &'static str,
    pub title: String,
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    pub files: Vec<Changed>,
    pub fixed: usize,
    pub rejected: Vec<Reject>,
    /// The check of the mended files.
    pub report: Report,
}

/// Mends what can be mended. `check` is a check with some files as given; nothing is written.
pub fn rounds(check: &mut dyn FnMut(&Overlay) -> Result<Report, String>, unsafe_too: bool) -> Result<Done, String> {
    let mut work = Work { overlay: Overlay::new(), originals: BTreeMap::new(), refused: BTreeSet::new(), unsafe_too };
    let mut done = Done { files: Vec::new(), fixed: 0, rejected: Vec::new(), report: check(&work.overlay)? };
    for _ in 0..ROUNDS {
        let chosen = work.choose(&done.report);
        if chosen.is_empty() {
            break;
        }
        let all: Vec<&Choice> = chosen.iter().collect();
        if work.attempt(&all, &mut done, check)? {
            continue;
        }
        // One of them does not hold: each has to hold by itself.
        for choice in &chosen {
            if chosen.len() > 1 && work.attempt(&[choice], &mut done, check)? {
                break;
            }
            work.refused.insert(choice.key.clone());
            done.rejected.push(choice.reject());
        }
    }
    for (path, (shown, before)) in work.originals {
        if let Some(after) = work.overlay.remove(&path).filter(|after| *after != before) {
            done.files.push(Changed { path, shown, before, after });
        }
    }
    Ok(done)
}

struct Work {
    overlay: Overlay,
    originals: BTreeMap<PathBuf, (String, Vec<u8>)>,
    refused: BTreeSet<Key>,
    unsafe_too: bool,
}

/// What a finding is known by while its file changes.
type Key = (&'static str, &'static str, String, String);

fn key(finding: &Finding) -> Key {
    (finding.rule, finding.violation, finding.path.clone(), finding.scope.clone())
}

/// A finding whose fix is tried.
#[derive(Clone)]
struct Choice {
    key: Key,
    print: String,
    line: u32,
    fix: Fix,
}

impl Choice {
    fn reject(&self) -> Reject {
        let (rule, _, path, _) = &self.key;
        Reject { path: path.clone(), line: self.line, rule, title: self.fix.title.clone() }
    }
}

impl Work {
    /// Fixes that do not touch one another.
    fn choose(&self, report: &Report) -> Vec<Choice> {
        let mut taken: Vec<&Fix> = Vec::new();
        let mut chosen = Vec::new();
        for finding in &report.findings {
            let Some(fix) = finding.fix(self.unsafe_too) else { continue };
            // Two fixes of one function may choose the same new name.
            let other =
                chosen.iter().any(|choice: &Choice| choice.key.2 == finding.path && choice.key.3 == finding.scope);
            let asked = fix.edits.iter().all(|edit| report.sources.file(edit.file).reported);
            if asked && !other && !self.refused.contains(&key(finding)) && !taken.iter().any(|other| touch(other, fix))
            {
                taken.push(fix);
                let print = finding.fingerprint.clone();
                chosen.push(Choice { key: key(finding), print, line: finding.span.start.line, fix: fix.clone() });
            }
        }
        chosen
    }

    /// Makes these edits, and keeps them if they hold.
    fn attempt(
        &mut self,
        choices: &[&Choice],
        done: &mut Done,
        check: &mut dyn FnMut(&Overlay) -> Result<Report, String>,
    ) -> Result<bool, String> {
        let mut trial = self.overlay.clone();
        let mut edits: BTreeMap<u32, Vec<&Edit>> = BTreeMap::new();
        for edit in choices.iter().flat_map(|choice| &choice.fix.edits) {
            edits.entry(edit.file.0).or_default().push(edit);
        }
        for edits in edits.values() {
            let file = done.report.sources.file(edits[0].file);
            let bytes = match trial.get(&file.absolute) {
                Some(bytes) => bytes.clone(),
                None => std::fs::read(&file.absolute).map_err(|error| format!("{}: {error}", file.shown))?,
            };
            trial.insert(file.absolute.clone(), apply(&bytes, edits));
            self.originals.entry(file.absolute.clone()).or_insert_with(|| (file.shown.clone(), bytes));
        }
        let report = check(&trial)?;
        let holds = holds(&done.report, &report, choices);
        if holds {
            self.overlay = trial;
            done.report = report;
            done.fixed += choices.len();
        }
        Ok(holds)
    }
}

/// Are these gone, has nothing new come, and is everything still read?
fn holds(before: &Report, after: &Report, mended: &[&Choice]) -> bool {
    let all = |report: &Report| -> Vec<(Key, String)> {
        let aside = report.aside.iter().map(|aside| &aside.finding);
        let findings = report.findings.iter().chain(aside);
        findings.map(|finding| (key(finding), finding.fingerprint.clone())).collect()
    };
    let (old, new) = (all(before), all(after));
    let count = |findings: &[(Key, String)], key: &Key| findings.iter().filter(|(other, _)| other == key).count();
    let none_new = new.iter().all(|(key, _)| count(&new, key) <= count(&old, key));
    // Of two that look alike, the second takes the fingerprint of the first.
    let is_gone = |choice: &&&Choice| {
        let key = &choice.key;
        count(&new, key) < count(&old, key) || !new.iter().any(|(other, print)| other == key && *print == choice.print)
    };
    let notes = |report: &Report| report.notes.list().iter().filter(|note| note.kind.is_warning()).count();
    none_new && mended.iter().filter(is_gone).count() == mended.len() && notes(after) <= notes(before)
}

/// Would two fixes write between each other's edits?
fn touch(a: &Fix, b: &Fix) -> bool {
    let within = |fix: &Fix, path: &str| {
        let own = fix.edits.iter().filter(|edit| edit.path == path);
        own.map(|edit| (edit.span.start.offset, edit.span.end.offset)).reduce(|x, y| (x.0.min(y.0), x.1.max(y.1)))
    };
    let paths: BTreeSet<&str> = a.edits.iter().map(|edit| edit.path.as_str()).collect();
    paths.into_iter().any(|path| match (within(a, path), within(b, path)) {
        (Some(a), Some(b)) => a.0 <= b.1 && b.0 <= a.1,
        _ => false,
    })
}

/// The bytes of a file with edits made, none of which touches another.
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Vec<u8> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let mut out = bytes.to_vec();
    // From the last to the first, so that offsets stay true.
    for edit in edits.into_iter().rev() {
        let range = edit.span.start.offset as usize..edit.span.end.offset as usize;
        if range.end <= out.len() {
            out.splice(range, edit.text.bytes());
        }
    }
    out
}
