//! Nobody ever takes it alone: readers do not wait for each other.

use std::sync::RwLock;

pub struct Table {
    rows: RwLock<Vec<u32>>,
}

impl Table {
    pub fn new(rows: Vec<u32>) -> Table {
        Table { rows: RwLock::new(rows) }
    }

    pub async fn send(&self, wire: &Wire) {
        let rows = self.rows.read().unwrap();
        wire.send(&rows).await;
    }
}
