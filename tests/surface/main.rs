//! What people adopt a linter by: configuration, suppression, selection, formats, baseline, changes, as its users meet it.

mod commands;
mod config;
mod fixes;
mod flags;
mod formats;
mod harness;
mod known;
mod suppress;
