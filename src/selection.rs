//! Selection: which findings are shown, and how they weigh. The rest is counted, never forgotten.

use std::path::Path;

use serde::Serialize;

use crate::baseline::Baseline;
use crate::changes::Changes;
use crate::config::{ALL, Config, Level, RuleName, Settings, default_level};
use crate::finding::{self, Confidence, FileId, Finding, Range};
use crate::source::{SourceFile, Sources};
use crate::suppress::{BAD, Suppressions, UNUSED};

/// What the command line says; where it says nothing, the configuration counts.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub min_confidence: Option<Confidence>,
    /// Rules to run, also those that the configuration turns off; all of them if empty.
    pub only: Vec<String>,
    /// What becomes of rules, in the order given; the last that names a rule counts.
    pub levels: Vec<(RuleName, Level)>,
    /// Only findings that touch these.
    pub changes: Option<Changes>,
}

/// Findings that are not shown, by reason. Those outside the given paths were not asked for and are not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Hidden {
    /// Of rules that are off where the finding stands.
    pub off: usize,
    /// By a comment in the code.
    pub suppressed: usize,
    /// In the baseline.
    pub baseline: usize,
    /// Not in what has changed.
    pub unchanged: usize,
    /// Below the confidence asked for.
    pub confidence: usize,
    /// No errors, where only errors are wanted.
    pub severity: usize,
}

impl Hidden {
    /// How many for each reason, in words.
    pub fn words(&self) -> Vec<String> {
        let possible = format!("below the confidence asked for (--min-confidence {})", Confidence::Possible);
        let all = [
            (self.off, "of rules that are off there"),
            (self.suppressed, "suppressed in the code"),
            (self.baseline, "in the baseline"),
            (self.unchanged, "not in what has changed"),
            (self.confidence, possible.as_str()),
            (self.severity, "no error"),
        ];
        all.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect()
    }
}

/// A finding that is known and kept back.
#[derive(Clone, PartialEq, Debug)]
pub struct Aside {
    pub finding: Finding,
    pub why: Why,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// With the reason that the code gives.
    Suppressed(String),
    Baseline,
}

/// What became of all findings.
#[derive(Debug, Default)]
pub struct Selected {
    pub findings: Vec<Finding>,
    pub aside: Vec<Aside>,
    pub hidden: Hidden,
    /// Entries of the baseline that know no finding; `None` without a baseline.
    pub gone: Option<usize>,
}

/// What findings are weighed by.
pub struct Scales<'a> {
    pub config: &'a Config,
    pub sources: &'a Sources,
    /// Test code has findings, too.
    pub tests: bool,
    pub baseline: Option<&'a Baseline>,
}

impl Selection {
    /// The rules that can have findings, by name.
    pub fn rules(&self, config: &Config) -> Vec<String> {
        let all = crate::rules::RULES.iter().map(|rule| rule.id);
        let runs = |rule: &&str| match self.said(rule) {
            Some(level) => level != Level::Off,
            None => !self.only.is_empty() || config.all().any(|settings| settings.runs(rule)),
        };
        all.filter(|rule| self.is_wanted(rule)).filter(runs).map(str::to_owned).collect()
    }

    /// Weighs the findings; a finding is shown when it or a step of its schedule lies in the given paths.
    pub fn apply(&self, findings: Vec<Finding>, mut suppressions: Suppressions, scales: &Scales<'_>) -> Selected {
        let mut selected = Selected::default();
        let known = scales.baseline.map(|baseline| baseline.match_all(&findings, scales.sources));
        selected.gone = known.as_ref().map(|(_, gone)| *gone);
        let known = known.map(|(known, _)| known).unwrap_or_default();
        for (index, finding) in findings.into_iter().enumerate() {
            let reason = suppressions.reason(&finding, scales.sources).map(Why::Suppressed);
            let known = known.get(index).is_some_and(|known| *known).then_some(Why::Baseline);
            self.weigh(finding, reason.or(known), scales, &mut selected);
        }
        let ran = self.rules(scales.config);
        let could_find = |rule: &str, file: &SourceFile| {
            let tests = scales.tests || scales.config.of(&file.absolute).include_tests;
            ran.iter().any(|id| id == rule) && (tests || !file.test)
        };
        for complaint in suppressions.complaints(could_find, scales.sources) {
            self.weigh(complaint, None, scales, &mut selected);
        }
        finding::sort(&mut selected.findings);
        selected
    }

    fn weigh(&self, mut finding: Finding, aside: Option<Why>, scales: &Scales<'_>, selected: &mut Selected) {
        let reported = |file: FileId| scales.sources.file(file).reported;
        if !reported(finding.file) && !finding.witness.iter().any(|step| reported(step.file)) {
            return;
        }
        let path = &scales.sources.file(finding.file).absolute;
        let settings = scales.config.of(path);
        let Some(severity) = self.level(finding.rule, path, settings).severity() else {
            selected.hidden.off += usize::from(self.is_wanted(finding.rule));
            return;
        };
        finding.severity = if finding.confidence == Confidence::Possible { severity.lower() } else { severity };
        if let Some(why) = aside {
            match why {
                Why::Suppressed(_) => selected.hidden.suppressed += 1,
                Why::Baseline => selected.hidden.baseline += 1,
            }
            selected.aside.push(Aside { finding, why });
        } else if !self.is_changed(&finding, scales.sources) {
            selected.hidden.unchanged += 1;
        } else if finding.confidence < self.min_confidence.unwrap_or_else(|| settings.min_confidence(path)) {
            selected.hidden.confidence += 1;
        } else {
            selected.findings.push(finding);
        }
    }

    /// Does it, or a step of its schedule, stand in a line that has changed?
    fn is_changed(&self, finding: &Finding, sources: &Sources) -> bool {
        let Some(changes) = &self.changes else { return true };
        let touch =
            |file: FileId, span: Range| changes.touch(&sources.file(file).absolute, span.start.line..=span.end.line);
        touch(finding.file, finding.span) || finding.witness.iter().any(|step| touch(step.file, step.span))
    }

    /// What becomes of the findings of a rule in a file.
    pub fn level(&self, rule: &str, path: &Path, settings: &Settings) -> Level {
        if !self.is_wanted(rule) {
            return Level::Off;
        }
        self.said(rule).unwrap_or_else(|| match settings.level(rule, path) {
            Level::Off if !self.only.is_empty() => default_level(rule),
            level => level,
        })
    }

    fn said(&self, rule: &str) -> Option<Level> {
        let about = |name: &RuleName| name.0 == rule || name.0 == ALL && rule != BAD && rule != UNUSED;
        self.levels.iter().rev().find(|(name, _)| about(name)).map(|(_, level)| *level)
    }

    fn is_wanted(&self, rule: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| id == rule)
    }
}
