//! The same with the content.

use std::fs;
use std::path::PathBuf;

pub struct Notes {
    file: PathBuf,
}

impl Notes {
    pub fn text(&self) -> String {
        if !self.file.is_file() {
            return String::new();
        }
        // racelint-expect: check-then-open
        fs::read_to_string(&self.file).expect("it is there")
    }
}
