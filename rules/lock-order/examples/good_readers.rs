//! Readers only, in both orders: nobody ever writes.

use std::sync::RwLock;

pub struct Tables {
    rows: RwLock<Vec<u32>>,
    names: RwLock<Vec<String>>,
}

impl Tables {
    pub fn count(&self) -> usize {
        let rows = self.rows.read().unwrap();
        let names = self.names.read().unwrap();
        rows.len() + names.len()
    }

    pub fn pairs(&self) -> usize {
        let names = self.names.read().unwrap();
        let rows = self.rows.read().unwrap();
        rows.len() * names.len()
    }
}
