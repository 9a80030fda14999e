//! Holds findings against the ledger and counts. Knows no repository on disk.

use std::collections::{BTreeMap, BTreeSet};

use racelint::finding::Finding;
use racelint::rules::{Family, RULES};

use super::ledger::{Entry, Verdict};

/// What one repository came to.
pub(crate) struct Run {
    pub(crate) repository: String,
    pub(crate) rust_lines: usize,
    pub(crate) typescript_lines: usize,
    /// With paths from the top of the repository.
    pub(crate) findings: Vec<(String, Finding)>,
}

/// What became of findings and judgements.
#[derive(Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) right: usize,
    pub(crate) arguable: usize,
    pub(crate) wrong: usize,
    /// Found and not judged yet.
    pub(crate) new: usize,
    /// Judged true, and not found any more.
    pub(crate) lost: usize,
    /// Judged false and mended since, and found again.
    pub(crate) back: usize,
}

impl Count {
    pub(crate) fn found(&self) -> usize {
        self.right + self.arguable + self.wrong + self.new
    }

    /// The share of true ones among all that were judged and are found.
    pub(crate) fn precision(&self) -> Option<f64> {
        let judged = self.right + self.arguable + self.wrong;
        (judged > 0).then(|| self.right as f64 / judged as f64)
    }

    fn judged(&mut self, entry: &Entry) {
        match entry.verdict {
            Verdict::True => self.right += 1,
            Verdict::Arguable => self.arguable += 1,
            Verdict::False => {
                self.wrong += 1;
                self.back += usize::from(entry.limit.is_none());
            }
        }
    }
}

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) rules: BTreeMap<String, Count>,
    pub(crate) families: BTreeMap<String, Count>,
    pub(crate) languages: BTreeMap<String, Count>,
    pub(crate) repositories: BTreeMap<String, Count>,
    pub(crate) all: Count,
    /// What there is to look at, a line each.
    pub(crate) remarks: Vec<String>,
    /// What nobody has judged yet, as JSON.
    pub(crate) unjudged: Vec<String>,
}

impl Tally {
    pub(crate) fn of(runs: &[Run], entries: &[Entry]) -> Tally {
        let mut tally = Tally::default();
        for run in runs {
            let entries: Vec<&Entry> = entries.iter().filter(|entry| entry.repository == run.repository).collect();
            tally.hold_against(run, &entries);
        }
        tally
    }

    fn hold_against(&mut self, run: &Run, entries: &[&Entry]) {
        let mut met = BTreeSet::new();
        for (path, finding) in &run.findings {
            let line = finding.span.start.line;
            let place = format!("{} {path}:{line} {}", run.repository, finding.rule);
            let Some(at) = known(path, finding, entries, &met) else {
                self.remarks.push(format!("new   {place}: {}", finding.message));
                let told = serde_json::json!({ "repository": run.repository, "path": path, "finding": finding });
                self.unjudged.push(told.to_string());
                self.count(&run.repository, path, finding.rule, |count| count.new += 1);
                continue;
            };
            met.insert(at);
            let entry = entries[at];
            if entry.verdict == Verdict::False && entry.limit.is_none() {
                self.remarks.push(format!("back  {place}: {}", entry.why));
            }
            self.count(&run.repository, path, finding.rule, |count| count.judged(entry));
        }
        for (at, entry) in entries.iter().enumerate() {
            let place = format!("{} {}:{} {}", entry.repository, entry.path, entry.line, entry.rule);
            match entry.verdict {
                _ if met.contains(&at) => {}
                Verdict::True => {
                    self.remarks.push(format!("lost  {place}: {}", entry.why));
                    self.count(&run.repository, &entry.path, &entry.rule, |count| count.lost += 1);
                }
                Verdict::False if entry.limit.is_some() => {
                    self.remarks.push(format!("gone  {place}: take its limit off"))
                }
                Verdict::False | Verdict::Arguable => {}
            }
        }
    }

    fn count(&mut self, repository: &str, path: &str, rule: &str, how: impl Fn(&mut Count)) {
        let language = if path.ends_with(".rs") { "rust" } else { "typescript" };
        let family = RULES.iter().find(|known| known.id == rule).map_or("none", |rule| word(rule.meta().family));
        how(self.rules.entry(rule.to_owned()).or_default());
        how(self.families.entry(family.to_owned()).or_default());
        how(self.languages.entry(language.to_owned()).or_default());
        how(self.repositories.entry(repository.to_owned()).or_default());
        how(&mut self.all);
    }
}

/// Which entry speaks of a finding: by its fingerprint, else by its rule and place, which cannot move at a pinned commit.
fn known(path: &str, finding: &Finding, entries: &[&Entry], met: &BTreeSet<usize>) -> Option<usize> {
    let find = |same: &dyn Fn(&Entry) -> bool| {
        entries.iter().enumerate().position(|(at, entry)| !met.contains(&at) && entry.path == path && same(entry))
    };
    let line = finding.span.start.line;
    find(&|entry| entry.fingerprint == finding.fingerprint)
        .or_else(|| find(&|entry| entry.rule == finding.rule && entry.line == line))
}

fn word(family: Family) -> &'static str {
    match family {
        Family::AsyncState => "async-state",
        Family::Locks => "locks",
        Family::Files => "files",
        Family::Database => "database",
    }
}
