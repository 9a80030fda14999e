//! Judged over all schedules: a guard whose leaving arm nobody ever takes.

use super::super::search::{Found, Session};
use super::super::setup::Setup;
use super::Finding;

impl Session<'_> {
    pub(in super::super) fn dead_guards(&mut self, setup: &Setup, found: &Found) -> Vec<Finding> {
        let _ = (setup, found);
        Vec::new()
    }
}
