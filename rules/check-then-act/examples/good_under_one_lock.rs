use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Seats {
    taken: Mutex<HashMap<u32, String>>,
}

impl Seats {
    pub fn leave(&self, seat: u32) -> String {
        let mut taken = self.taken.lock().unwrap();
        if !taken.contains_key(&seat) {
            return String::new();
        }
        taken.remove(&seat).unwrap()
    }
}
