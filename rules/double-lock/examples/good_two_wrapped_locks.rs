// Two locks in the same kind of wrapping are two locks.
use std::sync::{Mutex as StdMutex, MutexGuard};

pub struct Mutex<T>(StdMutex<T>);

impl<T> Mutex<T> {
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

pub struct Counters {
    sent: Mutex<u64>,
    received: Mutex<u64>,
}

impl Counters {
    pub fn total(&self) -> u64 {
        let sent = self.sent.lock();
        let received = self.received.lock();
        *sent + *received
    }
}
