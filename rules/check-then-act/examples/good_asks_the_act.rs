use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Seats {
    taken: Mutex<HashMap<u32, String>>,
}

impl Seats {
    pub fn leave(&self, seat: u32) -> Option<String> {
        self.taken.lock().unwrap().remove(&seat)
    }
}
