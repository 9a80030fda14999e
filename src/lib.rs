//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.

#![forbid(unsafe_code)]

pub mod facts;
pub mod lower;
pub mod names;
