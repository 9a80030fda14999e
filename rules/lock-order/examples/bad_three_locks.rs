//! Nobody takes two locks the wrong way round, and three of them wait in a circle all the same.

use std::sync::Mutex;

#[derive(Default)]
pub struct Shop {
    stock: Mutex<u32>,
    orders: Mutex<u32>,
    ledger: Mutex<u32>,
}

impl Shop {
    pub fn order(&self) {
        let orders = self.orders.lock().unwrap();
        // racelint-expect: lock-order
        let mut stock = self.stock.lock().unwrap();
        *stock -= *orders;
    }

    pub fn deliver(&self) {
        let stock = self.stock.lock().unwrap();
        self.book(*stock);
    }

    fn book(&self, amount: u32) {
        *self.ledger.lock().unwrap() += amount;
    }

    pub fn settle(&self) {
        let mut ledger = self.ledger.lock().unwrap();
        let orders = self.orders.lock().unwrap();
        *ledger -= *orders;
    }
}
