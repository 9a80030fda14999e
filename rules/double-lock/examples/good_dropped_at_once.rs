//! `let _` keeps nothing: the guard is gone at the semicolon. (Whether that was meant is another question.)

use std::sync::{Condvar, Mutex};

#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    pub fn wake(&self) {
        drop(self.open.lock().unwrap());
        self.changed.notify_all();
        *self.open.lock().unwrap() = true;
    }

    pub fn wait(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.changed.wait(open).unwrap();
        }
    }
}
