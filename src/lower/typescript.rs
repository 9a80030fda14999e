//! TypeScript and JavaScript.

use crate::facts::{FileFacts, Language};

pub struct Source<'a> {
    pub text: &'a str,
    pub path: &'a str,
    pub test: bool,
}

pub fn lower(source: &Source<'_>) -> FileFacts {
    super::empty(Language::TypeScript, source.test)
}
