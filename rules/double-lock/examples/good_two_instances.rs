//! Two accounts, two locks: told apart before they are taken, and taken in one order.

use std::sync::Mutex;

pub struct Account {
    pub id: u64,
    balance: Mutex<i64>,
}

impl Account {
    pub fn transfer(&self, to: &Account, amount: i64) {
        if self.id == to.id {
            return;
        }
        let (first, second) = if self.id < to.id { (self, to) } else { (to, self) };
        let mut one = first.balance.lock().unwrap();
        let mut two = second.balance.lock().unwrap();
        let sign = if first.id == self.id { -1 } else { 1 };
        *one += sign * amount;
        *two -= sign * amount;
    }
}
