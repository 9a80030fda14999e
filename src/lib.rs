//! racelint finds race-prone code in TypeScript and Rust and shows the schedule that breaks it.

#![forbid(unsafe_code)]

pub mod assemble;
pub mod explore;
pub mod facts;
pub mod link;
pub mod models;
pub mod names;
