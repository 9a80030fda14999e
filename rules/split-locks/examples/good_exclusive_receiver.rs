//! `&mut self`: no second run can hold the same value.

use std::sync::Mutex;

#[derive(Default)]
pub struct Draft {
    title: Mutex<String>,
    words: Mutex<usize>,
}

impl Draft {
    pub fn write(&mut self, text: &str) {
        self.title.lock().unwrap().push_str(text);
        *self.words.lock().unwrap() += text.split(' ').count();
    }

    pub fn summary(&mut self) -> (String, usize) {
        let title = self.title.lock().unwrap().clone();
        let words = *self.words.lock().unwrap();
        (title, words)
    }
}
