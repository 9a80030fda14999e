//! Findings: what a rule says about a place, the schedule that breaks it, and the order in which all of them stand.
//!
//! Rules write [`Draft`]s: byte spans and text. A draft becomes a [`Finding`] with lines and columns once, at the end,
//! so nothing before that needs to know where a line begins. This room must never know a parser, the program or a rule.

mod draft;
mod fingerprint;

pub use draft::{Cure, Draft, DraftFix, DraftStep, Spot, WorkOut, page, settle, sort};

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::facts::FileId;

#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Finding {
    pub rule: &'static str,
    /// The word of the design for how it broke: `lost update`, `early end`.
    pub violation: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Relative to the working directory, with `/`.
    pub path: String,
    /// The act.
    pub span: Range,
    /// The names around the act: `ModelStore.initContext`.
    pub scope: String,
    pub message: String,
    pub help: String,
    /// How it ends, in one sentence.
    pub outcome: String,
    /// What must be so for the schedule to happen; empty for a certain finding.
    pub assumptions: Vec<String>,
    /// What the act rests on.
    pub related: Vec<Related>,
    pub fixes: Vec<Fix>,
    pub witness: Vec<WitnessStep>,
    pub fingerprint: String,
    pub url: String,
    #[serde(skip)]
    pub file: FileId,
}

impl Finding {
    /// A fingerprint that no finding of another file shares.
    pub fn placed_fingerprint(&self) -> String {
        fingerprint::joined(&[&self.fingerprint, &self.path])
    }

    /// The edits that mend it: a safe fix before others, and others only where they are asked for.
    pub fn fix(&self, unsafe_too: bool) -> Option<&Fix> {
        let safe = self.fixes.iter().find(|fix| fix.safe);
        safe.or_else(|| self.fixes.first().filter(|_| unsafe_too))
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Related {
    pub path: String,
    pub span: Range,
    pub text: String,
    #[serde(skip)]
    pub file: FileId,
}

/// One event of the schedule.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct WitnessStep {
    /// `A`, `B`, …: which run.
    pub lane: char,
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub span: Range,
    pub text: String,
    /// `T=300s`, where the code names a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    #[serde(skip)]
    pub file: FileId,
}

/// Edits that remove the finding.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Fix {
    pub title: String,
    /// It never changes what the program means otherwise.
    pub safe: bool,
    /// In order, none in another.
    pub edits: Vec<Edit>,
}

#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Edit {
    pub path: String,
    pub span: Range,
    pub text: String,
    #[serde(skip)]
    pub file: FileId,
}

/// From the first byte to the one behind the last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// Line and column from 1, the column in UTF-16 units; the offset in bytes of the file as it is on disk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct Position {
    pub offset: u32,
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warn,
    Error,
}

impl Severity {
    pub fn lower(self) -> Severity {
        match self {
            Severity::Error => Severity::Warn,
            Severity::Warn | Severity::Info => Severity::Info,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Info => "info",
            Severity::Warn => "warning",
            Severity::Error => "error",
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// More than one assumption, or the search was cut short.
    Possible,
    /// One assumption, named in the finding.
    Likely,
    /// The schedule holds whatever the unknowns are.
    Certain,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        })
    }
}
