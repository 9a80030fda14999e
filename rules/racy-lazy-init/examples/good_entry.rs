//! `entry` decides again under the write lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Topic {
    members: Arc<Mutex<Vec<String>>>,
}

impl Topic {
    pub fn join(&self, name: &str) {
        self.members.lock().unwrap().push(name.to_owned());
    }
}

#[derive(Default)]
pub struct Hub {
    topics: RwLock<HashMap<String, Topic>>,
}

impl Hub {
    pub fn topic(&self, name: &str) -> Topic {
        let known = self.topics.read().unwrap().get(name).cloned();
        if let Some(topic) = known {
            return topic;
        }
        let mut topics = self.topics.write().unwrap();
        topics.entry(name.to_owned()).or_default().clone()
    }
}
