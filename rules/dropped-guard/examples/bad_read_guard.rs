//! The read guard was meant to keep the rebuild away.

use std::sync::RwLock;

pub struct Index {
    rebuild: RwLock<()>,
}

impl Index {
    fn touch(&self, row: u32) {
        emit(row);
    }

    pub fn rebuild(&self) {
        let _all = self.rebuild.write().unwrap();
        self.touch(0);
    }

    pub fn add(&self, row: u32) {
        // racelint-expect: dropped-guard
        let _ = self.rebuild.read().unwrap();
        self.touch(row);
    }
}
