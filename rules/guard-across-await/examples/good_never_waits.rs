//! The callee is async in name only: it never waits, so nothing is suspended.

use std::sync::Mutex;

pub struct Meter {
    count: Mutex<u64>,
}

impl Meter {
    async fn double(value: u64) -> u64 {
        value * 2
    }

    pub async fn add(&self, value: u64) {
        let mut count = self.count.lock().unwrap();
        *count += Meter::double(value).await;
    }
}
