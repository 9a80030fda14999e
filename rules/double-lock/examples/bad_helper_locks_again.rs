//! A small helper locks what its caller holds.

use std::sync::Mutex;

#[derive(Default)]
pub struct Ledger {
    entries: Mutex<Vec<i64>>,
}

impl Ledger {
    pub fn balance(&self) -> i64 {
        // racelint-expect: double-lock
        self.entries.lock().unwrap().iter().sum()
    }

    pub fn add(&self, amount: i64) -> Result<(), i64> {
        let mut entries = self.entries.lock().unwrap();
        if self.balance() + amount < 0 {
            return Err(amount);
        }
        entries.push(amount);
        Ok(())
    }
}
