//! A part is copied out of what the guard guards: the guard ends with its statement.

use std::sync::{Mutex, MutexGuard};

pub struct Settings {
    width: u32,
    height: u32,
}

pub struct Window {
    settings: Mutex<Settings>,
}

impl Window {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap()
    }

    pub fn area(&self) -> u32 {
        let width = self.settings().width;
        let height = self.settings.lock().unwrap().height;
        width * height
    }

    pub fn turn(&self) {
        loop {
            let width = self.settings.lock().unwrap().width;
            match width {
                0 => self.settings.lock().unwrap().width = 1,
                _ => return,
            }
        }
    }
}
