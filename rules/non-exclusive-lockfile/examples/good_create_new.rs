//! One step, which fails where it is.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

pub fn lock(lock_path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(lock_path)?;
    write!(file, "{}", std::process::id())
}
