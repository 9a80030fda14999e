//! Single flight as it is written first: look in the map, run, then enter the answer.

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, Mutex, lock};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;

/// An answer, and how often it was given.
#[derive(Debug)]
pub struct NaiveAnswer<V> {
    /// The answer.
    pub value: V,
    given: AtomicU64,
}

impl<V> NaiveAnswer<V> {
    /// How often it was given, as far as this copy of it tells.
    pub fn given(&self) -> u64 {
        self.given.load(Ordering::SeqCst)
    }
}

/// A memo of answers by key.
///
/// The look-up and the entry are two steps with an await between them, so
/// every caller who comes during the first run starts one of its own, and
/// keeps an answer that is not the one in the map.
pub struct NaiveMemo<K, V> {
    answers: Arc<Mutex<HashMap<K, Arc<NaiveAnswer<V>>>>>,
}

impl<K, V> Default for NaiveMemo<K, V> {
    fn default() -> Self {
        NaiveMemo { answers: Arc::new(Mutex::new(HashMap::new())) }
    }
}

impl<K, V> Clone for NaiveMemo<K, V> {
    fn clone(&self) -> Self {
        NaiveMemo { answers: Arc::clone(&self.answers) }
    }
}

impl<K: Eq + Hash, V> NaiveMemo<K, V> {
    /// The remembered answer, else that of a new run.
    pub async fn run<F, Fut>(&self, key: K, work: F) -> Arc<NaiveAnswer<V>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = V>,
    {
        let known = lock(&self.answers).get(&key).cloned();
        if let Some(answer) = known {
            answer.given.fetch_add(1, Ordering::SeqCst);
            return answer;
        }
        let answer = Arc::new(NaiveAnswer { value: work().await, given: AtomicU64::new(1) });
        // racelint-expect: racy-lazy-init
        lock(&self.answers).insert(key, Arc::clone(&answer));
        answer
    }
}
