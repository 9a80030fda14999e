//! Selection: which findings are shown. The rest is counted, never forgotten.

use serde::Serialize;

use crate::finding::{Confidence, FileId, Finding};
use crate::source::Sources;

#[derive(Clone, Debug)]
pub struct Selection {
    pub min_confidence: Confidence,
    /// Rules to run; all of them if empty.
    pub only: Vec<String>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { min_confidence: Confidence::Likely, only: Vec::new() }
    }
}

/// Findings that are not shown, by reason. Those outside the given paths were not asked for and are not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Hidden {
    /// Below the confidence asked for.
    pub confidence: usize,
}

impl Selection {
    /// A finding is shown when it or a step of its schedule lies in the given paths.
    pub fn apply(&self, findings: Vec<Finding>, sources: &Sources) -> (Vec<Finding>, Hidden) {
        let mut hidden = Hidden::default();
        let mut shown = findings;
        shown.retain(|finding| {
            let reported = |file: FileId| sources.file(file).reported;
            if !reported(finding.file) && !finding.witness.iter().any(|step| reported(step.file)) {
                return false;
            }
            let doubtful = finding.confidence < self.min_confidence;
            hidden.confidence += usize::from(doubtful);
            !doubtful
        });
        (shown, hidden)
    }
}
