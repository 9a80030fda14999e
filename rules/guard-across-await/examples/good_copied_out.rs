//! A statement of its own for what is taken out.

use std::sync::Mutex;

pub struct Gateway {
    base: Mutex<String>,
}

impl Gateway {
    pub async fn fetch(&self, wire: &Wire) -> Answer {
        let base = self.base.lock().unwrap().clone();
        wire.get(&base).await
    }
}
