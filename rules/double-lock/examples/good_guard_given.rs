//! A guard goes into a function that gives it back for a while, and takes the lock anew.

use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct Mailbox {
    letters: Mutex<Vec<String>>,
}

fn deliver(letter: &str) {
    println!("{letter}");
}

impl Mailbox {
    pub fn close(&self) {
        let mut letters = self.letters.lock().unwrap();
        letters.push("goodbye".to_owned());
        self.empty(letters);
    }

    fn empty<'a>(&'a self, mut letters: MutexGuard<'a, Vec<String>>) {
        while let Some(letter) = letters.pop() {
            drop(letters);
            deliver(&letter);
            letters = self.letters.lock().unwrap();
        }
    }
}
