//! A batch and its size are taken one after the other: a line pushed in between is counted with the wrong batch.

use std::mem;
use std::sync::Mutex;

#[derive(Default)]
pub struct Batch {
    lines: Mutex<Vec<String>>,
    bytes: Mutex<usize>,
}

impl Batch {
    pub fn push(&self, line: String) {
        let length = line.len();
        self.lines.lock().unwrap().push(line);
        // racelint-expect: split-locks
        *self.bytes.lock().unwrap() += length;
    }

    pub fn take(&self) -> (Vec<String>, usize) {
        let lines = mem::take(&mut *self.lines.lock().unwrap());
        // racelint-expect: split-locks
        let bytes = mem::take(&mut *self.bytes.lock().unwrap());
        (lines, bytes)
    }
}
