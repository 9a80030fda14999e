//! Both guards of one argument list live until the call has returned.

use std::sync::Mutex;

#[derive(Default)]
pub struct Window {
    size: Mutex<(u32, u32)>,
}

fn area(width: u32, height: u32) -> u32 {
    width * height
}

impl Window {
    pub fn area(&self) -> u32 {
        // racelint-expect: double-lock
        area(self.size.lock().unwrap().0, self.size.lock().unwrap().1)
    }
}
