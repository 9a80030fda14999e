//! Link: the facts of all files become one program. Knows no parser and no rule.

pub mod ids;
pub mod modules;

use std::sync::Arc;

use crate::facts::FileFacts;

/// One file's facts beside its path from the root and its text.
pub struct SourceFacts {
    pub path: String,
    pub text: Arc<str>,
    pub facts: FileFacts,
}

pub struct Program {
    pub files: Vec<SourceFacts>,
}

pub fn link(files: Vec<SourceFacts>) -> Program {
    Program { files }
}
