//! Dropped on one way to the await only.

use std::sync::Mutex;

pub struct Buffer {
    pending: Mutex<Vec<u8>>,
}

impl Buffer {
    pub async fn flush(&self, wire: &Wire, now: bool) {
        // racelint-expect: guard-across-await
        let pending = self.pending.lock().unwrap();
        if now {
            drop(pending);
        }
        wire.ready().await;
    }
}
