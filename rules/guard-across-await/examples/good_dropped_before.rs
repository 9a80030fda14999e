//! The guard is dropped first.

use std::sync::Mutex;

pub struct Meter {
    count: Mutex<u64>,
}

impl Meter {
    pub async fn report(&self, to: &Sink) {
        let mut count = self.count.lock().unwrap();
        let value = *count;
        *count = 0;
        drop(count);
        to.send(value).await;
    }
}
