//! The explorer: a few runs of a small model stepped through every schedule that matters, with verdict and witness.
//!
//! 1. Each flow alone, cut short by an error or a crash: half-applied, stuck guard.
//! 2. All runs one after the other, in every order: what needs no overlap is no race.
//! 3. All interleavings, reduced. A finding is a violation that the serial orders lack, or an outcome that none gives.
//! 4. For each finding a second, unreduced search for the schedule that is easiest to read.

mod access;
mod analysis;
mod asked;
mod because;
mod check;
mod compare;
mod control;
mod cuts;
mod definitions;
mod encode;
pub mod fixture;
mod judge;
mod machine;
pub mod model;
mod ops;
mod ops_wait;
mod outcome;
mod point;
mod program;
mod recall;
mod replay;
mod resting;
mod search;
mod seen;
mod setup;
mod store;
mod stuck;
pub mod text;
mod unroll;
mod value;
mod verdict;
mod witness;
mod words;

pub use analysis::{explore, explore_with};
pub use because::{because, guards, late, steps, without};
pub use compare::{Compared, compare};
pub use definitions::Definitions;
pub use recall::{remember, remember_in};
pub use replay::replay;
pub use verdict::{Bounds, Break, Event, EventKind, Grade, Guard, Lane, Question, Safe, Schedule, Verdict, Violation};
