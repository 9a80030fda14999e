//! The index is read, one line longer, and written back through a temporary file: the rename hides no reader, and loses lines.

use std::fs;
use std::io;
use std::path::PathBuf;

pub struct Index {
    cache_dir: PathBuf,
}

impl Index {
    pub fn add(&self, line: &str) -> io::Result<()> {
        let path = self.cache_dir.join("index");
        let mut text = fs::read_to_string(&path)?;
        text.push_str(line);
        let temporary = self.cache_dir.join(format!("index.{}", std::process::id()));
        fs::write(&temporary, text)?;
        // racelint-expect: file-read-modify-write
        fs::rename(&temporary, &path)
    }
}
