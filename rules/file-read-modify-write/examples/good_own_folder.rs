//! A folder that was made for this run.

use std::fs;
use std::io;

pub fn count_twice() -> io::Result<String> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("state");
    fs::write(&path, "1")?;
    let text = fs::read_to_string(&path)?;
    fs::write(&path, format!("{text}1"))?;
    fs::read_to_string(&path)
}
