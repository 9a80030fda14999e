//! The second section looks again and copes: an entry that is gone is no surprise.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Leases {
    names: Mutex<HashMap<String, u64>>,
    expiries: Mutex<HashMap<u64, u64>>,
}

impl Leases {
    pub fn renew(&self, name: &str, until: u64) -> bool {
        let Some(id) = self.names.lock().unwrap().get(name).copied() else {
            return false;
        };
        match self.expiries.lock().unwrap().get_mut(&id) {
            Some(expiry) => {
                *expiry = until;
                true
            }
            None => false,
        }
    }
}
