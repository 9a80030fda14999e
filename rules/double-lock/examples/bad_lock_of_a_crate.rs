//! The type of the lock is another crate's; that it is one, its use tells.

use hall::SharedDesk;

pub struct Clerk {
    desk: SharedDesk,
}

impl Clerk {
    pub fn serve(&mut self) {
        let handle = self.desk.clone();
        let mut desk = handle.lock().unwrap();
        if desk.queue.is_empty() {
            self.rest();
        }
        desk.queue.pop();
    }

    fn rest(&mut self) {
        // racelint-expect: double-lock
        let mut desk = self.desk.lock().unwrap();
        desk.open = false;
    }
}
