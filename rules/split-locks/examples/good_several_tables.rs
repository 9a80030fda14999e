//! A store in memory saves one kind of thing after the other; no kind refers to another.

use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Default)]
pub struct Store {
    profiles: RwLock<HashMap<String, String>>,
    receipts: RwLock<HashMap<String, u64>>,
    presence: RwLock<HashMap<String, bool>>,
}

pub struct Changes {
    pub profiles: Vec<(String, String)>,
    pub receipts: Vec<(String, u64)>,
    pub presence: Vec<(String, bool)>,
}

impl Store {
    pub fn save(&self, changes: Changes) {
        for (user, name) in changes.profiles {
            self.profiles.write().unwrap().insert(user, name);
        }
        for (room, at) in changes.receipts {
            self.receipts.write().unwrap().insert(room, at);
        }
        for (user, online) in changes.presence {
            self.presence.write().unwrap().insert(user, online);
        }
    }

    pub fn profile(&self, user: &str) -> Option<String> {
        self.profiles.read().unwrap().get(user).cloned()
    }
}
