//! Tasks wait for each other as threads do.

use tokio::sync::{Mutex, RwLock};

pub struct Link {
    wire: RwLock<u32>,
    last: Mutex<u32>,
}

impl Link {
    pub async fn report(&self) {
        let wire = self.wire.read().await;
        let mut last = self.last.lock().await;
        *last = *wire;
    }

    pub async fn ping(&self) {
        let wire = self.wire.write().await;
        let mut last = self.last.lock().await;
        *last = *wire + 1;
    }

    pub async fn timeout(&self) {
        let last = self.last.lock().await;
        // racelint-expect: lock-order
        let mut wire = self.wire.write().await;
        *wire = *last;
    }
}
