//! The map has a name of its own and hashes in its own way; what is put into it is a copy of a handle that was made
//! before. The second look is missing all the same.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, RwLock};

type Quick<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

pub struct Queue {
    waiting: Mutex<Vec<String>>,
}

pub struct Counter {
    queues: Arc<RwLock<Quick<String, Arc<Queue>>>>,
}

impl Counter {
    pub fn queue(&self, name: &str) -> Arc<Queue> {
        let queues = self.queues.read().unwrap();
        if let Some(queue) = queues.get(name) {
            return queue.clone();
        }
        drop(queues);
        let queue = Arc::new(Queue { waiting: Mutex::new(Vec::new()) });
        let mut queues = self.queues.write().unwrap();
        // racelint-expect: racy-lazy-init
        queues.insert(name.to_owned(), queue.clone());
        queue
    }
}

impl Queue {
    pub fn push(&self, who: String) {
        self.waiting.lock().unwrap().push(who);
    }
}
