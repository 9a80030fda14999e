//! Two threads that share two locks of one function.

use std::sync::{Arc, Mutex};
use std::thread;

pub fn exchange() {
    let left = Arc::new(Mutex::new(1));
    let right = Arc::new(Mutex::new(2));
    let (left_too, right_too) = (Arc::clone(&left), Arc::clone(&right));
    let there = thread::spawn(move || {
        let mut left = left.lock().unwrap();
        // racelint-expect: lock-order
        let right = right.lock().unwrap();
        *left += *right;
    });
    let back = thread::spawn(move || {
        let mut right = right_too.lock().unwrap();
        let left = left_too.lock().unwrap();
        *right += *left;
    });
    there.join().unwrap();
    back.join().unwrap();
}
