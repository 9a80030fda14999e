//! What `let … else` makes on the way is gone before `else` begins, in every edition.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Names {
    ids: Mutex<HashMap<String, u64>>,
}

impl Names {
    pub fn id(&self, name: &str) -> u64 {
        let Some(id) = self.ids.lock().unwrap().get(name).copied() else {
            return *self.ids.lock().unwrap().entry(name.to_owned()).or_insert(0);
        };
        id
    }
}
