//! The explorer: runs a few flows against each other and returns the schedule that breaks them, or that none does.

pub mod model;
mod verdict;
pub use verdict::*;
pub fn explore(_: &model::Model, _: &Question) -> Verdict {
    Verdict::TooBig
}
