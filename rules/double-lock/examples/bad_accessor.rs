//! The accessor hands out the same lock under another name.

use std::sync::{Arc, Mutex};

pub struct Device {
    queues: u32,
}

pub struct Port {
    device: Arc<Mutex<Device>>,
}

impl Port {
    fn device(&self) -> Arc<Mutex<Device>> {
        Arc::clone(&self.device)
    }

    pub fn reset(&self) -> u32 {
        let mut device = self.device.lock().unwrap();
        device.queues = 0;
        // racelint-expect: double-lock
        let queues = self.device().lock().unwrap().queues;
        queues
    }
}
