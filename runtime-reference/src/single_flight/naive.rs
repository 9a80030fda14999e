//! Single flight as it is written first: look in the map, run, then enter the answer.

use crate::sync::{Arc, Mutex, lock};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;

/// A memo of answers by key.
///
/// The look-up and the entry are two steps with an await between them, so
/// every caller who comes during the first run starts one of its own.
pub struct NaiveMemo<K, V> {
    answers: Arc<Mutex<HashMap<K, V>>>,
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

impl<K: Eq + Hash, V: Clone> NaiveMemo<K, V> {
    /// The remembered answer, else that of a new run.
    pub async fn run<F, Fut>(&self, key: K, work: F) -> V
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = V>,
    {
        let known = lock(&self.answers).get(&key).cloned();
        if let Some(answer) = known {
            return answer;
        }
        let answer = work().await;
        // racelint-expect: racy-lazy-init
        lock(&self.answers).insert(key, answer.clone());
        answer
    }
}
