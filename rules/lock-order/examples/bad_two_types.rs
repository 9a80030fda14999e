//! Each type locks itself and then the other.

use std::sync::{Arc, Mutex};

pub struct Pool {
    free: Mutex<Vec<u32>>,
}

pub struct Cache {
    pool: Arc<Pool>,
    pages: Mutex<Vec<u32>>,
}

impl Pool {
    pub fn give(&self, page: u32) {
        self.free.lock().unwrap().push(page);
    }

    pub fn shrink(&self, cache: &Cache) {
        let mut free = self.free.lock().unwrap();
        let pages = cache.pages.lock().unwrap();
        free.truncate(pages.len());
    }

    pub fn trim(&self, cache: &Cache) {
        let mut free = self.free.lock().unwrap();
        let pages = cache.pages.lock().unwrap();
        free.truncate(pages.len() / 2);
    }
}

impl Cache {
    pub fn evict(&self) {
        let mut pages = self.pages.lock().unwrap();
        if let Some(page) = pages.pop() {
            // racelint-expect: lock-order
            self.pool.give(page);
        }
    }
}
