//! The helper hands its guard out, and the caller lets it fall.

use std::sync::{Mutex, MutexGuard};

pub struct Vault {
    turn: Mutex<()>,
}

impl Vault {
    fn enter(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap()
    }

    fn open(&self) {
        emit(1);
    }

    pub fn show(&self) {
        let _turn = self.enter();
        self.open();
    }

    pub fn peek(&self) {
        // racelint-expect: dropped-guard
        self.enter();
        self.open();
    }
}
