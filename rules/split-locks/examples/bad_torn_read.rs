//! Two numbers that only mean something together, read at two moments.

use std::sync::RwLock;

#[derive(Default)]
pub struct Position {
    file: RwLock<u64>,
    offset: RwLock<u64>,
}

impl Position {
    pub fn rotate(&self, file: u64) {
        *self.file.write().unwrap() = file;
        // racelint-missed: split-locks
        *self.offset.write().unwrap() = 0;
    }

    pub fn advance(&self, bytes: u64) {
        *self.offset.write().unwrap() += bytes;
    }

    pub fn here(&self) -> (u64, u64) {
        let file = *self.file.read().unwrap();
        // racelint-expect: split-locks
        let offset = *self.offset.read().unwrap();
        (file, offset)
    }
}
