//! Recall: answers to questions that were asked before. An answer rests on nothing but the model and the question, so
//! whoever checks one program again and again, as an editor does, need not work it out twice; nor need a later run.

use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::model::Model;
use super::verdict::{Question, Verdict};
use crate::cache::{Cache, Key};

/// Answers of one generation; the one before it is kept as well.
const KEPT: usize = 50_000;

/// What is had sooner than this is not worth a place on disk.
const CHEAP: Duration = Duration::from_micros(300);

static ANSWERS: OnceLock<Mutex<Answers>> = OnceLock::new();

/// What earlier runs have left.
static ON_DISK: RwLock<Option<Arc<Cache>>> = RwLock::new(None);

/// From now on answers are kept. Without this there are none, for a run that asks each question once.
pub fn remember() {
    ANSWERS.get_or_init(Mutex::default);
}

/// From now on answers are looked for there, too, and put there.
pub fn remember_in(cache: Option<Arc<Cache>>) {
    *ON_DISK.write().unwrap_or_else(PoisonError::into_inner) = cache;
}

/// The answer, from memory or from disk where it is there.
pub(super) fn or_else(model: &Model, question: &Question, answer: impl FnOnce() -> Verdict) -> Verdict {
    in_memory(model, question, || on_disk(model, question, answer))
}

fn on_disk(model: &Model, question: &Question, answer: impl FnOnce() -> Verdict) -> Verdict {
    let Some(cache) = ON_DISK.read().unwrap_or_else(PoisonError::into_inner).clone() else { return answer() };
    let key = Key::of("explored", &(model, question));
    cache.get(key).unwrap_or_else(|| {
        let start = Instant::now();
        let verdict = answer();
        if start.elapsed() >= CHEAP {
            cache.put(key, &verdict);
        }
        verdict
    })
}

fn in_memory(model: &Model, question: &Question, answer: impl FnOnce() -> Verdict) -> Verdict {
    let Some(answers) = ANSWERS.get() else { return answer() };
    let hash = FxBuildHasher.hash_one((model, question));
    let known = answers.lock().unwrap_or_else(PoisonError::into_inner).find(hash, model, question);
    known.unwrap_or_else(|| {
        let verdict = answer();
        let entry = (model.clone(), question.clone(), verdict.clone());
        answers.lock().unwrap_or_else(PoisonError::into_inner).add(hash, entry);
        verdict
    })
}

#[derive(Default)]
struct Answers {
    new: Generation,
    old: Generation,
    count: usize,
}

type Generation = FxHashMap<u64, Vec<(Model, Question, Verdict)>>;

impl Answers {
    /// An old answer that is asked for becomes a new one.
    fn find(&mut self, hash: u64, model: &Model, question: &Question) -> Option<Verdict> {
        let same = |entry: &(Model, Question, Verdict)| entry.0 == *model && entry.1 == *question;
        if let Some(entry) = self.new.get(&hash).and_then(|entries| entries.iter().find(|entry| same(entry))) {
            return Some(entry.2.clone());
        }
        let entries = self.old.get_mut(&hash)?;
        let at = entries.iter().position(same)?;
        let entry = entries.swap_remove(at);
        let verdict = entry.2.clone();
        self.add(hash, entry);
        Some(verdict)
    }

    fn add(&mut self, hash: u64, entry: (Model, Question, Verdict)) {
        if self.count >= KEPT {
            self.old = std::mem::take(&mut self.new);
            self.count = 0;
        }
        self.new.entry(hash).or_default().push(entry);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, KEPT};
    use crate::explore::model::Model;
    use crate::explore::{Question, Verdict};

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let question = |lane: u32| Question::new(vec![vec![lane]]);
        let mut answers = Answers::default();
        let entry = |lane: u32| (Model::default(), question(lane), Verdict::TooBig);
        for lane in 0..KEPT as u32 {
            answers.add(u64::from(lane), entry(lane));
        }
        answers.add(KEPT as u64, entry(KEPT as u32));
        assert!(answers.find(7, &Model::default(), &question(7)).is_some());
        assert!(answers.find(7, &Model::default(), &question(8)).is_none(), "another question of the same hash");
        for lane in 0..KEPT as u32 {
            answers.add(u64::from(lane) + (1 << 40), entry(lane));
        }
        assert!(answers.find(7, &Model::default(), &question(7)).is_some());
        assert!(answers.find(8, &Model::default(), &question(8)).is_none());
    }
}
