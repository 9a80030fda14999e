// All locks of one wrapping are not one lock: the orders here are of four different locks.
use std::sync::{Mutex as StdMutex, MutexGuard, RwLock as StdRwLock, RwLockWriteGuard};

pub struct Mutex<T>(StdMutex<T>);

impl<T> Mutex<T> {
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

pub struct RwLock<T>(StdRwLock<T>);

impl<T> RwLock<T> {
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap()
    }
}

pub struct Plans {
    queue: Mutex<Vec<u32>>,
    done: RwLock<Vec<u32>>,
    cache: RwLock<Vec<u32>>,
    log: Mutex<Vec<u32>>,
}

impl Plans {
    pub fn finish(&self) {
        let mut queue = self.queue.lock();
        self.done.write().extend(queue.drain(..));
    }

    pub fn warm(&self) {
        let mut cache = self.cache.write();
        self.log.lock().push(cache.len() as u32);
        cache.clear();
    }
}
