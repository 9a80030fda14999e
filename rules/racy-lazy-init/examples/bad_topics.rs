//! Looked up under the read lock, made without any, inserted under the write lock: two first subscribers hold two topics,
//! and what is sent to the one in the map never reaches the other.

use std::collections::HashMap;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Topic {
    senders: Arc<Mutex<Vec<Sender<String>>>>,
}

impl Topic {
    pub fn subscribe(&self) -> Receiver<String> {
        let (sender, receiver) = channel();
        self.senders.lock().unwrap().push(sender);
        receiver
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
        let topic = Topic::default();
        // racelint-expect: racy-lazy-init
        self.topics.write().unwrap().insert(name.to_owned(), topic.clone());
        topic
    }
}
