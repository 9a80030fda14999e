//! A block of its own, and the same mistake.

use std::sync::{Arc, Mutex};

pub struct Pump {
    level: Arc<Mutex<u32>>,
}

impl Pump {
    pub fn run(&self, valve: Valve) -> impl Future<Output = ()> + '_ {
        async move {
            // racelint-expect: guard-across-await
            let level = self.level.lock().unwrap();
            valve.set(*level).await;
        }
    }
}
