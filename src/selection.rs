//! Selection: which findings are shown. The rest is counted, never forgotten.

use serde::Serialize;

use crate::facts::Span;
use crate::finding::{Confidence, FileId, Finding, Spot};
use crate::link::SourceFacts;
use crate::source::Sources;

#[derive(Clone, Debug)]
pub struct Selection {
    pub min_confidence: Confidence,
    /// Show findings in test code, too.
    pub tests: bool,
    /// Rules to run; all of them if empty.
    pub only: Vec<String>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { min_confidence: Confidence::Likely, tests: false, only: Vec::new() }
    }
}

/// Findings that are not shown, by reason. Those outside the given paths were not asked for and are not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Hidden {
    /// Below the confidence asked for.
    pub confidence: usize,
    /// In test code.
    pub tests: usize,
}

impl Selection {
    /// A finding is shown when it or a step of its schedule lies in the given paths.
    pub fn apply(&self, findings: Vec<Finding>, sources: &Sources, tests: &TestCode) -> (Vec<Finding>, Hidden) {
        let mut hidden = Hidden::default();
        let mut shown = findings;
        shown.retain(|finding| {
            let reported = |file: FileId| sources.file(file).reported;
            if !reported(finding.file) && !finding.witness.iter().any(|step| reported(step.file)) {
                return false;
            }
            let in_tests = !self.tests && tests.holds(finding, sources);
            let doubtful = finding.confidence < self.min_confidence;
            hidden.tests += usize::from(in_tests);
            hidden.confidence += usize::from(doubtful && !in_tests);
            !in_tests && !doubtful
        });
        (shown, hidden)
    }
}

/// Where test code stands.
#[derive(Debug, Default)]
pub struct TestCode {
    /// Sorted, so that a look-up is a search.
    spans: Vec<Spot>,
    files: Vec<bool>,
}

impl TestCode {
    pub fn of(facts: &[SourceFacts]) -> TestCode {
        let mut tests = TestCode::default();
        for (index, file) in facts.iter().enumerate() {
            tests.files.push(file.facts.test);
            let units = file.facts.units.iter().filter(|unit| unit.test).map(|unit| unit.span);
            let functions = file.facts.functions.iter().filter(|function| function.test).map(|function| function.span);
            let at = |span| Spot { file: FileId(index as u32), span };
            tests.spans.extend(units.chain(functions).map(at));
        }
        tests.spans.sort();
        tests
    }

    fn holds(&self, finding: &Finding, sources: &Sources) -> bool {
        if self.files[finding.file.index()] {
            return true;
        }
        let file = sources.file(finding.file);
        let start = file.offset(finding.span.start) as u32;
        let act = Span::new(start, start);
        let from = self.spans.partition_point(|spot| spot.file < finding.file);
        self.spans[from..].iter().take_while(|spot| spot.file == finding.file).any(|spot| spot.span.covers(act))
    }
}
