// Lines go behind what is there: a reader may miss the last one.
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

pub struct Journal {
    state_dir: PathBuf,
}

impl Journal {
    pub fn append(&self, line: &str) -> io::Result<()> {
        let path = self.state_dir.join("session.journal");
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.write_all(line.as_bytes())
    }

    pub fn read(&self) -> io::Result<String> {
        fs::read_to_string(self.state_dir.join("session.journal"))
    }
}
