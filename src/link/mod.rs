//! Link: the facts of all files become one program. Knows no parser and no rule.

pub mod ids;
pub mod modules;

use std::sync::Arc;

use crate::facts::FileFacts;

/// One file that was read: where it stands, what it holds, what it says.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub text: Arc<str>,
    pub facts: FileFacts,
}
