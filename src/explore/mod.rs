//! The explorer: runs a few flows against each other and returns the schedule that breaks them, or that none does.

pub mod model;
