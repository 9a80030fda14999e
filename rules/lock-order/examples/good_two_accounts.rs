//! Two objects of one type are told apart and locked in the order of their numbers.

use std::sync::Mutex;

pub struct Account {
    number: u32,
    balance: Mutex<i64>,
}

impl Account {
    pub fn transfer(&self, to: &Account, amount: i64) {
        let (first, second) = if self.number < to.number { (self, to) } else { (to, self) };
        let mut first = first.balance.lock().unwrap();
        let mut second = second.balance.lock().unwrap();
        *first -= amount;
        *second += amount;
    }
}
