//! Up to edition 2021 the guard in the head of `if let` lives through `else`.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Names {
    ids: Mutex<HashMap<String, u64>>,
}

impl Names {
    pub fn id(&self, name: &str) -> u64 {
        if let Some(id) = self.ids.lock().unwrap().get(name) {
            *id
        } else {
            // racelint-expect: double-lock
            let mut ids = self.ids.lock().unwrap();
            let id = ids.len() as u64;
            ids.insert(name.to_owned(), id);
            id
        }
    }
}
