//! Taken out in a statement of its own: the guard is gone at the semicolon.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Names {
    ids: Mutex<HashMap<String, u64>>,
}

impl Names {
    pub fn id(&self, name: &str) -> u64 {
        let known = self.ids.lock().unwrap().get(name).copied();
        if let Some(id) = known {
            return id;
        }
        let mut ids = self.ids.lock().unwrap();
        let next = ids.len() as u64;
        *ids.entry(name.to_owned()).or_insert(next)
    }
}
