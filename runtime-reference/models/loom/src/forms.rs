//! The forms' own sources, compiled with loom's locks.

#[path = "../../../src/loader/mod.rs"]
pub mod loader;
#[path = "../../../src/session/mod.rs"]
pub mod session;
