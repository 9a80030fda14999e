//! Read in the head of a loop, written in its body: the writer waits for the reader, which is itself.

use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Default)]
pub struct Scores {
    scores: RwLock<HashMap<String, u64>>,
}

impl Scores {
    pub fn halve(&self) {
        for name in self.scores.read().unwrap().keys() {
            // racelint-expect: double-lock
            if let Some(score) = self.scores.write().unwrap().get_mut(name) {
                *score /= 2;
            }
        }
    }
}
