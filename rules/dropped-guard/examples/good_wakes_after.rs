//! The state is written first; whoever tested it before is asleep by now, and is woken.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};

pub struct Latch {
    turn: Mutex<()>,
    open: AtomicBool,
    opened: Condvar,
}

impl Latch {
    pub fn wait(&self) {
        let mut turn = self.turn.lock().unwrap();
        while !self.open.load(Ordering::Acquire) {
            turn = self.opened.wait(turn).unwrap();
        }
    }

    pub fn open(&self) {
        self.open.store(true, Ordering::Release);
        let _ = self.turn.lock().unwrap();
        self.opened.notify_all();
    }
}
