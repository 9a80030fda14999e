//! A cell borrowed by a suspended task: the next task that borrows it panics.

use std::cell::RefCell;

pub struct Page {
    lines: RefCell<Vec<String>>,
}

impl Page {
    pub fn add(&self, line: String) {
        self.lines.borrow_mut().push(line);
    }

    pub async fn save(&self, disk: &Disk) {
        // racelint-expect: guard-across-await
        let lines = self.lines.borrow();
        disk.write(&lines).await;
    }
}
