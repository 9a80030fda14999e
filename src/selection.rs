//! Selection: which findings are shown, and how they weigh. The rest is counted, never forgotten.

use std::path::Path;

use serde::Serialize;

use crate::config::{ALL, Config, Level, RuleName, Settings, default_level};
use crate::finding::{self, Confidence, FileId, Finding};
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
}

/// Findings that are not shown, by reason. Those outside the given paths were not asked for and are not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Hidden {
    /// Of rules that are off where the finding stands.
    pub off: usize,
    /// By a comment in the code.
    pub suppressed: usize,
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
}

/// What became of all findings.
#[derive(Debug, Default)]
pub struct Selected {
    pub findings: Vec<Finding>,
    pub aside: Vec<Aside>,
    pub hidden: Hidden,
}

/// What findings are weighed by.
pub struct Scales<'a> {
    pub config: &'a Config,
    pub sources: &'a Sources,
    /// Test code has findings, too.
    pub tests: bool,
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
        for finding in findings {
            let reason = suppressions.reason(&finding, scales.sources);
            self.weigh(finding, reason, scales, &mut selected);
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

    fn weigh(&self, mut finding: Finding, reason: Option<String>, scales: &Scales<'_>, selected: &mut Selected) {
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
        if let Some(reason) = reason {
            selected.hidden.suppressed += 1;
            selected.aside.push(Aside { finding, why: Why::Suppressed(reason) });
        } else if finding.confidence < self.min_confidence.unwrap_or_else(|| settings.min_confidence(path)) {
            selected.hidden.confidence += 1;
        } else {
            selected.findings.push(finding);
        }
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
