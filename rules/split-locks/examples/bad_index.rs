//! A key found in the index leads to an entry that is already gone.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Users {
    by_name: Mutex<HashMap<String, u64>>,
    by_id: Mutex<HashMap<u64, Vec<u8>>>,
}

impl Users {
    pub fn add(&self, name: String, id: u64, picture: Vec<u8>) {
        self.by_name.lock().unwrap().insert(name, id);
        // racelint-expect: split-locks
        self.by_id.lock().unwrap().insert(id, picture);
    }

    pub fn remove(&self, name: &str) {
        let id = self.by_name.lock().unwrap().remove(name);
        if let Some(id) = id {
            // racelint-expect: split-locks
            self.by_id.lock().unwrap().remove(&id);
        }
    }

    pub fn picture(&self, name: &str) -> Option<Vec<u8>> {
        let id = self.by_name.lock().unwrap().get(name).copied()?;
        // racelint-expect: split-locks
        Some(self.by_id.lock().unwrap()[&id].clone())
    }
}
