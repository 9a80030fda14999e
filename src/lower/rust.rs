//! Rust.

use crate::facts::{Edition, FileFacts, Language};

pub struct Source<'a> {
    pub text: &'a str,
    pub path: &'a str,
    pub test: bool,
    pub edition: Edition,
}

pub fn lower(source: &Source<'_>) -> FileFacts {
    super::empty(Language::Rust(source.edition), source.test)
}
