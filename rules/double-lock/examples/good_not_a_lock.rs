//! `lock`, `read` and `write` are also what streams and own types call their methods.

use std::io::{self, Write};

pub struct Console {
    pages: Vec<String>,
}

impl Console {
    fn read(&self, index: usize) -> Option<&String> {
        self.pages.get(index)
    }

    pub fn print(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let first = self.read(0);
        let second = self.read(1);
        for page in [first, second].into_iter().flatten() {
            writeln!(out, "{page}")?;
            io::stdout().lock().flush()?;
        }
        Ok(())
    }
}
