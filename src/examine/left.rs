//! Left: what was asked about and has no answer: too much code, too many states, or a failure of the exploration itself.
//! This room must never know a rule.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::{Examination, Examined};
use crate::explore::Verdict;
use crate::link::ids::FunctionId;
use crate::stages;

impl Examination {
    /// The functions that something was asked about which has no answer, and why.
    pub fn left_out(&self) -> BTreeSet<(FunctionId, &'static str)> {
        let unfit = self.unfit.iter().map(|unfit| (unfit.function, "is too much code to be explored"));
        let too_big = self.pairs.iter().filter(|pair| matches!(pair.verdict, Verdict::TooBig));
        let cut = |pair: &Arc<Examined>| (pair.pair.first, "has more states than are searched");
        unfit.chain(too_big.map(cut)).collect()
    }
}

/// Explorations that failed: one costs its own answer and no other.
#[derive(Default)]
pub(super) struct Failures(Mutex<Vec<(FunctionId, String)>>);

impl Failures {
    pub(super) fn guarded<T>(&self, id: FunctionId, work: impl FnOnce() -> Option<T>) -> Option<T> {
        stages::guarded(work).unwrap_or_else(|message| {
            self.0.lock().unwrap_or_else(|poison| poison.into_inner()).push((id, message));
            None
        })
    }

    /// In the order of the program, whatever thread came first.
    pub(super) fn end(self) -> Vec<(FunctionId, String)> {
        let mut failed = self.0.into_inner().unwrap_or_else(|poison| poison.into_inner());
        failed.sort();
        failed.dedup();
        failed
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;
    use crate::facts::{FileId, FunctionIx};
    use crate::link::ids::FunctionId;

    #[test]
    fn a_panic_costs_one_answer() {
        let failures = Failures::default();
        let id = |file| FunctionId { file: FileId(file), ix: FunctionIx(0) };
        let answers: Vec<Option<u32>> =
            [2, 1, 0].map(|at| failures.guarded(id(at), || if at == 0 { Some(7) } else { panic!("{at}") })).to_vec();
        assert_eq!(answers, [None, None, Some(7)]);
        let failed = failures.end();
        assert_eq!(failed.iter().map(|(id, _)| id.file.0).collect::<Vec<_>>(), [1, 2]);
        assert!(failed[0].1.contains("please report it: 1"), "{failed:?}");
    }
}
