//! Two locks of one struct that have nothing to do with each other.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Server {
    settings: RwLock<HashMap<String, String>>,
    requests: Mutex<u64>,
}

impl Server {
    pub fn handle(&self, key: &str) -> Option<String> {
        *self.requests.lock().unwrap() += 1;
        self.settings.read().unwrap().get(key).cloned()
    }

    pub fn configure(&self, key: String, value: String) {
        self.settings.write().unwrap().insert(key, value);
    }

    pub fn requests(&self) -> u64 {
        *self.requests.lock().unwrap()
    }
}
