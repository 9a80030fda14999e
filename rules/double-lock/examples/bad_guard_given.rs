//! A guard goes into a function, and is still there when that takes the lock.

use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct Mailbox {
    letters: Mutex<Vec<String>>,
}

impl Mailbox {
    pub fn close(&self) {
        let letters = self.letters.lock().unwrap();
        self.say_goodbye(letters);
    }

    fn say_goodbye(&self, letters: MutexGuard<'_, Vec<String>>) {
        if letters.is_empty() {
            // racelint-expect: double-lock
            self.letters.lock().unwrap().push("goodbye".to_owned());
        }
    }
}
