//! Link: the facts of all files become one program. Knows no parser and no rule.

pub mod ids;
pub mod modules;
