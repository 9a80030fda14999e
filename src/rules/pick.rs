//! Pick: of all that was examined, the breaks that a rule claims, each incident once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Sink;
use crate::examine::Examined;
use crate::explore::Break;
use crate::finding::{Draft, Spot};
use crate::link::loc::SharedKey;

/// Every break of every pair.
pub(super) fn breaks(pairs: &[Arc<Examined>]) -> impl Iterator<Item = (&Examined, &Break)> {
    pairs
        .iter()
        .map(|examined| &**examined)
        .flat_map(|examined| examined.verdict.breaks().iter().map(move |found| (examined, found)))
}

/// Drafts of one rule, of which the surest and shortest for each incident is kept. An incident is a place and the
/// function whose act breaks it: two pairs that break the same act are one.
#[derive(Default)]
pub(super) struct Incidents {
    best: BTreeMap<(Spot, String), Draft>,
}

impl Incidents {
    pub(super) fn add(&mut self, place: Option<&SharedKey>, draft: Draft) {
        self.add_at(draft.at, place, draft);
    }

    /// Every break at this spot and place is the same incident, whatever act of it breaks.
    pub(super) fn add_at(&mut self, spot: Spot, place: Option<&SharedKey>, draft: Draft) {
        let key = (spot, place.map(|key| format!("{key:?}")).unwrap_or_default());
        match self.best.get_mut(&key) {
            Some(known) if rank(known) <= rank(&draft) => {}
            Some(known) => *known = draft,
            None => {
                self.best.insert(key, draft);
            }
        }
    }

    pub(super) fn report(self, sink: &mut Sink) {
        self.best.into_values().for_each(|draft| sink.push(draft));
    }
}

/// Smaller is better.
fn rank(draft: &Draft) -> (std::cmp::Reverse<crate::finding::Confidence>, usize) {
    (std::cmp::Reverse(draft.confidence), draft.witness.len())
}
