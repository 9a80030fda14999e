//! Locked and given back at once, to wait until a waiter sleeps: the guard is gone at the semicolon.

use std::sync::{Condvar, Mutex};

#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    pub fn wake(&self) {
        *self.open.lock().unwrap() = true;
        drop(self.open.lock().unwrap());
        self.changed.notify_all();
    }

    pub fn wait(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.changed.wait(open).unwrap();
        }
    }
}
