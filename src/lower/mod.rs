//! One file's text becomes its facts. Total: never fails, never panics, no I/O. Knows no rule and no other file.

mod builder;
mod depth;
mod heal;
pub mod typescript;
pub mod rust;
