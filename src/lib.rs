//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.

#![forbid(unsafe_code)]

pub mod explore;
pub mod facts;
pub mod link;
pub mod lower;
pub mod names;
