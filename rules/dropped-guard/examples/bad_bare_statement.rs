//! A statement on its own: the lock is gone at the semicolon.

use parking_lot::Mutex;

pub struct Printer {
    turn: Mutex<()>,
}

impl Printer {
    fn print(&self, line: &str) {
        emit(line);
    }

    pub fn one(&self, line: &str) {
        // racelint-expect: dropped-guard
        self.turn.lock();
        self.print(line);
    }

    pub fn two(&self, first: &str, second: &str) {
        let _turn = self.turn.lock();
        self.print(first);
        self.print(second);
    }
}
